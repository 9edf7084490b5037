//! `DKIM-Signature` (RFC 6376, section 3.5): who signed, with which selector.

use mailvouch_providers::dns::Name;

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `d=`.
    pub domain: Name,
    /// `s=`, in small letters.
    pub selector: String,
}

impl Signature {
    /// Reads an unfolded field; none where it names no domain and selector.
    pub fn read(value: &str) -> Option<Self> {
        let tag = |wanted: &str| {
            value.split(';').find_map(|tag| {
                let (name, value) = tag.split_once('=')?;
                (name.trim() == wanted).then(|| value.split_whitespace().collect::<String>())
            })
        };
        let domain = tag("d")?.trim_end_matches('.').parse::<Name>().ok().filter(|name| name.label_count() > 1)?;
        let selector = tag("s")?.to_ascii_lowercase();
        (!selector.is_empty() && selector.len() < 254).then_some(Self { domain, selector })
    }
}
