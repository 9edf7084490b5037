//! Worlds of records: nested, looping, broken, missing, too long.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::reference::{Lookup, Mechanism, Model, Published, Term, Verdict};

/// Names with records and addresses of their own.
const NAMES: usize = 8;

fn domain() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => (0..NAMES).prop_map(|n| format!("p{n}.example")),
        2 => Just("gone.example".to_owned()),
        1 => Just("no..name.example".to_owned()),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    select(vec![Verdict::Pass, Verdict::Pass, Verdict::Fail, Verdict::SoftFail, Verdict::Neutral])
}

/// Few enough to overlap.
fn v4() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![
        8 => (0_u8..16).prop_map(|last| Ipv4Addr::new(192, 0, 2, last * 8)),
        1 => any::<u32>().prop_map(Ipv4Addr::from),
        1 => select(vec![Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST]),
    ]
}

fn v6() -> impl Strategy<Value = Ipv6Addr> {
    prop_oneof![
        8 => (0_u16..16).prop_map(|last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last * 8)),
        1 => any::<u128>().prop_map(Ipv6Addr::from),
        1 => (0_u8..16).prop_map(|last| Ipv4Addr::new(192, 0, 2, last * 8).to_ipv6_mapped()),
        1 => select(vec![Ipv6Addr::UNSPECIFIED, Ipv6Addr::from(u128::MAX)]),
    ]
}

fn v4_length() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 24_u8..=32, 1 => Just(0), 1 => 1_u8..24]
}

fn v6_length() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 116_u8..=128, 1 => Just(0), 1 => 1_u8..116]
}

fn mechanism() -> impl Strategy<Value = Mechanism> {
    let host = || prop_oneof![3 => domain().prop_map(Some), 1 => Just(None)];
    prop_oneof![
        6 => (v4(), v4_length()).prop_map(|(address, length)| Mechanism::Ip4(address, length)),
        6 => (v6(), v6_length()).prop_map(|(address, length)| Mechanism::Ip6(address, length)),
        3 => (host(), v4_length(), v6_length()).prop_map(|(host, v4, v6)| Mechanism::A(host, v4, v6)),
        3 => (host(), v4_length(), v6_length()).prop_map(|(host, v4, v6)| Mechanism::Mx(host, v4, v6)),
        6 => domain().prop_map(Mechanism::Include),
        1 => Just(Mechanism::All),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        30 => (verdict(), mechanism()).prop_map(|(verdict, mechanism)| Term::Directive(verdict, mechanism)),
        2 => domain().prop_map(Term::Redirect),
        1 => select(vec!["exp=why.example.com", "moo=1", "unknown=%{i}"]).prop_map(Term::Ignored),
    ]
}

/// A record, often with an end as records have one.
fn record() -> impl Strategy<Value = Vec<Term>> {
    let broken = prop_oneof![25 => Just(None), 1 => select(vec!["ipv4:192.0.2.1", "a:", "-all:x", "ip4:300.1.1.1"]).prop_map(Some)];
    let end = prop_oneof![
        4 => verdict().prop_map(|verdict| Some(Term::Directive(verdict, Mechanism::All))),
        2 => domain().prop_map(|target| Some(Term::Redirect(target))),
        2 => Just(None),
    ];
    (vec(term(), 0..7), end, broken).prop_map(|(mut terms, end, broken)| {
        terms.extend(end);
        terms.extend(broken.map(Term::Broken));
        terms
    })
}

fn lookup<T: Clone + std::fmt::Debug + 'static>(
    values: impl Strategy<Value = Vec<T>> + 'static,
) -> impl Strategy<Value = Lookup<T>> {
    prop_oneof![
        20 => values.prop_map(Lookup::Found),
        3 => Just(Lookup::Found(Vec::new())),
        1 => Just(Lookup::Failing),
    ]
}

fn published() -> impl Strategy<Value = Published> {
    let records = prop_oneof![15 => vec(record(), 1), 1 => vec(record(), 2)];
    let exchanges = prop_oneof![9 => vec(domain(), 1..4), 1 => vec(domain(), 9..13)].prop_map(|mut exchanges| {
        // A set holds a value once; what can be no name cannot be in a zone.
        exchanges.retain(|exchange| !exchange.contains(".."));
        exchanges.sort();
        exchanges.dedup();
        exchanges
    });
    let extra = prop_oneof![9 => Just(0), 1 => 9_usize..14];
    (lookup(records), lookup(vec(v4(), 1..4)), lookup(vec(v6(), 1..4)), lookup(exchanges), extra).prop_map(
        |(records, a, aaaa, mut mx, extra)| {
            if let Lookup::Found(exchanges) = &mut mx {
                exchanges.extend((0..extra).map(|n| format!("x{n}.example")));
            }
            Published { records, a: set_of(a), aaaa: set_of(aaaa), mx }
        },
    )
}

fn set_of<T: Ord>(lookup: Lookup<T>) -> Lookup<T> {
    match lookup {
        Lookup::Found(mut values) => {
            values.sort();
            values.dedup();
            Lookup::Found(values)
        }
        Lookup::Failing => Lookup::Failing,
    }
}

pub(super) fn model() -> impl Strategy<Value = Model> {
    (vec(published(), NAMES), record()).prop_map(|(mut all, own)| {
        // Without a record of its own, most of a world would go unused.
        if !matches!(&all[0].records, Lookup::Found(records) if records.len() > 1) {
            all[0].records = Lookup::Found(vec![own]);
        }
        let names = all.into_iter().enumerate().map(|(n, published)| (format!("p{n}.example"), published));
        Model { names: names.collect() }
    })
}

/// The same as lines of a [`crate::support::world::World`].
pub(super) fn lines(model: &Model) -> String {
    let mut text = String::new();
    for (owner, published) in &model.names {
        let mut line = |rtype: &str, data: &str| writeln!(text, "{owner} {rtype} {data}").expect("a string takes all");
        match &published.records {
            Lookup::Failing => line("TXT", "!"),
            Lookup::Found(records) => records.iter().for_each(|record| line("TXT", &written(record))),
        }
        match &published.a {
            Lookup::Failing => line("A", "!"),
            Lookup::Found(found) => found.iter().for_each(|address| line("A", &address.to_string())),
        }
        match &published.aaaa {
            Lookup::Failing => line("AAAA", "!"),
            Lookup::Found(found) => found.iter().for_each(|address| line("AAAA", &address.to_string())),
        }
        match &published.mx {
            Lookup::Failing => line("MX", "!"),
            Lookup::Found(found) => found.iter().for_each(|exchange| line("MX", &format!("10 {exchange}."))),
        }
    }
    text
}

fn written(record: &[Term]) -> String {
    let terms = record.iter().map(|term| match term {
        Term::Directive(verdict, mechanism) => format!("{}{}", qualifier(*verdict), mechanism_text(mechanism)),
        Term::Redirect(target) => format!("redirect={target}"),
        Term::Ignored(text) | Term::Broken(text) => (*text).to_owned(),
    });
    std::iter::once("v=spf1".to_owned()).chain(terms).collect::<Vec<_>>().join(" ")
}

fn qualifier(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "-",
        Verdict::SoftFail => "~",
        Verdict::Neutral => "?",
        _ => "",
    }
}

fn mechanism_text(mechanism: &Mechanism) -> String {
    let host = |keyword: &str, host: &Option<String>, v4: u8, v6: u8| {
        let host = host.as_ref().map(|host| format!(":{host}")).unwrap_or_default();
        format!("{keyword}{host}/{v4}//{v6}")
    };
    match mechanism {
        Mechanism::All => "all".to_owned(),
        Mechanism::Ip4(address, length) => format!("ip4:{address}/{length}"),
        Mechanism::Ip6(address, length) => format!("ip6:{address}/{length}"),
        Mechanism::A(target, v4, v6) => host("a", target, *v4, *v6),
        Mechanism::Mx(target, v4, v6) => host("mx", target, *v4, *v6),
        Mechanism::Include(target) => format!("include:{target}"),
    }
}

/// Where results can change: the ends of every network, and the addresses beside them.
pub(super) fn edges(model: &Model) -> Vec<IpAddr> {
    let mut v4_lengths = vec![32];
    let mut v6_lengths = vec![128];
    let (mut v4_addresses, mut v6_addresses) = (Vec::new(), Vec::new());
    let (mut v4_networks, mut v6_networks) = (Vec::new(), Vec::new());
    for published in model.names.values() {
        if let Lookup::Found(found) = &published.a {
            v4_addresses.extend(found);
        }
        if let Lookup::Found(found) = &published.aaaa {
            v6_addresses.extend(found);
        }
        let Lookup::Found(records) = &published.records else { continue };
        for term in records.iter().flatten() {
            match term {
                Term::Directive(_, Mechanism::Ip4(address, length)) => v4_networks.push((*address, *length)),
                Term::Directive(_, Mechanism::Ip6(address, length)) => v6_networks.push((*address, *length)),
                Term::Directive(_, Mechanism::A(_, v4, v6) | Mechanism::Mx(_, v4, v6)) => {
                    v4_lengths.push(*v4);
                    v6_lengths.push(*v6);
                }
                _ => {}
            }
        }
    }
    let crossed = |addresses: &[Ipv4Addr]| {
        let pairs = addresses.iter().flat_map(|address| v4_lengths.iter().map(|length| (*address, *length)));
        pairs.collect::<Vec<_>>()
    };
    v4_networks.extend(crossed(&v4_addresses));
    v6_networks.extend(v6_addresses.iter().flat_map(|address| v6_lengths.iter().map(|length| (*address, *length))));
    let mut edges = vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::BROADCAST)];
    edges.extend([IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::from(u128::MAX))]);
    for (address, length) in v4_networks {
        let host = u32::MAX.checked_shr(length.into()).unwrap_or(0);
        let (first, last) = (address.to_bits() & !host, address.to_bits() | host);
        let around = [first.wrapping_sub(1), first, last, last.wrapping_add(1)];
        edges.extend(around.map(|bits| IpAddr::V4(Ipv4Addr::from(bits))));
    }
    for (address, length) in v6_networks {
        let host = u128::MAX.checked_shr(length.into()).unwrap_or(0);
        let (first, last) = (address.to_bits() & !host, address.to_bits() | host);
        let around = [first.wrapping_sub(1), first, last, last.wrapping_add(1)];
        edges.extend(around.map(|bits| IpAddr::V6(Ipv6Addr::from(bits))));
    }
    edges.sort();
    edges.dedup();
    edges
}
