//! A stand-in for GitHub (`github_api.py`), and a runner of composite actions as small as ours needs.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::{binary, repository};

/// The API, until it is dropped.
pub(super) struct Api {
    process: Child,
    pub(super) url: String,
}

impl Api {
    pub(super) fn start() -> Self {
        let script = repository().join("tests/pipelines/github_api.py");
        let mut process = Command::new("python3").arg(script).stdout(Stdio::piped()).spawn().expect("python3");
        let mut port = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut port).expect("a port");
        Self { process, url: format!("http://127.0.0.1:{}", port.trim()) }
    }

    /// Comments that are there already.
    pub(super) fn seed(&self, comments: &Value) {
        Self::curl(&["--data-binary", &comments.to_string(), &format!("{}/seed", self.url)]);
    }

    /// All that was written.
    pub(super) fn state(&self) -> Value {
        serde_json::from_str(&Self::curl(&[&format!("{}/state", self.url)])).expect("JSON")
    }

    /// The texts of all comments of issue 7.
    pub(super) fn comments(&self) -> Vec<String> {
        let state = self.state();
        let comments = state["comments"].as_array().expect("comments").iter();
        comments.map(|comment| comment["body"].as_str().expect("a body").to_owned()).collect()
    }

    fn curl(arguments: &[&str]) -> String {
        let ran = Command::new("curl").args(["--silent", "--fail"]).args(arguments).output().expect("curl");
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).expect("UTF-8")
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One run of the action in a pull request: how it ended, and what its steps printed.
pub(super) struct Ran {
    pub(super) exit: i32,
    pub(super) printed: String,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) summary: String,
    /// Where its files are, until it is dropped.
    _temp: TempDir,
}

/// Runs `action.yml` as a runner would: its steps one after the other, each with its environment, until one fails.
pub(super) fn run(api: &Api, inside: &Path, token: &str, inputs: &[(&str, &str)]) -> Ran {
    let text = std::fs::read_to_string(repository().join("action.yml")).expect("action.yml");
    let action: Value = serde_norway::from_str(&text).expect("YAML");
    let temp = tempfile::Builder::new().prefix("mailvouch-runner-").tempdir().expect("a temporary directory");
    let mut known = BTreeMap::from([("github.event.pull_request.number".to_owned(), "7".to_owned())]);
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        known.insert(format!("inputs.{name}"), input["default"].as_str().expect("a default").to_owned());
    }
    known.insert("inputs.token".to_owned(), token.to_owned());
    known.insert("inputs.binary".to_owned(), binary().display().to_string());
    for (name, value) in inputs {
        assert!(known.insert(format!("inputs.{name}"), (*value).to_owned()).is_some(), "no input {name}");
    }
    let summary = temp.path().join("summary");
    let (mut exit, mut printed) = (0, String::new());
    for (number, step) in action["runs"]["steps"].as_array().expect("steps").iter().enumerate() {
        if step["if"].as_str().is_some_and(|condition| !holds(condition, &known)) {
            continue;
        }
        let outputs = temp.path().join(format!("output-{number}"));
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().expect("a script")]);
        command.env_clear().env("PATH", std::env::var_os("PATH").expect("a path")).current_dir(inside);
        command.env("GITHUB_ACTION_PATH", repository()).env("RUNNER_TEMP", temp.path());
        command.env("GITHUB_OUTPUT", &outputs).env("GITHUB_STEP_SUMMARY", &summary);
        command.env("GITHUB_API_URL", &api.url).env("GITHUB_REPOSITORY", "some/where");
        command.env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567").env("GITHUB_REF", "refs/pull/7/merge");
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, filled(value.as_str().expect("a value"), &known));
        }
        let output = command.output().expect("bash");
        printed += &String::from_utf8_lossy(&output.stdout);
        printed += &String::from_utf8_lossy(&output.stderr);
        for line in std::fs::read_to_string(&outputs).unwrap_or_default().lines() {
            let (name, value) = line.split_once('=').expect("an output");
            let id = step["id"].as_str().expect("a step with outputs has an id");
            known.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        if !output.status.success() {
            exit = output.status.code().expect("an exit code");
            break;
        }
    }
    let outputs = action["outputs"].as_object().expect("outputs").iter();
    let output =
        |(name, output): (&String, &Value)| (name.clone(), filled(output["value"].as_str().expect("a value"), &known));
    let outputs = outputs.map(output).collect();
    let summary = std::fs::read_to_string(summary).unwrap_or_default();
    Ran { exit, printed, outputs, summary, _temp: temp }
}

/// A text with what stands between `${{` and `}}` put in.
fn filled(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("its end");
        filled += known.get(name.trim()).map_or("", String::as_str);
        filled += rest;
    }
    filled
}

/// A condition, as far as ours go: comparisons with a text and bare names, joined by `&&`.
fn holds(condition: &str, known: &BTreeMap<String, String>) -> bool {
    let value = |name: &str| known.get(name.trim()).cloned().unwrap_or_default();
    condition.split("&&").all(|part| {
        let text = |quoted: &str| quoted.trim().trim_matches('\'').to_owned();
        if let Some((name, wanted)) = part.split_once("==") {
            value(name) == text(wanted)
        } else if let Some((name, other)) = part.split_once("!=") {
            value(name) != text(other)
        } else {
            !value(part).is_empty()
        }
    })
}
