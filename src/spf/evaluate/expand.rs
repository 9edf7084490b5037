//! Macro expansion (RFC 7208, section 7).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;

use mailvouch_providers::dns::Name;

use super::client::{Client, Sender};
use crate::record::spf::{MacroExpand, MacroLetter, MacroPart, MacroString};

/// Longest domain name in presentation form, without the final dot (RFC 7208, section 7.3).
const MAX_NAME: usize = 253;
/// Longest explanation that is put together, in octets: as much as a TXT record can hold.
const MAX_EXPLANATION: usize = 64 << 10;

/// What macros stand for at one place.
pub(super) struct Values<'a> {
    pub(super) client: &'a Client,
    pub(super) sender: &'a Sender<'a>,
    /// `%{d}`: the domain whose record is evaluated.
    pub(super) domain: &'a str,
    /// `%{p}`; looked up beforehand where a macro wants it.
    pub(super) validated: Option<String>,
}

impl Values<'_> {
    /// The domain that `domain` stands for, over-long ones cut from the left (RFC 7208, section 7.3).
    pub(super) fn target(&self, domain: &MacroString) -> (String, Target) {
        let mut text = String::new();
        let mut is_ascii = true;
        for piece in self.pieces(domain) {
            is_ascii &= piece.is_ascii();
            text.push_str(&piece);
            // What lies further left than this is cut off anyway: macros can make no text that fills the memory.
            if is_ascii && text.len() > 8 * MAX_NAME {
                text.drain(..text.len() - 4 * MAX_NAME);
            }
            if !is_ascii {
                return (text, Target::NotAscii);
            }
        }
        let text = cut(text.strip_suffix('.').unwrap_or(&text));
        // No master-file escapes: a backslash is an octet like any other.
        let name = Name::from_labels(text.split('.').map(str::as_bytes));
        (text.to_owned(), name.map_or(Target::Malformed, Target::Name))
    }

    /// The explanation that `written` stands for; none where it is not US-ASCII (RFC 7208, section 6.2), or of a length
    /// that no receiver would send.
    pub(super) fn explanation(&self, written: &MacroString) -> Option<String> {
        let mut text = String::new();
        for piece in self.pieces(written) {
            text.push_str(&piece);
            if !piece.is_ascii() || text.len() > MAX_EXPLANATION {
                return None;
            }
        }
        Some(text)
    }

    fn pieces<'p>(&'p self, string: &'p MacroString) -> impl Iterator<Item = Cow<'p, str>> {
        string.parts().iter().map(|part| match &part.node {
            MacroPart::Literal => Cow::Borrowed(string.literal(part)),
            MacroPart::Escape(escape) => Cow::Borrowed(escape.meaning()),
            MacroPart::Expand(expand) => Cow::Owned(self.value(expand)),
        })
    }

    fn value(&self, expand: &MacroExpand) -> String {
        let ip = self.client.ip.to_canonical();
        let value = match expand.letter {
            MacroLetter::Sender => format!("{}@{}", self.sender.local_part, self.sender.domain),
            MacroLetter::LocalPart => self.sender.local_part.to_owned(),
            MacroLetter::SenderDomain => self.sender.domain.clone().into_owned(),
            MacroLetter::Domain => self.domain.to_owned(),
            MacroLetter::Address => dotted(ip),
            MacroLetter::ValidatedName => self.validated.clone().unwrap_or_else(unknown),
            MacroLetter::Helo => self.client.helo.clone(),
            MacroLetter::Family => if ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            MacroLetter::ReadableAddress => ip.to_string(),
            MacroLetter::Receiver => self.client.receiver.clone().unwrap_or_else(unknown),
            MacroLetter::Timestamp => self.client.time.to_string(),
        };
        let value = transform(value, expand);
        if expand.url_escape { url_escape(&value) } else { value }
    }
}

/// What stands for a name that nobody knows (RFC 7208, section 7.3).
pub(super) fn unknown() -> String {
    "unknown".to_owned()
}

/// Splits, reverses, keeps parts from the right, and joins with dots (RFC 7208, section 7.3).
fn transform(value: String, expand: &MacroExpand) -> String {
    if expand.digits.is_none() && !expand.reverse && expand.delimiters.is_empty() {
        return value;
    }
    let delimiters = if expand.delimiters.is_empty() { "." } else { &expand.delimiters };
    let mut parts: Vec<&str> = value.split(|c| delimiters.contains(c)).collect();
    if expand.reverse {
        parts.reverse();
    }
    let kept = expand.digits.and_then(|digits| usize::try_from(digits).ok()).unwrap_or(usize::MAX);
    parts[parts.len().saturating_sub(kept)..].join(".")
}

/// All but the unreserved characters of RFC 3986, section 2.3, become `%XX`.
fn url_escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// `%{i}`: an IPv4 address as usual, an IPv6 address as 32 hexadecimal digits with dots between them.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", address.to_bits());
            let digits: Vec<&str> = (0..digits.len()).map(|at| &digits[at..=at]).collect();
            digits.join(".")
        }
    }
}

/// Where the names of an address stand (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub(super) fn reverse_name(ip: IpAddr) -> Option<Name> {
    let address = dotted(ip.to_canonical());
    let zone: [&str; 2] = if ip.to_canonical().is_ipv4() { ["in-addr", "arpa"] } else { ["ip6", "arpa"] };
    Name::from_labels(address.split('.').rev().chain(zone)).ok()
}

/// What an expanded domain-spec comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A name that can be asked for.
    Name(Name),
    /// Text that can be no name: an empty label, or one over 63 octets (RFC 7208, section 4.8).
    Malformed,
    /// A local part beyond ASCII came in: a term with such a domain matches nothing (RFC 8616, section 4).
    NotAscii,
}

/// Labels are removed from the left until the name is short enough.
fn cut(mut text: &str) -> &str {
    while text.len() > MAX_NAME
        && let Some((_, rest)) = text.split_once('.')
    {
        text = rest;
    }
    text
}
