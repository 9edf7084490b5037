//! Addresses of recipients, taken out of texts that go to somebody else.

use std::collections::BTreeMap;

/// What stands between the local part and the domain: as it is, in a return path of its own (VERP), in a URI, in the
/// encoding of delivery-status fields (RFC 3461, section 4), in HTML.
const BETWEEN: [&str; 7] = ["@", "=", "%40", "+40", "&#64;", "&#x40;", "\\@"];

/// Replaces addresses by names that say no more than which of them is meant.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// The local parts of each domain, in small letters, with what takes their place; the longest first.
    domains: BTreeMap<String, Vec<(String, String)>>,
    /// Local parts that are words of their own only where they are nothing else: `jane.doe`, not `info`.
    names: BTreeMap<String, String>,
    count: usize,
}

impl Redactor {
    /// One that takes these addresses out, each under a number, in their order; `kept` are those of the sender.
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a str>, kept: &[&str]) -> Self {
        let bare = |address: &str| address.trim().trim_matches(['<', '>']).to_lowercase();
        let kept: Vec<String> = kept.iter().map(|address| bare(address)).collect();
        let mut redactor = Self::default();
        for address in addresses.into_iter().map(bare).filter(|address| !kept.contains(address)) {
            let is_part = |text: &str| !text.is_empty() && !text.contains([' ', '\t', '<', '>', ',', '@']);
            let parts = address.rsplit_once('@').filter(|(local, domain)| is_part(local) && is_part(domain));
            let Some((local, domain)) = parts else { continue };
            let locals = redactor.domains.entry(domain.to_owned()).or_default();
            if locals.iter().any(|(known, _)| known == local) {
                continue;
            }
            redactor.count += 1;
            let name = format!("recipient-{}", redactor.count);
            locals.push((local.to_owned(), name.clone()));
            locals.sort_by_key(|(local, _)| std::cmp::Reverse(local.len()));
            if local.chars().any(|char| !char.is_alphabetic()) && local.len() > 3 {
                redactor.names.entry(local.to_owned()).or_insert(name);
            }
        }
        redactor
    }

    /// How many addresses are taken out.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The text without the addresses.
    pub fn redact(&self, text: &str) -> String {
        if self.count == 0 {
            return text.to_owned();
        }
        self.without_names(&self.without_addresses(text))
    }

    /// Whether one of the addresses stands in it.
    pub fn finds(&self, text: &str) -> bool {
        self.count > 0 && self.without_addresses(text) != text
    }

    fn without_addresses(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some((start, between)) = next_between(text, at) {
            let end = start + between.len();
            out.push_str(&text[at..start]);
            if let Some(with) = self.replaced(&out, &text[end..]) {
                out.truncate(out.len() - with.0);
                out.push_str(with.1);
            }
            out.push_str(between);
            at = end;
        }
        out + &text[at..]
    }

    /// How many octets of what stands before are the local part of a known address, given what comes behind, and what takes
    /// their place.
    fn replaced(&self, before: &str, behind: &str) -> Option<(usize, &str)> {
        let end =
            behind.find(|char: char| !(char.is_alphanumeric() || matches!(char, '-' | '.'))).unwrap_or(behind.len());
        let domain = behind[..end].trim_end_matches('.').to_lowercase();
        let locals = self.domains.get(&domain)?;
        locals.iter().find_map(|(local, name)| Some((octets_at_end(before, local)?, name.as_str())))
    }

    fn without_names(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for piece in text.split_inclusive(|char| !is_word(char)) {
            let word = piece.trim_end_matches(|char| !is_word(char));
            let name = word.trim_end_matches('.');
            match self.names.get(&name.to_lowercase()) {
                Some(with) if !name.is_empty() => {
                    out.push_str(with);
                    out.push_str(&piece[name.len()..]);
                }
                _ => out.push_str(piece),
            }
        }
        out
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '+')
}

/// The next of [`BETWEEN`] from `at` on.
fn next_between(text: &str, at: usize) -> Option<(usize, &str)> {
    text[at..].char_indices().find_map(|(offset, char)| {
        if !matches!(char, '@' | '=' | '%' | '+' | '&' | '\\') {
            return None;
        }
        let start = at + offset;
        let found = BETWEEN.into_iter().find(|between| {
            text.get(start..start + between.len()).is_some_and(|piece| piece.eq_ignore_ascii_case(between))
        })?;
        Some((start, &text[start..start + found.len()]))
    })
}

/// How many octets at the end of a text are this word in small or large letters; none where the word is not there.
fn octets_at_end(text: &str, word: &str) -> Option<usize> {
    let (mut wanted, mut octets) = (word.chars().rev().peekable(), 0);
    for char in text.chars().rev() {
        if wanted.peek().is_none() {
            break;
        }
        let lower: Vec<char> = char.to_lowercase().collect();
        if !lower.iter().rev().all(|letter| wanted.next() == Some(*letter)) {
            return None;
        }
        octets += char.len_utf8();
    }
    wanted.peek().is_none().then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_in_all_their_forms() {
        let redactor = Redactor::of(
            ["Jane.Doe@Example.net", "<info@example.net>", "jane.doe@example.net", "me@example.com"],
            &["me@example.com"],
        );
        for (text, redacted) in [
            ("to <jane.doe@Example.net>, INFO@EXAMPLE.NET", "to <recipient-1@Example.net>, recipient-2@EXAMPLE.NET"),
            ("bounce-jane.doe=example.net@example.com", "bounce-recipient-1=example.net@example.com"),
            ("rfc822;jane.doe+40example.net", "rfc822;recipient-1+40example.net"),
            ("mailto:jane.doe%40example.net", "mailto:recipient-1%40example.net"),
            ("the info that jane.doe. wants", "the info that recipient-1. wants"),
            ("mary-jane.doe and jane.does", "mary-jane.doe and jane.does"),
            ("me@example.com", "me@example.com"),
        ] {
            assert_eq!(redactor.redact(text), redacted);
        }
        assert!(redactor.finds("x jane.doe@example.NET") && !redactor.finds("jane.doe"));
        assert_eq!(Redactor::of([], &[]).redact("a@b.example"), "a@b.example");
        assert_eq!(Redactor::of(["no address", "@", "a@"], &[]).count(), 0);
        assert_eq!(redactor.count(), 2);
        // Letters that change their length with their case.
        assert_eq!(
            Redactor::of(["straße@example.net"], &[]).redact("İ STRAßE@example.net"),
            "İ recipient-1@example.net"
        );
    }
}
