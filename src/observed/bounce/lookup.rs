//! What somebody asks for who has a code and no bounce: `5.7.708`, `550 5.7.708`, `S3150`, `TSS04`, `banned-sending-ip`.

use super::catalogue::{Entry, Receiver, entries, entry};
use super::code::{Enhanced, code_in};

/// What was asked for, and what is known of it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As it is written properly: `5.7.708`, `S3150`, `550`.
    pub name: String,
    /// Whether a list of codes holds it. Else the meanings are those of its kind.
    pub is_listed: bool,
    /// The meanings, those of receivers before that of anybody.
    pub meanings: Vec<&'static Entry>,
}

/// Looks a code, a tag or a reason up; nothing where the text is none of them.
pub fn look_up(text: &str) -> Option<Asked> {
    let text = text.trim();
    if let Some(code) = code_in(text) {
        return Some(of_code(code));
    }
    let upper = text.trim_matches(['(', ')', '[', ']']).to_uppercase();
    let tagged: Vec<&Entry> =
        entries().iter().filter(|entry| entry.tags.iter().any(|tag| tag.to_uppercase() == upper)).collect();
    if !tagged.is_empty() {
        return Some(Asked { name: upper, is_listed: true, meanings: tagged });
    }
    let named: Vec<&Entry> = entries().iter().filter(|entry| entry.reason == text).collect();
    if !named.is_empty() {
        return Some(Asked { name: text.to_owned(), is_listed: true, meanings: named });
    }
    let reply = text.parse::<u16>().ok().filter(|code| text.len() == 3 && (400..600).contains(code))?;
    let reason = if reply >= 500 { "unclassified-permanent" } else { "unclassified-temporary" };
    Some(Asked {
        name: text.to_owned(),
        is_listed: false,
        meanings: entry(reason, Receiver::Other).into_iter().collect(),
    })
}

fn of_code(code: Enhanced) -> Asked {
    let precision =
        |entry: &Entry| entry.codes.iter().filter(|codes| codes.hold(code)).map(super::Codes::precision).max();
    let mut meanings: Vec<&Entry> = entries().iter().filter(|entry| precision(entry).is_some()).collect();
    // Of receivers before that of anybody; one code before a run of them.
    meanings.sort_by_key(|entry| (entry.receivers.is_empty(), std::cmp::Reverse(precision(entry))));
    let is_listed = !meanings.is_empty();
    if !is_listed {
        let kind = Enhanced { detail: 0, ..code };
        let of_kind = || {
            entries()
                .iter()
                .filter(|entry| entry.receivers.is_empty() && entry.codes.iter().any(|codes| codes.hold(kind)))
        };
        meanings.extend(of_kind());
        let class = if code.class == 4 { "unclassified-temporary" } else { "unclassified-permanent" };
        if meanings.is_empty() {
            meanings.extend(entry(class, Receiver::Other));
        }
    }
    Asked { name: code.to_string(), is_listed, meanings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(&'static str, bool)> {
        let asked = look_up(text)?;
        Some((asked.meanings.first()?.reason.as_str(), asked.is_listed))
    }

    #[test]
    fn codes_tags_and_reasons_are_found() {
        for (text, reason, is_listed) in [
            ("5.7.708", "tenant-traffic-not-accepted", true),
            ("550 5.7.708", "tenant-traffic-not-accepted", true),
            ("5.7.620", "banned-sending-ip", true),
            ("s3150", "outlook-block-list", true),
            ("[TSS04]", "yahoo-deferred", true),
            ("user-unknown", "user-unknown", true),
            ("5.7.999", "security-other", false),
            ("550", "unclassified-permanent", false),
            ("4.9.9", "unclassified-temporary", false),
        ] {
            assert_eq!(first(text), Some((reason, is_listed)), "{text}");
        }
        for text in ["spf-missing", "", "708", "192.0.2.1", "hello"] {
            assert!(look_up(text).is_none(), "{text}");
        }
    }

    #[test]
    fn every_receiver_that_gives_a_code_is_told() {
        let asked = look_up("4.7.26").unwrap();
        let receivers: Vec<_> =
            asked.meanings.iter().map(|entry| entry.receivers.first().map(|receiver| receiver.id())).collect();
        assert!(
            receivers.contains(&Some("microsoft-365"))
                && receivers.contains(&Some("gmail"))
                && receivers.last() == Some(&None),
            "{receivers:?}"
        );
    }
}
