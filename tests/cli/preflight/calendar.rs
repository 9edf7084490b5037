//! The calendar: as RFC 5545 has it, as another parser reads it, and the same each time.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::scene::{self, ASKED, ZONES, folder};
use crate::cli::snapshots;

/// What a parser that is not ours reads.
pub(super) fn read(calendar: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/peers/bin/python");
    assert!(python.exists(), "{} is missing: `tests/run` makes it", python.display());
    let mut process = Command::new(python)
        .arg(root.join("tests/peers/icalendar_read.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    process.stdin.take().expect("its input").write_all(calendar.as_bytes()).expect("it reads");
    let output = process.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{calendar}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Every line ends in CR and LF, none is longer than 75 octets, and nothing but line ends is a control.
pub(super) fn assert_lines(calendar: &str) {
    assert!(calendar.ends_with("\r\n"));
    for line in calendar.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}

#[test]
fn steps_are_a_calendar_that_others_read() {
    let _area = snapshots();
    let folder = folder(&[]);
    let run = |more: &str| folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format ics{more}")).exits(1).stdout;
    let calendar = run("");
    insta::assert_snapshot!("preflight-calendar", calendar.replace('\r', ""));
    assert_eq!(run(""), calendar, "the same bytes each time");
    assert_lines(&calendar);
    let first = read(&calendar);
    assert_eq!(first["version"], "2.0");
    let events = first["events"].as_array().expect("events");
    let json = folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format json")).exits(1).json();
    let steps: Vec<&Value> =
        json["steps"].as_array().expect("steps").iter().filter(|step| step["state"] != "done").collect();
    assert_eq!(events.len(), steps.len());
    for (event, step) in events.iter().zip(&steps) {
        assert_eq!(event["summary"], step["what"], "what was written is what is read");
        for command in step["commands"].as_array().expect("commands") {
            assert!(event["description"].as_str().expect("a text").contains(command.as_str().expect("a text")));
        }
        assert!(event["start"].as_str() < event["end"].as_str(), "{event}");
    }
    let uids: BTreeSet<&str> = events.iter().map(|event| event["uid"].as_str().expect("a text")).collect();
    assert_eq!(uids.len(), events.len(), "each has its own");
    // A move that is put off moves its events.
    let later = ASKED.replace("2026-12-10", "2026-12-17");
    let later = folder.mailvouch(&format!("preflight {later} {ZONES} --format ics")).exits(1).stdout;
    let later = read(&later);
    let later_uids: BTreeSet<&str> = later["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| event["uid"].as_str().expect("a text"))
        .collect();
    assert_eq!(later_uids, uids);
    assert_ne!(later["events"], first["events"]);
}

#[test]
fn what_is_done_is_no_event() {
    let folder = folder(&[scene::PUBLISHED, scene::NAMED]);
    let calendar = folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format ics")).exits(0).stdout;
    let read = read(&calendar);
    let uids: Vec<&str> =
        read["events"].as_array().expect("events").iter().map(|event| event["uid"].as_str().expect("a text")).collect();
    assert!(!uids.iter().any(|uid| uid.starts_with("publish-") || uid.starts_with("order-ptr-")), "{uids:?}");
    assert!(uids.iter().any(|uid| uid.starts_with("switch-")), "{uids:?}");
}
