//! The page about saved answers says what the program writes.

use mailvouch::published::{Answers, Question, Reason, State};
use mailvouch_providers::dns::RrType;

use crate::support::dns_server::name;

const PAGE: &str = include_str!("../../docs/formats/answers.md");

/// The text between the first fence for this language and its end.
fn example() -> &'static str {
    let (_, begun) = PAGE.split_once("```json\n").expect("an example");
    begun.split_once("```").expect("its end").0
}

#[test]
fn the_example_is_what_would_be_written() {
    let answers = Answers::from_json(example()).expect("it can be read");
    assert_eq!(answers.to_json().expect("it can be written"), example());
    assert_eq!(answers.len(), 5);
}

#[test]
fn the_example_means_what_the_page_says() {
    let answers = Answers::from_json(example()).expect("it can be read");
    let get = |owner: &str, rtype| answers.get(&Question::new(&name(owner), rtype)).expect(owner).clone();
    let spf = get("example.com", RrType::TXT);
    let texts: Vec<_> = spf.records().expect("records").txts().map(|txt| txt.strings().len()).collect();
    assert_eq!(texts, [2, 1]);
    let dangling = get("s1._domainkey.example.com", RrType::TXT);
    assert!(dangling.is_absent() && dangling.is_alias());
    assert_eq!(get("random._domainkey.example.com", RrType::TXT).wildcard, Some(name("*._domainkey.example.com")));
    let State::Unknown(failure) = &get("example.com", RrType::MX).state else {
        panic!("a failure");
    };
    assert_eq!(failure.reason, Reason::ServFail);
}

#[test]
fn every_key_and_every_reason_is_on_the_page() {
    for key in [
        "version",
        "answers",
        "name",
        "type",
        "status",
        "chain",
        "wildcard",
        "records",
        "ttl",
        "values",
        "data",
        "reason",
        "server",
        "long-strings",
        "value",
        "string",
        "at",
    ] {
        assert!(PAGE.contains(&format!("| `{key}` |")), "{key}");
    }
    let reasons = [
        Reason::Timeout,
        Reason::Unreachable,
        Reason::ServFail,
        Reason::Refused,
        Reason::Garbage,
        Reason::Truncated,
        Reason::Deadline,
        Reason::Budget,
        Reason::OutsideView,
        Reason::NotInSnapshot,
    ];
    for reason in reasons {
        let word = serde_json::to_value(reason).expect("a word");
        let word = word.as_str().expect("a word");
        assert!(PAGE.contains(&format!("| `{word}` | {reason} |")), "{word}");
    }
    let listed = PAGE.lines().skip_while(|line| !line.starts_with("| reason")).skip(2);
    assert_eq!(listed.take_while(|line| line.starts_with('|')).count(), reasons.len());
}
