//! Wrong usage: exit 2, and words that say what to do.

use std::fs::File;

use super::{Folder, snapshots};

const ZONE: &str = "$ORIGIN example.com.\n@ 300 SOA ns host 1 2 3 4 5\n@ 300 TXT \"v=spf1 -all\"\n";
const DECLARED: &str = "version = 1\n[domains.\"example.com\"]\nsends = false\n";

#[test]
fn arguments_that_make_no_sense() {
    let _area = snapshots();
    let folder = Folder::with(&[("z", ZONE)]);
    for (case, arguments) in [
        ("nothing", ""),
        ("command", "chek"),
        ("select", "check example.com --zone-file z --select spf-mising"),
        ("ignore", "check example.com --zone-file z --ignore something-else"),
        ("accept", "plan example.com --zone-file z --accept dmarc_differs"),
        ("accept-diff", "diff example.com --zone-file z --accept dmarc_differs"),
        ("accept-apply", "apply --accept dmarc_differs"),
        ("explain", "explain spf-mising"),
        ("guard", "apply plan.json --allow tighten-dmarc"),
        ("domain", "check example..com --zone-file z"),
        ("domain-is-a-url", "check https://example.com/ --zone-file z"),
        ("domain-is-an-address", "check someone@example.com --zone-file z"),
        ("no-domain", "check --zone-file z"),
        ("resolver", "check example.com --resolver ns.example.com"),
        ("egress", "check example.com --zone-file z --egress 192.0.2.300"),
        ("egress-private", "check example.com --zone-file z --egress 10.0.0.1"),
        ("selector", "check example.com --zone-file z --selector s1._domainkey.example.com"),
        ("timeout", "check example.com --zone-file z --timeout 0"),
        ("concurrency", "check example.com --zone-file z --concurrency 0"),
        ("format", "check example.com --zone-file z --format yaml"),
        ("fail-on", "check example.com --zone-file z --fail-on fatal"),
        ("lines-of-rules", "rules --format ndjson"),
        ("lines-of-a-plan", "plan example.com --zone-file z --format ndjson"),
        ("lines-of-a-diff", "diff example.com --zone-file z --format ndjson"),
        ("two-sources", "check example.com --zone-file z --resolver 127.0.0.1"),
        ("plan-and-domain", "apply plan.json --domain example.com"),
    ] {
        let ran = folder.mailvouch(arguments).exits(2);
        assert!(ran.stdout.is_empty(), "{ran}");
        insta::assert_snapshot!(format!("usage-{case}"), ran);
    }
}

#[test]
fn a_selector_holds_no_blank() {
    Folder::with(&[("z", ZONE)])
        .mailvouch("check example.com --zone-file z --selector")
        .arg("two words")
        .exits(2)
        .says("`two words` is no selector");
}

#[test]
fn a_domain_of_the_declaration_takes_no_egress_from_the_command_line() {
    Folder::with(&[("z", ZONE), ("mailvouch.toml", DECLARED)])
        .mailvouch("check example.com --zone-file z --egress 203.0.113.1")
        .exits(2)
        .says("example.com is declared in mailvouch.toml");
}

#[test]
fn a_declaration_that_cannot_be_read() {
    let folder = Folder::with(&[("empty.toml", ""), ("none.toml", "version = 1\n"), ("folder/file", "")]);
    folder.write("latin-1.toml", b"version = 1 # \xe9t\xe9\n");
    for command in ["check", "diff", "plan", "apply"] {
        let run = |file: &str| folder.mailvouch(command).arg("-c").arg(file).exits(2).says(file);
        run("missing.toml").says("cannot be read");
        run("folder").says("cannot be read");
        run("empty.toml").says("the declaration is empty");
        run("latin-1.toml").says("UTF-8");
        run("none.toml").says("declares no domain");
    }
}

#[test]
fn a_mistake_in_the_declaration_is_told_with_its_place() {
    let folder = Folder::with(&[("mailvouch.toml", "version = 1\n[domains.\"example.com\"]\nsend = false\n")]);
    let ran = folder.mailvouch("check").exits(2).says("mailvouch.toml:3:1").says("`send`");
    assert!(ran.stdout.is_empty(), "{ran}");
}

#[test]
fn rules_and_guards_of_the_declaration_have_to_exist() {
    for (key, wrong, right) in [("accept", "dmarc-difers", "dmarc-differs"), ("allow", "widen-spf", "widens-spf")] {
        let text = format!("{DECLARED}{key} = [\"{wrong}\"]\n");
        Folder::with(&[("mailvouch.toml", &text)]).mailvouch("check").exits(2).says(wrong).says(right);
    }
}

#[test]
fn the_declaration_is_looked_for_upwards() {
    let folder = Folder::with(&[("mailvouch.toml", DECLARED), ("a/b/z", ZONE)]);
    let ran = folder.mailvouch("check --zone-file z --format json").inside(&folder.path().join("a/b")).exits(0);
    assert_eq!(ran.json()["domains"][0]["domain"], "example.com");
    folder.mailvouch("check").inside(std::path::Path::new("/")).exits(2).says("there is no `mailvouch.toml`");
}

#[test]
fn zone_files_that_are_none() {
    let _area = snapshots();
    let folder = Folder::with(&[
        ("no-type", "$ORIGIN example.com.\n@ 300 SOA ns host 1 2 3 4 5\nwww 300 IN\n"),
        ("loop", "$INCLUDE loop-2\n"),
        ("loop-2", "$INCLUDE loop\n"),
        ("outside", "$INCLUDE /etc/passwd\n"),
        ("folder/zone", ""),
    ]);
    folder.write("binary", [0, 159, 146, 150]);
    for file in ["missing", "folder", "no-type", "loop", "outside", "binary"] {
        let ran = folder.mailvouch("check example.com --zone-file").arg(file).exits(2);
        insta::assert_snapshot!(format!("zone-file-{file}"), ran);
    }
}

#[test]
fn a_zone_file_of_100_mb_is_not_read() {
    let folder = Folder::new();
    let file = File::create(folder.path().join("zone")).expect("a file");
    file.set_len(100 << 20).expect("a file with a hole");
    folder.mailvouch("check example.com --zone-file zone").exits(2).says("104857600 octets");
}

#[test]
fn answers_that_are_none() {
    let _area = snapshots();
    let folder = Folder::with(&[
        ("cut", "{\"version\": 1, \"answers\": ["),
        ("version", "{\"version\": 7, \"answers\": []}"),
        (
            "shape",
            "{\"version\": 1, \"answers\": [{\"name\": \"example.com\", \"type\": \"TXT\", \"status\": \"maybe\"}]}",
        ),
        ("other", "[1, 2]"),
    ]);
    for file in ["missing", "cut", "version", "shape", "other"] {
        let ran = folder.mailvouch("check example.com --answers").arg(file).exits(2);
        insta::assert_snapshot!(format!("answers-{file}"), ran);
    }
}

#[test]
fn plans_that_are_none() {
    let _area = snapshots();
    let folder = Folder::with(&[
        ("mailvouch.toml", DECLARED),
        ("cut", "{\"version\": 1, \"steps\": ["),
        ("version", "{\"version\": 2}"),
        ("other", "{\"version\": 1, \"steps\": [], \"advice\": [], \"more\": 1}"),
    ]);
    for file in ["missing", "cut", "version", "other"] {
        let ran = folder.mailvouch("apply").arg(file).exits(2);
        insta::assert_snapshot!(format!("plan-file-{file}"), ran);
    }
}

/// Words of files and arguments reach a terminal, and steer nothing there.
#[test]
fn what_is_repeated_is_made_safe_to_show() {
    let folder =
        Folder::with(&[("mailvouch.toml", DECLARED), ("zone", "$ORIGIN example.com.\n@ 300 \u{1b}[31mTXT x\n")]);
    folder.write("plan", "{\"version\": 1, \"steps\": [], \"advice\": [], \"\\u001b[31m\": 1}");
    let esc = "\u{1b}[31m";
    for run in [
        folder.mailvouch("check --zone-file").arg(format!("{esc}missing")),
        folder.mailvouch("check --zone-file zone"),
        folder.mailvouch("check").arg(format!("{esc}.example")),
        folder.mailvouch("check --select").arg(format!("{esc}spf-missing")),
        folder.mailvouch("check -c").arg(format!("{esc}.toml")),
        folder.mailvouch("apply plan"),
        folder.mailvouch("explain").arg(esc),
    ] {
        // Even where colours are wanted: these are not ours.
        let ran = run.arg("--color").arg("always").exits(2);
        assert!(!ran.stderr.contains(esc), "{ran:?}");
    }
}

#[test]
fn outputs_that_cannot_be_written() {
    let folder = Folder::with(&[("z", ZONE), ("mailvouch.toml", DECLARED), ("folder/x", "")]);
    for command in [
        "check -o no/file",
        "check -o folder",
        "check --save-answers no/file",
        "diff -o no/file",
        "plan -o no/file",
        "plan --out folder",
    ] {
        folder.mailvouch(command).arg("--zone-file").arg("z").exits(2).says("cannot write");
    }
}
