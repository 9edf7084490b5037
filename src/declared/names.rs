//! Domain names as people write them in a declaration: with letters of any script, and strictly checked.

use std::borrow::Cow;
use std::net::IpAddr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use mailvouch_providers::dns::Name;

use super::address::Refusal;
use super::suggest::quoted;

/// Longer texts are no names, and are not handed to anything that works through them.
const LONGEST: usize = 1024;

/// Reads the name of a domain or a host: at least two labels of letters, digits, hyphens and underscores. Letters
/// beyond ASCII become A-labels (RFC 5890).
pub(super) fn domain_name(text: &str) -> Result<Name, Refusal> {
    let name = labels(text, "domain name")?;
    if name.label_count() < 2 {
        let message = format!("{} is a single label: no domain that mail could use", quoted(text));
        return Err(Refusal { message, help: Some("write the whole name: `mail.example.com`".to_owned()) });
    }
    Ok(name)
}

/// Reads one or more labels, for `what`: a selector (RFC 6376, section 3.1), the name of a key or of a zone.
pub(super) fn labels(text: &str, what: &str) -> Result<Name, Refusal> {
    let refusal = |why: &str, help: Option<&str>| Refusal {
        message: format!("{} is no {what}: {why}", quoted(text)),
        help: help.map(str::to_owned),
    };
    if text.trim().is_empty() || text == "." {
        return Err(refusal("it is empty", None));
    }
    if text.len() > LONGEST {
        return Err(refusal("it is too long", None));
    }
    let ascii = if is_plain(text) && text.parse::<IpAddr>().is_err() {
        Cow::Borrowed(text)
    } else {
        if let Some((why, help)) = something_else(text) {
            return Err(refusal(why, Some(help)));
        }
        let ascii = to_ascii(text)
            .ok_or_else(|| refusal("it holds characters that no internationalised name may have (RFC 5891)", None))?;
        let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        if let Some(wrong) = ascii.chars().find(|character| !allowed(*character)) {
            return Err(refusal(&format!("it holds {}", quoted(&wrong.to_string())), None));
        }
        ascii
    };
    let name: Name = ascii.parse().map_err(|error| refusal(&format!("{error}"), None))?;
    if name.labels().any(|label| label.starts_with(b"-") || label.ends_with(b"-")) {
        return Err(refusal("a label begins or ends with a hyphen (RFC 1123, section 2.1)", None));
    }
    Ok(name)
}

/// Reads a selector (RFC 6376, section 3.1): where it stands, `<selector>._domainkey.<domain>`.
pub(super) fn selector_owner(selector: &str, domain: Option<&Name>) -> Result<Name, Refusal> {
    if let Some((bare, _)) = selector.to_ascii_lowercase().split_once("._domainkey") {
        let message = format!("{} is more than a selector", quoted(selector));
        return Err(Refusal { message, help: Some(format!("write the part before `._domainkey`: {}", quoted(bare))) });
    }
    let name = labels(selector, "selector")?;
    let root = Name::root();
    let rest = [b"_domainkey".as_slice()].into_iter().chain(domain.unwrap_or(&root).labels());
    Name::from_labels(name.labels().chain(rest)).map_err(|error| Refusal {
        message: format!("the selector {} makes no domain name: {error}", quoted(selector)),
        help: None,
    })
}

/// Each label as it is in DNS; none where one may be in no name.
fn to_ascii(text: &str) -> Option<Cow<'_, str>> {
    Uts46::new().to_ascii(text.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore).ok()
}

/// Whether a text is nothing but letters in lower case, digits, hyphens, underscores and dots, as nearly all are: it stays as it is,
/// unless it is an A-label, which may be a wrong one.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')) && !text.contains("xn--")
}

/// What the text is instead of a name, and what to do then.
fn something_else(text: &str) -> Option<(&'static str, &'static str)> {
    if text.parse::<IpAddr>().is_ok() {
        Some(("it is an address", "write a name"))
    } else if text.contains("://") {
        Some(("it is a URL", "write the host name alone"))
    } else if text.contains('@') {
        Some(("it is a mail address", "write the part behind the `@`"))
    } else if text.contains('%') {
        Some(("it holds a macro", "write a name that is the same for every message"))
    } else if text.contains('*') {
        Some(("it is a wildcard", "declare each domain by its name"))
    } else if text.starts_with("include:") || text.starts_with("a:") || text.starts_with("mx:") {
        Some(("it is a term of an SPF record", "write the name alone"))
    } else if text.trim() != text {
        Some(("there is space around it", "take the space out"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_plain_is_its_own_a_label(text in "[a-z0-9_.xn-]{1,40}") {
            prop_assert!(!is_plain(&text) || to_ascii(&text).as_deref() == Some(&*text), "{text}");
        }
    }

    #[test]
    fn names_are_read_and_unified() {
        for (text, name) in [
            ("Example.COM.", "example.com"),
            ("_spf.news.example", "_spf.news.example"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("s1-a._domainkey.example", "s1-a._domainkey.example"),
        ] {
            assert_eq!(domain_name(text).map(|name| name.to_string()), Ok(name.to_owned()), "{text}");
        }
        assert_eq!(labels("s2026", "selector").map(|name| name.to_string()), Ok("s2026".to_owned()));
    }

    #[test]
    fn what_is_no_name_says_why() {
        for (text, why) in [
            ("", "it is empty"),
            (" ", "it is empty"),
            (".", "it is empty"),
            ("localhost", "a single label"),
            ("a..b", "a label is empty"),
            (".example.com", "a label is empty"),
            ("192.0.2.1", "it is an address"),
            ("https://example.com", "it is a URL"),
            ("me@example.com", "it is a mail address"),
            ("*.example.com", "it is a wildcard"),
            ("%{i}.example.com", "it holds a macro"),
            ("include:example.com", "a term of an SPF record"),
            ("example.com ", "space around it"),
            ("exa mple.com", "it holds ` `"),
            (r"a\.b.example", "it holds `\\`"),
            ("-a.example", "a hyphen"),
            ("xn--a.example", "no internationalised name"),
            ("a\u{200d}b.example", "no internationalised name"),
            ("a\u{0}.example", "it holds"),
        ] {
            let refusal = domain_name(text).expect_err(text);
            assert!(refusal.message.contains(why), "{text:?}: {}", refusal.message);
        }
        assert!(domain_name(&"a".repeat(5000)).is_err());
        assert!(domain_name(&format!("{}.example", "a".repeat(64))).is_err());
        assert!(domain_name(&["abcdefgh"; 30].join(".")).is_err());
    }
}
