//! The transcript of a session, as Sendmail and those after it write one: `>>> RCPT TO:<user>`, `<<< 550 no`.

use super::address;
use super::code::Enhanced;
use super::reply::{self, Reply};
use super::text::piece;

/// An answer in the transcript of a session.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) recipient: Option<String>,
    pub(super) words: String,
}

/// The refusals of a transcript: `<<< 550 …`, and the `554 <user>… said` that Sendmail writes under it.
pub(super) fn answers(lines: &[&str]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut asked: Option<String> = None;
    // An answer to DATA is to nobody in particular, until a line under it names who did not get the mail.
    let mut unbound: Option<usize> = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        if let Some(command) = line.strip_prefix(">>> ") {
            // `>>> user <user@example.com>` is the list of recipients of Active! hunter, not a command.
            let is_recipient = command.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("RCPT TO:"));
            asked = if is_recipient { address::of_header(command) } else { None };
            unbound = None;
            at += 1;
        } else if line.starts_with("<<< ") {
            let mut said = Vec::new();
            while let Some(rest) = lines.get(at).and_then(|line| line.trim().strip_prefix("<<<")) {
                said.push(rest.trim());
                at += 1;
            }
            let words = said.join("\n");
            if let Some(reply) = reply::telling(&reply::replies(&words)).filter(is_refusal) {
                let words = piece(&words[reply_start(&words, reply)..]);
                unbound = asked.is_none().then_some(answers.len());
                answers.push(Answer { recipient: asked.clone(), words });
            }
        } else {
            if let Some((recipient, words)) = verdict(line) {
                let named = answers.iter().any(|answer| {
                    answer.recipient.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(&recipient))
                });
                match unbound.take().and_then(|index| answers.get_mut(index)) {
                    Some(answer) => answer.recipient = Some(recipient),
                    None if named => {}
                    None => answers.push(Answer { recipient: Some(recipient), words }),
                }
            }
            at += 1;
        }
    }
    answers
}

/// `554 <user@example.com>... Remote protocol error`: what Sendmail makes of a session.
fn verdict(line: &str) -> Option<(String, String)> {
    let digits = line.get(..3)?;
    let rest = line.get(4..)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !line[3..].starts_with([' ', '-']) {
        return None;
    }
    let first = address::addresses(rest).into_iter().next()?;
    // An enhanced code may stand between, nothing else.
    let between = rest[..first.start].trim_end_matches('<').trim();
    let said = rest[first.end..].trim_start_matches('>').strip_prefix("...")?.trim();
    if !between.is_empty() && between.parse::<Enhanced>().is_err() {
        return None;
    }
    let words = if reply::replies(said).is_empty() { line } else { said };
    Some((first.address, words.to_owned()))
}

/// Whether an answer is one.
pub(super) fn is_refusal(reply: &Reply) -> bool {
    reply.code.is_some_and(|code| code >= 400) || reply.enhanced.is_some_and(|code| code.class >= 4)
}

/// The beginning of the first answer of a transcript that is a refusal.
fn reply_start(text: &str, telling: Reply) -> usize {
    let first = reply::replies(text).into_iter().find(|reply| reply.code == telling.code);
    first.map_or(telling.start, |reply| reply.start)
}
