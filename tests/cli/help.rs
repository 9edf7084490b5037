//! What the program says of itself: the help of every command, the rules, their pages.

use clap::CommandFactory as _;
use mailvouch::cli::Cli;
use mailvouch::lint::ALL;

use super::{Folder, snapshots};

#[test]
fn every_command_has_its_help() {
    let _area = snapshots();
    let folder = Folder::new();
    insta::assert_snapshot!("help", folder.mailvouch("--help").exits(0));
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        let ran = folder.mailvouch(name).arg("--help").exits(0);
        insta::assert_snapshot!(format!("help-{name}"), ran);
        for inner in command.get_subcommands() {
            let ran = folder.mailvouch(name).arg(inner.get_name()).arg("--help").exits(0);
            insta::assert_snapshot!(format!("help-{name}-{}", inner.get_name()), ran);
        }
    }
}

#[test]
fn the_version_is_told() {
    let ran = Folder::new().mailvouch("--version").exits(0);
    assert_eq!(ran.stdout, format!("mailvouch {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn all_rules_are_listed() {
    let _area = snapshots();
    let folder = Folder::new();
    let json = folder.mailvouch("rules --format json").exits(0);
    insta::assert_snapshot!("rules-json", json);
    let listed = json.json();
    let ids: Vec<&str> =
        listed["rules"].as_array().expect("rules").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids, ALL.iter().map(|rule| rule.meta().id).collect::<Vec<_>>());
    let human = folder.mailvouch("rules").exits(0);
    assert!(ids.iter().all(|id| human.stdout.contains(id)), "{human}");
}

#[test]
fn every_rule_is_explained() {
    let folder = Folder::new();
    for rule in ALL {
        let id = rule.meta().id;
        let page = folder.mailvouch("explain").arg(id).exits(0).says(id);
        for part in ["What", "Why", "Example", "References"] {
            assert!(page.stdout.contains(part), "{id} has no part {part:?}\n{page}");
        }
    }
}

#[test]
fn colours_come_when_asked_for() {
    let folder = Folder::new();
    let escapes = |arguments: &str, variable: &str| {
        folder.mailvouch(arguments).env(variable, "1").exits(0).stdout.contains('\u{1b}')
    };
    assert!(!escapes("rules", "UNUSED"), "a pipe is no terminal");
    assert!(escapes("rules --color always", "UNUSED"));
    assert!(!escapes("rules --color never", "CLICOLOR_FORCE"));
    assert!(!escapes("rules", "NO_COLOR"));
}
