//! Findings that may stand: by a baseline, and by `ignore` of the declaration.

use mailvouch_providers::dns::RrType;

use super::Folder;
use crate::support::dns_server::{Act, DnsServer, Script};

const ZONE: &str = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 h 1 7200 900 1209600 300\n\
                    @ TXT \"v=spf1 ip4:203.0.113.10 ?all\"\n@ MX 10 mail\nmail A 203.0.113.10\n\
                    _dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.com\"\n";
const DECLARED: &str = "version = 1\n[egress.hq]\naddresses = [\"203.0.113.10\"]\n\
                        [domains.\"example.com\"]\negress = [\"hq\"]\nspf = { all = \"fail\" }\n";
const CHECK: &str = "check --zone-file z --fail-on info";

fn folder() -> Folder {
    Folder::with(&[("mailvouch.toml", DECLARED), ("z", ZONE)])
}

/// A folder whose findings all stand in `known.toml`, each with a reason.
fn explained() -> Folder {
    let folder = folder();
    folder.mailvouch(&format!("{CHECK} --write-baseline known.toml")).exits(0);
    folder.write("known.toml", folder.read("known.toml").replace("TODO: say why this may stand", "the old gateway"));
    folder
}

/// How many entries a baseline has.
fn entries(folder: &Folder) -> usize {
    folder.read("known.toml").matches("[[finding]]").count()
}

#[test]
fn what_is_known_does_not_fail_the_run() {
    let folder = folder();
    let before = folder.mailvouch(CHECK).exits(1).says("spf-all-differs");
    let found =
        folder.mailvouch(&format!("{CHECK} --format json")).exits(1).json()["domains"][0]["diagnostics"].clone();
    let found = found.as_array().expect("findings").len();
    assert!(found > 1, "{before}");
    folder.mailvouch(&format!("{CHECK} --write-baseline known.toml")).exits(0).says("known, and not counted");
    assert_eq!(entries(&folder), found);
    // Without a reason it is told of; with one it is quiet.
    let told = folder.mailvouch("check --zone-file z --baseline known.toml").exits(0);
    told.says(&format!("note: known.toml:6:8: {found} known findings have no reason yet"));
    let folder = explained();
    let quiet = folder.mailvouch(&format!("{CHECK} --baseline known.toml --format json")).exits(0);
    let document = quiet.json();
    assert_eq!(document.get("notes"), None);
    let domain = &document["domains"][0];
    assert_eq!(domain["diagnostics"], serde_json::json!([]));
    let known = domain["known"].as_array().expect("they are kept");
    assert_eq!(known.len(), found);
    for each in known {
        assert_eq!((&each["reason"], &each["source"]), (&"the old gateway".into(), &"baseline".into()), "{each}");
        assert!(each["rule"].is_string() && each["labels"].is_array(), "{each}");
    }
}

#[test]
fn what_is_new_still_fails_although_offsets_have_moved() {
    let folder = explained();
    folder.write("z", ZONE.replace("v=spf1 ip4:203.0.113.10", "v=spf1  ip4:203.0.113.10 ip4:192.0.2.256"));
    let ran = folder.mailvouch(&format!("{CHECK} --baseline known.toml --format json")).exits(1);
    let document = ran.json();
    let rules = |list: &str| -> Vec<String> {
        let list = document["domains"][0][list].as_array().expect("a list").iter();
        list.map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect()
    };
    assert!(rules("diagnostics").contains(&"spf-syntax".to_owned()), "{ran}");
    assert!(rules("known").contains(&"dmarc-policy-none".to_owned()), "{ran}");
}

#[test]
fn an_entry_whose_day_is_past_counts_again_and_is_told() {
    let folder = explained();
    let text = folder.read("known.toml");
    let (head, date) = text.rsplit_once("expires = ").expect("a day");
    folder.write("known.toml", format!("{head}expires = 2020-01-31{}", &date[10..]));
    let ran = folder.mailvouch(&format!("{CHECK} --baseline known.toml")).exits(1);
    ran.says("was to be gone by 2020-01-31; it counts again: mend it, or write a later day with its reason");
    // Its day stays: only a person gives leave for longer.
    folder.mailvouch(&format!("{CHECK} --write-baseline known.toml")).exits(1);
    assert!(folder.read("known.toml").contains("2020-01-31"));
}

#[test]
fn an_entry_that_nothing_needs_is_told_and_goes() {
    let folder = explained();
    let before = entries(&folder);
    folder.write("z", ZONE.replace("p=none", "p=reject"));
    let line =
        "the known finding `dmarc-policy-none` of example.com is there no more, or has changed; take the entry out";
    folder.mailvouch("check --zone-file z --baseline known.toml").exits(0).says(line);
    let ran = folder.mailvouch("check --zone-file z --baseline known.toml --fail-on warning --format json").exits(1);
    let note = ran.json()["notes"][0].clone();
    assert_eq!((&note["file"], &note["column"]), (&"known.toml".into(), &8.into()), "{note}");
    assert!(note["line"].as_u64().is_some_and(|line| line > 1) && note["help"].is_string(), "{note}");
    // Others are looked at another time.
    let quiet =
        folder.mailvouch("check --zone-file z --baseline known.toml --fail-on warning --select spf-all-differs");
    quiet.exits(0);
    folder.mailvouch("check --zone-file z --write-baseline known.toml").exits(0);
    assert_eq!(entries(&folder), before - 1);
    assert!(folder.read("known.toml").contains("the old gateway"), "reasons stay");
}

#[test]
fn what_could_not_be_looked_up_may_be_there_still() {
    let folder = explained();
    let before = folder.read("known.toml");
    let act = Act::Rcode(hickory_proto::op::ResponseCode::ServFail);
    let server = DnsServer::start(Script::resolver().act("_dmarc.example.com", RrType::TXT, act));
    let source = format!("--resolver {} --fail-on warning", server.address());
    let ran = folder.mailvouch(&format!("check {source} --baseline known.toml"));
    let told = ran.exits(1).to_string();
    assert!(!told.contains("there no more"), "{told}");
    folder.mailvouch(&format!("check {source} --write-baseline known.toml"));
    assert!(folder.read("known.toml").contains("dmarc-policy-none"), "{before}");
    assert!(!folder.read("known.toml").contains("lookup-failed"));
}

#[test]
fn a_baseline_that_is_wrong_stops_the_run_before_anybody_is_asked() {
    let good = explained().read("known.toml");
    for (text, told) in [
        ("", "`version = 1` is missing"),
        ("version = 2", "only 1 is known"),
        ("version = 1\nfinding = 3", "known.toml:2:1"),
        ("version = 1\nfindings = []", "did you mean `[[finding]]`?"),
        (&good.replacen("rule = \"", "rule = \"x", 1), "there is no rule"),
        (&good.replacen("expires = ", "until = ", 1), "did you mean `expires`?"),
        (&good.replacen("the old gateway", " ", 1), "the reason is empty"),
        (&good.replacen("expires = 2", "expires = \"2", 1), "known.toml:"),
        (
            &good.replacen("rule = \"spf-all-differs\"", "rule = \"lookup-failed\"", 1),
            "a look-up that failed cannot be ignored",
        ),
        ("version = 1\n[[finding]]\n", "`domain` is missing"),
        ("version = 1\n\u{0}", "known.toml:2:1"),
    ] {
        let folder = folder();
        folder.write("known.toml", text);
        for option in ["--baseline", "--write-baseline"] {
            folder.mailvouch(&format!("{CHECK} {option} known.toml")).exits(2).says(told);
            assert_eq!(folder.read("known.toml"), text, "it stays as it was");
        }
    }
    let folder = folder();
    folder.write("known.toml", [0xff, 0xfe]);
    folder.mailvouch(&format!("{CHECK} --baseline known.toml")).exits(2).says("UTF-8");
    folder.mailvouch(&format!("{CHECK} --baseline nothing.toml")).exits(2).says("nothing.toml");
    folder.mailvouch(&format!("{CHECK} --write-baseline no/where.toml")).exits(2).says("no/where.toml");
    folder.mailvouch(&format!("{CHECK} --baseline known.toml --write-baseline known.toml")).exits(2);
}

/// The declaration with this `ignore`.
fn ignoring(entry: &str) -> Folder {
    let folder = folder();
    folder.write("mailvouch.toml", format!("{DECLARED}[domains.\"example.com\".ignore]\n{entry}\n"));
    folder
}

#[test]
fn a_rule_that_a_domain_ignores_is_kept_and_does_not_count() {
    let folder = ignoring("spf-all-differs = { reason = \"after the move\", expires = 2999-12-31 }");
    let ran = folder.mailvouch("check --zone-file z --format json");
    let document = ran.exits(0).json();
    let domain = &document["domains"][0];
    assert_eq!(domain["verdict"], "pass");
    let known = &domain["known"][0];
    assert_eq!((&known["rule"], &known["source"]), (&"spf-all-differs".into(), &"declaration".into()));
    assert_eq!((&known["reason"], &known["expires"]), (&"after the move".into(), &"2999-12-31".into()));
    folder.mailvouch("check --zone-file z").exits(0).says("1 finding known, and not counted: spf-all-differs");
    // Nothing is planned for it either.
    let planned = folder.mailvouch("plan --zone-file z").exits(0).to_string();
    assert!(planned.contains("nothing to change"), "{planned}");
}

#[test]
fn what_is_ignored_for_too_long_or_for_nothing_is_told() {
    let folder = ignoring("spf-all-differs = { reason = \"after the move\", expires = 2020-01-31 }");
    let line = "warning: mailvouch.toml:8:1: `spf-all-differs` of example.com was to be gone by 2020-01-31";
    folder.mailvouch("check --zone-file z").exits(1).says(line);
    folder.mailvouch("plan --zone-file z --format json").exits(1).says("v=spf1 ip4:203.0.113.10 -all");
    let folder = ignoring("spf-ptr = { reason = \"an old record\", expires = 2999-12-31 }");
    let ran = folder.mailvouch("check --zone-file z --ignore spf-all-differs --fail-on warning").exits(1);
    ran.says("warning: mailvouch.toml:8:1: `spf-ptr` finds nothing at example.com, and is ignored; take the entry out");
    folder.mailvouch("check --zone-file z --select dmarc-missing --fail-on warning").exits(0);
}

#[test]
fn an_ignore_that_is_wrong_is_told_with_its_place() {
    for (entry, told) in [
        ("spf-al-differs = { reason = \"x\", expires = 2999-12-31 }", "did you mean `spf-all-differs`?"),
        ("lookup-failed = { reason = \"x\", expires = 2999-12-31 }", "a look-up that failed cannot be ignored"),
        ("spf-all-differs = { expires = 2999-12-31 }", "`reason` is missing"),
        ("spf-all-differs = { reason = \"x\" }", "`expires` is missing"),
        ("spf-all-differs = { reason = \"x\", until = 2999-12-31 }", "did you mean `expires`?"),
        ("spf-all-differs = { reason = \"x\", expires = 2999-12-31T00:00:00Z }", "is no day"),
        ("spf-all-differs = true", "mailvouch.toml:8:"),
    ] {
        ignoring(entry).mailvouch("check --zone-file z").exits(2).says(told).says("mailvouch.toml:8:");
    }
    let folder =
        Folder::with(&[("mailvouch.toml", &format!("{DECLARED}ignore = [\"spf-all-differs\"]\n")), ("z", ZONE)]);
    folder.mailvouch("check --zone-file z").exits(2).says("mailvouch.toml:7:");
}

#[test]
fn every_format_tells_what_is_known() {
    let folder = ignoring("spf-all-differs = { reason = \"after the move\", expires = 2999-12-31 }");
    for (format, told) in [
        ("sarif", "\"justification\": \"after the move (until 2999-12-31)\""),
        ("junit", "<skipped message=\"after the move (until 2999-12-31)\"/>"),
        ("markdown", "(until 2999-12-31: after the move)"),
        ("html", "until 2999-12-31: after the move"),
        ("ndjson", "\"reason\":\"after the move\""),
    ] {
        folder.mailvouch(&format!("check --zone-file z --format {format}")).exits(0).says(told);
    }
}

#[test]
fn the_examples_of_the_page_are_read() {
    // The page names a day that comes.
    let page = include_str!("../../docs/baselines.md").replace("2027-03-31", "2999-12-31");
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().expect("its end")).collect();
    let [baseline, ignore] = examples.as_slice() else { panic!("two examples") };
    let folder = folder();
    folder.write("known.toml", baseline);
    let known = "check --zone-file z --baseline known.toml --select spf-all-differs";
    folder.mailvouch(known).exits(0).says("1 finding known");
    folder.write("mailvouch.toml", format!("{DECLARED}{ignore}"));
    folder.mailvouch("check --zone-file z --select spf-all-differs").exits(0).says("1 finding known");
}

#[test]
fn the_lines_of_the_page_end_clean() {
    let folder = folder();
    folder.mailvouch("check --zone-file z --write-baseline known.toml").exits(0);
    // Reasons are asked for, and are no reason to fail.
    folder.mailvouch("check --zone-file z --baseline known.toml --fail-on warning").exits(0).says("have no reason yet");
}

#[test]
fn what_is_ignored_too_is_no_entry_that_is_gone() {
    let folder = explained();
    let ignore = "[domains.\"example.com\".ignore]\nspf-all-differs = { reason = \"x\", expires = 2999-12-31 }\n";
    folder.write("mailvouch.toml", format!("{DECLARED}{ignore}"));
    let ran = folder.mailvouch(&format!("{CHECK} --baseline known.toml")).exits(0);
    assert!(!ran.to_string().contains("there no more"), "{ran}");
}

#[test]
fn an_entry_of_a_domain_that_is_declared_no_more_is_told_and_goes() {
    let folder = explained();
    folder.write("mailvouch.toml", DECLARED.replace("example.com", "example.net"));
    folder.write("z", ZONE.replace("example.com", "example.net"));
    let all = folder.mailvouch("check --zone-file z --baseline known.toml --exit-zero");
    all.exits(0).says("of example.com is there no more");
    // Somebody who looks at one domain says nothing of others.
    let one = folder.mailvouch("check example.net --zone-file z --baseline known.toml --exit-zero").exits(0);
    assert!(!one.to_string().contains("there no more"), "{one}");
    folder.mailvouch("check --zone-file z --write-baseline known.toml --exit-zero").exits(0);
    assert!(!folder.read("known.toml").contains("example.com"));
}

#[test]
fn every_format_tells_what_has_to_be_looked_at() {
    let folder = ignoring("spf-ptr = { reason = \"an old record\", expires = 2999-12-31 }");
    for (format, told) in [
        ("json", "\"column\": 1"),
        ("sarif", "\"toolConfigurationNotifications\""),
        (
            "github",
            "::warning file=mailvouch.toml,line=8,col=1,title=mailvouch::`spf-ptr` finds nothing at example.com",
        ),
        ("junit", "<testcase name=\"mailvouch.toml:8:1: `spf-ptr` finds nothing"),
        ("markdown", "- `mailvouch.toml:8:1`: `spf-ptr` finds nothing"),
        ("html", "What may stand, and has to be looked at"),
    ] {
        let line = format!("check --zone-file z --format {format} --ignore spf-all-differs --fail-on warning");
        folder.mailvouch(&line).exits(1).says(told);
    }
}
