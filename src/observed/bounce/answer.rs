//! Parts of an answer: who gave it, what becomes of the mail, what a support case needs.

use std::net::IpAddr;

use super::catalogue::Receiver;
use super::model::{Action, Outcome};
use super::prose::{numbers, plain};
use super::status::Fate;

/// Whether the words are the same answer as the field, and more of it.
pub(super) fn goes_on(short: &str, words: &str) -> bool {
    let (short, long) = (plain(short), plain(words));
    long.len() > short.len() && !short.is_empty() && long.starts_with(short.trim_end_matches(['.', ' ']))
}

/// The name of the server that refused, and its addresses: `host mx[IP] said`, `mx [IP] did not like`.
pub(super) fn refuser(fate: &Fate, before: &str) -> (Option<String>, Vec<IpAddr>) {
    let mut own: Vec<IpAddr> = numbers(before).into_iter().map(|found| found.address).collect();
    if let Some(remote) = &fate.remote_mta {
        own.extend(numbers(remote).into_iter().map(|found| found.address));
    }
    let named = || {
        let host = before.split_whitespace().find(|word| {
            let name = word.split(['[', '(']).next().unwrap_or_default().trim_matches(['<', '>', ',', ':', '.']);
            name.contains('.')
                && !name.contains('@')
                && name.chars().any(char::is_alphabetic)
                && name.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-'))
        })?;
        Some(host.split(['[', '(']).next().unwrap_or_default().trim_matches(['<', '>', ',', ':', '.']).to_owned())
    };
    (fate.remote_mta.clone().or_else(named), own)
}

/// An answer without what qmail says of it: `Giving up on 192.0.2.1.`
pub(super) fn without_giving_up(answer: &str) -> &str {
    let ends = ["\nGiving up on ", "\nI'm not going to try again"];
    ends.iter().filter_map(|end| answer.find(end)).min().map_or(answer, |end| &answer[..end])
}

/// What becomes of the mail.
pub(super) fn outcome(fate: &Fate, class: Option<u8>, smtp_code: Option<u16>) -> Outcome {
    let class = class.map(u16::from).or(smtp_code.map(|code| code / 100));
    match (fate.action, class) {
        (Some(Action::Delivered | Action::Relayed | Action::Expanded), _) | (None, Some(2)) => Outcome::Arrived,
        (Some(Action::Failed), Some(4)) if !fate.retries => Outcome::GivenUp,
        (Some(Action::Delayed), _) | (Some(Action::Failed) | None, Some(4)) => Outcome::Retried,
        (Some(Action::Failed), _) | (None, Some(5)) => Outcome::Resend,
        (None, _) => Outcome::Unknown,
    }
}

/// What Microsoft's support asks for, word for word: the number of the rule that refused, host and time.
pub(super) fn support(diagnostic: &str, receiver: Receiver) -> Vec<String> {
    if !matches!(receiver, Receiver::Microsoft365 | Receiver::OutlookCom) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (open, close) in [('(', ')'), ('[', ']')] {
        for piece in diagnostic.split(open).skip(1) {
            let Some((inside, _)) = piece.split_once(close) else { continue };
            let is_rule = inside
                .strip_prefix("AS")
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
            let is_trace = inside.to_ascii_lowercase().contains(".outlook.com") && inside.contains(' ');
            if (is_rule || is_trace) && found.len() < 8 {
                found.push(format!("{open}{inside}{close}"));
            }
        }
    }
    for (at, _) in diagnostic.match_indices("AS(") {
        let digits: String = diagnostic[at + 3..].chars().take_while(char::is_ascii_digit).collect();
        if !digits.is_empty() && found.len() < 8 {
            found.insert(0, format!("AS({digits})"));
        }
    }
    found
}
