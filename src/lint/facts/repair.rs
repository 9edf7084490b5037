//! Terms put right where they can have been meant in one way only: what fixes make of a record, and what it would be
//! afterwards. Has no opinion on who takes such a fix.

use std::net::IpAddr;

use crate::record::spf::{Keyword, MalformedKind, SpfRecord, Term};
use crate::record::{Edit, Span, Spanned, apply, txt};
use crate::spf::Published;

/// One kind of mistake, put right wherever the record holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Repair {
    /// Spaces between terms that run together.
    Spaces,
    /// Plain characters for those outside US-ASCII.
    Characters,
    /// `ip4` and `ip6` as the address asks for.
    Families,
    /// Mechanisms by their names.
    Names,
}

impl Repair {
    /// Every kind.
    pub(super) const ALL: [Self; 4] = [Self::Spaces, Self::Characters, Self::Families, Self::Names];

    /// The edit that puts this term right; none where it is not of the kind, or may have been meant in several ways.
    pub(in crate::lint) fn edit(self, published: &Published, term: &Spanned<Term>) -> Option<Edit> {
        let record = &published.record;
        match (self, term.node.problem()) {
            (Self::Spaces, _) => record.separate(term).or_else(|| split_at_boundary(published, term)),
            (Self::Characters, Some(MalformedKind::Foreign(octets))) => {
                let edits: Option<Vec<Edit>> = octets
                    .iter()
                    .map(|octet| {
                        let within = octet.span.start - term.span.start..octet.span.end - term.span.start;
                        Some(Edit::replace(within, octet.node.meant()?))
                    })
                    .collect();
                let plain = apply(&record.text()[term.span.clone()], &edits?).ok()?;
                let plain = plain.trim_ascii();
                // A word of invisible characters alone stands for nothing.
                (plain.is_empty() || is_sound(plain)).then(|| Edit::replace(term.span.clone(), plain))
            }
            (Self::Families, Some(MalformedKind::WrongFamily { keyword, address, prefix })) => {
                let fits = prefix.is_some() || address.span.end == term.span.end;
                let meant = family_term(address.node, prefix.as_ref().map(|prefix| prefix.node)).filter(|_| fits)?;
                Some(Edit::replace(keyword.span.start..term.span.end, meant))
            }
            (Self::Names, Some(MalformedKind::UnknownMechanism { name, argument, .. })) => {
                let text = |span: &Span| String::from_utf8_lossy(&record.text()[span.clone()]).into_owned();
                if is_argument_of_the_name_before(record, term) {
                    return None; // It is put right with the name.
                }
                if let Some((end, meant)) = torn_off(record, term) {
                    return Some(Edit::replace(name.start..end, meant));
                }
                let meant = meant(&text(name), argument.as_ref().map(text).as_deref())?;
                // The qualifier stands before the name and stays.
                Some(Edit::replace(name.start..term.span.end, meant))
            }
            _ => None,
        }
    }

    /// The record with all of the kind put right; none where there is nothing of it.
    pub(in crate::lint) fn text(self, published: &Published) -> Option<Vec<u8>> {
        let record = &published.record;
        // Only spaces can be wrong where each term is sound.
        if self != Self::Spaces && record.malformed().next().is_none() {
            return None;
        }
        let edits: Vec<Edit> = record.terms().iter().filter_map(|term| self.edit(published, term)).collect();
        if edits.is_empty() { None } else { apply(record.text(), &edits).ok() }
    }
}

/// What is meant by a name, a colon and nothing, with the word behind it for an argument: `ipv4: 192.0.2.1`. With the end
/// of that word.
fn torn_off(record: &SpfRecord, term: &Spanned<Term>) -> Option<(usize, String)> {
    let Term::Malformed(malformed) = &term.node else { return None };
    let MalformedKind::UnknownMechanism { name, delimiter: Some(_), argument } = &malformed.kind else { return None };
    let next = record.terms().get(index_of(record, term) + 1)?;
    let is_word = matches!(&next.node, Term::Malformed(word) if word.qualifier.is_none());
    if !is_word || argument.as_ref().is_some_and(|argument| !argument.is_empty()) {
        return None;
    }
    let text = |span: &Span| String::from_utf8_lossy(&record.text()[span.clone()]).into_owned();
    Some((next.span.end, meant(&text(name), Some(&text(&next.span)))?))
}

/// Whether the word before lacks this one behind its colon.
pub(in crate::lint) fn is_argument_of_the_name_before(record: &SpfRecord, term: &Spanned<Term>) -> bool {
    let before = index_of(record, term).checked_sub(1).and_then(|index| record.terms().get(index));
    before.is_some_and(|before| torn_off(record, before).is_some())
}

/// Where a term stands among the others, which are in order.
fn index_of(record: &SpfRecord, term: &Spanned<Term>) -> usize {
    record.terms().partition_point(|other| other.span.start < term.span.start)
}

/// A space where one character-string ends inside a malformed term, and both sides are terms.
fn split_at_boundary(published: &Published, term: &Spanned<Term>) -> Option<Edit> {
    if !matches!(term.node, Term::Malformed(_)) {
        return None;
    }
    let text = published.record.text();
    let inside = |at: &usize| term.span.start < *at && *at < term.span.end;
    let at = txt::boundaries(&published.value).into_iter().filter(inside).find(|at| {
        let (left, right) = (&text[term.span.start..*at], &text[*at..term.span.end]);
        is_sound(left) && is_sound(right)
    })?;
    let parts = [&text[term.span.start..at], &text[at..term.span.end]];
    Some(Edit::replace(term.span.clone(), parts.join(b" ".as_slice())))
}

/// Whether the text is made of sound terms.
fn is_sound(text: &[u8]) -> bool {
    SpfRecord::parse(&[b"v=spf1 ", text].concat()).is_some_and(|record| record.is_valid() && !record.terms().is_empty())
}

/// The term for an address of either family. A mapped address is the IPv4 one: no client has it (RFC 7208, section 5).
pub(in crate::lint) fn family_term(address: IpAddr, prefix: Option<u8>) -> Option<String> {
    let behind = |prefix: Option<u8>, all: u8| match prefix {
        Some(length) if length < all => format!("/{length}"),
        _ => String::new(),
    };
    Some(match address {
        IpAddr::V4(address) => format!("ip4:{address}{}", behind(prefix, 32)),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => format!("ip4:{mapped}{}", behind(Some(prefix.unwrap_or(128).checked_sub(96)?), 32)),
            None => format!("ip6:{address}{}", behind(prefix, 128)),
        },
    })
}

/// What was meant by `name:argument`, where it can have been only one thing.
pub(in crate::lint) fn meant(name: &str, argument: Option<&str>) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let Some(argument) = argument else {
        // An address with no mechanism before it.
        return sound(format!("{}:{name}", address_keyword(&name)?));
    };
    // `192.0.2.0/24`: the name ends at the slash.
    if let Some(keyword) = address_keyword(&name) {
        return sound(format!("{keyword}:{name}/{argument}"));
    }
    sound(match name.as_str() {
        "ipv4" | "ipv6" | "ip" | "ip-4" | "ip-6" | "ipaddress" => format!("{}:{argument}", address_keyword(argument)?),
        "redirect" | "exp" => format!("{name}={argument}"),
        _ => format!("{}:{argument}", nearest(&name)?),
    })
}

/// The mechanism that matches this address or network.
fn address_keyword(text: &str) -> Option<&'static str> {
    let address = text.split('/').next()?;
    match address.parse().ok()? {
        IpAddr::V4(_) => Some("ip4"),
        IpAddr::V6(_) => Some("ip6"),
    }
}

/// The mechanism that is one slip of the finger away; none where two are.
fn nearest(name: &str) -> Option<&'static str> {
    if let Some(exact) = Keyword::from_name(name.as_bytes()).filter(|keyword| !keyword.is_modifier()) {
        return Some(exact.as_str());
    }
    let close = |keyword: &&Keyword| {
        let word = keyword.as_str();
        // Short names are one slip away from everything.
        word.len() > 2 && !keyword.is_modifier() && strsim::osa_distance(word, name) <= 1 + usize::from(word.len() > 5)
    };
    let mut near = Keyword::ALL.iter().filter(close);
    match (near.next(), near.next()) {
        (Some(one), None) => Some(one.as_str()),
        _ => None,
    }
}

/// Only what is one sound term is proposed.
fn sound(meant: String) -> Option<String> {
    let record = SpfRecord::parse(format!("v=spf1 {meant}").as_bytes())?;
    (record.is_valid() && record.terms().len() == 1).then_some(meant)
}
