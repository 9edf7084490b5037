//! Text as words: lines joined, spaces collapsed, so that a phrase is found however it was folded.

use std::net::IpAddr;

/// Lines joined and runs of white space made one space.
pub(super) fn collapsed(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !flat.is_empty() {
            flat.push(' ');
        }
        flat.push_str(word);
    }
    flat
}

/// The same in small letters, with plain apostrophes, and with the repeated codes of a multi-line answer left out:
/// `550-5.7.26 The MAIL FROM 550-5.7.26 domain` is one sentence.
pub(super) fn plain(text: &str) -> String {
    let lower = collapsed(text).to_lowercase().replace(['\u{2019}', '\u{2018}'], "'");
    let mut words: Vec<&str> = Vec::new();
    for word in lower.split(' ') {
        let is_continuation =
            word.len() >= 4 && word.as_bytes()[3] == b'-' && word.as_bytes()[..3].iter().all(u8::is_ascii_digit);
        if !is_continuation || words.is_empty() {
            words.push(word);
        } else if let Some(rest) =
            word.get(4..).filter(|rest| !rest.is_empty() && !rest.starts_with(|char: char| char.is_ascii_digit()))
        {
            words.push(rest);
        }
    }
    words.join(" ")
}

/// Whether a phrase stands in a [`plain`] text. ` … ` in the phrase is a gap.
pub(super) fn holds(text: &str, phrase: &str) -> bool {
    let mut rest = text;
    for piece in phrase.split(" … ") {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// An address of the internet in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) address: IpAddr,
    /// Where it begins and ends, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Every address in a text, in its order.
pub(super) fn numbers(text: &str) -> Vec<Numbers> {
    let is_part = |char: char| char.is_ascii_hexdigit() || matches!(char, '.' | ':');
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(offset) = text[start..].find(is_part) {
        let begin = start + offset;
        let length = text[begin..].find(|char| !is_part(char)).unwrap_or(text.len() - begin);
        let end = begin + length;
        // `IPv6:2001:db8::1` is the form of SMTP (RFC 5321, section 4.1.3).
        let is_tagged = text[..begin].ends_with(['v', 'V']) && text[begin..end].starts_with("6:");
        let begin = if is_tagged { begin + 2 } else { begin };
        let token = &text[begin..end];
        let is_inside =
            |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || matches!(char, '_' | '-'));
        // `ip:192.0.2.1` begins with a colon, a sentence ends with a full stop.
        let from = begin + if token.starts_with("::") { 0 } else { token.len() - token.trim_start_matches(':').len() };
        let bare = text[from..end].trim_end_matches('.');
        let bare = if bare.ends_with("::") { bare } else { bare.trim_end_matches(':') };
        let starts_well = is_tagged || from > begin || !is_inside(text[..begin].chars().next_back());
        if length <= 48
            && starts_well
            && !is_inside(text[end..].chars().next())
            && let Ok(address) = bare.parse::<IpAddr>()
        {
            found.push(Numbers { address, start: from, end: from + bare.len() });
        }
        start = end;
    }
    found
}

/// Whether an address can be seen on the internet. The documentation ranges count: examples use them.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || is_shared
                || first == 0
                || first >= 240)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => v6.segments()[0] & 0xe000 == 0x2000,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_answer_is_one_sentence() {
        let text = plain("550-5.7.26 The MAIL FROM domain\n550-5.7.26 [example.com] has\r\n 550 5.7.26 ended");
        assert!(text.starts_with("550-5.7.26 the mail from domain [example.com] has"), "{text}");
        assert!(holds(&text, "mail from domain … has"));
        assert!(!holds(&text, "has … mail from domain"));
    }

    #[test]
    fn addresses_are_found_in_any_brackets() {
        let all = |text| numbers(text).into_iter().map(|found| found.address.to_string()).collect::<Vec<_>>();
        assert_eq!(all("sending IP [203.0.113.25]. To"), ["203.0.113.25"]);
        assert_eq!(all("550-5.7.1 [192.0.2.22      18] Our; ip=198.51.100.7."), ["192.0.2.22", "198.51.100.7"]);
        assert_eq!(
            all("(2001:db8::1) [IPv6:2001:db8::2] fe80::1:2:3:4%5 ::"),
            ["2001:db8::1", "2001:db8::2", "fe80::1:2:3:4", "::"]
        );
        assert_eq!(all("5.7.1 23:34:45 id 1.2.3.4.5 a192.0.2.1 192.0.2.1x"), Vec::<String>::new());
    }

    #[test]
    fn private_addresses_are_not_seen_by_receivers() {
        for address in [
            "10.0.0.1",
            "127.0.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fe80::1",
            "fd00::1",
            "::1",
            "::ffff:10.0.0.1",
            "240.0.0.1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        assert!(is_public("203.0.113.1".parse().unwrap()) && is_public("2001:db8::1".parse().unwrap()));
    }
}
