//! Edits of files that nobody would write by hand: whatever stands in them, an edit changes what it is to change, and every
//! name that it is not about stays as it is, byte for byte.

use std::collections::BTreeMap;

use mailvouch_providers::dns::RrType;
use mailvouch_providers::octodns::Layout;
use mailvouch_providers::{Change, Provider, Value};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases::{owner, stage};
use crate::providers::fixture::txt;

/// Records of a list, without their dashes; the first line of each begins with the indent that the rest has.
const RECORDS: [&str; 9] = [
    "type: TXT\nvalue: one",
    "type: TXT\nvalues:\n- 'one'\n# a comment\n- \"two\" # another\n- three",
    "type: TXT\nvalues:\n  - v=spf1 -all\n\n  - two\\; three",
    "ttl: 60\ntype: TXT\nvalues: [one, 'v=spf1 -all']",
    "type: A\nvalue: 192.0.2.1 # web",
    "octodns:\n  cloudflare:\n    proxied: true\ntype: A\nvalues: [192.0.2.1, 192.0.2.2]",
    "type: MX\nvalues:\n- exchange: mx.test.\n  preference: 10\n# second\n- exchange: mx2.test.\n  preference: 20",
    "type: MX\nvalue: {exchange: mx.test., preference: 10}",
    "type: TXT\nvalue: >-\n  folded\n  text",
];
const NAMES: [&str; 6] = ["''", "_dmarc", "a2", "a10", "s1._domainkey", "www"];

/// One name: its key, some records of different types, and what stands around them.
fn entry(key: &'static str) -> impl Strategy<Value = String> {
    let records = prop::collection::vec(select(&RECORDS[..]), 1..4);
    (records, 0..3_usize, any::<bool>(), select(&["", "# above\n", "\n", "\n# above\n\n"][..])).prop_map(
        move |(records, indent, alone, above)| {
            let mut seen = Vec::new();
            let records: Vec<&str> = records
                .into_iter()
                .filter(|record| {
                    let rtype =
                        record.split("type: ").last().and_then(|rest| rest.split('\n').next()).unwrap_or_default();
                    let fresh = !seen.contains(&rtype.to_owned());
                    seen.push(rtype.to_owned());
                    fresh
                })
                .collect();
            let mut text = format!("{above}{key}:\n");
            let shifted = |record: &str, by: usize, first: String| {
                let mut lines = record
                    .lines()
                    .map(|line| if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(by)) });
                let head = lines.next().unwrap_or_default();
                let head = format!("{first}{}", head.trim_start());
                std::iter::once(head).chain(lines).map(|line| line + "\n").collect::<String>()
            };
            if records.len() == 1 && alone {
                text.push_str(&shifted(records[0], indent + 1, " ".repeat(indent + 1)));
            } else {
                for record in records {
                    text.push_str(&shifted(record, indent + 2, format!("{}- ", " ".repeat(indent))));
                }
            }
            text
        },
    )
}

fn file() -> impl Strategy<Value = String> {
    let entries = NAMES.map(|name| prop::option::of(entry(name).boxed()));
    (entries, select(&["", "---\n", "---\n# head\n"][..]), select(&["\n", "\r\n"][..]), any::<bool>()).prop_map(
        |(entries, head, end, ended)| {
            let text = entries.into_iter().flatten().fold(head.to_owned(), |text, entry| text + &entry);
            let text = if ended { text.as_str() } else { text.trim_end_matches('\n') };
            text.replace('\n', end)
        },
    )
}

/// The lines of each name, from its key to the last that is indented.
fn names(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut now = None;
    for line in text.lines() {
        let is_key = line.trim_end().ends_with(':') && !line.starts_with([' ', '#', '-']);
        if is_key {
            now = Some(line.trim_end_matches(':').to_owned());
        }
        let is_beside = line.is_empty() || line.starts_with('#');
        if let Some(name) = now.clone().filter(|_| !is_beside) {
            names.entry(name).or_default().push(line.to_owned());
        }
    }
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_edit_changes_what_it_is_to_change_and_nothing_else(
        text in file(), at in select(&NAMES[..]), picks in prop::collection::vec(any::<bool>(), 8), add in 0..3_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let (folder, provider, zone) = stage(&text, Layout::default());
            let owner = owner(if at == "''" { "@" } else { at });
            let read = async || provider.read(&zone, std::slice::from_ref(&owner)).await.expect("readable").remove(0).values;
            let before = read().await;
            let picked = before.iter().zip(&picks).filter(|(value, pick)| **pick && value.rdata.rtype() != RrType::A);
            let remove: Vec<Value> = picked.map(|(value, _)| value.clone()).collect();
            let stays = before.iter().filter(|value| value.rdata.rtype() == RrType::TXT && !remove.contains(value));
            let ttl = stays.map(|value| value.ttl).next().unwrap_or(1234);
            let add: Vec<Value> = (0..add).map(|count| Value { ttl, ..txt(format!("new {count}; of us")) }).collect();
            if remove.is_empty() && add.is_empty() {
                return;
            }
            let change = Change { owner: owner.clone(), remove, add, seen: before.clone() };
            let answer = provider.write(&zone, std::slice::from_ref(&change)).await.remove(0);
            let now = std::fs::read_to_string(folder.path().join("example.com.yaml")).expect("the file");
            if let Err(error) = answer {
                let words = error.to_string();
                // Lists in brackets leave some to people: never is it a fault of the program.
                let left = ["several of", "several lines", "several values", "only value"];
                assert!(left.iter().any(|left| words.contains(left)), "{words}\n{change:?}\n{text}");
                assert_eq!(now, text);
                return;
            }
            let (mut expected, mut after) = (change.after(&before), read().await);
            expected.sort_by_key(|value| (value.rdata.to_string(), value.ttl));
            after.sort_by_key(|value| (value.rdata.to_string(), value.ttl));
            assert_eq!(after, expected, "{text}\n{now}");
            let (mut old, mut new) = (names(&text), names(&now));
            (_, _) = (old.remove(at), new.remove(at));
            assert_eq!(old, new, "{text}\n{now}");
            let is_comment = |line: &&str| line.trim_start().starts_with("# above") || line.starts_with("# head");
            let comments = |text: &str| text.lines().filter(is_comment).count();
            assert_eq!(comments(&text), comments(&now), "{text}\n{now}");
        });
    }
}
