//! The text of a TXT value, in the source and as it is published (octoDNS 1.22, `octodns/record/chunked.py`).

use crate::dns::Txt;

/// How the files are to be read; it stands in the configuration of octoDNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// `default_ttl`.
    pub(super) default_ttl: u32,
    /// `escaped_semicolons`.
    pub(super) escaped: bool,
}

/// What octoDNS publishes for a string of the source: a pair of quotes around it goes, and so does what would stand
/// between two character-strings; then it is cut into as few strings as it takes.
pub(super) fn published(source: &str, settings: Settings) -> Txt {
    let escaped = if settings.escaped { source.to_owned() } else { source.replace(';', "\\;") };
    let mut chars = escaped.chars();
    let bare = match chars.next() {
        Some('"') => {
            chars.next_back();
            chars.as_str()
        }
        _ => &escaped,
    };
    Txt::from_text(bare.replace("\" \"", "").replace("\\;", ";").as_bytes())
}

/// The string of the source for a text that octoDNS can hold.
pub(super) fn source(txt: &Txt, settings: Settings) -> String {
    let joined = String::from_utf8_lossy(&txt.joined()).into_owned();
    if settings.escaped { joined.replace(';', "\\;") } else { joined }
}

/// Why octoDNS could not hold a text octet for octet, whichever host its providers write to.
pub(super) fn cannot_hold(txt: &Txt) -> Option<String> {
    let joined = txt.joined();
    let why = if Txt::from_text(&joined) != *txt {
        "octoDNS cuts texts into strings of 255 octets itself, and this one is cut elsewhere"
    } else if joined.is_empty() {
        "octoDNS takes no empty text"
    } else if joined.iter().any(|octet| !octet.is_ascii()) {
        "octoDNS takes no text that is not ASCII"
    } else if joined.iter().any(u8::is_ascii_control) {
        "the providers of octoDNS do not agree on how a control character is written"
    } else if joined.contains(&b'\\') {
        "the providers of octoDNS do not agree on what a backslash means"
    } else if joined.first() == Some(&b'"') || joined.windows(3).any(|three| three == b"\" \"") {
        "octoDNS takes these quotes for those around character-strings, and drops them"
    } else {
        return None;
    };
    Some(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_are_escaped_and_quotes_around_the_whole_go() {
        let settings = Settings { default_ttl: 3600, escaped: true };
        let bare = Settings { escaped: false, ..settings };
        for (source, text) in [
            ("v=DKIM1\\; p=", "v=DKIM1; p="),
            ("a ; b", "a ; b"),
            ("\"quoted\"", "quoted"),
            ("\"one\" \"two\"", "onetwo"),
            ("in \"the\" middle", "in \"the\" middle"),
        ] {
            assert_eq!(published(source, settings).joined(), text.as_bytes(), "{source}");
        }
        assert_eq!(published("v=DKIM1; p=", bare).joined(), b"v=DKIM1; p=");
        for text in ["v=DKIM1; k=rsa; p=AAA", "say \"hi\"", "  a ", "x;y;;"] {
            let txt = Txt::from_text(text.as_bytes());
            assert_eq!(cannot_hold(&txt), None);
            for settings in [settings, bare] {
                assert_eq!(published(&source(&txt, settings), settings), txt, "{text}");
            }
        }
        for text in ["", "\\", "\"a", "a\" \"b", "\u{fc}", "\n"] {
            assert!(cannot_hold(&Txt::from_text(text.as_bytes())).is_some(), "{text}");
        }
    }
}
