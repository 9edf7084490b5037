//! Which domains are looked at, where what is published comes from, and where the result goes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, OFFICE_FAILS, ZONE, folder, zone};
use crate::support::dns_server::{DnsServer, Script};

/// Two domains without a declaration, one with a key.
const TWO: &str = r#"$ORIGIN test.
$TTL 300
@ SOA ns host 1 7200 900 1209600 300
one TXT "v=spf1 ip4:203.0.113.10 -all"
one MX 10 mail.one
s1._domainkey.one TXT "v=DKIM1; p="
two TXT "v=spf1 -all"
_dmarc.two TXT "v=DMARC1; p=reject"
"#;

fn two() -> Folder {
    Folder::with(&[("zone", TWO)])
}

/// The domains of a report, in its order.
fn domains(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let domains = report["domains"].as_array().expect("domains").iter();
    domains.map(|domain| domain["domain"].as_str().expect("a name").to_owned()).collect()
}

/// The owners of the records of one role, and how each look-up ended.
fn records(domain: &Value, role: &str) -> Vec<(String, String)> {
    let of_role = domain["records"].as_array().expect("records").iter().filter(|record| record["role"] == role);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    of_role.map(|record| (text(&record["owner"]), text(&record["status"]))).collect()
}

fn rules(domain: &Value) -> BTreeSet<&str> {
    let findings = domain["diagnostics"].as_array().expect("findings").iter();
    findings.map(|found| found["rule"].as_str().expect("a rule")).collect()
}

#[test]
fn domains_come_in_the_order_in_which_they_are_named_and_once() {
    let ran = two().mailvouch("check two.test one.test TWO.test. --zone-file zone --format json --exit-zero").exits(0);
    assert_eq!(domains(&ran), ["two.test", "one.test"]);
}

#[test]
fn domains_come_from_a_list_with_their_selectors() {
    let folder = two();
    folder.write("list", "# ours\n\n  one.test\ts1,gone # with a comment\r\ntwo.test\n");
    let command = "check --zone-file zone --format json --exit-zero --domains-from";
    let ran = folder.mailvouch(command).arg("list").exits(0);
    assert_eq!(domains(&ran), ["one.test", "two.test"]);
    let one = &ran.json()["domains"][0];
    let expected = [("s1._domainkey.one.test", "found"), ("gone._domainkey.one.test", "absent")];
    assert_eq!(records(one, "dkim"), expected.map(|(owner, status)| (owner.to_owned(), status.to_owned())));
    assert!(records(&ran.json()["domains"][1], "dkim").is_empty());
    let from_input = folder.mailvouch(command).arg("-").reading(folder.read("list")).exits(0);
    assert_eq!(from_input.stdout, ran.stdout);
    // Beside those of the command line, and none that is declared.
    folder.write("mailvouch.toml", DECLARED);
    let ran = folder.mailvouch(command).arg("-").arg("two.test").reading("one.test\n").exits(0);
    assert_eq!(domains(&ran), ["two.test", "one.test"]);
}

#[test]
fn a_list_that_is_wrong_is_told_with_its_line() {
    let folder = two();
    for (list, words) in [
        ("one.test\n\nno_name..test\n", "list:3: `no_name..test` is no domain name"),
        ("one.test s1, s2\n", "list:1: a line is a domain"),
        ("one.test a..b\n", "`a..b` is no selector"),
        ("# nothing\n", "list lists no domain"),
        ("", "list lists no domain"),
    ] {
        folder.write("list", list);
        folder.mailvouch("check --zone-file zone --domains-from list").exits(2).says(words);
    }
    folder.write("list", b"\xff\xfe");
    folder.mailvouch("check --zone-file zone --domains-from list").exits(2).says("list:1: is no text in UTF-8");
    folder.mailvouch("check --zone-file zone --domains-from missing").exits(2).says("cannot read missing");
}

#[test]
fn addresses_of_the_command_line_are_held_against_spf() {
    let folder = two();
    let check = |egress: &str, code| {
        let command = format!("check one.test --zone-file zone --format json --select egress-not-authorised {egress}");
        let ran = folder.mailvouch(&command).exits(code);
        ran.json()["domains"][0]["diagnostics"].as_array().expect("findings").len()
    };
    assert_eq!(check("--egress 203.0.113.10", 0), 0);
    assert_eq!(check("--egress 203.0.113.11", 1), 1);
    assert_eq!(check("--egress 203.0.113.10 --egress 203.0.113.0/24 --egress 2001:db8::1", 1), 2);
    assert_eq!(check("", 0), 0);
}

#[test]
fn addresses_of_the_command_line_say_nothing_about_others() {
    // Somebody else may send as well: only a declaration says that nobody does.
    let ran = two().mailvouch("check one.test --zone-file zone --format json --egress 203.0.113.10").exits(0);
    assert!(ran.json()["domains"][0]["spf"]["declared"].is_null(), "{ran}");
}

#[test]
fn selectors_of_the_command_line_are_looked_at() {
    let command =
        "check one.test --zone-file zone --format json --exit-zero --selector s1 --selector gone --selector s1";
    let ran = two().mailvouch(command).exits(0);
    let one = &ran.json()["domains"][0];
    assert_eq!(records(one, "dkim").len(), 2, "{ran}");
    assert!(rules(one).contains("dkim-missing"), "{ran}");
}

#[test]
fn rules_are_selected_and_ignored() {
    let folder = folder(&[OFFICE_FAILS, ("p=reject", "p=none")]);
    let check = |options: &str, code| {
        let ran = folder.mailvouch(&format!("check --zone-file example.com.zone --format json {options}")).exits(code);
        rules(&ran.json()["domains"][0]).into_iter().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let all = check("", 1);
    assert!(all.contains("egress-not-authorised") && all.contains("dmarc-differs"), "{all:?}");
    assert_eq!(check("--select dmarc-differs", 1), BTreeSet::from(["dmarc-differs".to_owned()]));
    assert_eq!(check("--select dmarc-differs --ignore dmarc-differs", 0), BTreeSet::new());
    let mut without = all;
    without.remove("dmarc-differs");
    assert_eq!(check("--ignore dmarc-differs", 1), without);
}

/// The same world as a resolver has it.
fn resolver() -> DnsServer {
    let records = "example.com MX 10 mail.example.com.\n\
        example.com TXT \"v=spf1 include:_spf.vendor.test include:_spf.slow.test -all\"\n\
        example.com TXT \"odd \\000\\255 \\\"quoted\\\" ; \\\\\"\n\
        _spf.vendor.test TXT \"v=spf1 ip4:192.0.2.0/24 ?all\"\n\
        s1._domainkey.example.com CNAME key.vendor.test.\n\
        key.vendor.test TXT \"v=DKIM1; p=\"";
    let fails = crate::support::dns_server::Act::Rcode(hickory_proto::op::ResponseCode::ServFail);
    let script = Script::resolver().records(records);
    DnsServer::start(script.act("_spf.slow.test", mailvouch_providers::dns::RrType::TXT, fails))
}

#[test]
fn saved_answers_replay_the_same_report_without_a_network() {
    let server = resolver();
    let folder = Folder::with(&[("mailvouch.toml", DECLARED)]);
    let live = format!("check --selector s1 --format json --resolver {} --save-answers answers.json", server.address());
    let live = folder.mailvouch(&live).exits(1);
    let asked = server.questions().len();
    let replay = "check --selector s1 --format json --answers answers.json --save-answers again.json";
    let replayed = folder.mailvouch(replay).exits(1);
    assert_eq!(replayed.stdout, live.stdout);
    assert_eq!(folder.read("again.json"), folder.read("answers.json"));
    assert_eq!(server.questions().len(), asked);
    // It holds what the report rests on, and nothing that was not asked.
    let saved: Value = serde_json::from_str(&folder.read("answers.json")).expect("JSON");
    let saved = saved["answers"].as_array().expect("answers");
    assert!(saved.iter().any(|answer| answer["name"] == "_spf.slow.test" && answer["status"] == "unknown"));
    assert!(saved.len() <= asked, "{} saved, {asked} asked", saved.len());
    // Another domain's answers were never asked for.
    let ran = folder.mailvouch("check other.example --answers answers.json --format json").exits(3);
    assert_eq!(ran.json()["domains"][0]["records"][0]["reason"], "not-in-snapshot");
}

#[test]
fn answers_of_several_domains_are_saved_together() {
    let folder = two();
    let live = folder
        .mailvouch("check one.test two.test --zone-file zone --save-answers a --exit-zero --format json")
        .exits(0);
    let replayed = folder.mailvouch("check one.test two.test --answers a --exit-zero --format json").exits(0);
    assert_eq!(replayed.stdout, live.stdout);
}

#[test]
fn lines_are_one_object_each() {
    let folder = two();
    let lines = folder.mailvouch("check one.test two.test --zone-file zone --format ndjson --exit-zero").exits(0);
    let document = folder.mailvouch("check one.test two.test --zone-file zone --format json --exit-zero").exits(0);
    // In the order of completion.
    let mut lines = lines.lines();
    lines.sort_by_key(|line| line["domain"].as_str().map(str::to_owned));
    assert_eq!(Value::from(lines), document.json()["domains"]);
}

#[test]
fn the_output_goes_to_a_file_and_nowhere_else() {
    let folder = folder(&[OFFICE_FAILS]);
    for command in ["check", "check --format json", "check --format ndjson", "diff --format json", "plan --format json"]
    {
        let command = format!("{command} --zone-file example.com.zone");
        let printed = folder.mailvouch(&command).exits(1);
        let quiet = folder.mailvouch(&format!("{command} -o out --color always")).exits(1);
        assert!(quiet.stdout.is_empty(), "{quiet}");
        assert_eq!(folder.read("out"), printed.stdout, "{command}");
    }
}

#[test]
fn every_record_of_a_zone_file_is_served() {
    // Two files: what stands in one is seen from the other; a name outside both is not.
    let folder = folder(&[(" -all", " include:_spf.vendor.test -all")]);
    folder.write(
        "vendor",
        "$ORIGIN vendor.test.\n@ 60 SOA ns host 1 2 3 4 5\n_spf 60 TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n",
    );
    let ran = folder.mailvouch("check --zone-file example.com.zone --zone-file vendor --format json").exits(0);
    let pass = &ran.json()["domains"][0]["spf"]["coverage"]["pass"];
    assert_eq!(*pass, serde_json::json!(["192.0.2.0/24", "203.0.113.10/32"]));
    // A record outside the file's own zone is served too; what is not there is not said to be absent.
    folder.write("vendor", "_spf.vendor.test. 60 TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n");
    let again = folder.mailvouch("check --zone-file example.com.zone --zone-file vendor --format json").exits(0);
    assert_eq!(again.json()["domains"][0]["spf"], ran.json()["domains"][0]["spf"]);
}

#[test]
fn the_provider_counts_for_more_than_the_zone_files_given() {
    // The file that is published, and an older copy of it.
    let folder =
        Folder::with(&[("mailvouch.toml", DECLARED), ("example.com.zone", ZONE), ("old", &zone(&[OFFICE_FAILS]))]);
    folder.mailvouch("check --zone-file old").exits(1);
    folder.mailvouch("plan --zone-file old").exits(0);
}
