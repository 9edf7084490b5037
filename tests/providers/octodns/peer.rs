//! octoDNS itself, from PyPI: what it plans from the file before to the file after is the change that was asked for, and
//! nothing else.

use std::fs;
use std::process::Command;

use mailvouch_providers::dns::Rdata;
use serde_json::{Value as Json, json};

use super::cases::{cases, owner};
use crate::servers::program_of_peers;

/// A record as octoDNS tells of it.
fn told(record: &Json) -> Option<(String, u64, Vec<String>)> {
    let values = record.get("values")?.as_array().expect("values");
    let values = values.iter().map(|value| value.as_str().expect("a text").to_owned()).collect();
    Some((record["type"].as_str().expect("a type").to_owned(), record["ttl"].as_u64().expect("a TTL"), values))
}

#[test]
fn octodns_plans_exactly_the_change_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = cases();
    for (index, case) in cases.iter().enumerate() {
        let at = folder.path().join(format!("{index:03}"));
        for (state, text) in [("before", &case.before), ("after", &case.after)] {
            fs::create_dir_all(at.join(state)).expect("a folder");
            fs::write(at.join(state).join("example.com.yaml"), text).expect("a file");
        }
        let settings =
            json!({"default_ttl": case.layout.default_ttl, "escaped_semicolons": case.layout.escaped_semicolons});
        fs::write(at.join("settings.json"), settings.to_string()).expect("a file");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/octodns_plan.py");
    let done = Command::new(program_of_peers("python")).arg(script).arg(folder.path()).output().expect("python");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let all: Json = serde_json::from_slice(&done.stdout).expect("JSON");
    for (index, case) in cases.iter().enumerate() {
        let octodns = &all[format!("{index:03}")];
        assert_eq!(octodns["dumped"], json!([]), "{}", case.name);
        let changes = octodns["changes"].as_array().expect("changes");
        let mut types: Vec<String> =
            case.remove.iter().chain(&case.add).map(|value| value.rdata.rtype().to_string()).collect();
        types.sort();
        types.dedup();
        assert_eq!(changes.len(), types.len(), "{}: {changes:?}", case.name);
        for change in changes {
            let (before, after) = (told(&change["before"]), told(&change["after"]));
            let rtype = before.as_ref().or(after.as_ref()).expect("one of them").0.clone();
            assert!(types.contains(&rtype), "{}: {rtype}", case.name);
            for record in [&change["before"], &change["after"]] {
                if let Some(name) = record.get("name") {
                    assert_eq!(*name, owner(case.owner).absolute(), "{}", case.name);
                }
            }
            let of_type = |values: &[mailvouch_providers::Value]| -> Vec<String> {
                let of = values.iter().filter(|value| value.rdata.rtype().to_string() == rtype);
                let told = |value: &mailvouch_providers::Value| match &value.rdata {
                    Rdata::Mx { preference, exchange } => format!("{preference} {}", exchange.absolute()),
                    Rdata::Cname(target) => target.absolute(),
                    other => other.to_string(),
                };
                of.map(told).collect()
            };
            let (gone, come) = (of_type(&case.remove), of_type(&case.add));
            // Value by value: what was, without what goes, with what comes.
            let mut expected: Vec<String> = before.as_ref().map(|(_, _, values)| values.clone()).unwrap_or_default();
            for value in &gone {
                let at = expected.iter().position(|held| held == value);
                expected.remove(at.unwrap_or_else(|| panic!("{}: {value} is not in {expected:?}", case.name)));
            }
            expected.extend(come);
            expected.sort();
            let now = after.as_ref().map(|(_, _, values)| values.clone()).unwrap_or_default();
            assert_eq!(now, expected, "{}", case.name);
            let ttl = case
                .add
                .iter()
                .find(|value| value.rdata.rtype().to_string() == rtype)
                .map(|value| u64::from(value.ttl));
            if let (Some((_, now, _)), Some(ttl)) = (&after, ttl) {
                assert_eq!(*now, ttl, "{}", case.name);
            }
        }
    }
}
