//! What is wrong with the form of a key record, and what it would be without: what panels, zone files and mail programs
//! leave in it. Has no opinion on who takes such a change.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::key::{KeyProblem, PublicKey};
use super::record::DkimRecord;
use crate::record::artefact::{Artefact, artefacts};
use crate::record::tag_list::{MalformedPartKind, Tag, is_white_space};
use crate::record::{Edit, Foreign, Span, apply};

/// The tags of RFC 6376, section 3.6.1, and those of signatures that are mistaken for them.
const NAMES: [&[u8]; 8] = [b"v", b"h", b"k", b"n", b"p", b"s", b"t", b"g"];

/// Octets of a text up to which it may be a key without its `p=`.
const MAX_BARE: usize = 8192;

/// What stands where a tag list has no place for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes.
    pub span: Span,
    /// What they are.
    pub kind: FaultKind,
    /// What should stand there; none where that is not known.
    pub meant: Option<Vec<u8>>,
}

/// Why a text is no tag list, or one that verifiers misread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A backslash before a semicolon or a quote: the escape of a master file, published.
    Escape,
    /// A quotation mark.
    Quote,
    /// A character that is none of US-ASCII and stands for a space, a quote, a dash or nothing.
    Character,
    /// A line break that no white space follows, or one spelt `\n`.
    LineBreak,
    /// An entity of a web page.
    Entity,
    /// `-----BEGIN PUBLIC KEY-----`.
    Armour,
    /// No semicolon between two tags.
    LostSeparator,
    /// A key with no `p=` before it.
    BareKey,
    /// Something between two semicolons that is no `name=value`.
    NoTag,
}

impl FaultKind {
    /// Whether only escapes, quotes or white space are wrong: there is one thing that can have been meant.
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Escape | Self::Quote | Self::Character | Self::LineBreak | Self::Entity)
    }
}

impl DkimRecord {
    /// Everything that the tag list has no place for, in order.
    pub fn faults(&self) -> Vec<Fault> {
        let text = self.text();
        if let Some(prefix) = bare_key(text) {
            return vec![Fault { span: 0..0, kind: FaultKind::BareKey, meant: Some(prefix.as_bytes().to_vec()) }];
        }
        // Notes may hold anything but semicolons and octets that are not printable.
        let note = self.tag("n").map(|tag| tag.value.span.clone());
        let is_noted = |span: &Span| note.as_ref().is_some_and(|note| note.start <= span.start && span.end <= note.end);
        let mut faults: Vec<Fault> = artefacts(text)
            .into_iter()
            .filter_map(|found| {
                let kind = match &found.node {
                    Artefact::EscapedSeparator | Artefact::EscapedQuote => FaultKind::Escape,
                    Artefact::Quote => FaultKind::Quote,
                    Artefact::Entity(_) => FaultKind::Entity,
                    Artefact::Armour => FaultKind::Armour,
                    Artefact::SpeltLineBreak => FaultKind::LineBreak,
                    Artefact::Foreign(_) => return None,
                };
                let fault = Fault { meant: found.node.meant(), span: found.span, kind };
                (!is_noted(&fault.span)).then_some(fault)
            })
            .collect();
        let in_tags = self.list().tags().flat_map(|tag| &tag.foreign);
        let in_others = self.list().malformed().flat_map(|part| &part.foreign);
        faults.extend(in_tags.chain(in_others).map(|found| {
            let kind = if found.node == Foreign::LineBreak { FaultKind::LineBreak } else { FaultKind::Character };
            Fault { span: found.span.clone(), kind, meant: found.node.meant() }
        }));
        for tag in self.list().tags().filter(|tag| tag.name.node != "n") {
            faults.extend(lost_separators(text, tag));
        }
        // What is left of a part that is no tag, once the rest is known: a word of its own.
        faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
        // A text of quotes and semicolons has as many faults as parts: no part is held against each of them.
        let reach: Vec<usize> = faults
            .iter()
            .scan(0, |reach, fault| {
                *reach = fault.span.end.max(*reach);
                Some(*reach)
            })
            .collect();
        let is_told = |span: &Span| {
            let before = faults.partition_point(|fault| fault.span.start < span.end);
            before.checked_sub(1).is_some_and(|last| span.start < reach[last])
        };
        let words: Vec<Fault> = self
            .list()
            .malformed()
            .filter(|part| !is_told(&part.span))
            .map(|part| {
                let span = match &part.kind {
                    MalformedPartKind::BadName(name) => name.clone(),
                    MalformedPartKind::NoEquals | MalformedPartKind::NoName => part.span.clone(),
                };
                Fault { span, kind: FaultKind::NoTag, meant: None }
            })
            .collect();
        faults.extend(words);
        faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
        faults.dedup_by(|next, fault| next.span.start < fault.span.end);
        faults
    }

    /// The record with all faults put right; none where there are none, or where one can be put right in no single way.
    pub fn mended(&self, faults: &[Fault]) -> Option<Self> {
        let edits: Option<Vec<Edit>> = faults.iter().map(Fault::edit).collect();
        let edits = edits.filter(|edits| !edits.is_empty())?;
        let mended = Self::parse(&apply(self.text(), &edits).ok()?);
        let is_sound = mended.list().malformed().next().is_none() && mended.faults().is_empty();
        is_sound.then_some(mended)
    }
}

impl Fault {
    /// What puts it right.
    pub fn edit(&self) -> Option<Edit> {
        Some(Edit::replace(self.span.clone(), self.meant.clone()?))
    }
}

/// The tags that a key with nothing before it lacks; none where the text is no such key.
pub(super) fn bare_key(text: &[u8]) -> Option<&'static str> {
    // A key has 32 octets at the least, and most texts are ruled out by their first.
    let is_base64 =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=') || is_white_space(*byte);
    if text.len() > MAX_BARE || text.len() < 40 || !text.iter().all(is_base64) {
        return None;
    }
    let symbols: Vec<u8> = text.iter().copied().filter(|byte| !is_white_space(*byte)).collect();
    match PublicKey::from_spki(&BASE64_STANDARD.decode(symbols).ok()?) {
        Ok(PublicKey::Rsa { .. }) | Err(KeyProblem::Pkcs1(_)) => Some("v=DKIM1; k=rsa; p="),
        _ => None,
    }
}

/// White space inside a value with a tag behind it: `DKIM1 k=rsa p=…`.
fn lost_separators(text: &[u8], tag: &Tag) -> Vec<Fault> {
    let value = &tag.value.span;
    let mut found = Vec::new();
    // Seldom, and a key is long: without an end before the last octet, many are looked at at a time.
    let is_gap = |byte: &u8| is_white_space(*byte) || *byte == b',';
    if !text[value.clone()].iter().fold(false, |some, byte| some | is_gap(byte)) {
        return found;
    }
    let mut at = value.start;
    while at < value.end {
        let blanks = text[at..value.end].iter().take_while(|&&byte| is_white_space(byte) || byte == b',').count();
        if blanks == 0 {
            at += 1;
            continue;
        }
        let next = at + blanks;
        let name = text[next..value.end].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let equals = next + name;
        // Base64 ends in `=`, and its last word is longer than a name.
        if NAMES.contains(&&text[next..equals]) && text.get(equals) == Some(&b'=') && equals + 1 < value.end {
            found.push(Fault { span: at..next, kind: FaultKind::LostSeparator, meant: Some(b"; ".to_vec()) });
        }
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCrsfwaMMBKzy6xYECnw1645isjq70mDgdsz4ReyBXqSQr6lJlv3d/D1ABmjvvh7oLldGaVZKBmN3e1VJiSHBIh3tWgj4rgUomwhJYFFruIR/4jK2/2hd19cvwCe+7SwwPbiGXW4t9vztM+gk9YyhbHmOKBjsJbQOMNrdeCg+0iFQIDAQAB";

    fn mended(text: &str) -> Option<String> {
        let record = DkimRecord::parse(text.as_bytes());
        let mended = record.mended(&record.faults())?;
        Some(String::from_utf8_lossy(mended.text()).into_owned())
    }

    #[test]
    fn what_tools_leave_behind_goes() {
        let sound = format!("v=DKIM1; k=rsa; p={KEY}");
        let quoted = format!("\"{sound}\"");
        let escaped = sound.replace(';', "\\;");
        let entities = sound.replace("; ", "&#59; ");
        let cut = KEY.split_at(64);
        let armoured =
            format!("v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----{}\\n{}-----END PUBLIC KEY-----", cut.0, cut.1);
        let lost = format!("v=DKIM1 k=rsa p={KEY}");
        for text in [&quoted, &escaped, &entities, &armoured, &lost, &KEY.to_owned()] {
            assert_eq!(mended(text).as_deref(), Some(sound.as_str()), "{text}");
        }
    }

    #[test]
    fn sound_records_have_no_faults() {
        for text in [
            format!("v=DKIM1; n=a \"note\" &amp c\\n; p={KEY}"),
            format!("v = DKIM1 ;\r\n\tk=rsa; p={} {}", &KEY[..40], &KEY[40..]),
            "v=DKIM1; p=".to_owned(),
            "v=DKIM1; h=sha1 : sha256; s=email ; t=y : s; p=".to_owned(),
        ] {
            assert_eq!(DkimRecord::parse(text.as_bytes()).faults(), [], "{text}");
        }
    }

    #[test]
    fn what_nobody_can_know_stays() {
        for text in ["v=DKIM1; p:MIGf", "v=DKIM1; rsa; p=AAAA", "v=DKIM1; p=\u{E9}"] {
            assert!(!DkimRecord::parse(text.as_bytes()).faults().is_empty(), "{text}");
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
