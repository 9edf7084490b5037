//! From what was said to what it means: receiver, code and words held against the catalogue.

use super::catalogue::{Codes, Direction, Entry, Receiver, entries, entry};
use super::code::Enhanced;
use super::model::CodeFrom;
use super::prose::holds;

/// What is judged.
pub(super) struct Facts<'a> {
    pub(super) receiver: Receiver,
    pub(super) enhanced: Option<Enhanced>,
    pub(super) smtp_code: Option<u16>,
    /// Where the enhanced code stands.
    pub(super) code_from: Option<CodeFrom>,
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

/// Phrases shorter than this are said by many, and tell no receiver.
const TELLING: usize = 20;

/// An entry held against what was said.
struct Weighed {
    entry: &'static Entry,
    /// Bytes of the longest phrase of the entry that was said.
    words: usize,
    /// How precisely the code is one of the entry's.
    code: Option<u8>,
}

/// Judges one refusal.
pub(super) fn judge(facts: &Facts<'_>) -> Judgement {
    let all: Vec<Weighed> =
        entries().iter().map(|entry| weighed(entry, facts)).filter(|weighed| is_theirs(weighed, facts)).collect();
    let both = best(&all, |weighed| weighed.code.is_some() && weighed.words > 0);
    let code = best(&all, |weighed| weighed.code.is_some() && !weighed.entry.needs_words);
    let said = best(&all, |weighed| weighed.words > 0);
    let (cause, other) = decided(both, code, said, facts.code_from);
    let Some(cause) = cause else {
        return Judgement { cause: fallback(facts), other: None, conflict: None, receiver: None };
    };
    let conflict = other.zip(facts.enhanced).map(|(other, enhanced)| {
        let (code, said) = if cause.code.is_some() { (cause, other) } else { (other, cause) };
        conflict(code.entry, said.entry, enhanced)
    });
    let receiver = (facts.receiver == Receiver::Other).then(|| known_by(cause, facts)).flatten();
    Judgement { cause: cause.entry, other: other.map(|other| other.entry), conflict, receiver }
}

/// Of what fits in both, by its code and by its words: the cause, and the other reading where the two differ.
fn decided<'a>(
    both: Option<&'a Weighed>,
    code: Option<&'a Weighed>,
    said: Option<&'a Weighed>,
    from: Option<CodeFrom>,
) -> (Option<&'a Weighed>, Option<&'a Weighed>) {
    let is_anybodys = |weighed: &Weighed| weighed.entry.receivers.is_empty();
    // What is the receiver's own, and fits in both, is beyond doubt; and so is what nothing contradicts.
    if let (Some(both), Some(said)) = (both, said)
        && (!is_anybodys(both) || is_anybodys(said) && said.words <= both.words)
    {
        return (Some(both), None);
    }
    let (Some(code), Some(said)) = (code, said) else { return (said.or(both).or(code), None) };
    // What the server that wrote the bounce made of an answer without a code is less than the answer.
    let is_vague = code.entry.vague || from == Some(CodeFrom::Status);
    if is_vague || !differ(code.entry, said.entry) {
        return (Some(said), None);
    }
    match (is_anybodys(code), is_anybodys(said)) {
        _ if said.entry.vague => (Some(code), None),
        // Others often give a code that does not fit their words; a receiver knows its own codes.
        (true, _) => (Some(said), Some(code)),
        (false, true) => (Some(code), None),
        (false, false) => (Some(code), Some(said)),
    }
}

fn weighed(entry: &'static Entry, facts: &Facts<'_>) -> Weighed {
    let words =
        entry.words.iter().filter(|phrase| holds(facts.answer, phrase)).map(String::len).max().unwrap_or_default();
    let precision = |code| entry.codes.iter().filter(|codes| codes.hold(code)).map(Codes::precision).max();
    Weighed { entry, words, code: facts.enhanced.and_then(precision) }
}

/// The one that fits best: of the receiver rather than of anybody, then by words, then by code. Of those that fit
/// alike it is the first; tests see to it that there is one only.
fn best(all: &[Weighed], fits: impl Fn(&Weighed) -> bool) -> Option<&Weighed> {
    let fit = |weighed: &&Weighed| (!weighed.entry.receivers.is_empty(), weighed.words, weighed.code);
    all.iter().filter(|weighed| fits(weighed)).rev().max_by_key(fit)
}

/// Whether an entry may speak of this receiver at all.
fn is_theirs(weighed: &Weighed, facts: &Facts<'_>) -> bool {
    let receivers = &weighed.entry.receivers;
    if receivers.is_empty() || receivers.contains(&facts.receiver) {
        return true;
    }
    // Outlook.com stands behind the same front door, and gives the same answers.
    let microsoft = [Receiver::Microsoft365, Receiver::OutlookCom];
    if microsoft.contains(&facts.receiver) {
        return receivers.iter().any(|receiver| microsoft.contains(receiver));
    }
    let long_code = weighed.code.is_some() && facts.enhanced.is_some_and(Enhanced::has_long_detail);
    facts.receiver == Receiver::Other && (long_code || !weighed.entry.vague && weighed.words >= TELLING)
}

/// Whether two readings lead to different things to do.
fn differ(code: &Entry, said: &Entry) -> bool {
    let about = |entry: &Entry| {
        if entry.direction == Direction::Mailbox { Direction::RecipientAddress } else { entry.direction }
    };
    code.reason != said.reason
        && (about(code) != about(said) || !code.receivers.is_empty() && !said.receivers.is_empty())
}

fn conflict(code: &Entry, said: &Entry, enhanced: Enhanced) -> String {
    let theirs = said
        .codes
        .first()
        .filter(|_| !said.receivers.is_empty())
        .map_or_else(String::new, |codes| format!(" of {codes}"));
    let advice = if said.receivers.is_empty() || code.receivers.is_empty() {
        "servers often give a code that does not fit, so that the words count for more"
    } else {
        "a server does not send the two together: compare with the original bounce, and follow what that says"
    };
    format!(
        "code and words disagree: the code {enhanced} says that {}; the words{theirs} say that {}; {advice}",
        lower(&code.title),
        lower(&said.title)
    )
}

/// A title inside a sentence; names keep their capital.
fn lower(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), title.split(' ').next()) {
        (Some(first), Some(word))
            if word.len() > 1
                && word[1..].chars().all(|char| char.is_lowercase())
                && !["Microsoft", "Gmail", "Yahoo", "Apple", "Outlook", "Exchange"].contains(&word) =>
        {
            first.to_lowercase().chain(chars).collect()
        }
        _ => title.to_owned(),
    }
}

/// The receiver that only the code or the words tell.
fn known_by(cause: &Weighed, facts: &Facts<'_>) -> Option<(Receiver, String)> {
    let receiver = *cause.entry.receivers.first()?;
    let how = match facts.enhanced.filter(|_| cause.code.is_some()) {
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
