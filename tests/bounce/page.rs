//! `docs/bounces.md` is made from the catalogue.
//!
//! `INSTA_UPDATE=always cargo test bounces_page` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mailvouch::observed::bounce::{Codes, Entry, entries, receivers};

use crate::generated::assert_committed;

fn anchor(entry: &Entry) -> String {
    let whose = entry.receivers.first().map_or("any", |receiver| receiver.id());
    format!("{whose}-{}", entry.reason).replace('.', "-")
}

fn whose(entry: &Entry) -> String {
    let names: Vec<&str> = entry.receivers.iter().map(|receiver| receiver.name()).collect();
    if names.is_empty() { "any server".to_owned() } else { names.join(", ") }
}

fn codes(entry: &Entry) -> Vec<String> {
    entry.codes.iter().map(Codes::to_string).collect()
}

/// A title as a sentence begins.
fn heading(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Inside a table, and in a sentence of Markdown.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('>', "&gt;")
}

/// The codes in the order of their numbers.
fn order(code: &str) -> Vec<u32> {
    code.split(['.', '-']).map(|part| part.parse().unwrap_or(0)).collect()
}

fn index() -> String {
    let mut by_code: BTreeMap<(Vec<u32>, String), Vec<&Entry>> = BTreeMap::new();
    for entry in entries() {
        for code in codes(entry) {
            by_code.entry((order(&code), code)).or_default().push(entry);
        }
        for tag in &entry.tags {
            by_code.entry((vec![u32::MAX], tag.clone())).or_default().push(entry);
        }
    }
    let mut text = "| code | whose | what |\n|---|---|---|\n".to_owned();
    for ((_, code), entries) in by_code {
        for entry in entries {
            let _ = writeln!(text, "| `{code}` | {} | [{}](#{}) |", whose(entry), escaped(&entry.title), anchor(entry));
        }
    }
    text
}

fn section(entry: &Entry) -> String {
    let mut text = format!("<a id=\"{}\"></a>\n\n### {}\n\n", anchor(entry), escaped(&heading(&entry.title)));
    let codes = codes(entry);
    let codes = if codes.is_empty() {
        "no code of its own".to_owned()
    } else {
        codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
    };
    let _ =
        writeln!(text, "`{}` · {codes} · {} · acts: {}\n", entry.reason, entry.direction.words(), entry.acts.words());
    let _ = writeln!(text, "```text\n{}\n```\n", entry.sample);
    let _ = writeln!(text, "{}\n", escaped(&entry.meaning));
    for (index, remedy) in entry.remedies.iter().enumerate() {
        let _ = writeln!(text, "{}. {}", index + 1, escaped(remedy));
    }
    text.push('\n');
    if let Some(contact) = &entry.contact {
        let _ = writeln!(text, "Where: {}\n", escaped(contact));
    }
    if let Some(beware) = &entry.beware {
        let _ = writeln!(text, "**Do not believe:** {}\n", escaped(beware));
    }
    let _ = writeln!(text, "Source: {} ({}).\n", escaped(&entry.source), entry.date);
    text
}

fn page() -> String {
    let mut text = "# Bounces: what the codes mean, and what helps\n\n\
        Made from the catalogue that is compiled into the program (`src/observed/bounce/catalogue.toml` and `catalogue_any.toml`): change it there.\n\
        `mailvouch explain 5.7.708` shows the same in a terminal, with no network; `mailvouch bounce FILE` reads the bounce itself, and says which of\n\
        the meanings it is: one code has another meaning with each receiver, and at Gmail and Microsoft with each wording.\n\n\
        A 5yz is final: the mail is gone, and has to be sent again once the cause is gone. A 4yz is tried again by itself. No change in DNS lifts a\n\
        block by reputation; it makes the next one less likely.\n\n## By code\n\n"
        .to_owned();
    text.push_str(&index());
    for info in receivers() {
        let _ = writeln!(text, "\n## {}\n", info.name);
        for entry in entries().iter().filter(|entry| entry.receivers.first() == Some(&info.id)) {
            text.push_str(&section(entry));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text.push_str("\n## Any server\n\n");
    for entry in entries().iter().filter(|entry| entry.receivers.is_empty()) {
        text.push_str(&section(entry));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

#[test]
fn the_bounces_page_is_that_of_the_catalogue() {
    let page = page();
    for entry in entries() {
        assert_eq!(page.matches(&format!("<a id=\"{}\">", anchor(entry))).count(), 1, "{}", anchor(entry));
    }
    assert_committed("docs/bounces.md", &page);
}
