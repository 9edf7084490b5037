//! Well-run domains (`tests/fixtures/well-run/`): no rule finds an error, or has a warning that their postmasters would
//! call silly. What is found there is listed to the last finding: each has to be true, and worth a line.
//!
//! The records are those that such organisations publish, typed anew: the structure is theirs, the keys and the
//! verification texts are made up.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Folder;

/// One domain, and what is found there.
struct WellRun {
    world: &'static str,
    domain: &'static str,
    selectors: &'static [&'static str],
    /// With its declaration; `N*` before a rule is how often.
    declared: &'static str,
    /// What `--thorough` finds besides.
    thorough: &'static str,
    /// With no declaration.
    alone: &'static str,
}

const WELL_RUN: &[WellRun] = &[
    WellRun {
        world: "google",
        domain: "google.com",
        selectors: &["20230601"],
        declared: "egress-helo-no-spf spf-record-too-long",
        thorough: "",
        alone: "spf-record-too-long",
    },
    WellRun {
        world: "google",
        domain: "gmail.com",
        selectors: &["20230601"],
        declared: "dmarc-policy-none egress-helo-no-spf",
        thorough: "",
        alone: "dmarc-policy-none",
    },
    WellRun {
        world: "microsoft",
        domain: "microsoft.com",
        selectors: &["selector1", "selector2"],
        declared: "dmarc-removed-tag 2*egress-helo-no-spf 9*spf-host-bits 2*spf-overlapping-range spf-record-too-long",
        thorough: "",
        alone: "dmarc-removed-tag 9*spf-host-bits 2*spf-overlapping-range spf-record-too-long",
    },
    WellRun {
        world: "university",
        domain: "northmoor.ac.uk",
        selectors: &["nm2025", "nm2023", "selector1", "selector2"],
        declared: "spf-record-too-long",
        // The ends of its two ranges: nobody says that a host is there.
        thorough: "4*egress-no-ptr",
        alone: "dkim-revoked spf-record-too-long",
    },
    WellRun {
        world: "university",
        domain: "cs.northmoor.ac.uk",
        selectors: &["cs2024"],
        declared: "egress-helo-no-spf",
        thorough: "4*egress-no-ptr",
        alone: "",
    },
    WellRun {
        world: "five-services",
        domain: "brightloom.co",
        selectors: &["google", "zendesk1", "zendesk2", "s1", "s2", "k2", "k3", "hs1-24681357"],
        declared: "",
        thorough: "",
        alone: "",
    },
    WellRun {
        world: "own-server",
        domain: "holzmann.eu",
        selectors: &["mail", "crsend"],
        // It sends over IPv4 alone.
        declared: "spf-void-limit",
        thorough: "",
        alone: "spf-void-limit",
    },
    WellRun {
        world: "own-server",
        domain: "holzmann-parkett.eu",
        selectors: &["mail"],
        declared: "dmarc-cname",
        thorough: "",
        alone: "dkim-revoked dmarc-cname",
    },
    WellRun {
        world: "hosted",
        domain: "quillbank.com",
        selectors: &["pp2024", "ed2024"],
        declared: "dmarc-cname egress-helo-no-spf",
        thorough: "",
        alone: "dmarc-cname",
    },
    WellRun {
        world: "hosted",
        domain: "mail.quillbank.com",
        selectors: &[],
        declared: "spf-cname",
        thorough: "",
        alone: "spf-cname",
    },
    WellRun { world: "hosted", domain: "news.quillbank.com", selectors: &[], declared: "", thorough: "", alone: "" },
];

fn worlds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/well-run")
}

/// Each finding as its severity and rule, sorted.
fn found(folder: &Path, arguments: &str) -> Vec<String> {
    let ran = Folder::new().mailvouch(&format!("check --format json {arguments}")).inside(folder).exits(0);
    let document = ran.json();
    assert_eq!(document["domains"][0]["verdict"], "pass", "{ran}");
    let findings = document["domains"][0]["diagnostics"].as_array().cloned().unwrap_or_default();
    let word = |value: &serde_json::Value| value.as_str().expect("a word").to_owned();
    let of = |found: &serde_json::Value| format!("{} {}", word(&found["severity"]), word(&found["rule"]));
    let mut found: Vec<String> = findings.iter().map(of).collect();
    found.sort();
    found
}

/// Information alone is expected.
fn expected(rules: &[&str]) -> Vec<String> {
    let words = rules.iter().flat_map(|rules| rules.split_whitespace());
    let of = |word: &str| {
        let (times, rule) =
            word.split_once('*').map_or((1, word), |(times, rule)| (times.parse().expect("times"), rule));
        vec![format!("info {rule}"); times]
    };
    let mut all: Vec<String> = words.flat_map(of).collect();
    all.sort();
    all
}

#[test]
fn a_well_run_domain_is_left_in_peace() {
    let nowhere = Folder::new();
    let mut wrong = Vec::new();
    for WellRun { world, domain, selectors, declared, thorough, alone } in WELL_RUN {
        let folder = worlds().join(world);
        let zone = folder.join("world.zone");
        let selectors = selectors.iter().fold(String::new(), |all, selector| format!("{all} --selector {selector}"));
        let alike = format!("{domain} --zone-file {}", zone.display());
        for (case, folder, arguments, rules) in [
            ("declared", folder.as_path(), alike.clone(), expected(&[declared])),
            ("declared, thorough", &folder, format!("{alike} --thorough"), expected(&[declared, thorough])),
            ("alone", nowhere.path(), format!("{alike}{selectors}"), expected(&[alone])),
            ("alone, thorough", nowhere.path(), format!("{alike}{selectors} --thorough"), expected(&[alone])),
        ] {
            let found = found(folder, &arguments);
            if found != rules {
                wrong.push(format!("{domain}, {case}: {}, not {}", found.join(", "), rules.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_plan_changes_a_well_run_domain() {
    for entry in fs::read_dir(worlds()).expect("the folder") {
        let folder = entry.expect("an entry").path();
        let ran = Folder::new().mailvouch("plan --zone-file world.zone").inside(&folder).exits(0);
        ran.says("nothing to change");
    }
}

#[test]
fn every_world_is_judged() {
    let folders = fs::read_dir(worlds()).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let folders: BTreeSet<String> = folders.map(|name| name.into_string().expect("a plain name")).collect();
    let judged: BTreeSet<String> = WELL_RUN.iter().map(|domain| domain.world.to_owned()).collect();
    assert_eq!(folders, judged);
}
