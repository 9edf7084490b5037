//! `spf tree`: what is drawn, and how it ends.

use super::spf_worlds::{BROKEN, DECLARED, LOOP, MACROS, PARKED, THIRTEEN, THREE_LEVELS, UNSEEN, folder};
use super::{Folder, snapshots};

const TREE: &str = "spf tree example.com --zone-file world";

#[test]
fn trees() {
    let _area = snapshots();
    for (case, world) in [
        ("three-levels", THREE_LEVELS),
        ("thirteen", THIRTEEN),
        ("broken", BROKEN),
        ("loop", LOOP),
        ("macros", MACROS),
        ("parked", PARKED),
        ("nothing", "example.com. TXT \"token=1\"\n"),
        ("two", "example.com. TXT \"v=spf1 -all\"\nexample.com. TXT \"v=spf1 ~all\"\n"),
    ] {
        insta::assert_snapshot!(format!("spf-tree-{case}"), folder(world).mailvouch(TREE).exits(0));
    }
}

#[test]
fn a_loop_is_told_alike_wherever_it_is_told() {
    let folder = folder(LOOP);
    let tree = folder.mailvouch(TREE).arg("--format").arg("json").exits(0).json();
    assert_eq!(tree["lookups"]["endless"], true);
    let check = "check example.com --zone-file world --exit-zero";
    let checked = folder.mailvouch(check).arg("--format").arg("json").exits(0).json();
    let spent = &checked["domains"][0]["spf"]["lookups"];
    assert_eq!((&spent["worst"], &spent["endless"]), (&tree["lookups"]["worst"], &true.into()));
    let text = folder.mailvouch(TREE).exits(0).to_string();
    assert!(text.contains("a loop, so no end of look-ups") && !text.contains("12"), "{text}");
    let quiet = folder.mailvouch(check).arg("--select").arg("spf-cname").exits(0).to_string();
    assert!(quiet.contains("a loop, so no end of look-ups") && !quiet.contains("12"), "{quiet}");
}

#[test]
fn what_was_not_seen_is_told_and_ends_with_3() {
    let _area = snapshots();
    let folder = Folder::with(&[("world", UNSEEN)]);
    insta::assert_snapshot!("spf-tree-unseen", folder.mailvouch(TREE).exits(3));
    let json = folder.mailvouch(TREE).arg("--format").arg("json").exits(3).json();
    assert_eq!((&json["lookups"]["worst"], &json["lookups"]["at_least"]), (&2.into(), &true.into()));
    assert_eq!(json["record"]["terms"][1]["status"], "unknown");
    // The include, and the address in both families.
    assert_eq!(json["unknown"].as_array().map(Vec::len), Some(3));
}

#[test]
fn declared_addresses_are_followed_to_the_term_that_decides() {
    let _area = snapshots();
    let folder = folder(THREE_LEVELS);
    folder.write("mailvouch.toml", DECLARED);
    insta::assert_snapshot!("spf-tree-declared", folder.mailvouch(TREE).exits(0));
    let json = folder.mailvouch(TREE).arg("--format=json").exits(0).json();
    let declared = json["declared"].as_array().expect("addresses");
    let pass = declared.iter().find(|one| one["networks"][0] == "203.0.113.10/32").expect("the office");
    assert_eq!((&pass["result"], &pass["lookups"]), (&"pass".into(), &1.into()));
    assert_eq!(pass["decided_by"]["term"], "ip4:203.0.113.10");
    let fails = declared.iter().find(|one| one["networks"][0] == "192.0.2.200/32").expect("the stray");
    assert_eq!((&fails["result"], &fails["lookups"]), (&"softfail".into(), &7.into()));
}

#[test]
fn the_json_says_what_each_term_costs() {
    let json = folder(THIRTEEN).mailvouch(TREE).arg("--format=json").exits(0).json();
    assert_eq!(json["lookups"]["worst"], 13);
    let crossing: Vec<&str> =
        json["crossing"].as_array().expect("a way").iter().filter_map(|step| step["term"].as_str()).collect();
    assert_eq!(crossing, ["include:crm.example", "a:h2.example"]);
    let terms = json["record"]["terms"].as_array().expect("terms");
    assert_eq!((&terms[8]["lookups"], &terms[8]["lookups_with_below"]), (&1.into(), &4.into()));
    assert_eq!(terms[9]["number"], 13);
    assert_eq!((&terms[11]["status"], &terms[11]["section"]), (&"behind-all".into(), &"5.1".into()));
    assert_eq!((&terms[12]["status"], &terms[12]["section"]), (&"ignored".into(), &"6.1".into()));
    let value = json["record"]["value"].as_str().expect("a record");
    for term in terms {
        let at = |key: &str| usize::try_from(term[key].as_u64().expect("a number")).expect("small");
        assert_eq!(Some(&value[at("start")..at("end")]), term["term"].as_str());
    }
}

#[test]
fn hostile_text_reaches_no_terminal_and_fills_no_disk() {
    let long = format!("{}.example", ["a".repeat(63).as_str(); 3].join("."));
    let terms: Vec<String> = (0..3000).map(|n| format!("a:h{n}.example")).collect();
    let pieces: Vec<String> =
        format!("v=spf1 include:{long} a:\\027[31mred.example \\226\\128\\174 {} -all", terms.join(" "))
            .split_inclusive(' ')
            .map(|piece| format!("\"{piece}\""))
            .collect();
    let folder = folder(&format!("example.com. TXT {}\n", pieces.join(" ")));
    let ran = folder.mailvouch(TREE).exits(0);
    assert!(ran.stdout.len() < 20_000, "{} octets", ran.stdout.len());
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 120), "{ran}");
    assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{ran}");
    ran.says("more terms");
    let json = folder.mailvouch(TREE).arg("--format=json").exits(0);
    assert!(json.stdout.len() < 8 << 20, "{} octets", json.stdout.len());
}
