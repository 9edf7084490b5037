//! Workflow commands, read as GitHub's runner reads them.

use mailvouch::output::github;

use super::{HOSTILE, broken, saying, undeclared, unknown};

/// A command that the runner would carry out.
#[derive(Debug, PartialEq, Eq)]
struct Command {
    name: String,
    properties: Vec<(String, String)>,
    data: String,
}

impl Command {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The runner's two forms: `::name key=value,…::data` where a line begins with it, and the older `##[name key=value;]`
/// anywhere in a line.
fn command(line: &str) -> Option<Command> {
    if let Some((head, data)) = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let property = |text: &str| {
            let (key, value) = text.split_once('=').expect("a value");
            (key.to_owned(), decoded(value))
        };
        let properties = properties.split(',').filter(|text| !text.is_empty()).map(property).collect();
        return Some(Command { name: name.to_owned(), properties, data: decoded(data) });
    }
    let (_, rest) = line.split_once("##[")?;
    let (name, data) = rest.split_once(']')?;
    Some(Command { name: format!("##{name}"), properties: Vec::new(), data: data.to_owned() })
}

fn decoded(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
}

#[tokio::test]
async fn each_finding_is_an_annotation_beside_the_declaration() {
    let report = broken().await;
    let text = github::commands(std::slice::from_ref(&report), &[]);
    let commands: Vec<Command> = text.lines().map(|line| command(line).expect("a command")).collect();
    assert_eq!(commands.len(), report.diagnostics.len());
    let first = &commands[0];
    assert_eq!(first.name, "error");
    assert_eq!(first.property("file"), Some("mailvouch.toml"));
    assert_eq!(
        (first.property("line"), first.property("col"), first.property("endColumn")),
        (Some("3"), Some("14"), Some("28"))
    );
    assert_eq!(first.property("title"), Some("example.com: egress-not-authorised"));
    assert!(
        first.data.starts_with("mail leaves from 203.0.113.10, and SPF says `permerror`\nexample.com. TXT, bytes "),
        "{}",
        first.data
    );
    let names: Vec<&str> = commands.iter().map(|command| command.name.as_str()).collect();
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| ["error", "warning", "notice"].iter().position(|kind| kind == name));
    assert_eq!(names, sorted);
}

#[tokio::test]
async fn without_a_declaration_there_is_no_place() {
    for report in [undeclared().await, unknown().await] {
        for line in github::commands(&[report], &[]).lines() {
            let command = command(line).expect("a command");
            assert_eq!(command.property("file"), None);
            assert!(command.property("title").is_some_and(|title| title.starts_with("example.com: ")));
        }
    }
    assert_eq!(github::commands(&[], &[]), "");
}

#[tokio::test]
async fn no_text_of_others_is_a_command() {
    for text in HOSTILE {
        let report = saying(text).await;
        let written = github::commands(std::slice::from_ref(&report), &[]);
        assert_eq!(written.lines().count(), report.diagnostics.len(), "{written}");
        assert!(!written.contains(['\r', '\u{1b}', '\u{202e}', '\u{2028}']), "{written}");
        for line in written.lines() {
            let command = command(line).expect("a command");
            assert!(["error", "warning", "notice"].contains(&command.name.as_str()), "{line}");
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            assert!(command.properties.iter().all(|(key, _)| known.contains(&key.as_str())), "{line}");
            assert_eq!(command.properties.iter().filter(|(key, _)| key == "title").count(), 1, "{line}");
            assert!(command.property("title").is_some_and(|title| title.starts_with("example.com: ")), "{line}");
        }
    }
}
