//! Edits of files that nobody would write by hand, but programs and years might: whatever takes its owner or its TTL from
//! whatever, an edit changes what it is to change, and nothing else.

use std::collections::BTreeSet;
use std::fs;

use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Change, Owner, Provider, Value, Zone};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{apex, as_bind_reads};
use crate::providers::fixture::txt;

/// Owners that records have; the empty one is that of the line before.
const OWNERS: [&str; 7] = ["", "", "@", "www", "WWW", "s1._domainkey", "mail.example.com."];
/// What may stand between owner and type.
const MIDDLES: [&str; 9] = [" ", "\t", " 60 ", "\t1m\tIN\t", " IN ", " IN 90 ", "   ", " ( ", "\t\tIN\t"];
/// Types with data.
const DATA: [&str; 12] = [
    "A 192.0.2.1",
    "A\t192.0.2.2",
    "MX 10 mail",
    "MX  20 mx.test.",
    "TXT one",
    "TXT \"two\" words",
    "TXT \"v=spf1 -all\"",
    "TXT ( \"cut\" ; comment\n  \"here\" )",
    "TXT \\# 4 03616263",
    "TYPE65280 \\# 1 ff",
    "txt ONE",
    "AAAA 2001:db8::1",
];
/// Lines that are no records.
const OTHERS: [&str; 7] =
    ["; a comment", "", "$ORIGIN sub.example.com.", "$ORIGIN example.com.", "$TTL 60", "$TTL 2m", "$INCLUDE part"];

fn line() -> impl Strategy<Value = String> {
    let record = (select(&OWNERS[..]), select(&MIDDLES[..]), select(&DATA[..]), select(&["", " ; keep", "  "][..]));
    let record = record.prop_map(|(owner, middle, data, end)| {
        let close = if middle.contains('(') { " )" } else { "" };
        format!("{owner}{middle}{data}{close}{end}")
    });
    prop_oneof![4 => record, 1 => select(&OTHERS[..]).prop_map(str::to_owned)]
}

/// The zone, and the file that it includes at most once.
fn files() -> impl Strategy<Value = (String, String)> {
    let lines = || prop::collection::vec(line(), 0..10);
    (
        select(&["\n", "\r\n"][..]),
        any::<bool>(),
        lines(),
        lines(),
        select(&["@ 300 SOA", "$TTL 300\n@ SOA", "@ SOA"][..]),
    )
        .prop_map(|(end, ended, mut zone, mut part, soa)| {
            let mut included = false;
            zone.retain(|line| line != "$INCLUDE part" || !std::mem::replace(&mut included, true));
            part.retain(|line| line != "$INCLUDE part");
            let head = format!("{soa} ns.test. host.test. 7 1 1 1 300\n@ NS ns.test.");
            let text = |lines: &[String]| {
                let text = lines.join("\n").replace('\n', end);
                // BIND wants an end behind a directive.
                let directive = lines.last().is_some_and(|line| line.starts_with('$'));
                if ended || directive { text + end } else { text }
            };
            (text(&[vec![head], zone].concat()), text(&part))
        })
}

/// Takes some of what stands at an owner away, and adds something.
fn change(owner: &Owner, picks: &[Index], add: usize) -> Change {
    let ours: Vec<&Value> =
        owner.values.iter().filter(|value| [RrType::TXT, RrType::MX].contains(&value.rdata.rtype())).collect();
    let picked: BTreeSet<usize> =
        picks.iter().filter(|_| !ours.is_empty()).map(|pick| pick.index(ours.len())).collect();
    let remove: Vec<Value> = picked.into_iter().map(|index| ours[index].clone()).collect();
    let stays = |value: &&&Value| value.rdata.rtype() == RrType::TXT && !remove.contains(value);
    // The TTL that the set has, if there is one.
    let ttl = ours.iter().find(stays).map_or(1234, |value| value.ttl);
    let add = (0..add).map(|count| Value { ttl, ..txt(format!("new {count}")) }).collect();
    Change { owner: owner.name.clone(), remove, add, seen: owner.values.clone() }
}

/// Everything that BIND reads, but the serial number. Its view of TTLs is left out: it gives all of a set one.
fn content(folder: &std::path::Path) -> BTreeSet<(Name, String)> {
    let records = as_bind_reads(&folder.join("zone"), &apex()).into_iter();
    let records = records.filter(|(_, value)| value.rdata.rtype() != RrType::SOA);
    records.map(|(owner, value)| (owner, format!("{} {}", value.rdata.rtype(), value.rdata))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_changes_what_it_is_to_change(
        (zone_text, part) in files(),
        picks in prop::collection::vec(prop::collection::vec(any::<Index>(), 0..3), 3),
        adds in prop::collection::vec(0..3_usize, 3),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("zone"), &zone_text).expect("a file");
        fs::write(folder.path().join("part"), &part).expect("a file");
        let provider = ZoneFile::file(folder.path().join("zone"), Some(apex()));
        let zone = Zone { name: apex(), id: None };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let names = ["@", "www", "s1._domainkey"].map(|name| if name == "@" { apex() } else { apex().child(name).expect("a name") });
        let owners = runtime.block_on(provider.read(&zone, &names)).expect("a zone");
        let group: Vec<Change> = owners.iter().zip(&picks).zip(adds).map(|((owner, picks), add)| change(owner, picks, add)).collect();
        let before = content(folder.path());
        let answers = runtime.block_on(provider.write(&zone, &group));
        for answer in answers {
            prop_assert!(answer.is_ok(), "{answer:?}");
        }
        let mut expected = before;
        for change in &group {
            let entry = |value: &Value| (change.owner.clone(), format!("{} {}", value.rdata.rtype(), value.rdata));
            for value in &change.remove {
                expected.remove(&entry(value));
            }
            expected.extend(change.add.iter().map(entry));
        }
        prop_assert_eq!(content(folder.path()), expected);
        // Lines of comments are all there.
        let comments = |text: &str| text.lines().filter(|line| line.starts_with(';')).count();
        let after = |name: &str| fs::read_to_string(folder.path().join(name)).expect("there");
        prop_assert_eq!(comments(&after("zone")), comments(&zone_text));
        prop_assert_eq!(comments(&after("part")), comments(&part));
    }
}
