//! The GitHub action: its steps are run by their own scripts, against a stand-in for GitHub.

use std::path::Path;

use serde_json::{Value, json};

use super::copy_of;
use super::github::{Api, run};

const ZONES: (&str, &str) = ("zone-files", "example.com.zone\n  news.example.zone\n");

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).expect("a file")
}

#[test]
fn a_pull_request_has_one_comment_that_is_updated() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    let first = run(&api, folder.path(), "writer", &[ZONES]);
    assert_eq!(first.exit, 1, "{}", first.printed);
    assert_eq!(first.outputs["exit-code"], "1");
    assert!(first.printed.contains("::error file=mailvouch.toml,line=8,"), "{}", first.printed);
    let comments = api.comments();
    assert_eq!(comments.len(), 1);
    assert!(comments[0].starts_with("<!-- mailvouch default -->\n"), "{}", comments[0]);
    assert!(comments[0].contains("egress-not-authorised"), "{}", comments[0]);
    assert!(comments[0].ends_with(&first.summary), "{}", first.summary);

    // Put right, it is the same comment that says so.
    let allowed = ("arguments", "--allow=tightens-dmarc");
    let applied = run(&api, folder.path(), "writer", &[ZONES, allowed, ("command", "apply"), ("comment", "false")]);
    assert_eq!(applied.exit, 0, "{}", applied.printed);
    assert!(read(folder.path().join("example.com.zone")).contains("ip4:198.51.100.7"));
    assert!(applied.summary.lines().all(|line| line.starts_with("    ")), "{}", applied.summary);
    let second = run(&api, folder.path(), "writer", &[ZONES]);
    assert_eq!(second.exit, 0, "{}", second.printed);
    let comments = api.comments();
    assert_eq!(comments.len(), 1);
    assert!(!comments[0].contains("egress-not-authorised"), "{}", comments[0]);
}

#[test]
fn a_plan_shows_what_a_merge_would_bring() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    let before = read(folder.path().join("example.com.zone"));
    run(&api, folder.path(), "writer", &[ZONES]);
    let plan = run(&api, folder.path(), "writer", &[ZONES, ("command", "plan"), ("comment-key", "plan")]);
    assert_eq!(plan.exit, 0, "changes that wait are no failure: {}", plan.printed);
    assert_eq!(plan.outputs["exit-code"], "1");
    let comments = api.comments();
    assert_eq!(comments.len(), 2, "each key has its own");
    assert!(comments[1].contains("ip4:198.51.100.7") && comments[1].contains("tightens-dmarc"), "{}", comments[1]);
    let saved: Value = serde_json::from_str(&read(&plan.outputs["plan"])).expect("a plan");
    assert_eq!(saved["version"], 1);
    assert_eq!(read(folder.path().join("example.com.zone")), before);
}

#[test]
fn an_apply_that_trips_a_guard_writes_nothing() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    let before = read(folder.path().join("example.com.zone"));
    let ran = run(&api, folder.path(), "writer", &[ZONES, ("command", "apply")]);
    assert_eq!(ran.exit, 5, "{}", ran.printed);
    assert_eq!(read(folder.path().join("example.com.zone")), before);
}

#[test]
fn comments_of_others_stay() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    // A person who writes our mark, and more comments than one page holds before ours.
    let mut there = vec![
        json!({"issue": 7, "user": {"type": "User"}, "body": "<!-- mailvouch default -->\nmine"}),
        json!({"issue": 8, "user": {"type": "Bot"}, "body": "<!-- mailvouch default -->\nof another"}),
        json!({"issue": 7, "user": {"type": "Bot"}, "body": "<!-- mailvouch other -->\nother key"}),
    ];
    there.extend((0..200).map(|n| json!({"issue": 7, "user": {"type": "Bot"}, "body": format!("comment {n}")})));
    api.seed(&Value::Array(there));
    let before = api.comments();
    for _ in 0..2 {
        run(&api, folder.path(), "writer", &[ZONES]);
        let after = api.comments();
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(after[..before.len()], before);
    }
}

#[test]
fn a_token_that_may_not_write_is_no_failure() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    for token in ["reader", "nobody"] {
        let ran = run(&api, folder.path(), token, &[ZONES, ("sarif", "true"), ("fail-on", "never")]);
        assert_eq!(ran.exit, 0, "{}", ran.printed);
        assert!(ran.printed.contains("::warning title=mailvouch::the comment could not be written"), "{}", ran.printed);
        assert!(ran.printed.contains("::warning title=mailvouch::the alerts could not be uploaded"), "{}", ran.printed);
        assert!(ran.summary.contains("egress-not-authorised"));
        assert!(!ran.printed.contains("Bearer"), "{}", ran.printed);
    }
    assert!(api.comments().is_empty());
}

#[test]
fn alerts_are_uploaded() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    let ran = run(&api, folder.path(), "writer", &[ZONES, ("sarif", "true")]);
    let state = api.state();
    let [sent] = state["sarifs"].as_array().expect("uploads").as_slice() else { panic!("{}", ran.printed) };
    assert_eq!(sent["ref"], "refs/pull/7/merge");
    let packed = folder.path().join("packed");
    std::fs::write(&packed, sent["sarif"].as_str().expect("a text")).expect("written");
    let unpack = "base64 --decode packed | gunzip";
    let unpacked =
        std::process::Command::new("bash").args(["-c", unpack]).current_dir(folder.path()).output().expect("bash");
    assert_eq!(String::from_utf8_lossy(&unpacked.stdout), read(&ran.outputs["sarif-file"]));
}

#[test]
fn what_could_not_be_told_is_no_pass_unless_that_is_wanted() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    // No server is there: port 9 of loopback.
    let inputs = [("resolvers", "127.0.0.1:9"), ("arguments", "--timeout=1")];
    let ran = run(&api, folder.path(), "writer", &inputs);
    assert_eq!((ran.exit, ran.outputs["exit-code"].as_str()), (3, "3"), "{}", ran.printed);
    let ran = run(&api, folder.path(), "writer", &[inputs[0], inputs[1], ("fail-on-unknown", "false")]);
    assert_eq!(ran.exit, 0, "{}", ran.printed);
    assert!(ran.printed.contains("::warning title=mailvouch::could not tell"), "{}", ran.printed);
}

#[test]
fn inputs_are_arguments_and_never_commands() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    let evil = "$(touch${IFS}pwned);touch${IFS}pwned";
    for input in ["domains", "config", "zone-files", "resolvers", "arguments", "fail-on", "command", "comment-key"] {
        let ran = run(&api, folder.path(), "writer", &[ZONES, (input, evil)]);
        let expected = if input == "comment-key" { 1 } else { 2 };
        assert_eq!(ran.exit, expected, "{input}: {}", ran.printed);
    }
    let ran = run(&api, folder.path(), "writer", &[ZONES, ("domains", "--output=pwned")]);
    assert_eq!(ran.exit, 2, "{}", ran.printed);
    assert!(!folder.path().join("pwned").exists());
    let [comment] = api.comments().try_into().expect("one comment");
    assert!(comment.starts_with("<!-- mailvouch __touch__IFS_pwned__touch__IFS_pwned -->\n"), "{comment}");
}

/// The lines that the runner looks for commands in: not those between `stop-commands` and its token.
fn listened_to(printed: &str) -> Vec<&str> {
    let mut token: Option<String> = None;
    let mut lines = Vec::new();
    for line in printed.lines() {
        match &token {
            Some(end) if line == end => token = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(end) => token = Some(format!("::{end}::")),
                None => lines.push(line),
            },
        }
    }
    assert_eq!(token, None, "commands stay stopped: {printed}");
    lines
}

#[test]
fn what_a_record_says_is_no_command_for_the_runner() {
    let (api, folder) = (Api::start(), copy_of("01-firewall-move"));
    let zone = folder.path().join("example.com.zone");
    let text = read(&zone).replace("v=spf1 ", "v=spf1 ##[add-mask]owned ");
    std::fs::write(&zone, &text).expect("a zone");
    for command in ["check", "plan", "apply"] {
        let ran = run(&api, folder.path(), "writer", &[ZONES, ("command", command)]);
        if command == "check" {
            assert!(ran.printed.contains("##[add-mask]owned"), "the record is quoted: {}", ran.printed);
        }
        let lines = listened_to(&ran.printed);
        assert!(lines.len() < ran.printed.lines().count(), "something is between: {}", ran.printed);
        for line in lines.iter().filter(|line| line.contains("##[")) {
            assert!(line.starts_with("::error ") || line.starts_with("::warning "), "{line}");
        }
    }
}
