//! Edits whose result is known to the byte, in the layouts that people write. octoDNS itself is asked about them too.

use std::fs;

use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use mailvouch_providers::octodns::{Layout, OctoDns};
use mailvouch_providers::{Change, Provider, ProviderError, Value, Zone};
use tempfile::TempDir;

/// A file, a change in it, and the file afterwards.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) layout: Layout,
    pub(super) before: String,
    pub(super) owner: &'static str,
    /// TTL, type and data; of a TXT record the text.
    pub(super) remove: Vec<Value>,
    pub(super) add: Vec<Value>,
    pub(super) after: String,
}

/// `600 TXT v=spf1 -all`.
fn values(lines: &str) -> Vec<Value> {
    let value = |line: &str| {
        let [ttl, rtype, data] = <[&str; 3]>::try_from(line.splitn(3, ' ').collect::<Vec<_>>()).expect("three");
        let rtype: RrType = rtype.parse().expect("a type");
        let rdata = match rtype {
            RrType::TXT => Rdata::Txt(Txt::from_text(data.as_bytes())),
            _ => Rdata::parse(rtype, data).expect("data"),
        };
        Value::new(rdata, ttl.parse().expect("a TTL"))
    };
    lines.lines().filter(|line| !line.is_empty()).map(value).collect()
}

/// All of `octodns/cases.txt`: `=== name [settings]`, the file, `--- owner`, lines with `-` and `+`, `---`, the file afterwards.
pub(super) fn cases() -> Vec<Case> {
    let text = include_str!("cases.txt");
    let mut cases = Vec::new();
    for block in text.split("=== ").skip(1) {
        let (head, rest) = block.split_once('\n').expect("a head");
        let (before, rest) = rest.split_once("---8<--- ").expect("a change");
        let (owner, rest) = rest.split_once('\n').expect("an owner");
        let (change, after) = rest.split_once("--->8---\n").expect("the file afterwards");
        let of = |sign: char| {
            let lines = change.lines().filter_map(|line| line.strip_prefix(sign));
            values(&lines.map(str::trim_start).collect::<Vec<_>>().join("\n"))
        };
        let (name, flags) = head.split_once(" [").unwrap_or((head, ""));
        let usual = Layout::default();
        let layout = Layout {
            escaped_semicolons: !flags.contains("bare"),
            default_ttl: if flags.contains("300") { 300 } else { usual.default_ttl },
        };
        let (remove, add) = (of('-'), of('+'));
        let owner: &'static str = owner.trim();
        for (suffix, crlf) in [("", false), (" with carriage returns", true)] {
            let ended = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
            let name: &'static str = Box::leak(format!("{name}{suffix}").into_boxed_str());
            let (before, after) = (ended(before), ended(after));
            let (remove, add) = (remove.clone(), add.clone());
            cases.push(Case { name, layout, before, owner, remove, add, after });
        }
    }
    cases
}

/// A file in a folder, and its zone.
pub(super) fn stage(text: &str, layout: Layout) -> (TempDir, OctoDns, Zone) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("example.com.yaml"), text).expect("a file");
    let provider = OctoDns::folder(folder.path(), layout);
    (folder, provider, Zone { name: super::apex(), id: None })
}

pub(super) fn owner(labels: &str) -> Name {
    if labels == "@" { super::apex() } else { super::apex().child(labels).expect("a name") }
}

/// Makes a change in a text.
pub(super) async fn edited(
    text: &str,
    layout: Layout,
    at: &str,
    remove: &[Value],
    add: &[Value],
) -> Result<String, ProviderError> {
    let (folder, provider, zone) = stage(text, layout);
    let change = Change { owner: owner(at), remove: remove.to_vec(), add: add.to_vec(), seen: Vec::new() };
    let answer = provider.write(&zone, &[change]).await.remove(0);
    let now = fs::read_to_string(folder.path().join("example.com.yaml")).expect("the file");
    match answer {
        Ok(_) => Ok(now),
        Err(error) => {
            assert_eq!(now, text, "refused, and still something changed");
            Err(error)
        }
    }
}

#[tokio::test]
async fn edits_are_exact_to_the_byte() {
    for case in cases() {
        let after = edited(&case.before, case.layout, case.owner, &case.remove, &case.add).await;
        let after = after.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(after, case.after, "{}", case.name);
        // What it is in the file is told before it is done.
        let (_folder, provider, zone) = stage(&case.before, case.layout);
        let change = Change { owner: owner(case.owner), remove: case.remove, add: case.add, seen: Vec::new() };
        let edits = provider.source_edits(&zone, &[change]).await.expect("edits");
        let mut lines: Vec<String> = case.before.lines().map(str::to_owned).collect();
        for edit in edits.into_iter().rev() {
            let line = edit.line.expect("a line");
            let range = line - 1..line - 1 + edit.old.len();
            assert_eq!(lines[range.clone()], edit.old, "{}", case.name);
            lines.splice(range, edit.new);
        }
        assert_eq!(lines, case.after.lines().collect::<Vec<_>>(), "{}", case.name);
    }
}
