//! The answer of a server inside a text: the reply code, the enhanced code, and which of several answers counts.

use super::code::{self, Enhanced};

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// 550.
    pub(super) code: Option<u16>,
    /// 5.7.708.
    pub(super) enhanced: Option<Enhanced>,
    /// Where it begins.
    pub(super) start: usize,
}

/// Words that a reply code may follow, besides marks and the beginning of a line.
const BEFORE: [&str; 10] =
    ["said", "returned", "response", "responsecode", "code", "error", "with", "was", "status", "reply"];

/// All answers in a text whose lines are joined; `\n` is kept where a line may begin with a reply.
pub(super) fn replies(text: &str) -> Vec<Reply> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if let Some((reply, end)) = with_code(text, at) {
            found.push(reply);
            at = end;
        } else if let Some((enhanced, end)) = code::at(bytes, at) {
            found.push(Reply { code: None, enhanced: Some(enhanced), start: at });
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// A reply code at this byte, with the enhanced code that follows it.
fn with_code(text: &str, start: usize) -> Option<(Reply, usize)> {
    let bytes = text.as_bytes();
    let digits: [u8; 3] = bytes.get(start..start + 3)?.try_into().ok()?;
    let [b'2' | b'4' | b'5', b'0'..=b'7', b'0'..=b'9'] = digits else { return None };
    let number = digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    let before = start.checked_sub(1).map(|at| bytes[at]);
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'@' | b'/' | b'+')) {
        return None;
    }
    let end = start + 3;
    if bytes
        .get(end)
        .is_some_and(|byte| !matches!(byte, b' ' | b'-' | b':' | b'#' | b',' | b'\n' | b'\'' | b'"' | b']' | b')'))
    {
        return None;
    }
    let code_at =
        end + bytes[end..].iter().take_while(|byte| matches!(byte, b' ' | b'-' | b':' | b'#' | b'\'' | b'"')).count();
    if let Some((enhanced, end)) = code::at(bytes, code_at) {
        return Some((Reply { code: Some(number), enhanced: Some(enhanced), start }, end));
    }
    // Zoho, for one: `ERROR_CODE :550, ERROR_CODE :5.1.1`.
    if let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(", ERROR_CODE :")) {
        let at = text.len() - rest.len();
        if let Some((enhanced, end)) = code::at(bytes, at) {
            return Some((Reply { code: Some(number), enhanced: Some(enhanced), start }, end));
        }
    }
    // Without an enhanced code a number is an answer only where one is expected, and with something behind it.
    if bytes.get(end) == Some(&b'\'') || !is_expected(text, start) {
        return (bytes.get(end..end + 2) == Some(b"-'"))
            .then_some((Reply { code: Some(number), enhanced: None, start }, end));
    }
    Some((Reply { code: Some(number), enhanced: None, start }, end))
}

/// Whether an answer may begin here.
fn is_expected(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches([' ', '\t']);
    let Some(last) = before.chars().next_back() else { return true };
    if matches!(
        last,
        '\n' | ':'
            | ';'
            | '\''
            | '"'
            | '<'
            | '>'
            | '['
            | '('
            | '#'
            | '-'
            | ','
            | '='
            | '|'
            | '`'
            | '\u{2018}'
            | '\u{201c}'
            | '\u{ff1a}'
    ) {
        return true;
    }
    if last == '.' {
        // `<user@example.com>... 550 no such user`.
        return before.ends_with("...");
    }
    let word = before.rsplit(|char: char| !char.is_alphanumeric()).next().unwrap_or_default();
    // `450 450 4.2.2`: the first is repeated.
    BEFORE.contains(&word.to_lowercase().as_str())
        || (word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The answer that tells the cause.
///
/// Servers wrap what they were told: `550 5.1.351 … -> 550 …`, `554 4.4.7 expired <421 4.4.2 timed out>`. The last code
/// that says more than its class is the one nearest to the cause. A `2yz` counts where there is nothing else.
pub(super) fn telling(replies: &[Reply]) -> Option<Reply> {
    let class = |reply: &Reply| {
        reply.code.map_or_else(|| reply.enhanced.map_or(0, |code| u16::from(code.class)), |code| code / 100)
    };
    let failures: Vec<&Reply> = replies.iter().filter(|reply| class(reply) != 2).collect();
    let counted = if failures.is_empty() { replies.iter().collect() } else { failures };
    let specific = |reply: &&&Reply| reply.enhanced.is_some_and(|code| !code.is_generic());
    let last = counted
        .iter()
        .rev()
        .find(|reply| specific(reply) && reply.code.is_some())
        .or_else(|| counted.iter().rev().find(specific))
        .or_else(|| counted.iter().rev().find(|reply| reply.enhanced.is_some()))
        .or_else(|| counted.last())?;
    let mut reply = **last;
    if reply.code.is_none() {
        reply.code = counted.iter().rev().find_map(|reply| reply.code);
    }
    Some(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u16>, Option<String>) {
        let reply = telling(&replies(text));
        (reply.and_then(|reply| reply.code), reply.and_then(|reply| reply.enhanced).map(|code| code.to_string()))
    }

    #[test]
    fn the_code_nearest_to_the_cause_counts() {
        for (text, code, enhanced) in [
            ("550 5.7.708 Service unavailable", 550, "5.7.708"),
            ("550 5.1.351 Remote server returned unknown recipient -> 550 : User unknown", 550, "5.1.351"),
            ("550 5.4.300 Message expired -> 421 4.4.316 Connection refused", 421, "4.4.316"),
            (
                "5.1.0 - Unknown address error 550-'5.7.1 <a@b.example>... Access denied' (delivery attempts: 0)",
                550,
                "5.7.1",
            ),
            ("5.3.0 - Other mail system problem 550-'Unknown user a@b.example' (delivery attempts: 0)", 550, "5.3.0"),
            (
                "554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>",
                421,
                "4.4.2",
            ),
            ("550-5.7.26 not accepted 550 5.7.26 see - gsmtp", 550, "5.7.26"),
            ("mx.example [192.0.2.1] said: 550 #5.1.0 Address rejected.", 550, "5.1.0"),
            ("220-mx 421 4.2.1 try later", 421, "4.2.1"),
            ("#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", 550, "5.1.1"),
        ] {
            assert_eq!(read(text), (Some(code), Some(enhanced.to_owned())), "{text}");
        }
    }

    #[test]
    fn numbers_that_answer_nothing_are_left_alone() {
        for text in [
            "a mailbox of 500 megabytes",
            "within 421 minutes",
            "[192.0.2.22      18]",
            "on 29 Apr 2011",
            "192.0.2.250",
        ] {
            assert_eq!(read(text), (None, None), "{text}");
        }
        assert_eq!(read("host mx[192.0.2.1] said: 550 no such user"), (Some(550), None));
    }
}
