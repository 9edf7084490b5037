//! One domain's findings, as people read them.

use mailvouch::output::{Next, Tally, human};
use mailvouch::published::{Answers, Failure, Question, Reason, Reply, State};
use mailvouch_providers::dns::{Rdata, RecordSet, RrType, Txt};
use std::sync::Arc;

use super::{COM, Case, plain, zone};
use crate::support::snapshots;

/// Columns that no line may pass.
const WIDTH: usize = 120;

const DECLARATION: &str = r#"version = 1

[egress.hq]
addresses = ["203.0.113.10", "198.51.100.7"]

[domains."example.com"]
egress = ["hq"]
spf = { all = "fail" }
dmarc = { policy = "quarantine" }
"#;

#[tokio::test]
async fn records_stand_beside_the_declaration() {
    let _guard = snapshots("output");
    let zone = zone("@ TXT \"token\"\n@ TXT \"v=spf1 ip4:203.0.113.10 include:_spf.other.example ~all\"");
    let other = "$ORIGIN other.example.\n@ 300 SOA ns host 1 2 3 4 5\n_spf 300 TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n";
    let case = Case::zones(&[&zone, other, COM]).declared(DECLARATION);
    insta::assert_snapshot!("report-fail", plain(&human::report(&case.report("example.com").await)));
}

#[tokio::test]
async fn a_pass_says_what_was_looked_at() {
    let _guard = snapshots("output");
    let zone = zone(
        "@ MX 10 mail\n@ TXT \"v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all\"\n\
         _dmarc TXT \"v=DMARC1; p=reject\"\n\
         s1._domainkey TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n\
         s0._domainkey TXT \"v=DKIM1; p=\"",
    );
    let case = Case::zones(&[&zone]).selector("s1").selector("s0");
    insta::assert_snapshot!("report-pass", plain(&human::report(&case.report("example.com").await)));
}

#[tokio::test]
async fn what_could_not_be_told_is_no_pass() {
    let _guard = snapshots("output");
    let name = "example.com".parse().expect("a name");
    let set = RecordSet { ttl: 60, values: vec![Rdata::Txt(Txt::from_text(b"v=spf1 -all"))] };
    let failure = Failure { reason: Reason::ServFail, server: Some("192.0.2.53:53".to_owned()) };
    let answers: Answers = [
        (Question::new(&name, RrType::TXT), Arc::new(Reply::found(set))),
        (Question::new(&name, RrType::MX), Arc::new(Reply::from(State::Unknown(failure)))),
    ]
    .into_iter()
    .collect();
    let report = Case::source(answers).report("example.com").await;
    let text = plain(&human::report(&report));
    insta::assert_snapshot!("report-unknown", text);
    assert!(!text.contains("nothing there"), "nothing is said to be absent: {text}");
}

#[tokio::test]
async fn names_outside_the_zones_are_one_line() {
    let _guard = snapshots("output");
    let includes: Vec<String> = (1..=7).map(|number| format!("include:s{number}.example.net")).collect();
    let zone = zone(&format!("@ TXT \"v=spf1 {} -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"", includes.join(" ")));
    let text = plain(&human::report(&Case::zones(&[&zone]).report("example.com").await));
    insta::assert_snapshot!("report-outside-view", text);
}

#[tokio::test]
async fn what_an_alias_leads_to_is_said() {
    let _guard = snapshots("output");
    let zone = zone("@ TXT \"v=spf1 -all\"\n_dmarc CNAME nowhere.other.example.");
    let other = "$ORIGIN other.example.\n@ 300 SOA ns host 1 2 3 4 5\n";
    let case = Case::zones(&[&zone, other, COM]).declared(DECLARATION);
    let report = case.report("example.com").await;
    let only = mailvouch::lint::Report {
        diagnostics: report.diagnostics.iter().filter(|found| found.rule == "dmarc-missing").cloned().collect(),
        ..report
    };
    insta::assert_snapshot!("report-alias", plain(&human::report(&only)));
}

#[tokio::test]
async fn long_records_are_cut_around_what_is_wrong() {
    let before: Vec<String> = (0..60).map(|number| format!("ip4:192.0.2.{number}")).collect();
    let after: Vec<String> = (60..120).map(|number| format!("ip4:192.0.2.{number}")).collect();
    let text = format!("v=spf1 {} ip4:198.51.100 {} ~all", before.join(" "), after.join(" "));
    let strings: Vec<String> =
        text.as_bytes().chunks(250).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk))).collect();
    let zone = zone(&format!("@ TXT {}", strings.join(" ")));
    let report = Case::zones(&[&zone]).declared(DECLARATION).report("example.com").await;
    let shown = plain(&human::report(&report));
    let syntax = shown.split("\n\n").find(|finding| finding.contains("[spf-syntax]")).expect("a finding");
    let lines: Vec<&str> = syntax.lines().collect();
    let offset = text.find("198.51.100 ").expect("the address");
    assert_eq!(lines[1], format!(" --> example.com. TXT:1:{}", offset + 1));
    let marked: String =
        lines[3].chars().zip(lines[4].chars()).filter(|(_, mark)| *mark == '^').map(|(char, _)| char).collect();
    assert_eq!(marked, "198.51.100", "{syntax}");
    assert!(lines[3].starts_with("1 | …") && lines[3].ends_with('…'), "{syntax}");
    for line in shown.lines().filter(|line| !line.starts_with("error[") && !line.starts_with("warning[")) {
        assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
    }
}

#[tokio::test]
async fn styles_are_there_and_say_no_more_than_the_text() {
    let case = Case::zones(&[&zone("@ TXT \"v=spf1 +all\"")]).declared(DECLARATION);
    let styled = human::report(&case.report("example.com").await);
    assert!(styled.contains("\u{1b}["), "{styled:?}");
    assert!(styled.contains("\u{1b}[0m"), "{styled:?}");
    assert!(!plain(&styled).contains('\u{1b}'));
}

#[tokio::test]
async fn the_last_line_counts_what_there_is() {
    let fail = Case::zones(&[&zone("@ TXT \"v=spf1 +all\""), COM]).declared(DECLARATION).report("example.com").await;
    let pass =
        Case::zones(&[&zone("@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"")]).report("example.com").await;
    let unknown = Case::source(Answers::default()).report("example.com").await;
    let line = |tally: &Tally| plain(&human::summary(tally, &Next::default(), "mailvouch plan"));
    assert_eq!(line(&Tally::default()), "0 domains\n");
    assert_eq!(line(&[&pass].into_iter().collect()), "1 domain: 1 pass; nothing found\n");
    let tally: Tally = [&fail, &pass, &unknown, &pass].into_iter().collect();
    assert_eq!((tally.domains(), tally.pass, tally.fail, tally.unknown), (4, 2, 1, 1));
    let found = format!("{} errors, {} warnings", tally.errors, tally.warnings);
    let told = line(&tally);
    assert!(told.starts_with(&format!("4 domains: 2 pass, 1 fail, 1 unknown; {found}\n\nnext:\n")), "{told}");
    assert!(told.contains("1. 1 domain could not be judged, since look-ups failed"), "{told}");
}
