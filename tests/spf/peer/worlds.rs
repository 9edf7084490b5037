//! Records as people write them, and as they should not: every mechanism, macros, mistakes, names that fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// What is published, and who asks.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// `(owner, type, data)`; the text of a TXT record is one string.
    pub(super) records: Vec<(String, &'static str, String)>,
    /// `(owner, type)` of what cannot be looked up.
    pub(super) failing: BTreeSet<(String, &'static str)>,
    pub(super) checks: Vec<Check>,
}

/// One `check_host`.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) ip: String,
    pub(super) mail_from: String,
    pub(super) helo: String,
}

impl Case {
    /// As `support::world::World` reads it.
    pub(super) fn lines(&self) -> String {
        let mut lines = String::new();
        for (owner, rtype, data) in &self.records {
            // Quotes keep what blanks a text begins or ends with.
            let data = if *rtype == "TXT" { format!("\"{data}\"") } else { data.clone() };
            let _ = writeln!(lines, "{owner}. {rtype} {data}");
        }
        for (owner, rtype) in &self.failing {
            let _ = writeln!(lines, "{owner}. {rtype} !");
        }
        lines
    }

    /// As `tests/peers/pyspf_cases.py` reads it.
    pub(super) fn json(&self) -> Value {
        let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (owner, rtype, data) in &self.records {
            let value = match data.split_once(' ') {
                Some((preference, exchange)) if *rtype == "MX" => {
                    json!([preference.parse::<u16>().expect("a preference"), exchange])
                }
                _ => json!(data.trim_end_matches('.')),
            };
            records.entry(format!("{owner} {rtype}")).or_default().push(value);
        }
        let failing: Vec<String> = self.failing.iter().map(|(owner, rtype)| format!("{owner} {rtype}")).collect();
        let checks: Vec<_> = self.checks.iter().map(|check| (&check.ip, &check.mail_from, &check.helo)).collect();
        json!({ "records": records, "failing": failing, "checks": checks })
    }
}

const NAMES: usize = 7;

fn domain() -> impl Strategy<Value = String> {
    prop_oneof![
        16 => (0..NAMES).prop_map(|n| format!("p{n}.example")),
        2 => Just("gone.example".to_owned()),
        1 => Just("P1.Example".to_owned()),
        1 => Just("p2.example.".to_owned()),
    ]
}

/// Names that only a message fills in.
fn macro_domain() -> impl Strategy<Value = String> {
    select(vec![
        "%{i}.p1.example",
        "%{ir}.%{v}.p1.example",
        "%{l}.p2.example",
        "%{l1r-}.p2.example",
        "%{o}",
        "%{d}",
        "%{d2}",
        "%{d1r}.p3.example",
        "%{h}",
        "%{H}",
        "%{s}.p2.example",
        "%{p}.p3.example",
        "%{o1}.p3.example",
        "%{lr-.}.p2.example",
        "a%%b%_c%-.p2.example",
    ])
    .prop_map(str::to_owned)
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof![6 => domain(), 1 => macro_domain()]
}

fn v4() -> impl Strategy<Value = String> {
    (0_u8..16).prop_map(|last| format!("192.0.2.{}", u32::from(last) * 8))
}

fn v6() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => (0_u16..16).prop_map(|last| format!("2001:db8::{:x}", last * 8)),
        1 => v4().prop_map(|v4| format!("::ffff:{v4}")),
    ]
}

fn dual_length() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", "", "", "/28", "/24", "//124", "/30//120", "/0", "/32//128"])
}

fn mechanism() -> impl Strategy<Value = String> {
    let host = || prop_oneof![3 => target().prop_map(|name| format!(":{name}")), 1 => Just(String::new())];
    prop_oneof![
        8 => (v4(), select(vec!["", "", "/29", "/28", "/24", "/32", "/0"])).prop_map(|(ip, len)| format!("ip4:{ip}{len}")),
        6 => (v6(), select(vec!["", "", "/125", "/124", "/64", "/128", "/0"])).prop_map(|(ip, len)| format!("ip6:{ip}{len}")),
        4 => (select(vec!["a", "A"]), host(), dual_length()).prop_map(|(a, host, len)| format!("{a}{host}{len}")),
        4 => (select(vec!["mx", "MX"]), host(), dual_length()).prop_map(|(mx, host, len)| format!("{mx}{host}{len}")),
        8 => target().prop_map(|name| format!("include:{name}")),
        2 => target().prop_map(|name| format!("exists:{name}")),
        2 => host().prop_map(|host| format!("ptr{host}")),
    ]
}

/// Terms that are no terms, or that do nothing.
fn oddity() -> impl Strategy<Value = String> {
    select(vec![
        "foo",
        "ip4:192.0.2",
        "ip4:192.0.2.1/33",
        "ip4:192.0.2.1/024",
        "ip4:2001:db8::1",
        "ip6:192.0.2.1",
        "ip4",
        "a:",
        "include",
        "include:",
        "exists",
        "all:x",
        "all/8",
        "mx:/24",
        "a/33",
        "a//129",
        "a:p1",
        "a:192.0.2.1",
        "ptr/24",
        "redirect=",
        "exp=",
        "-",
        "=x",
        "a:%{x}.p1.example",
        "a:%{d",
        "a:%d",
        "include:%{d0}.p1.example",
        "unknown=thing",
        "unknown=%{i}.%%",
        "unknown=%{",
        "default=pass",
        "op=auth",
        "ip4=192.0.2.8",
        "x-1_.y=z",
        "unknown=again unknown=again",
    ])
    .prop_map(str::to_owned)
}

fn record() -> impl Strategy<Value = String> {
    let qualifier = || select(vec!["", "", "", "", "+", "-", "~", "?"]);
    let directive = (qualifier(), mechanism()).prop_map(|(qualifier, mechanism)| qualifier.to_owned() + &mechanism);
    let term = prop_oneof![40 => directive, 1 => oddity()];
    let end = prop_oneof![
        10 => select(vec!["-all", "~all", "?all", "-ALL", "all"]).prop_map(str::to_owned),
        3 => target().prop_map(|name| format!("redirect={name}")),
        2 => Just(String::new()),
        1 => target().prop_map(|name| format!("redirect={name} -all")),
    ];
    let exp = prop_oneof![
        5 => Just(String::new()),
        1 => select(vec!["exp=why.example", "exp=two.example", "exp=gone.example", "exp=bad.example", "exp=%{d}.why.example"])
            .prop_map(str::to_owned),
    ];
    (vec(term, 0..5), end, exp).prop_map(|(terms, end, exp)| {
        let words = terms.into_iter().chain([end, exp]).filter(|word| !word.is_empty());
        format!("v=spf1 {}", words.collect::<Vec<_>>().join(" "))
    })
}

/// The texts of one name.
fn texts() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        20 => record().prop_map(|record| vec![record]),
        3 => record().prop_map(|record| vec!["other=text".to_owned(), record]),
        1 => (record(), record()).prop_map(|(one, other)| vec![one, other]),
        1 => Just(vec!["other=text".to_owned()]),
        1 => record().prop_map(|record| vec![record.replacen("v=spf1", "v=spf10", 1)]),
        1 => record().prop_map(|record| vec![record.replacen("v=spf1", "V=SPF1", 1)]),
        1 => Just(Vec::new()),
    ]
}

fn host() -> impl Strategy<Value = (Vec<String>, Vec<String>, Vec<String>, Vec<String>)> {
    let exchange = || (0..NAMES).prop_map(|n| format!("p{n}.example"));
    let exchanges = prop_oneof![
        12 => vec(exchange(), 0..4),
        1 => Just((0..11).map(|n| format!("mx{n}.example")).collect::<Vec<_>>()),
    ];
    (texts(), vec(v4(), 0..3), vec(v6(), 0..3), exchanges)
}

fn check() -> impl Strategy<Value = Check> {
    let ip = prop_oneof![
        6 => (0_u8..=128).prop_map(|last| format!("192.0.2.{last}")),
        4 => (0_u16..=128).prop_map(|last| format!("2001:db8::{last:x}")),
        1 => v4().prop_map(|v4| format!("::ffff:{v4}")),
    ];
    let mail_from = select(vec![
        "user@p0.example",
        "user@p0.example",
        "first.last-tag@p0.example",
        "U=x@p0.example",
        "@p0.example",
        "",
    ]);
    (ip, mail_from, select(vec!["p0.example", "p1.example", "gone.example"])).prop_map(|(ip, mail_from, helo)| Check {
        ip,
        mail_from: mail_from.to_owned(),
        helo: helo.to_owned(),
    })
}

/// Reverse names for some of the addresses.
fn pointers() -> impl Strategy<Value = Vec<(String, &'static str, String)>> {
    let names = prop_oneof![8 => vec((0..NAMES).prop_map(|n| format!("p{n}.example.")), 1..4), 1 => Just((0..12).map(|n| format!("q{n}.example.")).collect::<Vec<_>>())];
    vec((0_u8..16, names), 0..4).prop_map(|hosts| {
        let hosts: BTreeMap<u8, Vec<String>> = hosts.into_iter().collect();
        hosts
            .into_iter()
            .flat_map(|(host, names)| {
                let owner = format!("{}.2.0.192.in-addr.arpa", u32::from(host) * 8);
                names.into_iter().map(move |name| (owner.clone(), "PTR", name))
            })
            .collect()
    })
}

/// A world with a dozen clients.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let failing = vec((0..NAMES, select(vec!["TXT", "A", "AAAA", "MX"])), 0..12);
    (vec(host(), NAMES), pointers(), failing, vec(check(), 12)).prop_map(|(hosts, pointers, failing, checks)| {
        let mut records = pointers;
        for (n, (texts, v4, v6, exchanges)) in hosts.into_iter().enumerate() {
            let owner = format!("p{n}.example");
            let mut add = |rtype, data: Vec<String>| {
                // A set holds a value once.
                let mut seen = BTreeSet::new();
                records.extend(
                    data.into_iter().filter(|data| seen.insert(data.clone())).map(|data| (owner.clone(), rtype, data)),
                );
            };
            add("TXT", texts);
            add("A", v4);
            add("AAAA", v6);
            add("MX", exchanges.iter().enumerate().map(|(n, name)| format!("{n} {name}.")).collect());
        }
        let fixed = [
            ("why.example", "%{i} is no host of %{o}: %{c}%_%{r}"),
            ("two.example", "one"),
            ("two.example", "two"),
            ("bad.example", "%{x"),
            ("p0.example.why.example", "plain words"),
        ];
        records.extend(fixed.map(|(owner, text)| (owner.to_owned(), "TXT", text.to_owned())));
        for listed in ["192.0.2.8.p1.example", "16.2.0.192.in-addr.p1.example", "user.p2.example", "p0.p3.example"] {
            records.push((listed.to_owned(), "A", "127.0.0.2".to_owned()));
        }
        // One question in forty fails; the names are few, so that most worlds would have none whole otherwise.
        let failing = failing.into_iter().enumerate().filter(|(place, (n, _))| place % 6 == 0 && *n > 1);
        let failing = failing.map(|(_, (n, rtype))| (format!("p{n}.example"), rtype)).collect();
        Case { records, failing, checks }
    })
}
