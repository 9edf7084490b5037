//! The address that the receiver saw and the domain that the mail was from: where they stand, and how far to rely on it.

use std::net::IpAddr;

use super::fields::Fields;
use super::model::{Certainty, SenderIp};
use super::prose::{is_public, numbers};

/// Words in front of the address of whoever sent: in the answer of the receiver, in small letters.
const PHRASES: [&str; 26] = [
    "sending ip",
    "banned sender",
    "messages from",
    "mail server",
    "client host",
    "ip:",
    "from ip",
    "blocked ip",
    "sender ip",
    "source ip",
    "your ip",
    "connecting ip",
    "ip address",
    "ip=",
    "sending ipv6 address",
    "over ipv6",
    "message from",
    "later from",
    "sent from",
    "denied,",
    "ip",
    "server",
    "host",
    "from",
    "address",
    "reverse dns",
];

/// What headers there are of the message that did not arrive, and where they stand.
pub(super) struct Headers<'a> {
    pub(super) fields: &'a Fields,
    pub(super) place: &'static str,
}

/// Microsoft's own addresses for mail that it forwards, outside its SPF record.
fn is_relay_pool(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(v4) if v4.octets()[..2] == [40, 95])
}

/// The address of the sender, and where that stands; else that there is none.
///
/// In the order of trust: what the receiver says in its answer; `Received-SPF`; `Authentication-Results`; Microsoft's
/// own headers; the topmost `Received` in which its front door names a foreign address. `own` are addresses of the
/// receiver: the one behind the name of an MX is where the mail went, not where it came from.
pub(super) fn sender_ip(answer: &str, own: &[IpAddr], headers: &[Headers<'_>]) -> (Option<SenderIp>, String) {
    let usable = |address: IpAddr| is_public(address) && !own.contains(&address);
    if let Some((address, phrase)) = in_answer(answer, &usable) {
        let certainty = if phrase.is_some() { Certainty::Stated } else { Certainty::Likely };
        let how = match phrase {
            Some(phrase) => format!("the receiver's answer names it after \"{phrase}\""),
            None => "the only address in the receiver's answer".to_owned(),
        };
        return (Some(SenderIp { address, certainty }), told(address, how));
    }
    for Headers { fields, place } in headers {
        if let Some((address, header)) = in_results(fields, &usable) {
            return (
                Some(SenderIp { address, certainty: Certainty::Likely }),
                told(address, format!("from {header} in {place}")),
            );
        }
    }
    for Headers { fields, place } in headers {
        if let Some((address, by)) = at_front_door(fields, &usable) {
            let how = format!("a guess: the topmost Received in {place} where {by} took the message from outside");
            return (Some(SenderIp { address, certainty: Certainty::Guess }), told(address, how));
        }
    }
    (None, "the message holds no address of the sender".to_owned())
}

fn told(address: IpAddr, how: String) -> String {
    if is_relay_pool(address) {
        format!("{how}; it is one of Microsoft's own, from which it relays what others send it")
    } else {
        how
    }
}

/// The address that an answer speaks of, and the words before it.
fn in_answer(answer: &str, usable: &impl Fn(IpAddr) -> bool) -> Option<(IpAddr, Option<&'static str>)> {
    let found: Vec<_> = numbers(answer).into_iter().filter(|found| usable(found.address)).collect();
    let phrase = |start: usize| {
        let before = answer[..start].trim_end_matches(['[', '(', ' ', '=', ':', '<', '\'', '"', '-', '|']);
        // `mail server [IPv6:2001:db8::1]`.
        let untagged = before.strip_suffix("[ipv6").map_or(before, |before| before.trim_end_matches(['[', ' ']));
        PHRASES.into_iter().find(|phrase| untagged.ends_with(phrase.trim_end_matches([':', '='])))
    };
    if let Some((address, phrase)) = found.iter().find_map(|found| Some((found.address, phrase(found.start)?))) {
        return Some((address, Some(phrase)));
    }
    // `[192.0.2.22 18] Our system has detected`, `mail.example.com[192.0.2.1]: Client host rejected`.
    let first = found.first()?;
    let is_alone = found.iter().all(|other| other.address == first.address);
    is_alone.then_some((first.address, None))
}

/// What a receiver wrote down of whom it spoke to.
fn in_results(fields: &Fields, usable: &impl Fn(IpAddr) -> bool) -> Option<(IpAddr, &'static str)> {
    const MARKS: [(&str, &str); 5] = [
        ("Received-SPF", "client-ip="),
        ("Authentication-Results", "sender IP is "),
        ("X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp", "Ip=["),
        ("X-Forefront-Antispam-Report", "CIP:"),
        ("X-Forefront-Antispam-Report-Untrusted", "CIP:"),
    ];
    MARKS.iter().find_map(|(header, mark)| {
        fields.all(header).find_map(|value| {
            let at = find_ignoring_case(value, mark)? + mark.len();
            let first = numbers(&value[at..]).into_iter().next().filter(|found| found.start <= 2)?;
            usable(first.address).then_some((first.address, *header))
        })
    })
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(&wanted.to_ascii_lowercase())
}

/// The topmost `Received` by which Microsoft's front door took the message from a foreign address.
fn at_front_door(fields: &Fields, usable: &impl Fn(IpAddr) -> bool) -> Option<(IpAddr, String)> {
    fields.all("Received").find_map(|value| {
        let lower = value.to_ascii_lowercase();
        let (from, by) = lower.split_once(" by ")?;
        let by = by.split_whitespace().next()?;
        let is_theirs = |name: &str| name.ends_with(".protection.outlook.com") || name.ends_with(".prod.outlook.com");
        let helo = from.strip_prefix("from ")?.split_whitespace().next()?;
        if !is_theirs(by) || is_theirs(helo) {
            return None;
        }
        let address = numbers(from).into_iter().map(|found| found.address).find(|address| usable(*address))?;
        Some((address, by.to_owned()))
    })
}

/// The name that a sending server gave itself, where a header tells it.
pub(super) fn helo(fields: &Fields) -> Option<String> {
    let bracketed = |value: &str, mark: &str, end: &[char]| {
        let at = find_ignoring_case(value, mark)? + mark.len();
        let name = value[at..].split(end).next()?.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    let spf = fields.all("Received-SPF").find_map(|value| bracketed(value, "helo=", &[';', ' ', ',']));
    spf.or_else(|| {
        fields
            .all("X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp")
            .find_map(|value| bracketed(value, "Helo=[", &[']']))
    })
}

/// The domain that an answer names as the sender's.
pub(super) fn domain_in(answer: &str) -> Option<String> {
    const BEFORE: [&str; 7] = [
        "sending domain",
        "mail from domain",
        "unauthenticated email from",
        "domain of sender address",
        "rejected due to",
        "due to domain",
        "from domain",
    ];
    BEFORE.iter().find_map(|words| {
        let (_, rest) = answer.split_once(words)?;
        let token = rest.trim_start_matches([' ', '[', '(', '<', ':']).split([' ', ']', ')', '>', ',', '\'']).next()?;
        let name = token.rsplit('@').next()?.trim_end_matches(['.', '\'']);
        let is_name = name.contains('.')
            && !name.contains('/')
            && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_'));
        is_name.then(|| name.to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(answer: &str) -> Option<String> {
        sender_ip(&answer.to_lowercase(), &[], &[]).0.map(|ip| format!("{} {}", ip.address, ip.certainty.name()))
    }

    #[test]
    fn the_answer_comes_first() {
        for (answer, ip) in [
            ("Access denied, banned sending IP [203.0.113.25]. To", Some("203.0.113.25 stated")),
            ("Access denied, banned sender[203.0.113.25]. To", Some("203.0.113.25 stated")),
            ("messages from [203.0.113.25] weren't sent", Some("203.0.113.25 stated")),
            ("The mail server [203.0.113.25] has been", Some("203.0.113.25 stated")),
            ("checks with the ip: [198.51.100.140]. To", Some("198.51.100.140 stated")),
            ("Client host [203.0.113.25] blocked", Some("203.0.113.25 stated")),
            ("a message sent over IPv6 [2001:db8::25] must pass", Some("2001:db8::25 stated")),
            ("[192.0.2.22 18] Our system has detected", Some("192.0.2.22 likely")),
            ("traffic not accepted from this IP. [10.1.2.3]", None),
            ("Service unavailable", None),
        ] {
            assert_eq!(found(answer).as_deref(), ip, "{answer}");
        }
    }

    #[test]
    fn headers_follow() {
        let (fields, _) = Fields::read(
            b"Received: from a.prod.outlook.com (2603::1) by b.prod.outlook.com with HTTPS; x\nReceived: from mail.example.com (203.0.113.9) by x.mail.protection.outlook.com\n (10.0.0.1) with SMTP; x\n\n",
        );
        let (ip, how) = sender_ip("", &[], &[Headers { fields: &fields, place: "the returned message" }]);
        assert_eq!(ip.map(|ip| ip.address.to_string()).as_deref(), Some("203.0.113.9"));
        assert!(how.contains("a guess"), "{how}");
        let (fields, _) = Fields::read(b"Received-SPF: Fail (x) client-ip=203.0.113.7; helo=a.example;\n\n");
        let (ip, _) = sender_ip("", &[], &[Headers { fields: &fields, place: "the returned message" }]);
        assert_eq!(ip.map(|ip| ip.address.to_string()).as_deref(), Some("203.0.113.7"));
        assert_eq!(helo(&fields).as_deref(), Some("a.example"));
    }

    #[test]
    fn domains_are_named_in_several_ways() {
        for (answer, domain) in [
            ("sending domain [example.com] does not pass", "example.com"),
            ("sending domain example.net doesn't meet", "example.net"),
            ("unauthenticated email from example.jp is not accepted", "example.jp"),
            ("was rejected due to example.org's dmarc policy", "example.org"),
        ] {
            assert_eq!(domain_in(answer).as_deref(), Some(domain), "{answer}");
        }
        assert_eq!(domain_in("due to domain's dmarc policy"), None);
    }
}
