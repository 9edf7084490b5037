//! A whole DMARC record: its tags, and what a receiver goes by.

use mailvouch_providers::dns::Name;

use super::uri::{Destination, ReportUri};
use super::values::{Alignment, FailureOption, Policy, PublicSuffix};
use crate::record::tag_list::{Dialect, Part, Tag, TagList, TagValue, is_white_space};
use crate::record::{Memo, Span, Spanned};

/// The tags of RFC 9989, section 4.7.
pub const KNOWN_TAGS: [&str; 11] = ["v", "p", "sp", "np", "adkim", "aspf", "rua", "ruf", "fo", "t", "psd"];
/// The tags of RFC 7489 that RFC 9989 removed; old receivers still go by them.
pub const REMOVED_TAGS: [&str; 3] = ["pct", "rf", "ri"];

/// A DMARC policy record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DmarcRecord {
    list: TagList,
    rua: Memo<Vec<ReportUri>>,
    ruf: Memo<Vec<ReportUri>>,
    lost_separators: Memo<Vec<Span>>,
}

/// Whether a receiver acts on a record (RFC 9989, section 4.10.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its policy counts.
    Policy,
    /// `p` is missing or bad, or `sp` or `np` is bad; there is a report address that works: as `p=none`.
    ReportsOnly,
    /// As above, with no report address that works: as if there were no record.
    Ignored,
}

impl DmarcRecord {
    /// Reads `text` where it is a DMARC record: `v=DMARC1`, then the end or `;`.
    ///
    /// `DMARC1` is in exact case, `v` is not, and spaces and tabs may stand around the `=` and behind the value; none
    /// before the `v` (RFC 9989, section 4.8).
    pub fn parse(text: &[u8]) -> Option<Self> {
        let list = TagList::parse(text, Dialect::Dmarc);
        let Some(Spanned { node: Part::Tag(version), .. }) = list.parts().first() else {
            return None;
        };
        let selected = version.name.span.start == 0
            && version.name.node.eq_ignore_ascii_case("v")
            && version.value.node == b"DMARC1"
            && version.foreign.is_empty();
        selected.then_some(Self { list, rua: Memo::default(), ruf: Memo::default(), lost_separators: Memo::default() })
    }

    /// The text, byte for byte as read.
    pub fn text(&self) -> &[u8] {
        self.list.text()
    }

    /// All parts with their spans.
    pub fn list(&self) -> &TagList {
        &self.list
    }

    /// The first tag of this name, in any case: the one that this program goes by. RFC 9989 does not say which counts.
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.list.tag(name)
    }

    /// `p`; none is the default.
    pub fn policy(&self) -> TagValue<Policy> {
        self.value("p", Policy::None, Policy::from_value)
    }

    /// `sp`, for names that exist under an organizational domain; without it, `p`.
    pub fn subdomain_policy(&self) -> TagValue<Policy> {
        self.value("sp", self.policy().effective, Policy::from_value)
    }

    /// `np`, for names that do not exist; without it, `sp`, then `p`.
    pub fn nonexistent_policy(&self) -> TagValue<Policy> {
        self.value("np", self.subdomain_policy().effective, Policy::from_value)
    }

    /// `adkim`; relaxed is the default.
    pub fn adkim(&self) -> TagValue<Alignment> {
        self.value("adkim", Alignment::Relaxed, Alignment::from_value)
    }

    /// `aspf`; relaxed is the default.
    pub fn aspf(&self) -> TagValue<Alignment> {
        self.value("aspf", Alignment::Relaxed, Alignment::from_value)
    }

    /// `fo`, in the order as written; `0` is the default.
    pub fn failure_options(&self) -> TagValue<Vec<FailureOption>> {
        self.value("fo", vec![FailureOption::All], FailureOption::list)
    }

    /// `t`: whether the policy is being tested, and is to be applied one level lower.
    pub fn testing(&self) -> TagValue<bool> {
        self.value("t", false, |value| match value {
            b"y" | b"Y" => Some(true),
            b"n" | b"N" => Some(false),
            _ => None,
        })
    }

    /// `psd`; unknown is the default.
    pub fn public_suffix(&self) -> TagValue<PublicSuffix> {
        self.value("psd", PublicSuffix::Unknown, PublicSuffix::from_value)
    }

    /// `pct` of RFC 7489, at most 100, which is the default; old receivers go by it.
    pub fn percentage(&self) -> TagValue<u8> {
        self.value("pct", 100, |value| number(value)?.try_into().ok().filter(|&percentage| percentage <= 100))
    }

    /// `ri` of RFC 7489: seconds between reports, 86,400 by default; ignored now.
    pub fn report_interval(&self) -> TagValue<u32> {
        self.value("ri", 86_400, number)
    }

    /// The addresses for aggregate reports, in order.
    pub fn rua(&self) -> &[ReportUri] {
        self.rua.get(|| self.uris("rua"))
    }

    /// The addresses for failure reports, in order.
    pub fn ruf(&self) -> &[ReportUri] {
        self.ruf.get(|| self.uris("ruf"))
    }

    /// The hosts of the mail addresses among both, each with where the address stands, in order.
    pub fn report_hosts(&self) -> impl Iterator<Item = (&Name, &Span)> {
        self.rua().iter().chain(self.ruf()).filter_map(|uri| match &uri.destination {
            Ok(Destination::Mail { domain, .. }) => Some((domain, &uri.span)),
            _ => None,
        })
    }

    /// Whether a receiver acts on it, and on what.
    pub fn standing(&self) -> Standing {
        let policy = self.policy();
        let is_broken = policy.declared().is_none()
            || self.subdomain_policy().is_invalid()
            || self.nonexistent_policy().is_invalid();
        if !is_broken {
            Standing::Policy
        } else if self.rua().iter().any(ReportUri::is_usable) {
            Standing::ReportsOnly
        } else {
            Standing::Ignored
        }
    }

    /// The tags that neither RFC 9989 nor RFC 7489 knows.
    pub fn unknown_tags(&self) -> impl Iterator<Item = &Tag> {
        self.list.tags().filter(|tag| !is_among(tag, &KNOWN_TAGS) && !is_among(tag, &REMOVED_TAGS))
    }

    /// The tags of RFC 7489 that are there no more.
    pub fn removed_tags(&self) -> impl Iterator<Item = &Tag> {
        self.list.tags().filter(|tag| is_among(tag, &REMOVED_TAGS))
    }

    /// What stands where a semicolon should, between a value and a known tag: `p=none rua=…`, `p=none, rua=…`.
    pub fn lost_separators(&self) -> &[Span] {
        self.lost_separators.get(|| lost_separators(self.text()))
    }

    fn value<T>(&self, name: &str, default: T, read: impl Fn(&[u8]) -> Option<T>) -> TagValue<T> {
        match self.tag(name) {
            None => TagValue::absent(default),
            Some(tag) => TagValue::read(read(&tag.value.node), &tag.value.span, default),
        }
    }

    fn uris(&self, name: &str) -> Vec<ReportUri> {
        let items = self.tag(name).map(TagList::comma_items).unwrap_or_default();
        items.iter().map(ReportUri::read).collect()
    }
}

fn number(value: &[u8]) -> Option<u32> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| is_number)?.parse().ok()
}

fn is_among(tag: &Tag, names: &[&str]) -> bool {
    names.iter().any(|name| tag.name.node.eq_ignore_ascii_case(name))
}

/// The runs of blanks, commas, colons and bars that stand before `known-tag=` and behind something else than `;`.
pub(super) fn lost_separators(text: &[u8]) -> Vec<Span> {
    let is_gap = |byte: u8| is_white_space(byte) || matches!(byte, b',' | b':' | b'|');
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !is_gap(text[at]) {
            at += 1;
            continue;
        }
        let end = (at..text.len()).find(|&at| !is_gap(text[at])).unwrap_or(text.len());
        let follows_tag = at > 0 && !matches!(text[at - 1], b';' | b'=');
        if follows_tag && begins_known_tag(&text[end..]) {
            found.push(at..end);
        }
        at = end;
    }
    found
}

/// Whether `text` begins with the name of a tag and `=`.
pub(super) fn begins_known_tag(text: &[u8]) -> bool {
    let length = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (name, rest) = text.split_at(length);
    let is_known = KNOWN_TAGS.iter().chain(&REMOVED_TAGS).any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    is_known && rest.iter().find(|&&byte| !is_white_space(byte)) == Some(&b'=')
}
