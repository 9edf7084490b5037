//! Messages of others, judged as their list judges them: recipients, codes, reply codes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use mailvouch::observed::bounce::{Report, read};
use serde_json::Value;

use crate::support::vectors::cases;

const FILE: &str = "bounces/bounces-open.jsonl";

/// What our results differ in, with the reason. A line that no longer differs is a failure.
const DIFFERENCES: &[(&str, &str)] = &[];

/// Recipients that another program reads and this one does not, with the reason.
const OTHER_RECIPIENTS: &[(&str, &str)] = &[
    ("sisimai/arf-12", "a complaint is no bounce"),
    ("sisimai/arf-16", "a complaint is no bounce"),
    ("sisimai/arf-19", "an authentication report is no bounce"),
    ("sisimai/arf-21", "a complaint is no bounce"),
    ("sisimai/arf-23", "a complaint is no bounce"),
    ("sisimai/arf-25", "a complaint is no bounce"),
    ("sisimai/lhost-apachejames-01", "the list leaves out a digit of the address that the message has"),
    ("sisimai/lhost-fml-02", "a mailing list answers its author: no server refused anything"),
    ("sisimai/lhost-fml-03", "a mailing list answers its author: no server refused anything"),
    ("sisimai/lhost-v5sendmail-01", "the list has the address cut off"),
];

fn set(value: &Value) -> BTreeSet<String> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| text.trim().to_lowercase()).collect()
}

fn of(reports: &[&Report], value: impl Fn(&Report) -> Option<String>) -> BTreeSet<String> {
    reports.iter().filter_map(|report| value(report)).map(|text| text.to_lowercase()).collect()
}

/// What differs in one case, as the list's own program judges it: recipients are the same; a code is one of those
/// expected; reply codes are the expected ones, or some of them. What is not there counts as different.
fn differing(case: &Value) -> Vec<String> {
    let folder = PathBuf::from(std::env::var_os("MAILVOUCH_VECTORS").expect("the folder that the list is in"));
    let file = case["input"]["file"].as_str().expect("a file");
    let name = file.rsplit('/').next().expect("a name");
    let path = folder.join("bounces/messages").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mail = match read(&bytes) {
        Ok(mail) => mail,
        Err(error) => return vec![error.to_string()],
    };
    let reports: Vec<&Report> = mail.messages.iter().flat_map(|message| &message.reports).collect();
    let recipients = of(&reports, |report| report.recipient.clone());
    let codes = of(&reports, |report| report.enhanced.map(|(code, _)| code.to_string()));
    let replies = of(&reports, |report| report.smtp_code.map(|code| code.to_string()));
    let expect = &case["expect"];
    let mut differing = Vec::new();
    if expect["recipients"].is_array() && recipients != set(&expect["recipients"]) {
        differing.push(format!("recipients {recipients:?}, not {}", expect["recipients"]));
    }
    if expect["enhanced_status"].is_array() && codes.is_disjoint(&set(&expect["enhanced_status"])) {
        differing.push(format!("codes {codes:?}, not {}", expect["enhanced_status"]));
    }
    if expect["reply_code"].is_array() {
        let expected = set(&expect["reply_code"]);
        if replies.is_empty() || !(replies.is_subset(&expected) || expected.is_subset(&replies)) {
            differing.push(format!("reply codes {replies:?}, not {expected:?}"));
        }
    }
    let others = &expect["recipients_sisimai_only"];
    let known = OTHER_RECIPIENTS.iter().any(|(id, _)| case["id"] == *id);
    if others.is_array() && known == (recipients == set(others)) {
        differing.push(format!("recipients {recipients:?}, which another program reads as {others}; known: {known}"));
    }
    differing
}

#[test]
fn others_read_the_same() {
    let cases = cases(FILE);
    let mut wrong = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().expect("an id");
        let found = differing(case);
        match (DIFFERENCES.iter().any(|(known, _)| *known == id), found.is_empty()) {
            (false, false) => wrong.extend(found.into_iter().map(|what| format!("{id}: {what}"))),
            (true, true) => wrong.push(format!("{id} differs no more: take it from the list")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_code_of_the_list_of_microsoft_is_in_the_catalogue() {
    let cases = cases("bounces/ms_ndr_codes.jsonl");
    let mut lacking = Vec::new();
    for case in cases.iter().filter(|case| case["code"].is_string()) {
        let code = case["code"].as_str().expect("a code");
        // `5.7.606-649`, `5.4.6 or 5.4.14`, `5.7.13 or 135`: the first one stands for all.
        let first = code.split([' ', '-']).find(|word| word.matches('.').count() == 2).expect("a code");
        let found = mailvouch::observed::bounce::look_up(first);
        let is_theirs = found.is_some_and(|found| {
            found.is_listed
                && found
                    .meanings
                    .iter()
                    .any(|entry| entry.receivers.iter().any(|receiver| receiver.id() == "microsoft-365"))
        });
        if !is_theirs {
            lacking.push(code);
        }
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}
