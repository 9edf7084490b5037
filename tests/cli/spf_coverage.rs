//! `spf coverage`: who gets what, and how it ends.

use super::spf_worlds::{BROKEN, DECLARED, LOOP, MACROS, PARKED, THIRTEEN, THREE_LEVELS, UNSEEN, folder};
use super::{Folder, snapshots};

const COVERAGE: &str = "spf coverage example.com --zone-file world";

#[test]
fn coverages() {
    let _area = snapshots();
    for (case, world) in [
        ("three-levels", THREE_LEVELS),
        ("thirteen", THIRTEEN),
        ("broken", BROKEN),
        ("loop", LOOP),
        ("macros", MACROS),
        ("parked", PARKED),
        ("nothing", "example.com. TXT \"token=1\"\n"),
    ] {
        insta::assert_snapshot!(format!("spf-coverage-{case}"), folder(world).mailvouch(COVERAGE).exits(0));
    }
    let unseen = Folder::with(&[("world", UNSEEN)]);
    insta::assert_snapshot!("spf-coverage-unseen", unseen.mailvouch(COVERAGE).exits(3));
    let declared = folder(THREE_LEVELS);
    declared.write("mailvouch.toml", DECLARED);
    insta::assert_snapshot!("spf-coverage-declared", declared.mailvouch(COVERAGE).exits(0));
}

#[test]
fn the_json_holds_every_address_once_and_names_who_decides() {
    let json = folder(THREE_LEVELS).mailvouch(COVERAGE).arg("--format=json").exits(0).json();
    let results = json["results"].as_array().expect("results");
    let total: u64 = results
        .iter()
        .filter(|result| result["family"] == "IPv4")
        .map(|result| result["addresses"].as_str().expect("text").parse::<u64>().expect("a number"))
        .sum();
    assert_eq!(total, 1 << 32);
    let pass = results.iter().find(|result| result["result"] == "pass").expect("some pass");
    let network = |wanted: &str| {
        let networks = pass["networks"].as_array().expect("networks");
        networks.iter().find(|network| network["network"] == wanted).unwrap_or_else(|| panic!("{wanted}\n{networks:?}"))
    };
    let decides = |wanted: &str| {
        let place = network(wanted)["terms"][0].as_u64().expect("a place");
        json["terms"][usize::try_from(place).expect("small")].clone()
    };
    let google = decides("66.102.0.0/20");
    assert_eq!(google["decides"]["term"], "ip4:66.102.0.0/20");
    assert_eq!(google["decides"]["chain"], serde_json::json!(["_spf.google.example", "_netblocks.google.example"]));
    assert_eq!((&google["sample"], &decides("192.0.2.10/31")["sample"]), (&false.into(), &true.into()));
    // The hole that one address makes: the fewest networks around it.
    for wanted in ["198.51.100.128/26", "198.51.100.192/29", "198.51.100.201/32", "198.51.100.202/31"] {
        network(wanted);
    }
}

#[test]
fn what_is_declared_is_held_against_it() {
    let folder = folder(THREE_LEVELS);
    folder.write("mailvouch.toml", DECLARED);
    let json = folder.mailvouch(COVERAGE).arg("--format=json").exits(0).json();
    assert_eq!(
        json["declared"]["missing"],
        serde_json::json!(["192.0.2.200/32", "203.0.113.24/32", "203.0.113.27/32"])
    );
    let excess = json["declared"]["excess"].as_array().expect("a list");
    assert!(excess.contains(&"35.190.247.0/24".into()), "{excess:?}");
    assert!(!excess.contains(&"192.0.2.10/31".into()), "the CRM is declared: {excess:?}");
}

#[test]
fn what_depends_on_the_message_is_no_pass() {
    let json = folder(MACROS).mailvouch(COVERAGE).arg("--egress=192.0.2.0/24").arg("--format=json").exits(0).json();
    let dynamic: Vec<&str> =
        json["dynamic"].as_array().expect("terms").iter().filter_map(|term| term["term"].as_str()).collect();
    assert_eq!(
        dynamic,
        ["exists:%{ir}.%{v}._spf.example.com", "ptr:example.com", "a:%{d2}", "redirect=%{d}._spf.example.net"]
    );
    assert_eq!(json["declared"]["missing"], serde_json::json!([]));
    assert_eq!(json["declared"]["open"][0], "192.0.2.0/32");
}
