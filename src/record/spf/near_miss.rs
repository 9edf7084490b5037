//! Texts that were meant as SPF and are not selected (RFC 7208, section 4.5: `v=spf1`, then a space or the end).

use super::parse::parse_plain_term;
use super::record::{SpfRecord, is_selected};
use super::spacing::run_together;
use super::term::Term;
use crate::record::artefact::{holds, leading_run, plain};
use crate::record::{Edit, Span, apply};

/// A text that is not selected as SPF, and was meant as it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// What is wrong: the first thing that is.
    pub kind: NearMissKind,
    /// The bytes that make it so; empty where a space is missing.
    pub span: Span,
    /// The record that was meant, where it can have been only one. It is a [`SpfRecord`], not always a valid one.
    pub meant: Option<Vec<u8>>,
}

/// Why a text is not selected as SPF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearMissKind {
    /// Something before the version: a space, a quote, a separator, an invisible character.
    LeadingOctets,
    /// `v = spf1`, `v:spf1`, `v=spf 1`, `v=spf1.0`, `v=spf`, `spf1`.
    VersionSpelling,
    /// No space behind the version: `v=spf1;`, `v=spf1include:…`, a tab, a no-break space.
    VersionSeparator,
    /// `spf2.0/…`: Sender ID (RFC 4406), which nobody reads now.
    SenderId,
    /// A whole record behind some other text.
    NotAtStart,
}

/// What is wrong with `text`, where it was plainly meant as an SPF record and is not selected.
///
/// `v=spf10` and `v=spf2` are other versions, and no near misses.
pub fn near_miss(text: &[u8]) -> Option<NearMiss> {
    if is_selected(text) {
        return None;
    }
    // Quotes, escapes and foreign characters first: what is behind them may be wrong as well.
    let cleaned = plain(text).unwrap_or_else(|| text.to_vec());
    // Every spelling of the version has it.
    if !holds(&cleaned, b"spf") && !holds(text, b"spf") {
        return None;
    }
    let trimmed = cleaned[leading_run(&cleaned)..].trim_ascii();
    let Some(version) = Version::read(trimmed) else {
        return not_at_start(text);
    };
    let record = version.record(trimmed)?;
    if version.kind == NearMissKind::VersionSpelling && record.directives().next().is_none() {
        // Some other text that mentions SPF.
        return None;
    }
    let meant = version.is_certain(trimmed, &record).then(|| record.text().to_vec());
    let (kind, span) = fault(text, &version);
    Some(NearMiss { kind, span, meant })
}

/// The first thing that is wrong with `text` as it stands, whose plain form begins with `plain_version`.
fn fault(text: &[u8], plain_version: &Version) -> (NearMissKind, Span) {
    let lead = leading_run(text);
    if lead > 0 && plain_version.kind != NearMissKind::SenderId {
        return (NearMissKind::LeadingOctets, 0..lead);
    }
    // Not readable as it stands where an artefact is inside the version.
    let Some(version) = Version::read(&text[lead..]) else {
        return (NearMissKind::VersionSpelling, 0..plain_version.end.min(text.len()));
    };
    let end = lead + version.end;
    if version.kind != NearMissKind::VersionSeparator {
        return (version.kind, lead..end);
    }
    let is_gap =
        |byte: &&u8| !byte.is_ascii_graphic() || matches!(byte, b';' | b',' | b':' | b'.' | b'|' | b'"' | b'\\');
    let gap = text[end..].iter().take_while(is_gap).count();
    (version.kind, end..end + gap)
}

/// A whole, valid record that ends the text, behind something that is not a part of it.
fn not_at_start(text: &[u8]) -> Option<NearMiss> {
    let start = (1..text.len()).find(|&at| !text[at - 1].is_ascii_alphanumeric() && is_selected(&text[at..]))?;
    let record = SpfRecord::parse(&text[start..])?;
    let is_whole = record.is_valid() && record.directives().next().is_some();
    is_whole.then_some(NearMiss { kind: NearMissKind::NotAtStart, span: 0..start, meant: None })
}

/// A version as somebody may spell it, at the beginning of a text.
struct Version {
    /// Where it ends.
    end: usize,
    /// What is wrong with it, or with what follows.
    kind: NearMissKind,
}

impl Version {
    /// `v`, blanks, `=` or `:`, blanks, `spf`, blanks, `1`, in any case; the first or the last may be missing.
    fn read(text: &[u8]) -> Option<Self> {
        let blanks = |at: usize| at + text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"spf2.0/")) {
            let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
            return Some(Self { end, kind: NearMissKind::SenderId });
        }
        let mut at = 0;
        let mut is_exact = matches!(text.first(), Some(b'v' | b'V'));
        if is_exact {
            let before = blanks(1);
            let marks = text[before..].iter().take_while(|&&byte| matches!(byte, b'=' | b':')).count();
            at = blanks(before + marks);
            is_exact = before == 1 && marks == 1 && text[before] == b'=' && at == 2;
        }
        text.get(at..at + 3).filter(|word| word.eq_ignore_ascii_case(b"spf"))?;
        let digit = blanks(at + 3);
        let mut end = at + 3;
        if text.get(digit) == Some(&b'1') {
            is_exact &= digit == end;
            end = digit + 1;
            if text[end..].starts_with(b".0") {
                is_exact = false;
                end += 2;
            }
        } else {
            is_exact = false;
        }
        // Another version, or another word; but a term may follow at once.
        let is_free = match text.get(end) {
            Some(byte) if byte.is_ascii_alphabetic() => text[end - 1] != b'f' && begins_with_term(&text[end..]),
            Some(byte) => !byte.is_ascii_digit() && !matches!(byte, b'_' | b'='),
            None => true,
        };
        let kind = if is_exact { NearMissKind::VersionSeparator } else { NearMissKind::VersionSpelling };
        is_free.then_some(Self { end, kind })
    }

    /// What follows, behind a version as it should be.
    fn record(&self, text: &[u8]) -> Option<SpfRecord> {
        let rest = &text[self.end..];
        let is_loose = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b';' | b',' | b'.' | b':' | b'|');
        let body = &rest[rest.iter().take_while(|byte| is_loose(byte)).count()..];
        let record = if body.is_empty() { b"v=spf1".to_vec() } else { [b"v=spf1 ".as_slice(), body].concat() };
        SpfRecord::parse(&spaced(&SpfRecord::parse(&record)?)?)
    }

    /// Whether `record` is all that `text` can have meant.
    fn is_certain(&self, text: &[u8], record: &SpfRecord) -> bool {
        if self.kind != NearMissKind::SenderId {
            return true;
        }
        // `pra` alone spoke of the header, which SPF does not look at.
        let scope = text[b"spf2.0/".len()..self.end].to_ascii_lowercase();
        scope.split(|&byte| byte == b',').any(|scope| scope == b"mfrom") && record.directives().next().is_some()
    }
}

fn begins_with_term(text: &[u8]) -> bool {
    let end = text.iter().position(|&byte| byte == b' ').unwrap_or(text.len());
    // Whoever lost one space often lost the next ones, too.
    !matches!(parse_plain_term(text, 0..end), Term::Malformed(_)) || run_together(text, 0..end).is_some()
}

/// The record with spaces where they are missing between terms, and without those inside.
fn spaced(record: &SpfRecord) -> Option<Vec<u8>> {
    // Sound terms stay: what hides in them is a guess.
    let mut edits: Vec<Edit> = record.malformed().filter_map(|(term, _)| record.separate(term)).collect();
    edits.extend(record.torn().iter().cloned().map(Edit::from));
    apply(record.text(), &edits).ok()
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
            "v=spf1",
            "v=spf1 -all",
            "V=SPF1 ~all ",
            "v=spf10 -all",
            "v=spf2 -all",
            "v=spf11",
            "spf1",
            "spf",
            "spf-verification=abc",
            "spf1=abc",
            "v=spf",
            "spf is set up by the mail team",
            "our policy is v=spf1 something: else",
            "v=DMARC1; p=none",
            "v=DKIM1; p=",
            "",
            " ",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn each_kind_is_told_with_the_bytes_and_the_record_that_was_meant() {
        use NearMissKind::*;
        let record = "v=spf1 mx -all";
        let cases = [
            (" v=spf1 mx -all", LeadingOctets, " ", record),
            ("\tv=spf1 mx -all", LeadingOctets, "\t", record),
            ("\u{FEFF}v=spf1 mx -all", LeadingOctets, "\u{FEFF}", record),
            ("\u{A0}\u{200B}v=spf1 mx -all", LeadingOctets, "\u{A0}\u{200B}", record),
            ("\"v=spf1 mx -all\"", LeadingOctets, "\"", record),
            ("\\\"v=spf1 mx -all\\\"", LeadingOctets, "\\\"", record),
            ("\"v=spf1 mx\" \" -all\"", LeadingOctets, "\"", record),
            ("\u{201C}v=spf1 mx -all\u{201D}", LeadingOctets, "\u{201C}", record),
            ("v = spf1 mx -all", VersionSpelling, "v = spf1", record),
            ("v=spf 1 mx -all", VersionSpelling, "v=spf 1", record),
            ("v= spf1 mx -all", VersionSpelling, "v= spf1", record),
            ("v:spf1 mx -all", VersionSpelling, "v:spf1", record),
            ("spf1 mx -all", VersionSpelling, "spf1", record),
            ("v=spf mx -all", VersionSpelling, "v=spf", record),
            ("v=spf1.0 mx -all", VersionSpelling, "v=spf1.0", record),
            ("v=spf1; mx -all", VersionSeparator, "; ", record),
            ("v=spf1;mx;-all;", VersionSeparator, ";", record),
            ("v=spf1,mx,-all", VersionSeparator, ",", record),
            ("v=spf1\tmx -all", VersionSeparator, "\t", record),
            ("v=spf1\u{A0}mx\u{A0}-all", VersionSeparator, "\u{A0}", record),
            ("v=spf1mx -all", VersionSeparator, "", record),
            ("v=spf1-all", VersionSeparator, "", "v=spf1 -all"),
            ("v=spf1include:a.example -all", VersionSeparator, "", "v=spf1 include:a.example -all"),
            ("v=spf1include:a.example~all", VersionSeparator, "", "v=spf1 include:a.example ~all"),
            (
                "v=spf1include:_spf.a.com.brinclude:b.net~all",
                VersionSeparator,
                "",
                "v=spf1 include:_spf.a.com.br include:b.net ~all",
            ),
            ("v=spf1;", VersionSeparator, ";", "v=spf1"),
            ("spf2.0/mfrom,pra mx -all", SenderId, "spf2.0/mfrom,pra", record),
        ];
        for (text, kind, bytes, meant) in cases {
            assert_eq!(found(text), Some((kind, bytes, Some(meant.to_owned()))), "{text:?}");
        }
    }

    #[test]
    fn what_was_meant_is_left_open_where_it_is_not_known() {
        assert_eq!(found("spf2.0/pra mx -all"), Some((NearMissKind::SenderId, "spf2.0/pra", None)));
        assert_eq!(found("MS=ms1 v=spf1 mx -all"), Some((NearMissKind::NotAtStart, "MS=ms1 ", None)));
    }
}
