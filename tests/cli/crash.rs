//! The process is killed at each request that it makes, faults strike each, and two run at once: at a stand-in for
//! Cloudflare, which has no compare and swap of its own.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use super::Folder;
use super::scene::{DECLARED, DMARC_WEAK, OFFICE_FAILS, zone};
use crate::servers::cloudflare::{FakeCloudflare, Fault, TOKEN};

const SPF: &str = "\"v=spf1 ip4:203.0.113.10 -all\"";
const OLD_SPF: &str = "\"v=spf1 -all\"";

/// The zone at the stand-in as it is in the file: two changes are due.
fn scene() -> (Folder, Arc<FakeCloudflare>) {
    let fake = Arc::new(FakeCloudflare::start(&["example.com"]));
    for (name, content) in [
        ("example.com", OLD_SPF),
        ("example.com", "\"verification=9b2f\""),
        ("_dmarc.example.com", "\"v=DMARC1; p=none; rua=mailto:dmarc@example.com\""),
    ] {
        fake.state().put("example.com", json!({"name": name, "type": "TXT", "content": content, "ttl": 300}));
    }
    fake.state().put(
        "example.com",
        json!({"name": "example.com", "type": "MX", "content": "mail.example.com",
        "priority": 10, "ttl": 300}),
    );
    let provider = format!("kind = \"cloudflare\"\nurl = \"{}\"\ntoken-env = \"TOKEN\"", fake.url());
    let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
    let folder =
        Folder::with(&[("mailvouch.toml", &declared), ("example.com.zone", &zone(&[OFFICE_FAILS, DMARC_WEAK]))]);
    (folder, fake)
}

fn command(folder: &Folder, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailvouch"));
    command.args(arguments.split(' ')).current_dir(folder.path()).env_clear().env("TOKEN", TOKEN);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

const APPLY: &str = "apply --zone-file example.com.zone --yes --allow tightens-dmarc --journal journal --timeout 5";

/// The TXT records that stand, sorted.
fn texts(fake: &FakeCloudflare) -> Vec<String> {
    let state = fake.state();
    let both = [state.at("example.com", "example.com"), state.at("example.com", "_dmarc.example.com")].concat();
    let text = |record: &serde_json::Value| record["content"].as_str().expect("a text").to_owned();
    let mut texts: Vec<String> = both.iter().filter(|record| record["type"] == "TXT").map(text).collect();
    texts.sort();
    texts
}

fn before() -> Vec<String> {
    let dmarc = "\"v=DMARC1; p=none; rua=mailto:dmarc@example.com\"";
    vec![dmarc.to_owned(), OLD_SPF.to_owned(), "\"verification=9b2f\"".to_owned()]
}

fn after() -> Vec<String> {
    let dmarc = "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"";
    vec![dmarc.to_owned(), "\"verification=9b2f\"".to_owned(), SPF.to_owned()]
        .into_iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// How many requests an apply makes that nothing befalls.
fn requests() -> usize {
    let (folder, fake) = scene();
    let ran = command(&folder, APPLY).output().expect("it runs");
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stdout));
    assert_eq!(texts(&fake), sorted(after()));
    fake.state().requests.len()
}

#[test]
fn killed_at_any_request_it_goes_on_or_takes_back() {
    let requests = requests();
    assert!(requests >= 5, "{requests}");
    for at in 1..=requests {
        for (recover, end) in
            [("apply --resume journal --yes --allow tightens-dmarc", after()), ("rollback journal --yes", before())]
        {
            let (folder, fake) = scene();
            let pid = Arc::new(AtomicU32::new(0));
            let victim = pid.clone();
            fake.intrude(move |number, _| {
                if number == at {
                    while victim.load(Ordering::Relaxed) == 0 {
                        sleep(Duration::from_millis(1));
                    }
                    let id = victim.load(Ordering::Relaxed).to_string();
                    Command::new("kill").args(["-9", &id]).status().expect("kill");
                }
            });
            let mut child = command(&folder, APPLY).spawn().expect("it runs");
            pid.store(child.id(), Ordering::Relaxed);
            let ended = child.wait().expect("an end");
            fake.intrude(|_, _| {});
            if ended.code().is_some() {
                continue; // It was done before the blow fell.
            }
            // The request that it was killed at is carried out all the same.
            sleep(Duration::from_millis(20));
            let is_begun = folder.path().join("journal").exists() && !folder.read("journal").is_empty();
            if !is_begun {
                assert_eq!(texts(&fake), sorted(before()), "killed at {at}, before anything was begun");
                continue;
            }
            let recover = format!("{recover} --zone-file example.com.zone --timeout 5");
            let ran = command(&folder, &recover).output().expect("it runs");
            let told = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
            assert_eq!(ran.status.code(), Some(0), "killed at {at}, {recover}: {told}");
            assert_eq!(texts(&fake), sorted(end), "killed at {at}, {recover}: {told}");
            assert!(!folder.read("journal").contains(TOKEN));
        }
    }
}

#[test]
fn whatever_strikes_a_request_others_stay_and_what_is_told_is_so() {
    let requests = requests();
    let faults = [
        Fault::TooMany(0),
        Fault::Status(503),
        Fault::DoneAndStatus(500),
        Fault::Cut,
        Fault::DoneAndCut,
        Fault::DoneAndHalf,
        Fault::Garbage,
        Fault::Slow(Duration::from_millis(30)),
    ];
    for at in 0..requests {
        for fault in &faults {
            let (folder, fake) = scene();
            fake.faults((0..at).map(|_| None).chain([Some(fault.clone())]));
            let ran = command(&folder, APPLY).output().expect("it runs");
            let told = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
            let stands = texts(&fake);
            match ran.status.code() {
                Some(0) => assert_eq!(stands, sorted(after()), "{fault:?} at {at}: {told}"),
                Some(3 | 5) => assert_eq!(stands, sorted(before()), "{fault:?} at {at}: {told}"),
                Some(4) => assert!(stands.contains(&"\"verification=9b2f\"".to_owned()), "{fault:?} at {at}: {told}"),
                other => panic!("{other:?}: {fault:?} at {at}: {told}"),
            }
            assert!(!told.contains(TOKEN) && !told.contains("panicked"), "{told}");
        }
    }
}

#[test]
fn a_second_apply_at_once_is_refused() {
    let (folder, fake) = scene();
    let first = Arc::new(std::sync::Barrier::new(2));
    let gate = first.clone();
    let writes = std::sync::atomic::AtomicBool::new(false);
    fake.intrude(move |_, state| {
        // Held at its first look after the journal is begun.
        let begun = state.requests.len() > 4;
        if begun && !writes.swap(true, Ordering::Relaxed) {
            gate.wait();
            sleep(Duration::from_millis(400));
        }
    });
    let child = command(&folder, APPLY).spawn().expect("it runs");
    first.wait();
    let second =
        command(&folder, "apply --resume journal --yes --zone-file example.com.zone").output().expect("it runs");
    let told = String::from_utf8_lossy(&[second.stdout, second.stderr].concat()).into_owned();
    assert!(matches!(second.status.code(), Some(2 | 5)), "{told}");
    assert!(told.contains("another apply is writing to it") || told.contains("is running"), "{told}");
    let ran = child.wait_with_output().expect("an end");
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(texts(&fake), sorted(after()));
}
