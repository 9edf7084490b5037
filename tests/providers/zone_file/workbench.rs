//! Edits of zone files, carried out and looked at from outside: each is made and taken back, and BIND reads the file
//! before, between and after.

use std::fs;
use std::path::Path;

use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Change, Provider, Value, Zone};
use similar::{ChangeTag, TextDiff};

use super::{apex, as_bind_reads};

/// Begins each zone; the serial number counts up from seven.
pub(super) const HEAD: &str = "@ 300 SOA ns.elsewhere.test. host.elsewhere.test. 7 1 1 1 1\n@ NS ns.elsewhere.test.\n";

/// A value to take away or to add: owner, TTL, type, data, all in full below the apex.
pub(super) fn record(text: &str) -> (Name, Value) {
    let mut words = text.splitn(4, ' ');
    let mut word = || words.next().expect("four words");
    let (owner, ttl, rtype, data) = (word(), word(), word(), word());
    let owner = if owner == "@" { apex() } else { apex().child(owner).expect("a name") };
    let rtype: RrType = rtype.parse().expect("a type");
    (owner, Value::new(Rdata::parse(rtype, data).expect("data"), ttl.parse().expect("a TTL")))
}

/// The changes that are meant by `-` and `+` lines, one for each owner.
pub(super) fn group(lines: &[&str]) -> Vec<Change> {
    let mut group: Vec<Change> = Vec::new();
    for line in lines {
        let (owner, value) = record(&line[1..]);
        let index = group.iter().position(|change| change.owner == owner).unwrap_or_else(|| {
            group.push(Change { owner, remove: vec![], add: vec![], seen: vec![] });
            group.len() - 1
        });
        if line.starts_with('-') { &mut group[index].remove } else { &mut group[index].add }.push(value);
    }
    group
}

fn inverse(group: &[Change]) -> Vec<Change> {
    let back = |change: &Change| Change { remove: change.add.clone(), add: change.remove.clone(), ..change.clone() };
    group.iter().map(back).collect()
}

/// What BIND reads, sorted, and the serial number apart.
fn content(path: &Path) -> (Vec<String>, u32) {
    let mut serial = 0;
    let mut lines = Vec::new();
    for (owner, value) in as_bind_reads(path, &apex()) {
        if let Rdata::Soa(soa) = &value.rdata {
            serial = soa.serial;
        } else {
            lines.push(format!("{owner} {} {} {}", value.ttl, value.rdata.rtype(), value.rdata));
        }
    }
    lines.sort();
    (lines, serial)
}

/// Makes a group of changes to a zone of these files, the first of which is its own, and gives the diff of them all.
pub(super) async fn edit_files(files: &[(&str, &str)], lines: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    for (name, text) in files {
        fs::write(path(name), text).expect("a file");
    }
    let file = path(files[0].0);
    let provider = ZoneFile::file(&file, Some(apex()));
    let zone = Zone { name: apex(), id: None };
    let make = async |group: &[Change]| {
        for answer in provider.write(&zone, group).await {
            answer.expect("taken");
        }
    };
    let (before, first) = content(&file);
    let changes = group(lines);
    make(&changes).await;
    let diff: String =
        files.iter().map(|(name, old)| shown(old, &fs::read_to_string(path(name)).expect("it"))).collect();
    let (between, second) = content(&file);
    let mut expected = before.clone();
    for change in &changes {
        let line = |value: &Value| format!("{} {} {} {}", change.owner, value.ttl, value.rdata.rtype(), value.rdata);
        expected.retain(|old| !change.remove.iter().any(|value| *old == line(value)));
        expected.extend(change.add.iter().map(line));
    }
    expected.sort();
    assert_eq!(between, expected, "as BIND reads it");
    make(&inverse(&changes)).await;
    let (after, third) = content(&file);
    assert_eq!(after, before, "taken back");
    assert_eq!((first, second, third), (7, 8, 9));
    diff
}

/// The lines that differ, but for the one with the serial number.
fn shown(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut text = String::new();
    for change in diff.iter_all_changes().filter(|change| !change.value().contains("SOA ns.elsewhere")) {
        match change.tag() {
            ChangeTag::Delete => text.push('-'),
            ChangeTag::Insert => text.push('+'),
            ChangeTag::Equal => continue,
        }
        text.push_str(&change.value().replace('\t', "→").replace('\r', "␍"));
        text.push_str(if change.missing_newline() { "⏎\n" } else { "" });
    }
    text
}

/// As [`edit_files`], with one file that begins with [`HEAD`].
pub(super) async fn edit(text: &str, lines: &[&str]) -> String {
    edit_files(&[("zone", &format!("{HEAD}{text}"))], lines).await
}
