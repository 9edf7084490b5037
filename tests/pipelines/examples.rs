//! The lines of `examples/04-pipelines` and of the pre-commit hook, run as they stand.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::{binary, copy_of, repository};

fn yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(repository().join(path)).expect("a file");
    serde_norway::from_str(&text).expect("YAML")
}

fn bash(script: &str, inside: &Path, source: &str) -> Output {
    let folder = binary().parent().expect("a folder").display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").expect("a path"));
    let mut command = Command::new("bash");
    command.args(["-eo", "pipefail", "-c", script]).current_dir(inside);
    command.env("PATH", path).env("MAILVOUCH_SOURCE", source).output().expect("bash")
}

/// Runs a job of the GitLab file: its lines as one script, as GitLab does.
fn job(name: &str, inside: &Path, source: &str) -> Output {
    let pipeline = yaml("examples/04-pipelines/gitlab-ci.yml");
    let lines = pipeline[name]["script"].as_array().expect("a script").iter();
    let script: Vec<&str> = lines.map(|line| line.as_str().expect("a line")).collect();
    bash(&script.join("\n"), inside, source)
}

const ZONES: &str = "--zone-file example.com.zone --zone-file news.example.zone";

#[test]
fn gitlab_checks_plans_and_applies() {
    let folder = copy_of("01-firewall-move");
    let there = |name: &str| folder.path().join(name);
    let check = job("check", folder.path(), ZONES);
    assert_eq!(check.status.code(), Some(1), "{check:?}");
    let junit = std::fs::read_to_string(there("mailvouch.xml")).expect("a report");
    assert!(junit.contains("egress-not-authorised"), "{junit}");
    assert_eq!(job("plan", folder.path(), ZONES).status.code(), Some(0), "changes that wait");
    assert!(there("plan.json").exists());
    assert_eq!(job("apply", folder.path(), ZONES).status.code(), Some(5), "a guard");
    let ran = bash(&format!("mailvouch apply plan.json --yes --allow tightens-dmarc {ZONES}"), folder.path(), "");
    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
    for name in ["check", "plan", "apply"] {
        assert_eq!(job(name, folder.path(), ZONES).status.code(), Some(0), "{name}");
    }
    let pipeline = yaml("examples/04-pipelines/gitlab-ci.yml");
    let unknown = job("check", folder.path(), "--resolver 127.0.0.1:9 --timeout 1");
    assert_eq!(unknown.status.code(), Some(3), "{unknown:?}");
    assert_eq!(pipeline["check"]["allow_failure"]["exit_codes"], serde_json::json!([3]));
}

#[test]
fn the_hook_is_one_for_pre_commit() {
    let manifest = repository().join(".pre-commit-hooks.yaml");
    let config = repository().join("examples/04-pipelines/pre-commit-config.yaml");
    let programs = repository().join("target/peers/bin");
    for (command, file) in [("validate-manifest", &manifest), ("validate-config", &config)] {
        let ran = Command::new(programs.join("pre-commit")).arg(command).arg(file).output();
        let ran = ran.expect("pre-commit, which tests/run installs");
        assert!(ran.status.success() && ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran:?}");
    }
    let hook = &yaml(".pre-commit-hooks.yaml")[0];
    let used = &yaml("examples/04-pipelines/pre-commit-config.yaml")["repos"][0]["hooks"][0];
    assert_eq!(used["id"], hook["id"]);
    let words = used["args"].as_array().expect("arguments").iter().map(|word| word.as_str().expect("a word"));
    let line = format!("{} {}", hook["entry"].as_str().expect("an entry"), words.collect::<Vec<_>>().join(" "));
    let folder = copy_of("01-firewall-move");
    let moved = bash("mkdir zones; mv *.zone zones", folder.path(), "");
    assert!(moved.status.success());
    let ran = bash(&format!("{line} --zone-file zones/news.example.zone"), folder.path(), "");
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
}

#[test]
fn units_are_ones_for_systemd() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let units = repository().join("examples/04-pipelines/systemd");
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(units).expect("units") {
        let entry = entry.expect("an entry");
        let text = std::fs::read_to_string(entry.path()).expect("a unit");
        // The program is not installed here.
        let text = text.replace("/usr/local/bin/mailvouch", &binary().display().to_string());
        let path = folder.path().join(entry.file_name());
        std::fs::write(&path, text).expect("written");
        paths.push(path);
    }
    let ran = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&paths).output();
    let ran = ran.expect("systemd-analyze, of the package systemd");
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");

    let service = std::fs::read_to_string(folder.path().join("mailvouch.service")).expect("a unit");
    let line = service.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a line");
    let copy = copy_of("01-firewall-move");
    let line = line.replace("/etc/mailvouch/", "").replace("/var/lib/mailvouch/", "");
    let ran = bash(&format!("{line} {ZONES}"), copy.path(), "");
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    assert!(copy.path().join("answers.json").exists());
}
