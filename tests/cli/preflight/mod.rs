//! `preflight`: ready or not, the dated steps, and every form of them.

mod calendar;
mod hostile;
mod moves;
mod scene;
mod story;

use super::snapshots;
use scene::{ASKED, ZONES, folder};

#[test]
fn a_move_that_nobody_has_prepared_is_not_ready() {
    let _area = snapshots();
    let ran = folder(&[]).mailvouch(&format!("preflight {ASKED} {ZONES}")).exits(1);
    insta::assert_snapshot!("preflight-not-ready", ran);
    let folder = folder(&[]);
    let before = folder.files();
    let json = folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format json")).exits(1);
    insta::assert_snapshot!("preflight-not-ready-json", json.stdout);
    assert_eq!(json.json()["verdict"], "not-ready");
    let markdown = folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format markdown")).exits(1);
    insta::assert_snapshot!("preflight-not-ready-markdown", markdown.stdout);
    assert_eq!(folder.files(), before, "nothing is written");
}

#[test]
fn a_move_that_is_prepared_is_ready() {
    let _area = snapshots();
    let folder = folder(&[scene::PUBLISHED, scene::NAMED]);
    let ran = folder.mailvouch(&format!("preflight {ASKED} {ZONES}")).exits(0);
    insta::assert_snapshot!("preflight-ready", ran);
    assert_eq!(
        folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format json")).exits(0).json()["verdict"],
        "ready"
    );
}

/// What a list says stands in the way; what it does not say is not known.
#[test]
fn block_lists_are_asked_where_somebody_names_them() {
    const LISTS: &str = "$ORIGIN example.net.\n@ 300 SOA ns h 1 2 3 4 5\n@ 300 NS ns\n7.100.51.198.bl 300 A 127.0.0.2\n\
        7.100.51.198.bl 300 TXT \"sent \\027[31mspam\"\n7.100.51.198.refuses 300 A 127.255.255.254\n";
    let folder = folder(&[scene::PUBLISHED, scene::NAMED]);
    folder.write("lists.zone", LISTS);
    let ask = |lists: &str| format!("preflight {ASKED} {ZONES} --zone-file lists.zone {lists}");
    let listed = folder.mailvouch(&ask("--dnsbl bl.example.net")).exits(1);
    assert!(listed.stdout.contains("198.51.100.7 is on bl.example.net (127.0.0.2)"), "{listed}");
    assert!(!listed.stdout.contains('\u{1b}'), "{listed}");
    folder.mailvouch(&ask("--dnsbl refuses.example.net")).exits(3).says("does not answer your resolver");
    folder.mailvouch(&ask("--dnsbl clean.example.net")).exits(0).says("198.51.100.7 is not on clean.example.net");
    folder.mailvouch(&ask("--dnsbl elsewhere.example")).exits(3).says("whether 198.51.100.7 is on elsewhere.example");
    folder.mailvouch(&ask("--dnsbl a..b")).exits(2);
}

/// One thing after the other, with all else in order.
#[test]
fn each_thing_that_is_missing_is_told() {
    for (changes, words) in [
        (&[scene::NAMED][..], "SPF says `fail` of 198.51.100.7 for example.com now; the plan mends that"),
        (
            &[scene::PUBLISHED][..],
            "the reverse name of 198.51.100.7 is old.example.com, which does not lead back to it",
        ),
        (&[scene::PUBLISHED, scene::NAMED, ("7 PTR gw2.example.com.\n", "")][..], "198.51.100.7 has no reverse name"),
        (
            &[scene::PUBLISHED, scene::NAMED, ("gw2 TXT \"v=spf1 a -all\"", "gw2 TXT \"v=spf1 -all\"")][..],
            "the HELO name gw2.example.com gets `fail` from 198.51.100.7",
        ),
        (
            &[scene::PUBLISHED, scene::NAMED, ("ip4:203.0.113.10 ", "ip4:203.0.113.10 bogus ")][..],
            "SPF says `permerror` of 198.51.100.7 for example.com now",
        ),
    ] {
        let folder = folder(changes);
        folder.mailvouch(&format!("preflight {ASKED} {ZONES}")).exits(1).says(words);
    }
}

#[test]
fn what_could_not_be_told_is_neither() {
    let _area = snapshots();
    let folder = folder(&[scene::PUBLISHED, scene::NAMED]);
    // Nobody gave the zone of the reverse names.
    let zones = "--zone-file example.com.zone --zone-file news.example.zone";
    let ran = folder.mailvouch(&format!("preflight {ASKED} {zones}")).exits(3);
    insta::assert_snapshot!("preflight-unknown", ran);
    // Nobody answers at all; nothing is said to be missing.
    let declared = folder.read("mailvouch.toml").replace("provider = \"zone\"\n", "");
    folder.write("mailvouch.toml", declared);
    let ran = folder.mailvouch(&format!("preflight {ASKED} --resolver 127.0.0.1:1 --timeout 1")).exits(3);
    let ran = ran.says("could not tell whether all is ready");
    assert!(!ran.stdout.contains("no reverse name"), "{ran}");
}

#[test]
fn bad_input_is_told_with_what_to_do() {
    let _area = snapshots();
    let folder = folder(&[]);
    for (case, arguments) in [
        ("address", "--add 198.51.100.300"),
        ("private", "--add 10.0.0.1"),
        ("mapped", "--add ::ffff:192.0.2.1"),
        ("range", "--add 198.51.100.7-9"),
        ("host-bits", "--add 198.51.100.7/24"),
        ("remove", "--remove mail.example.com"),
        ("host-name", "--host mail..example.com=198.51.100.7"),
        ("host-network", "--host mail.example.com=198.51.100.0/24"),
        ("host-half", "--host mail.example.com"),
        ("helo", "--add 198.51.100.7 --helo localhost"),
        ("helo-alone", "--helo gw2.example.com"),
        ("date", "--add 198.51.100.7 --at tomorrow"),
        ("date-without-offset", "--add 198.51.100.7 --at 2026-12-10T20:00:00"),
        ("date-over", "--add 198.51.100.7 --at 2026-11-01"),
        ("both", "--add 198.51.100.7 --remove 198.51.100.7"),
        ("nothing", ""),
        ("domain", "nowhere..example --add 198.51.100.7"),
        ("format", "--add 198.51.100.7 --format html"),
    ] {
        let ran = folder.mailvouch(&format!("preflight {arguments} --as-of 2026-11-20 {ZONES}")).exits(2);
        assert!(ran.stdout.is_empty(), "{ran}");
        insta::assert_snapshot!(format!("preflight-usage-{case}"), ran);
    }
    folder.mailvouch("preflight --add 198.51.100.7 -c missing.toml").exits(2).says("missing.toml");
}
