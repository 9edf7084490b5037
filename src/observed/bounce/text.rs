//! What was written for people: who did not get the mail, and what the server said. Structure decides, not language:
//! an address that has a line of its own, a reply code, the marks of a transcript.

use super::address::{self, Found};
use super::prose::collapsed;
use super::reply::{self, Reply};

/// What the text says of one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) recipient: Option<String>,
    /// What was said, lines joined.
    pub(super) words: Option<String>,
    /// Whether there is an answer of a server in it.
    pub(super) has_reply: bool,
}

/// How many lines are looked at, and how many recipients. What is longer is a copy of the message.
const MOST_LINES: usize = 4_000;
const MOST_RECIPIENTS: usize = 500;
/// How much of a paragraph is kept as what was said.
const MOST_WORDS: usize = 4_000;

/// What else is known when a text is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Recipients that a header names.
    pub(super) failed: Vec<String>,
    /// Addresses of whoever sent the mail: they are no recipients.
    pub(super) senders: Vec<String>,
    /// Recipients of the message that came back, if the text names none.
    pub(super) addressed: Vec<String>,
}

/// Text before the copy of the message, and the copy.
pub(super) fn without_copy(text: &str) -> (&str, &str) {
    let mut at = 0;
    let mut previous_is_break = true;
    for line in text.split_inclusive('\n') {
        let begins = previous_is_break && begins_header(&text[at..]);
        if begins {
            return text.split_at(at);
        }
        let trimmed = line.trim();
        // A header stands behind an empty line, or behind a rule such as `--- Original message ---`.
        previous_is_break = trimmed.is_empty() || is_rule(trimmed);
        at += line.len();
    }
    (text, "")
}

/// A line that divides: `-----`, `--- Below this line …`, `|---- Message text follows ----|`.
fn is_rule(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("===") || line.starts_with("***") || line.starts_with("|--") || line.ends_with("---")
}

/// Whether a message header begins here: three fields of a message in a row, one of which only a header has.
fn begins_header(text: &str) -> bool {
    const FIELDS: [&str; 16] = [
        "received", "return-path", "from", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
        "reply-to", "sender", "dkim-signature", "user-agent", "delivered-to", "authentication-results",
    ];
    const SURE: [&str; 4] = ["received", "return-path", "from", "message-id"];
    let first = text.as_bytes().first();
    if !first.is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let (mut fields, mut sure) = (0, false);
    for line in text.lines().take(12) {
        if line.starts_with([' ', '\t']) && fields > 0 {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { break };
        let name = name.to_ascii_lowercase();
        if FIELDS.contains(&name.as_str()) {
            fields += 1;
            sure |= SURE.contains(&name.as_str());
        } else if !(name.starts_with("x-") || name.starts_with("arc-") || name.contains('-')) {
            break;
        }
    }
    sure && fields >= 2
}

/// Reads a text whose copy of the message is cut off.
pub(super) fn told(text: &str, known: &Known) -> Vec<Told> {
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    let answers = answers(&lines);
    let heads = heads(&lines, known);
    let mut order: Vec<String> = known.failed.clone();
    for head in &heads {
        if !order.iter().any(|known| known.eq_ignore_ascii_case(&head.address)) {
            order.push(head.address.clone());
        }
    }
    if known.failed.is_empty() && order.is_empty() {
        order = mentioned(&lines, &answers, known);
    }
    order.truncate(MOST_RECIPIENTS);
    let whole = || collapsed_piece(&lines.join("\n"));
    let alone = order.len() <= 1;
    let mut told: Vec<Told> = order
        .into_iter()
        .map(|recipient| {
            let own = own_words(&lines, &heads, &recipient);
            let answer = answers.iter().rev().find(|answer| answer.recipient.as_deref().is_some_and(|named| named.eq_ignore_ascii_case(&recipient)));
            let shared = || answers.iter().rev().find(|answer| answer.recipient.is_none() || alone);
            let words = match (answer, own) {
                (Some(answer), _) => Some((answer.words.clone(), true)),
                (None, Some((words, true))) => Some((words, true)),
                (None, own) => shared()
                    .map(|answer| (answer.words.clone(), true))
                    .or_else(|| alone.then(|| any_reply(&lines)).flatten().map(|words| (words, true)))
                    .or(own),
            };
            let (words, has_reply) = words.unzip();
            Told { recipient: Some(recipient), words, has_reply: has_reply.unwrap_or_default() }
        })
        .collect();
    if told.is_empty() {
        let words = answers.last().map(|answer| answer.words.clone()).or_else(|| any_reply(&lines));
        let has_reply = words.is_some();
        told.push(Told { recipient: None, words: words.or_else(|| Some(whole()).filter(|text| !text.is_empty())), has_reply });
    }
    told
}

/// A line that speaks of one recipient.
#[derive(Debug)]
struct Head {
    line: usize,
    address: String,
    /// What follows on the same line.
    rest: String,
}

/// Lines that begin with an address, or hold nothing else.
fn heads(lines: &[&str], known: &Known) -> Vec<Head> {
    let mut heads = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let bare = line.trim().trim_start_matches(['*', '>', '-', '\u{2022}', '\u{b7}', '[', ' ', '\t']);
        let found = address::addresses(bare);
        let Some(first) = found.first() else { continue };
        let before = bare[..first.start].trim_end_matches('<');
        if !before.is_empty() || is_sender(&first.address, known) || line.trim().starts_with("<<<") {
            continue;
        }
        let behind = bare[first.end..].trim_start_matches('>');
        if let Some(rest) = speaks_of(behind, &found) {
            heads.push(Head { line: index, address: first.address.clone(), rest });
        }
        if heads.len() == MOST_RECIPIENTS * 4 {
            break;
        }
    }
    heads
}

/// What stands behind an address at the beginning of a line, if the line is about that address.
fn speaks_of(behind: &str, found: &[Found]) -> Option<String> {
    let trimmed = behind.trim();
    // Nothing else, or the same address again: `bob@example.org<mailto:bob@example.org>`.
    let repeats = found.len() >= 2 && found.iter().all(|other| other.address.eq_ignore_ascii_case(&found[0].address));
    if trimmed.is_empty() || matches!(trimmed, ":" | "," | "]") || (repeats && trimmed.ends_with('>')) {
        return Some(String::new());
    }
    let marks = [":", "...", " ...", " (", " [", "  ", " on ", ",", " - ", " #", "\t"];
    marks.iter().find(|mark| behind.starts_with(**mark)).map(|_| trimmed.trim_start_matches([':', ',', '.', '-', ' ']).to_owned())
}

fn is_sender(address: &str, known: &Known) -> bool {
    known.senders.iter().any(|sender| sender.eq_ignore_ascii_case(address)) && !known.failed.iter().any(|failed| failed.eq_ignore_ascii_case(address))
}

/// What is said under the lines that speak of a recipient: the paragraph with an answer in it, else the first one.
fn own_words(lines: &[&str], heads: &[Head], recipient: &str) -> Option<(String, bool)> {
    let mut fallback = None;
    for (index, head) in heads.iter().enumerate().filter(|(_, head)| head.address.eq_ignore_ascii_case(recipient)) {
        let end = heads[index + 1..].iter().find(|next| next.line > head.line).map_or(lines.len(), |next| next.line);
        let mut paragraph = vec![head.rest.as_str()];
        let mut paragraphs = Vec::new();
        for line in &lines[head.line + 1..end] {
            if line.trim().is_empty() {
                paragraphs.push(std::mem::take(&mut paragraph));
            } else {
                paragraph.push(line);
            }
        }
        paragraphs.push(paragraph);
        for paragraph in paragraphs {
            let text = paragraph.join("\n");
            if text.trim().is_empty() {
                continue;
            }
            if !is_transcript(&text) && reply::telling(&reply::replies(&text)).is_some() {
                return Some((collapsed_piece(&text), true));
            }
            fallback.get_or_insert_with(|| (collapsed_piece(&text), false));
        }
    }
    fallback
}

fn is_transcript(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("<<< "))
}

/// An answer in the transcript of a session.
#[derive(Debug)]
struct Answer {
    recipient: Option<String>,
    words: String,
}

/// The refusals of a transcript: `<<< 550 …`, and the `554 <user>… said` that Sendmail writes under it.
fn answers(lines: &[&str]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut asked: Option<String> = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        if let Some(command) = line.strip_prefix(">>> ") {
            // `>>> user <user@example.com>` is the list of recipients of Active! hunter, not a command.
            let is_recipient = command.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("RCPT TO:"));
            asked = if is_recipient { address::of_header(command) } else { None };
            at += 1;
        } else if line.starts_with("<<< ") {
            let mut said = Vec::new();
            while let Some(rest) = lines.get(at).and_then(|line| line.trim().strip_prefix("<<<")) {
                said.push(rest.trim());
                at += 1;
            }
            let words = said.join("\n");
            if let Some(reply) = reply::telling(&reply::replies(&words)).filter(is_refusal) {
                let words = collapsed_piece(&words[reply_start(&words, reply)..]);
                answers.push(Answer { recipient: asked.clone(), words });
            }
        } else {
            at += 1;
        }
    }
    answers
}

fn is_refusal(reply: &Reply) -> bool {
    reply.code.is_some_and(|code| code >= 400) || reply.enhanced.is_some_and(|code| code.class >= 4)
}

/// The beginning of the first answer of a transcript that is a refusal.
fn reply_start(text: &str, telling: Reply) -> usize {
    let first = reply::replies(text).into_iter().find(|reply| reply.code == telling.code);
    first.map_or(telling.start, |reply| reply.start)
}

/// The paragraph of the last answer in the text.
fn any_reply(lines: &[&str]) -> Option<String> {
    let mut best: Option<String> = None;
    let mut has_enhanced = false;
    for paragraph in lines.split(|line| line.trim().is_empty()) {
        let text = paragraph.join("\n");
        let Some(reply) = reply::telling(&reply::replies(&text)).filter(is_refusal) else { continue };
        let counts = reply.enhanced.is_some_and(|code| !code.is_generic());
        if best.is_none() || counts || !has_enhanced {
            has_enhanced |= counts;
            best = Some(collapsed_piece(&text));
        }
    }
    best
}

/// Recipients that no line begins with: those of the transcript, else those that a sentence names, else those that the
/// message was addressed to.
fn mentioned(lines: &[&str], answers: &[Answer], known: &Known) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    let mut add = |address: &str| {
        if !named.iter().any(|known| known.eq_ignore_ascii_case(address)) {
            named.push(address.to_owned());
        }
    };
    answers.iter().filter_map(|answer| answer.recipient.as_deref()).for_each(&mut add);
    for line in lines {
        let command = line.trim().trim_start_matches(['>', '<', ' ']);
        if command.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("RCPT TO:"))
            && let Some(found) = address::of_header(command)
        {
            add(&found);
        }
    }
    // `554 <user@example.com>... Remote protocol error`.
    for line in lines {
        let code = line.get(..4).is_some_and(|code| code.ends_with([' ', '-']) && code.as_bytes()[..3].iter().all(u8::is_ascii_digit));
        let found = address::addresses(line);
        if let (true, Some(first)) = (code, found.first())
            && line[first.end..].trim_start_matches('>').starts_with("...")
        {
            add(&first.address);
        }
    }
    if named.is_empty() {
        let sentence = lines.iter().find_map(|line| {
            let found = address::addresses(line);
            // The last one of a line is what it leads up to: `Could not be delivered to: <user@example.com>`.
            let is_id = |found: &Found| line.to_ascii_lowercase().contains("message-id") || found.address.len() > 254;
            found.into_iter().rev().find(|found| !is_sender(&found.address, known) && !is_id(found)).map(|found| found.address)
        });
        named.extend(sentence);
    }
    if named.is_empty() {
        named.extend(known.addressed.iter().filter(|address| !is_sender(address, known)).cloned());
    }
    named
}

fn collapsed_piece(text: &str) -> String {
    let mut flat = collapsed(text);
    if let Some((end, _)) = flat.char_indices().nth(MOST_WORDS) {
        flat.truncate(end);
    }
    flat
}
