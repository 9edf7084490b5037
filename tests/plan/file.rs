//! Plans and journals as files: what was written is what is read, and nothing else is.

use mailvouch::declared::Guard;
use mailvouch::plan::{
    Addresses, Advice, Effect, Entry, Guarded, Holder, Journal, JournalFileError, Judged, Lookups, Plan, PlanFileError,
    SpfEffect, Step, Wait, judge_again,
};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Rdata, Txt};

use super::bench::Bench;
use crate::support::world::{World, name, txt};

fn plan() -> Plan {
    let octets = Txt::from_strings([b"v=DKIM1; p=".to_vec(), b"\x00\xff\"\\;".to_vec()]).expect("short strings");
    let with_id = Value { handle: Some("id-1".to_owned()), ..Value::new(txt("v=spf1 -all"), 600) };
    let add = vec![Value::new(Rdata::Txt(octets), 3600), Value::new(Rdata::Cname(name("x.example")), 60)];
    let step = Step {
        domain: name("example.com"),
        provider: Some("dns".to_owned()),
        zone: Some(name("example.com")),
        owner: name("a\\.b.example.com"),
        remove: vec![with_id.clone()],
        add: add.clone(),
        before: vec![with_id],
        after: add,
        rules: vec!["spf-syntax".to_owned()],
        guards: vec![Guarded {
            guard: Guard::WidensSpf,
            why: "because".to_owned(),
            domain: Some(name("other.example.com")),
            allowed: Some("by x:1".to_owned()),
        }],
        waits: Some(Wait { names: vec![name("_spf1.example.com")], seconds: 300 }),
        notes: vec!["a note".to_owned()],
        source: Vec::new(),
    };
    let advice = Advice {
        domain: name("example.com"),
        rule: "spf-missing".to_owned(),
        severity: "error".to_owned(),
        message: "no".to_owned(),
        help: None,
        held: Some("a person decides".to_owned()),
    };
    let mut plan = Plan::new(vec![step.clone(), Step { provider: None, zone: None, ..step }], vec![advice]);
    let addresses = |network: &str, ipv4| Addresses {
        networks: vec![network.parse().expect("a network")],
        ipv4,
        ipv6: "18446744073709551616".to_owned(),
    };
    let spf = SpfEffect {
        lookups: Lookups { before: 9, after: 11, limit: 10 },
        gained: addresses("192.0.2.0/24", 256),
        lost: addresses("2001:db8::/64", 0),
        judged: vec![Judged { from: "softfail".to_owned(), to: "fail".to_owned(), ipv4: 1, ipv6: "0".to_owned() }],
        partly_unknown: true,
    };
    plan.domains.push(Effect { domain: name("example.com"), spf });
    plan
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let text = plan().to_json().expect("JSON");
    let read = Plan::from_json(&text).expect("a plan");
    assert_eq!(read, plan());
    assert_eq!(read.steps[0].remove[0].handle.as_deref(), Some("id-1"));
    assert_eq!(read.to_json().expect("JSON"), text);
    assert!(text.ends_with("}\n"));
}

/// What was added to version 1 may be left out: older files have none of it.
#[test]
fn a_plan_of_the_first_days_is_read() {
    let mut value: serde_json::Value = serde_json::from_str(&plan().to_json().expect("JSON")).expect("JSON");
    value.as_object_mut().expect("an object").remove("domains");
    value["advice"][0].as_object_mut().expect("an object").remove("held");
    for key in ["domain", "allowed"] {
        value["steps"][0]["guards"][0].as_object_mut().expect("an object").remove(key);
    }
    let read = Plan::from_json(&value.to_string()).expect("a plan");
    assert!(read.domains.is_empty() && read.advice[0].held.is_none());
    assert_eq!(read.steps[0].guards[0].domain_of(&read.steps[0]), &name("example.com"));
}

#[test]
fn what_is_no_plan_of_this_version_is_refused() {
    let text = plan().to_json().expect("JSON");
    let refused = |text: &str| Plan::from_json(text).expect_err(text);
    assert!(matches!(refused(&text.replace("\"version\": 1", "\"version\": 2")), PlanFileError::Version(2)));
    // Of another version nothing else needs to be as it is in this one.
    assert!(matches!(refused("{\"version\":7,\"operations\":[]}"), PlanFileError::Version(7)));
    let changed = [
        ("\"version\": 1,", ""),
        ("\"steps\"", "\"stages\""),
        ("\"owner\"", "\"force\": true, \"owner\""),
        ("\"widens-spf\"", "\"widens-everything\""),
        ("\"ttl\": 600", "\"ttl\": -1"),
        ("\"ttl\": 600", "\"ttl\": 600, \"weight\": 1"),
        ("a\\\\.b.example.com", "a..example.com"),
        ("\"rules\"", "\"rule\""),
    ];
    for (from, to) in changed {
        assert!(text.contains(from), "{from}");
        assert!(matches!(refused(&text.replacen(from, to, 1)), PlanFileError::Shape(_)), "{from} -> {to}");
    }
    // Half of a step was changed, or a step was copied.
    let other = text.replacen("v=DKIM1; p=", "v=DKIM1; p=A", 1);
    assert!(matches!(refused(&other), PlanFileError::Contradiction { .. }));
    assert!(matches!(
        refused(&text.replace("\"provider\": null", "\"provider\": \"dns\"")),
        PlanFileError::Twice { .. }
    ));
    for text in ["", "null", "[]", "{}", "\u{0}", &text[..text.len() / 2]] {
        assert!(matches!(refused(text), PlanFileError::Shape(_)));
    }
}

#[tokio::test]
async fn guards_that_were_taken_out_of_a_file_are_judged_again() {
    let world = World::of(
        "example.com TXT v=spf1 mx -all\n_dmarc.example.com TXT v=DMARC1; p=none\nexample.com MX 1 m.example.\nm.example A 192.0.2.7",
    );
    let declared = "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]
        dmarc = { policy = \"quarantine\" }\nspf = { all = \"softfail\" }\n";
    let bench = Bench::new(&world, declared);
    let provider = world.at_provider("example.com");
    let plan = bench.plan(&provider).await;
    let guards = |plan: &Plan| plan.steps.iter().flat_map(|step| &step.guards).map(|one| one.guard).collect::<Vec<_>>();
    assert_eq!(guards(&plan), [Guard::WidensSpf, Guard::TightensDmarc]);
    let mut tampered = plan.clone();
    tampered.steps.iter_mut().for_each(|step| step.guards.clear());
    let tampered = Plan::from_json(&tampered.to_json().expect("JSON")).expect("a plan");
    let steps: Vec<&Step> = tampered.steps.iter().collect();
    let subject = bench.subjects().remove(0);
    let holder = Holder { name: "dns", provider: &provider };
    let again = judge_again(&bench.gatherer(), &subject, holder, &steps).await.expect("it can be judged");
    assert_eq!(again.iter().map(|tripped| tripped.guard).collect::<Vec<_>>(), guards(&plan));
}

#[test]
fn a_journal_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/apply.jsonl");
    let mut journal = Journal::create(&path).expect("a journal");
    let value = |text: &str| Value { handle: Some("7".to_owned()), ..Value::new(txt(text), 600) };
    let entries = [
        Entry::Begin {
            version: Journal::VERSION,
            at: "2026-11-23T12:00:00Z".to_owned(),
            steps: 1,
            tool: String::new(),
            planned: Vec::new(),
        },
        Entry::Intent {
            step: 0,
            provider: "dns".to_owned(),
            zone: name("example.com"),
            owner: name("example.com"),
            remove: vec![value("v=spf1 -all")],
            add: vec![value("line\nbreak \u{2028} and quotes \"")],
        },
        Entry::Lost { step: 0, error: "no answer".to_owned() },
        Entry::TakeBack { step: 0 },
        Entry::TakenBack { step: 0 },
        Entry::End { complete: false },
    ];
    for entry in &entries {
        journal.write(entry).expect("it can be written");
    }
    let text = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(text.lines().count(), entries.len());
    assert_eq!(Journal::read(&text).expect("a journal"), entries);
    // What a crash cut off was not begun.
    assert_eq!(Journal::read(&text[..text.len() - 4]).expect("a journal"), entries[..5]);
    // Never over another one.
    assert!(Journal::create(&path).is_err());
    assert!(Journal::create(&path.join("below-a-file")).is_err());
}

#[test]
fn what_is_no_journal_of_this_version_is_refused() {
    let begin = "{\"entry\":\"begin\",\"version\":1,\"at\":\"x\",\"steps\":0}\n";
    assert!(Journal::read(begin).is_ok());
    let version = begin.replace("\"version\":1", "\"version\":2");
    assert!(matches!(Journal::read(&version), Err(JournalFileError::Version(2))));
    for text in ["", "\n", "{}\n", &format!("{begin}{{\"entry\":\"party\"}}\n"), &format!("{begin}\n{begin}")] {
        assert!(matches!(Journal::read(text), Err(JournalFileError::Shape(_))), "{text:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let mut journal = Journal::on(std::path::Path::new("/dev/full"), Box::new(full));
    let error = journal.write(&Entry::End { complete: true }).expect_err("no space");
    assert_eq!(error.source.kind(), std::io::ErrorKind::StorageFull);
    assert!(error.to_string().contains("/dev/full"), "{error}");
}
