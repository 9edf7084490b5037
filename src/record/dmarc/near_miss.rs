//! Texts that were meant as DMARC and are ignored (RFC 9989, section 4.8: `v=DMARC1` first, in exact case).

use super::record::{DmarcRecord, begins_known_tag, lost_separators};
use crate::record::artefact::{holds, leading_run, plain};
use crate::record::tag_list::{Dialect, Tag, TagList, is_white_space};
use crate::record::{Edit, Span, apply};

/// A text that is no DMARC record, and was meant as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// What is wrong: the first thing that is.
    pub kind: NearMissKind,
    /// The bytes that make it so; empty where something is missing.
    pub span: Span,
    /// The record that was meant, where it can have been only one. It is a [`DmarcRecord`].
    pub meant: Option<Vec<u8>>,
}

/// Why a text is no DMARC record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearMissKind {
    /// Something before the version: a space, a quote, a separator, an invisible character.
    LeadingOctets,
    /// `v=dmarc1`.
    VersionCase,
    /// `v=DMARC 1`, `v:DMARC1`, `DMARC1`, `v=DMARC`.
    VersionSpelling,
    /// No semicolon behind the version: `v=DMARC1 p=none`, `v=DMARC1,p=none`, `v=DMARC1.`.
    VersionSeparator,
    /// `p=none; v=DMARC1`.
    VersionNotFirst,
}

/// What is wrong with `text`, where it was plainly meant as a DMARC record and is none.
pub fn near_miss(text: &[u8]) -> Option<NearMiss> {
    if DmarcRecord::parse(text).is_some() {
        return None;
    }
    // Quotes, escapes and foreign characters first: what is behind them may be wrong as well.
    let cleaned = plain(text).unwrap_or_else(|| text.to_vec());
    // Every spelling of the version has it.
    if !holds(&cleaned, b"dmarc") {
        return None;
    }
    let trimmed = cleaned[leading_run(&cleaned)..].trim_ascii();
    let Some(version) = Version::read(trimmed) else {
        return version_not_first(text, trimmed);
    };
    let body = version.body(trimmed);
    let is_tagged = begins_known_tag(body);
    if version.kind == NearMissKind::VersionSpelling && !is_tagged {
        // Some other text that mentions DMARC.
        return None;
    }
    let meant = if is_tagged || body.is_empty() { as_meant(body) } else { None };
    let (kind, span) = fault(text, &version);
    Some(NearMiss { kind, span, meant })
}

/// The first thing that is wrong with `text` as it stands, whose plain form begins with `plain_version`.
fn fault(text: &[u8], plain_version: &Version) -> (NearMissKind, Span) {
    let lead = leading_run(text);
    if lead > 0 {
        return (NearMissKind::LeadingOctets, 0..lead);
    }
    // Not readable as it stands where an artefact is inside the version.
    let Some(version) = Version::read(text) else {
        return (NearMissKind::VersionSpelling, 0..plain_version.end.min(text.len()));
    };
    match version.kind {
        NearMissKind::VersionSeparator => {
            let gap = text[version.end..].iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
            (version.kind, version.end..version.end + gap)
        }
        kind => (kind, 0..version.end),
    }
}

/// `p=none; v=DMARC1`: the version, moved to the front, and its own separator with it.
fn version_not_first(text: &[u8], trimmed: &[u8]) -> Option<NearMiss> {
    let list = TagList::parse(trimmed, Dialect::Dmarc);
    let tag = list.tag("v").filter(|tag| tag.value.node.eq_ignore_ascii_case(b"DMARC1"))?;
    let part = list.parts().iter().find(|part| part.span.contains(&tag.name.span.start))?;
    let before = trimmed[..part.span.start].trim_ascii();
    let behind = trimmed.get(part.span.end + 1..).unwrap_or_default().trim_ascii();
    let glue: &[u8] = if behind.is_empty() { b"" } else { b" " };
    let body = [b"v=DMARC1; ", before, glue, behind].concat();
    let meant = DmarcRecord::parse(&body).map(|_| body);
    let span = TagList::parse(text, Dialect::Dmarc).tag("v").map_or(0..text.len(), Tag::span);
    Some(NearMiss { kind: NearMissKind::VersionNotFirst, span, meant })
}

/// A version as somebody may spell it, at the beginning of a text.
struct Version {
    /// Where it ends.
    end: usize,
    /// What is wrong with it, or with what follows.
    kind: NearMissKind,
}

impl Version {
    /// `v`, blanks, `=` or `:`, blanks, `DMARC`, blanks, `1`, in any case; the first or the last may be missing.
    fn read(text: &[u8]) -> Option<Self> {
        let blanks = |at: usize| at + text[at..].iter().take_while(|&&byte| is_white_space(byte)).count();
        let mut at = 0;
        let mut is_exact = matches!(text.first(), Some(b'v' | b'V'));
        if is_exact {
            at = blanks(1);
            let marks = text[at..].iter().take_while(|&&byte| matches!(byte, b'=' | b':')).count();
            is_exact = marks == 1 && text[at] == b'=';
            at = blanks(at + marks);
        }
        let word = text.get(at..at + 5).filter(|word| word.eq_ignore_ascii_case(b"DMARC"))?;
        let digit = blanks(at + 5);
        let has_digit = text.get(digit) == Some(&b'1');
        let end = if has_digit { digit + 1 } else { at + 5 };
        is_exact &= has_digit && digit == at + 5;
        // `DMARC12`, `DMARCIAN`: something else, unless a tag begins there.
        if text.get(end).is_some_and(u8::is_ascii_alphanumeric) && !(has_digit && begins_known_tag(&text[end..])) {
            return None;
        }
        let kind = match (is_exact, word == b"DMARC") {
            (true, true) => NearMissKind::VersionSeparator,
            (true, false) => NearMissKind::VersionCase,
            (false, _) => NearMissKind::VersionSpelling,
        };
        Some(Self { end, kind })
    }

    /// What follows, without what separates it.
    fn body<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let rest = &text[self.end..];
        let is_loose = |byte: &u8| is_white_space(*byte) || matches!(byte, b';' | b',' | b'.' | b':' | b'|');
        &rest[rest.iter().take_while(|byte| is_loose(byte)).count()..]
    }
}

/// The tags of `body`, with the semicolons that they lack, behind the version.
fn as_meant(body: &[u8]) -> Option<Vec<u8>> {
    let edits: Vec<Edit> = lost_separators(body).into_iter().map(|span| Edit::replace(span, "; ")).collect();
    let body = apply(body, &edits).ok()?;
    let glue: &[u8] = if body.is_empty() { b"" } else { b"; " };
    let meant = [b"v=DMARC1", glue, &body].concat();
    DmarcRecord::parse(&meant).map(|_| meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(NearMissKind, &str, Option<String>)> {
        let miss = near_miss(text.as_bytes())?;
        let meant = miss.meant.map(|meant| String::from_utf8_lossy(&meant).into_owned());
        Some((miss.kind, &text[miss.span], meant))
    }

    #[test]
    fn records_and_other_texts_are_no_near_misses() {
        for text in [
            "v=DMARC1",
            "v=DMARC1; p=none",
            "v = DMARC1 ;p=none",
            "v=spf1 -all",
            "v=DMARC12; p=none",
            "dmarcian-verification=abc",
            "DMARC is set up by the mail team",
            "p=none",
            "",
            " ",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn each_kind_is_told_with_the_bytes_and_the_record_that_was_meant() {
        use NearMissKind::*;
        let none = "v=DMARC1; p=none";
        let cases = [
            (" v=DMARC1; p=none", LeadingOctets, " ", none),
            ("\u{FEFF}v=DMARC1; p=none", LeadingOctets, "\u{FEFF}", none),
            ("; v=DMARC1; p=none", LeadingOctets, "; ", none),
            ("\"v=DMARC1; p=none\"", LeadingOctets, "\"", none),
            ("\\\"v=DMARC1\\; p=none\\\"", LeadingOctets, "\\\"", none),
            ("\u{201C}v=DMARC1; p=none\u{201D}", LeadingOctets, "\u{201C}", none),
            ("v=dmarc1; p=none", VersionCase, "v=dmarc1", none),
            ("v=Dmarc1;p=none", VersionCase, "v=Dmarc1", none),
            ("v=dmarc1", VersionCase, "v=dmarc1", "v=DMARC1"),
            ("v=DMARC 1; p=none", VersionSpelling, "v=DMARC 1", none),
            ("v:DMARC1; p=none", VersionSpelling, "v:DMARC1", none),
            ("DMARC1; p=none", VersionSpelling, "DMARC1", none),
            ("v=DMARC; p=none", VersionSpelling, "v=DMARC", none),
            ("v=DMARC1 p=none", VersionSeparator, " ", none),
            ("v=DMARC1, p=none", VersionSeparator, ", ", none),
            ("v=DMARC1.; p=none", VersionSeparator, ".; ", none),
            ("v=DMARC1p=none", VersionSeparator, "", none),
            ("v=DMARC1\\; p=none", VersionSeparator, "\\; ", none),
            ("v=DMARC1\u{A0}; p=none", VersionSeparator, "\u{A0}; ", none),
            (
                "v=DMARC1 p=none rua=mailto:a@b.example",
                VersionSeparator,
                " ",
                "v=DMARC1; p=none; rua=mailto:a@b.example",
            ),
            ("p=none; v=DMARC1", VersionNotFirst, "v=DMARC1", "v=DMARC1; p=none;"),
            ("p=none; v=DMARC1; sp=none", VersionNotFirst, "v=DMARC1", "v=DMARC1; p=none; sp=none"),
        ];
        for (text, kind, bytes, meant) in cases {
            assert_eq!(found(text), Some((kind, bytes, Some(meant.to_owned()))), "{text:?}");
        }
    }

    #[test]
    fn what_was_meant_is_left_open_where_it_is_not_known() {
        assert_eq!(found("v=DMARC1=DMARC1;p=none"), Some((NearMissKind::VersionSeparator, "=", None)));
        assert_eq!(found("v=dmarc1; quarantine"), Some((NearMissKind::VersionCase, "v=dmarc1", None)));
    }
}
