//! From what was said to what it means: receiver, code and words held against the catalogue.

use super::catalogue::{Entry, Receiver, entries, entry};
use super::code::Enhanced;
use super::prose::holds;

/// What is judged.
pub(super) struct Facts<'a> {
    pub(super) receiver: Receiver,
    pub(super) enhanced: Option<Enhanced>,
    pub(super) smtp_code: Option<u16>,
    /// The answer, [plain](super::prose::plain).
    pub(super) answer: &'a str,
}

/// What it means.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    pub(super) cause: &'static Entry,
    /// What the words say, where the code says something else.
    pub(super) other: Option<&'static Entry>,
    pub(super) conflict: Option<String>,
    /// By what the receiver is known, if only the code or the words tell it.
    pub(super) receiver: Option<(Receiver, String)>,
}

/// How well an entry fits; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Of this receiver rather than of anybody.
    is_own: bool,
    /// Bytes of the longest phrase that is there.
    words: usize,
    precision: u8,
}

/// Phrases shorter than this are said by many, and tell no receiver.
const TELLING: usize = 20;

/// Judges one refusal.
pub(super) fn judge(facts: &Facts<'_>) -> Judgement {
    let both = best(facts, |entry| by_code(entry, facts).is_some() && words(entry, facts) > 0);
    let code = best(facts, |entry| by_code(entry, facts).is_some() && !entry.needs_words);
    let said = best(facts, |entry| words(entry, facts) > 0 && allows(entry, facts));
    let (cause, other) = match (both, code, said) {
        // What is the receiver's own and fits in both is beyond doubt.
        (Some(both), _, Some(said)) if !both.receivers.is_empty() || said.receivers.is_empty() && words(said, facts) <= words(both, facts) => (both, None),
        (_, Some(code), Some(said)) if differ(code, said) && !code.vague && !said.vague => (code, Some(said)),
        (_, Some(code), Some(said)) if !code.vague && !code.receivers.is_empty() && said.receivers.is_empty() => (code, None),
        (_, _, Some(said)) => (said, None),
        (Some(both), ..) => (both, None),
        (None, Some(code), None) => (code, None),
        (None, None, None) => (fallback(facts), None),
    };
    let conflict = other.zip(facts.enhanced).map(|(other, code)| conflict(cause, other, code));
    let receiver = (facts.receiver == Receiver::Other).then(|| known_by(cause, facts)).flatten();
    Judgement { cause, other, conflict, receiver }
}

fn best(facts: &Facts<'_>, fits: impl Fn(&Entry) -> bool) -> Option<&'static Entry> {
    let fit = |entry: &Entry| Fit {
        is_own: !entry.receivers.is_empty(),
        words: words(entry, facts),
        precision: by_code(entry, facts).unwrap_or_default(),
    };
    // The first of those that fit alike; tests see to it that there is one only.
    entries().iter().filter(|entry| is_theirs(entry, facts) && fits(entry)).rev().max_by_key(|entry| fit(entry))
}

/// Whether an entry may speak of this receiver at all.
fn is_theirs(entry: &Entry, facts: &Facts<'_>) -> bool {
    if entry.receivers.is_empty() || entry.receivers.contains(&facts.receiver) {
        return true;
    }
    // Outlook.com stands behind the same front door, and gives the same answers.
    let microsoft = [Receiver::Microsoft365, Receiver::OutlookCom];
    if microsoft.contains(&facts.receiver) {
        return entry.receivers.iter().any(|receiver| microsoft.contains(receiver));
    }
    let long_code = facts.enhanced.is_some_and(Enhanced::has_long_detail) && by_code(entry, facts).is_some();
    facts.receiver == Receiver::Other && (long_code || words(entry, facts) >= TELLING)
}

/// How precisely the code is one of the entry's.
fn by_code(entry: &Entry, facts: &Facts<'_>) -> Option<u8> {
    let code = facts.enhanced?;
    entry.codes.iter().filter(|codes| codes.hold(code)).map(super::catalogue::Codes::precision).max()
}

/// Bytes of the longest phrase of the entry that was said.
fn words(entry: &Entry, facts: &Facts<'_>) -> usize {
    entry.words.iter().filter(|phrase| holds(facts.answer, phrase)).map(String::len).max().unwrap_or_default()
}

/// Words count for an entry of the other class only where the code says nothing: a 4yz is not a refusal for good.
fn allows(entry: &Entry, facts: &Facts<'_>) -> bool {
    let needs_code = !entry.codes.is_empty() && entry.receivers.is_empty();
    !needs_code || facts.enhanced.is_none_or(|code| code.class != 2)
}

/// Whether two readings lead to different things to do.
fn differ(code: &Entry, said: &Entry) -> bool {
    code.reason != said.reason && (code.direction != said.direction || !code.receivers.is_empty() && !said.receivers.is_empty())
}

fn conflict(code: &Entry, said: &Entry, enhanced: Enhanced) -> String {
    let theirs = said.codes.first().map_or_else(String::new, |codes| format!(" ({codes})"));
    format!(
        "code and words disagree: the code says {enhanced}, {}; the words are those of `{}`{theirs}, {}. One of them was not sent by the server: \
         compare with the original bounce, and follow what that says",
        lower(&code.title),
        said.reason,
        lower(&said.title)
    )
}

/// A title inside a sentence; names keep their capital.
fn lower(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), title.split(' ').next()) {
        (Some(first), Some(word)) if word.len() > 1 && word[1..].chars().all(|char| char.is_lowercase()) && !["Microsoft", "Gmail", "Yahoo", "Apple", "Outlook", "Exchange"].contains(&word) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => title.to_owned(),
    }
}

/// The receiver that only the code or the words tell.
fn known_by(cause: &Entry, facts: &Facts<'_>) -> Option<(Receiver, String)> {
    let receiver = *cause.receivers.first()?;
    let how = match facts.enhanced.filter(|_| by_code(cause, facts).is_some()) {
        Some(code) if code.has_long_detail() => format!("by the code {code}, which nobody else gives"),
        _ => "by the words of the answer".to_owned(),
    };
    Some((receiver, how))
}

/// What is said of a refusal that is in no catalogue.
fn fallback(facts: &Facts<'_>) -> &'static Entry {
    let class = facts.enhanced.map(|code| u16::from(code.class)).or(facts.smtp_code.map(|code| code / 100));
    let reason = match class {
        Some(5) => "unclassified-permanent",
        Some(4) => "unclassified-temporary",
        Some(2) => "delivered",
        _ => "unclassified",
    };
    entry(reason, Receiver::Other).unwrap_or(&entries()[0])
}
