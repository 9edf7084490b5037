//! Text of others that is made to steer a terminal. None of it may.

use std::path::Path;

use mailvouch::declared::Declaration;
use mailvouch::lint::Report;
use mailvouch::output::{diff, human, json, plan};
use mailvouch::plan::{Advice, Plan, Step};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Rdata, Txt};

use super::{COM, Case, plain, zone};

/// What an attacker would write, as octets: a window title, a colour, a line of ours, a text that runs backwards, the
/// one-octet forms of escape, and what hides.
const HOSTILE: [&str; 8] = [
    "\x1b]0;owned\x07",
    "\x1b[31mred\x1b[2J",
    "\nexample.com: pass\n",
    "\r\x08\x7f\0",
    "\u{202e}evil\u{2066}",
    "\u{9b}31m\u{90}",
    "\u{200b}\u{feff}\u{ad}",
    "\u{2028}\u{85}",
];

/// The same as a string of a master file.
fn escaped(text: &str) -> String {
    text.bytes().map(|octet| format!("\\{octet:03}")).collect::<Vec<_>>().concat()
}

/// Nothing but our own styles, printable characters and ends of lines; and no line that is not ours.
fn assert_tame(text: &str) {
    let mut rest = text;
    let mut unstyled = String::new();
    while let Some(at) = rest.find('\x1b') {
        unstyled.push_str(&rest[..at]);
        let (style, tail) = rest[at..].split_once('m').unwrap_or_else(|| panic!("no style: {text:?}"));
        let is_style =
            style[1..].starts_with('[') && style[2..].chars().all(|char| char.is_ascii_digit() || char == ';');
        assert!(is_style, "{style:?} in {text:?}");
        rest = tail;
    }
    unstyled.push_str(rest);
    for char in unstyled.chars().filter(|char| *char != '\n') {
        let shown = char == ' ' || char.is_ascii_graphic() || char.is_alphanumeric() || "…–’“”«»".contains(char);
        assert!(shown, "{char:?} in {text}");
    }
    assert!(!unstyled.contains("red\x1b") && !text.contains("\x1b[31mred"), "{text:?}");
    assert!(!unstyled.lines().any(|line| line == "example.com: pass"), "{text}");
}

fn assert_json(text: &str) {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(value.is_object());
}

const DECLARATION: &str = r#"version = 1
[egress.hq]
addresses = ["203.0.113.10"]
[domains."example.com"]
egress = ["hq"]
spf = { all = "fail" }
dmarc = { policy = "reject", rua = ["mailto:a@example.com"] }
"#;

async fn report(case: &Case) -> Report {
    case.report("example.com").await
}

#[tokio::test]
async fn records_do_not_steer_the_terminal() {
    for text in HOSTILE {
        let text = escaped(text);
        for records in [
            format!("@ TXT \"v=spf1 {text} ip4:{text} include:{text}.example -{text}all ~all\""),
            format!("@ TXT \"v=spf1{text} -all\"\n_dmarc TXT \"v=DMARC1; p={text}; {text}={text}; rua={text}\""),
            format!("@ TXT \"{text}v=spf1 -all\"\n_dmarc TXT \" {text}v=DMARC1; p=none\""),
            format!("@ TXT \"v=spf1 ~all\"\n@ TXT \"v=spf1 exp={text} ~all\"\n@ TXT \"{text}\""),
            format!("@ MX 0 {text}.example.\n@ TXT \"v=spf1 a:{text} mx ~all\"\n_dmarc CNAME {text}.example.com."),
            format!("s1._domainkey TXT \"v=DKIM1; k={text}; p={text}\"\n@ TXT \"v=spf1 ?all\""),
        ] {
            let case = Case::zones(&[&zone(&records), COM]).declared(DECLARATION).selector("s1");
            let found = report(&case).await;
            assert!(!found.diagnostics.is_empty(), "{records}");
            assert_tame(&human::report(&found));
            assert_json(&json::document(std::slice::from_ref(&found), &[]));
            assert!(!json::line(&found).contains('\n'));
            let rules: Vec<&str> = found.diagnostics.iter().map(|found| found.rule).collect();
            let desired = case.desired("example.com", &rules).await;
            assert_tame(&diff::desired(&desired));
            assert_json(&diff::json(std::slice::from_ref(&desired)));
        }
    }
}

#[tokio::test]
async fn an_escape_is_shown_and_underlined() {
    let case = Case::zones(&[&zone("@ TXT \"v=spf1 \\027[31mred ~all\""), COM]).declared(DECLARATION);
    let text = plain(&human::report(&report(&case).await));
    assert!(text.contains("1 | v=spf1 \\027[31mred ~all\n"), "{text}");
    assert!(text.contains("  |        ^^^^"), "{text}");
}

#[tokio::test]
async fn the_declaration_does_not_steer_the_terminal() {
    // TOML allows all but the plain controls in comments and strings.
    let comment = "\u{202e}\u{9b}31m\u{2028}\u{200b}";
    let text = DECLARATION
        .replace("spf = {", &format!("# {comment}\nspf = {{"))
        .replace("\"fail\" }", &format!("\"fail\" }} # {comment}"));
    let case = Case::zones(&[&zone("@ TXT \"v=spf1 ~all\""), COM]).declared(&text);
    let shown = human::report(&report(&case).await);
    assert_tame(&shown);
    assert!(shown.contains("# \\u{202e}\\u{9b}31m\\u{2028}\\u{200b}"), "{shown}");
}

#[tokio::test]
async fn messages_do_not_steer_the_terminal() {
    let case = Case::zones(&[&zone("@ TXT \"v=spf1 ~all\""), COM]).declared(DECLARATION);
    for text in HOSTILE {
        let mut found = report(&case).await;
        for diagnostic in &mut found.diagnostics {
            diagnostic.message = text.to_owned();
            diagnostic.help = Some(text.to_owned());
            diagnostic.labels.iter_mut().for_each(|label| label.note = text.to_owned());
        }
        assert_tame(&human::report(&found));
        assert_json(&json::document(std::slice::from_ref(&found), &[]));
    }
}

#[test]
fn a_broken_declaration_does_not_steer_the_terminal() {
    for text in HOSTILE {
        let quoted = text.chars().map(|char| format!("\\U{:08x}", u32::from(char))).collect::<Vec<_>>().concat();
        for broken in [
            format!("version = 1\n{text} = 1\n"),
            format!("version = 1\nx = \"{text}\"\n"),
            format!("version = 1\n\"{quoted}\" = 1\n"),
            format!("version = 1\n[domains.\"{quoted}\"]\n"),
            format!(
                "version = 1\n[domains.\"example.com\"]\negress = [\"{quoted}\"]\nspf = {{ all = \"{quoted}\" }}\n"
            ),
            format!("version = 1\n[egress.\"{quoted}\"]\naddresses = [\"{quoted}\"]\n"),
            format!(
                "version = 1\n[senders.x]\ninclude = \"{quoted}\"\n[providers.\"{quoted}\"]\nkind = \"{quoted}\"\n"
            ),
        ] {
            for path in ["mailvouch.toml", "a\x1b]0;owned\x07\nexample.com: pass\n.toml"] {
                let error = Declaration::from_text(Path::new(path), &broken, Path::new(".")).expect_err(&broken);
                assert_tame(&human::problems(&error));
            }
        }
    }
    let missing = Path::new("a\x1b]0;owned\x07\n.toml");
    assert_tame(&human::problems(&Declaration::load(missing).expect_err("no such file")));
}

#[test]
fn a_plan_does_not_steer_the_terminal() {
    for text in HOSTILE {
        let value = Value::new(Rdata::Txt(Txt::from_text(text.as_bytes())), 60);
        let step = Step {
            domain: "example.com".parse().expect("a name"),
            provider: Some(text.to_owned()),
            zone: None,
            owner: "example.com".parse().expect("a name"),
            remove: Vec::new(),
            add: vec![value.clone()],
            before: Vec::new(),
            after: vec![value],
            rules: vec![text.to_owned()],
            guards: Vec::new(),
            waits: None,
            notes: vec![text.to_owned()],
            source: Vec::new(),
        };
        let advice = Advice {
            domain: "example.com".parse().expect("a name"),
            rule: text.to_owned(),
            severity: text.to_owned(),
            message: text.to_owned(),
            help: Some(text.to_owned()),
            held: None,
        };
        assert_tame(&plan::human(&Plan::new(vec![step], vec![advice])));
    }
}
