//! What could not be looked up: told as that, never as good and never as missing, and no change is planned on it.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{DNSClass, Name as WireName, RecordType};
use mailvouch_providers::dns::RrType;
use serde_json::{Value, json};

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, DMARC_WEAK, OFFICE_FAILS, folder, zone};
use crate::support::dns_server::{Act, DnsServer, Script, Transport};

/// The SPF record is not as declared: could it be told, it would be an error, and mended.
const WRONG: &str = "example.com MX 10 mail.example.com.\n\
    mail.example.com A 203.0.113.10\n\
    10.113.0.203.in-addr.arpa PTR mail.example.com.\n\
    example.com TXT \"v=spf1 -all\"\n\
    _dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"";

/// Each way in which a server does not answer, what is said of it, and the TCP port closed or not.
fn faults() -> Vec<(&'static str, Act)> {
    let other_question: fn(&Message, &mut Message) = |_, answer| {
        let mut other = answer.queries[0].clone();
        other.set_name(WireName::from_ascii("other.example.").expect("a name"));
        answer.queries = vec![other];
    };
    let other_type: fn(&Message, &mut Message) = |_, answer| {
        answer.queries[0].set_query_type(RecordType::A);
    };
    let other_class: fn(&Message, &mut Message) = |_, answer| {
        answer.queries[0].set_query_class(DNSClass::CH);
    };
    vec![
        ("serv-fail", Act::Rcode(ResponseCode::ServFail)),
        ("refused", Act::Rcode(ResponseCode::Refused)),
        ("garbage", Act::Rcode(ResponseCode::NotImp)),
        ("garbage", Act::Octets(vec![0xff; 40])),
        ("garbage", Act::Octets(Vec::new())),
        ("timeout", Act::Silence),
        ("timeout", Act::Edit(other_question)),
        ("timeout", Act::Edit(other_type)),
        ("timeout", Act::Edit(other_class)),
        ("truncated", Act::truncated()),
    ]
}

/// A resolver that has this one fault, over UDP, and no TCP.
fn faulty(owner: &str, rtype: RrType, act: Act) -> DnsServer {
    DnsServer::start(Script::resolver().records(WRONG).act_over(Transport::Udp, owner, rtype, act).without_tcp())
}

/// Short enough for answers that never come, and long enough for those that do.
fn asking(server: &DnsServer, command: &str) -> String {
    format!("{command} --resolver {} --timeout 1 --format json", server.address())
}

fn declared() -> Folder {
    Folder::with(&[("mailvouch.toml", &DECLARED.replace("provider = \"zone\"\n", ""))])
}

/// The owners that a plan changes.
fn planned(ran: &Ran) -> Vec<Value> {
    let plan = ran.json();
    plan["steps"].as_array().expect("steps").iter().map(|step| step["owner"].clone()).collect()
}

fn rules(ran: &Ran) -> Vec<Value> {
    let report = ran.json();
    report["domains"][0]["diagnostics"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|found| found["rule"].clone())
        .collect()
}

#[test]
fn a_fault_is_unknown_and_nothing_is_planned_on_it() {
    // At once: for some of them it takes a while to say that nothing came.
    std::thread::scope(|scope| {
        for (reason, act) in faults() {
            scope.spawn(move || unknown_and_not_planned(reason, act));
        }
    });
}

fn unknown_and_not_planned(reason: &str, act: Act) {
    let server = faulty("example.com", RrType::TXT, act);
    let folder = declared();
    // That TCP does not bring an answer is told for certain, of the server and of the record: receivers meet the same.
    let (exit, verdict, errors) = if reason == "truncated" { (1, "fail", 2) } else { (3, "unknown", 0) };
    let ran = folder.mailvouch(&asking(&server, "check")).exits(exit);
    let report = ran.json();
    assert_eq!(report["domains"][0]["verdict"], verdict, "{ran}");
    assert_eq!(report["summary"]["errors"], json!(errors), "{ran}");
    let record = &report["domains"][0]["records"][0];
    assert_eq!(
        (&record["role"], &record["status"], &record["reason"]),
        (&json!("spf"), &json!("unknown"), &json!(reason))
    );
    assert!(rules(&ran).contains(&json!("lookup-failed")), "{ran}");
    let ran = folder.mailvouch(&asking(&server, "plan")).exits(3);
    assert!(planned(&ran).is_empty(), "{reason}: {ran}");
    assert!(server.questions().contains(&"example.com TXT".to_owned()), "the fault is that of this question");
}

#[test]
fn what_does_not_depend_on_it_is_told_and_planned() {
    let server = faulty("_dmarc.example.com", RrType::TXT, Act::Rcode(ResponseCode::ServFail));
    let ran = declared().mailvouch(&asking(&server, "check")).exits(1);
    assert_eq!(ran.json()["domains"][0]["verdict"], "fail");
    assert!(rules(&ran).iter().all(|rule| !rule.as_str().unwrap_or_default().starts_with("dmarc-")), "{ran}");
    let ran = declared().mailvouch(&asking(&server, "plan")).exits(1);
    assert_eq!(planned(&ran), ["example.com"]);
}

#[test]
fn nobody_there_is_unknown_whatever_is_asked() {
    // A port that nobody listens on, and that no other test can be given: free ports are above 1023.
    let folder = declared();
    let ran = folder.mailvouch("check --resolver 127.0.0.1:1 --format json").exits(3);
    let report = ran.json();
    assert_eq!(report["domains"][0]["verdict"], "unknown");
    assert!(rules(&ran).iter().all(|rule| rule == "lookup-failed"), "{ran}");
    let records = report["domains"][0]["records"].as_array().expect("records");
    assert!(records.iter().all(|record| record["reason"] == "unreachable"), "{ran}");
    for command in ["diff", "plan", "apply --yes"] {
        folder.mailvouch(&format!("{command} --resolver 127.0.0.1:1")).exits(3);
    }
    let audited = Folder::new().mailvouch("check example.com --resolver 127.0.0.1:1 --format json").exits(3);
    assert!(rules(&audited).iter().all(|rule| rule == "lookup-failed"), "{audited}");
}

#[test]
fn one_of_two_resolvers_is_enough() {
    let server = DnsServer::start(Script::resolver().records(WRONG));
    let command = format!("check --resolver 127.0.0.1:1 --resolver {} --format json", server.address());
    let ran = declared().mailvouch(&command).exits(1);
    assert_eq!(ran.json()["domains"][0]["verdict"], "fail");
    assert!(!rules(&ran).contains(&"lookup-failed".into()), "{ran}");
}

#[test]
fn the_deadline_ends_a_run() {
    let server = faulty("example.com", RrType::TXT, Act::Silence);
    let command = format!("check --resolver {} --timeout 600 --deadline 1 --format json", server.address());
    let ran = declared().mailvouch(&command).exits(3);
    assert_eq!(ran.json()["domains"][0]["records"][0]["reason"], "deadline");
}

/// The office may pass through the include: nobody can tell, so nothing is added for it.
#[test]
fn an_include_that_fails_holds_back_what_depends_on_it() {
    let folder = folder(&[DMARC_WEAK, ("ip4:203.0.113.10 ", "include:_spf.elsewhere.test ")]);
    let act = Act::Rcode(ResponseCode::ServFail);
    let server = faulty("_spf.elsewhere.test", RrType::TXT, act);
    let ran = folder.mailvouch(&asking(&server, "plan")).exits(1);
    assert_eq!(planned(&ran), ["_dmarc.example.com"], "{ran}");
    folder.write("example.com.zone", zone(&[("ip4:203.0.113.10 ", "include:_spf.elsewhere.test ")]));
    let ran = folder.mailvouch(&asking(&server, "plan")).exits(3);
    assert!(planned(&ran).is_empty(), "{ran}");
}

#[test]
fn what_the_files_do_not_hold_is_information_and_changes_no_verdict() {
    let folder = folder(&[(" -all", " include:_spf.elsewhere.test -all")]);
    let ran = folder.mailvouch("check --zone-file example.com.zone --format json").exits(0);
    let report = ran.json();
    assert_eq!(report["domains"][0]["verdict"], "pass", "{ran}");
    let findings = report["domains"][0]["diagnostics"].as_array().expect("findings");
    let failed: Vec<&Value> = findings.iter().filter(|found| found["rule"] == "lookup-failed").collect();
    assert_eq!(failed.len(), 1, "{ran}");
    assert_eq!(failed[0]["severity"], "info");
    assert_eq!(failed[0]["labels"][0]["source"], "_spf.elsewhere.test. TXT");
    // Nothing that depends on it is called good: whoever passes there is not known to.
    assert_eq!(report["domains"][0]["spf"]["coverage"]["pass"], json!(["203.0.113.10/32"]));
    folder.mailvouch("plan --zone-file example.com.zone").exits(0);
}

/// Reverse zones are seldom at hand: one line tells that they were not seen, and that is all.
#[test]
fn reverse_names_are_judged_where_their_zone_is_given() {
    let folder = folder(&[]);
    let ran = folder.mailvouch("check --zone-file example.com.zone --fail-on info").exits(0);
    ran.says("reverse names (not in the zone files given)").says("nothing found");
    let head = "$ORIGIN 113.0.203.in-addr.arpa.\n@ 300 SOA ns.example.com. hostmaster.example.com. 1 7200 900 1209600 300\n@ 300 NS ns.example.com.\n";
    let zones = "check --zone-file example.com.zone --zone-file 113.0.203.in-addr.arpa.zone";
    let reverse = |host: &str| folder.write("113.0.203.in-addr.arpa.zone", format!("{head}{host}"));
    reverse("");
    folder.mailvouch(zones).exits(1).says("error[egress-no-ptr]: 203.0.113.10 has no reverse name");
    reverse("10 300 PTR ns.example.com.\n");
    folder.mailvouch(zones).exits(1).says("error[egress-ptr-mismatch]");
    reverse("10 300 PTR mail.example.com.\n");
    folder.mailvouch(zones).exits(0).says("reverse names (1 of 1)").says("nothing found");
}

/// A reverse name that could not be looked up leaves the verdict open, and stops no change.
#[test]
fn a_reverse_name_that_failed_holds_nothing_back() {
    let server = faulty("10.113.0.203.in-addr.arpa", RrType::PTR, Act::Rcode(ResponseCode::ServFail));
    let ran = declared().mailvouch(&asking(&server, "plan")).exits(1);
    assert_eq!(planned(&ran), ["example.com"], "{ran}");
    let ran = declared().mailvouch(&asking(&server, "check")).exits(1);
    assert!(rules(&ran).contains(&json!("lookup-failed")) && !rules(&ran).contains(&json!("egress-no-ptr")), "{ran}");
}

#[test]
fn what_the_files_do_not_hold_is_not_mended() {
    // The office's range may stand behind the include.
    let folder = folder(&[OFFICE_FAILS, ("-all", "include:_spf.elsewhere.test -all")]);
    let ran = folder.mailvouch("plan --zone-file example.com.zone --format json").exits(0);
    assert!(planned(&ran).is_empty(), "{ran}");
}

/// A typing error must not read as good news.
#[test]
fn a_domain_outside_the_zone_files_is_no_pass() {
    let folder = folder(&[]);
    folder.mailvouch("check exmaple.org --zone-file example.com.zone --format json").exits(3).says("\"unknown\"");
}
