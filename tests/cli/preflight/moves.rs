//! Kinds of moves: hosts, both families, several domains, dates of the declaration, addresses in use elsewhere.

use super::scene::{self, ASKED, ZONES, folder};
use crate::cli::snapshots;

/// `mx` lets the old address pass by the host's name, and the new one once the host has moved.
const BY_MX: (&str, &str) = ("ip4:203.0.113.10 ip6", "mx ip6");

#[test]
fn a_host_that_moves_lets_the_new_address_pass_only_once_caches_know() {
    let _area = snapshots();
    let folder = folder(&[BY_MX, scene::NAMED]);
    let ran = folder.mailvouch(&format!("preflight {ASKED} --host mail.example.com=198.51.100.7 {ZONES}")).exits(1);
    insta::assert_snapshot!("preflight-host", ran);
    let json = folder
        .mailvouch(&format!("preflight {ASKED} --host mail.example.com=198.51.100.7 {ZONES} --format json"))
        .exits(1)
        .json();
    let host = &json["hosts"][0];
    // A day of TTL.
    assert_eq!(host["mixed_from"], "2026-12-10T20:00:00Z");
    assert_eq!(host["mixed_until"], "2026-12-11T20:00:00Z");
    let row = &json["domains"][0]["spf"][0];
    assert_eq!(row["now"]["result"], "fail");
    assert_eq!(row["moved"]["result"], "pass");
}

/// Another domain still declares the address that leaves, and leads to the record that it would be taken from.
#[test]
fn an_address_that_another_domain_still_uses_is_a_loss() {
    let declared = "[domains.\"eu.example.com\"]\nprovider = \"zone\"\negress = [\"office\"]\nspf = { all = \"fail\" }\n\n[domains.\"example.com\"]";
    let folder = folder(&[
        scene::PUBLISHED,
        scene::NAMED,
        ("[domains.\"example.com\"]", declared),
        ("old A 192.0.2.99", "old A 192.0.2.99\neu MX 10 mail\neu TXT \"v=spf1 include:example.com -all\""),
    ]);
    let words = "203.0.113.10 would lose its pass for eu.example.com with what is taken out afterwards, and is in use";
    folder.mailvouch(&format!("preflight example.com {ASKED} {ZONES}")).exits(1).says(words);
    // Named together, it leaves both.
    let both = folder.mailvouch(&format!("preflight {ASKED} {ZONES}")).exits(0);
    assert!(!both.stdout.contains("would lose"), "{both}");
    assert!(both.stdout.contains("SPF of eu.example.com"), "{both}");
}

#[test]
fn a_host_with_an_ipv6_address_that_nobody_named_is_told_of() {
    let folder = folder(&[
        scene::PUBLISHED,
        scene::NAMED,
        ("gw2 A 198.51.100.7", "gw2 A 198.51.100.7\ngw2 AAAA 2001:db8:20::7"),
    ]);
    let ran = folder.mailvouch(&format!("preflight {ASKED} {ZONES}")).exits(0);
    ran.says("gw2.example.com also has the IPv6 address 2001:db8:20::7, which is not among the new ones: SPF of example.com says `fail`");
    let asked = ASKED.replace("--add 198.51.100.7", "--add 198.51.100.7 --add 2001:db8:20::7");
    let ran = folder.mailvouch(&format!("preflight {asked} {ZONES}")).exits(1);
    ran.says("SPF says `fail` of 2001:db8:20::7 for example.com now; the plan mends that");
}

#[test]
fn a_range_is_looked_at_as_a_whole() {
    let folder = folder(&[("ip4:203.0.113.10 ", "ip4:203.0.113.10 ip4:198.51.100.0/29 "), scene::NAMED]);
    let asked = ASKED.replace("--add 198.51.100.7", "--add 198.51.100.0/28");
    let ran = folder.mailvouch(&format!("preflight {asked} {ZONES}")).exits(1);
    ran.says("fail for 198.51.100.8/29").says("SPF says `fail` of 198.51.100.0/28 for example.com now");
}

#[test]
fn dates_of_the_declaration_are_a_move() {
    let _area = snapshots();
    let folder = folder(&[scene::NAMED]);
    let declared = folder.read("mailvouch.toml");
    let declared = declared.replace("[senders.newsletter]", "[egress.new]\naddresses = [\"198.51.100.7\"]\nhelo = [\"gw2.example.com\"]\nfrom = 2026-12-10\n\n[senders.newsletter]");
    let declared = declared.replace("\"2001:db8:10::25\"]", "\"2001:db8:10::25\"]\nuntil = 2026-12-11");
    folder.write("mailvouch.toml", declared.replace("egress = [\"office\"]", "egress = [\"office\", \"new\"]"));
    let ran = folder.mailvouch(&format!("preflight --as-of 2026-11-20 {ZONES}")).exits(1);
    insta::assert_snapshot!("preflight-declared", ran);
    // What a plan says of the same dates is the same.
    let check = folder.mailvouch(&format!("check --as-of 2026-12-09 {ZONES} --select egress-change-due")).exits(0);
    let by = "2026-12-09T19:45:00Z";
    check.says(&format!("SPF has to let it pass by {by}"));
    assert!(ran.stdout.contains(&format!("2026-12-08T19:45:00Z to {by}")), "{ran}");
    let plan = |day: &str, code| folder.mailvouch(&format!("plan --as-of {day} {ZONES}")).exits(code);
    plan("2026-12-08T19:44:59Z", 0).says("nothing to change");
    plan("2026-12-08T19:45:00Z", 1).says("ip4:198.51.100.7");
}
