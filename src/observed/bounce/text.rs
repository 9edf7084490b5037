//! What was written for people: who did not get the mail, and what the server said. Structure decides, not language:
//! an address that has a line of its own, a reply code, the marks of a transcript.

use super::address::{self, Found};
use super::reply::{self, Reply};
use super::transcript::{Answer, answers, is_refusal};

/// What the text says of one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) recipient: Option<String>,
    /// What was said, a line a line.
    pub(super) words: Option<String>,
    /// Whether there is an answer of a server in it.
    pub(super) has_reply: bool,
}

/// How many lines are looked at, and how many recipients. What is longer is a copy of the message.
const MOST_LINES: usize = 4_000;
const MOST_RECIPIENTS: usize = 500;
/// Lines in which a header shows that it is one; signatures before it take many.
const MOST_FIELDS: usize = 80;
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
        previous_is_break = trimmed.is_empty() || is_rule(trimmed) || line.starts_with("From ");
        at += line.len();
    }
    (text, "")
}

/// A line that divides: `-----`, `--- Below this line …`, `|---- Message text follows ----|`.
fn is_rule(line: &str) -> bool {
    line.starts_with("---")
        || line.starts_with("===")
        || line.starts_with("***")
        || line.starts_with("|--")
        || line.ends_with("---")
}

/// Whether a message header begins here: three fields of a message in a row, one of which only a header has.
fn begins_header(text: &str) -> bool {
    const FIELDS: [&str; 16] = [
        "received",
        "return-path",
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "reply-to",
        "sender",
        "dkim-signature",
        "user-agent",
        "delivered-to",
        "authentication-results",
    ];
    const SURE: [&str; 4] = ["received", "return-path", "from", "message-id"];
    let first = text.as_bytes().first();
    if !first.is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let (mut fields, mut sure) = (0, false);
    for line in text.lines().take(MOST_FIELDS) {
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
    let mut heads = heads(&lines, known);
    if heads.is_empty() && known.failed.is_empty() {
        // Mail to oneself bounces, too; then the sender is who did not get it.
        let anyone = Known { failed: Vec::new(), senders: Vec::new(), addressed: known.addressed.clone() };
        heads = self::heads(&lines, &anyone);
        heads.retain(|head| {
            own_words(&lines, std::slice::from_ref(head), &head.address).is_some_and(|(_, rank)| rank > Rank::Words)
        });
    }
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
    let whole = || piece(&lines.join("\n"));
    let alone = order.len() <= 1;
    let mut told: Vec<Told> = order
        .into_iter()
        .map(|recipient| {
            let own = own_words(&lines, &heads, &recipient);
            let answer = answers
                .iter()
                .rev()
                .find(|answer| answer.recipient.as_deref().is_some_and(|named| named.eq_ignore_ascii_case(&recipient)));
            let shared = || answers.iter().rev().find(|answer| answer.recipient.is_none() || alone);
            let words = match (answer, own) {
                (Some(answer), _) => Some((answer.words.clone(), true)),
                (None, Some((words, Rank::Reply))) => Some((words, true)),
                (None, own) => shared()
                    .map(|answer| (answer.words.clone(), true))
                    .or_else(|| alone.then(|| any_reply(&lines)).flatten().map(|words| (words, true)))
                    .or(own.map(|(words, rank)| (words, rank > Rank::Words)))
                    .or_else(|| around(&lines, &recipient).map(|words| (words, false))),
            };
            let (words, has_reply) = words.unzip();
            Told { recipient: Some(recipient), words, has_reply: has_reply.unwrap_or_default() }
        })
        .collect();
    if told.is_empty() {
        let words = answers.last().map(|answer| answer.words.clone()).or_else(|| any_reply(&lines));
        let has_reply = words.is_some();
        told.push(Told {
            recipient: None,
            words: words.or_else(|| Some(whole()).filter(|text| !text.is_empty())),
            has_reply,
        });
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
        // An answer that repeats the address at the beginning of a line goes on.
        let goes_on = heads.last().is_some_and(|last: &Head| {
            last.address.eq_ignore_ascii_case(&first.address)
                && lines[last.line..index].iter().all(|line| !line.trim().is_empty())
        });
        if let Some(rest) = speaks_of(behind, &found).filter(|_| !goes_on) {
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
    let says = || behind.starts_with(' ') && rank(behind) == Rank::Reply;
    (marks.iter().any(|mark| behind.starts_with(*mark)) || says())
        .then(|| trimmed.trim_start_matches([':', ',', '.', '-', ' ']).to_owned())
}

fn is_sender(address: &str, known: &Known) -> bool {
    known.senders.iter().any(|sender| sender.eq_ignore_ascii_case(address))
        && !known.failed.iter().any(|failed| failed.eq_ignore_ascii_case(address))
}

/// How much a paragraph tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Words.
    Words,
    /// An enhanced code: perhaps that of a page with advice.
    Code,
    /// An answer with a reply code.
    Reply,
}

fn rank(text: &str) -> Rank {
    match reply::telling(&reply::replies(text)) {
        Some(Reply { code: Some(_), .. }) => Rank::Reply,
        Some(_) => Rank::Code,
        None => Rank::Words,
    }
}

/// What is said under the lines that speak of a recipient: of its paragraphs the first that tells most.
fn own_words(lines: &[&str], heads: &[Head], recipient: &str) -> Option<(String, Rank)> {
    let mut best: Option<(String, Rank)> = None;
    for (index, head) in heads.iter().enumerate().filter(|(_, head)| head.address.eq_ignore_ascii_case(recipient)) {
        let end = heads[index + 1..].iter().find(|next| next.line > head.line).map_or(lines.len(), |next| next.line);
        let own = std::iter::once(head.rest.as_str()).chain(lines[head.line + 1..end].iter().copied());
        let own: Vec<&str> = own.collect();
        for paragraph in own.split(|line| line.trim().is_empty()).filter(|paragraph| !paragraph.is_empty()) {
            let text = paragraph.join("\n");
            let rank = if is_transcript(&text) { Rank::Words } else { rank(&text) };
            let words = piece(&text);
            if !words.is_empty() && best.as_ref().is_none_or(|(_, most)| rank > *most) {
                best = Some((words, rank));
            }
        }
    }
    best
}

/// The paragraph that names a recipient, and the next one: what there is where nothing stands under the name.
fn around(lines: &[&str], recipient: &str) -> Option<String> {
    let mut paragraphs =
        lines.split(|line| line.trim().is_empty() || is_rule(line.trim())).filter(|paragraph| !paragraph.is_empty());
    let recipient = recipient.to_lowercase();
    let named =
        paragraphs.by_ref().find(|paragraph| paragraph.iter().any(|line| line.to_lowercase().contains(&recipient)))?;
    let words =
        piece(&named.iter().chain(paragraphs.next().unwrap_or_default()).copied().collect::<Vec<_>>().join("\n"));
    (words.to_lowercase() != recipient).then_some(words)
}

fn is_transcript(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("<<< "))
}

/// The paragraph of the last answer in the text, one with a reply code before any other.
fn any_reply(lines: &[&str]) -> Option<String> {
    let mut best: Option<(String, (Rank, bool))> = None;
    for paragraph in lines.split(|line| line.trim().is_empty()) {
        let text = paragraph.join("\n");
        let Some(reply) = reply::telling(&reply::replies(&text)).filter(is_refusal) else { continue };
        let tells = (rank(&text), reply.enhanced.is_some_and(|code| !code.is_generic()));
        if best.as_ref().is_none_or(|(_, most)| tells >= *most) {
            best = Some((piece(&text), tells));
        }
    }
    best.map(|(words, _)| words)
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
    if named.is_empty() {
        let sentence = lines.iter().find_map(|line| {
            let found = address::addresses(line);
            // The last one of a line is what it leads up to: `Could not be delivered to: <user@example.com>`.
            let is_id = |found: &Found| line.to_ascii_lowercase().contains("message-id") || found.address.len() > 254;
            found
                .into_iter()
                .rev()
                .find(|found| !is_sender(&found.address, known) && !is_id(found))
                .map(|found| found.address)
        });
        named.extend(sentence);
    }
    if named.is_empty() {
        named.extend(known.addressed.iter().filter(|address| !is_sender(address, known)).cloned());
    }
    named
}

/// The lines of a piece without what stands around them. Where a line begins an answer may begin: they are not joined.
pub(super) fn piece(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_rule(line)).collect();
    let mut piece = lines.join("\n");
    if let Some((end, _)) = piece.char_indices().nth(MOST_WORDS) {
        piece.truncate(end);
    }
    piece
}
