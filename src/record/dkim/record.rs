//! A whole DKIM key record: its tags, and what they say.

use std::sync::OnceLock;

use super::key::{KeyProblem, PublicKey};
use super::key_data::KeyData;
use super::key_type::KeyType;
use crate::record::tag_list::{Dialect, Tag, TagList, TagValue};
use crate::record::{Span, Spanned};

/// The tags of RFC 6376, section 3.6.1.
const KNOWN: [&str; 7] = ["v", "h", "k", "n", "p", "s", "t"];

/// What is published at a selector.
#[derive(Clone, Debug)]
pub struct DkimRecord {
    list: TagList,
    key_data: KeyData,
    /// What [`Self::key`] tells, once it was asked.
    key: OnceLock<Option<Result<PublicKey, KeyProblem>>>,
}

impl PartialEq for DkimRecord {
    fn eq(&self, other: &Self) -> bool {
        // All else is read from the text.
        self.text() == other.text()
    }
}

impl Eq for DkimRecord {}

/// What `v=` says; where it stands at all, it must stand first and be `DKIM1` exactly (RFC 6376, section 3.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// There is none: `DKIM1` is the default.
    Absent,
    /// `v=DKIM1`, first.
    Sound,
    /// `v=DKIM1`, behind something else; the span is the tag.
    NotFirst(Span),
    /// Another value; the span is the value.
    Other(Span),
}

impl DkimRecord {
    /// Reads any text.
    pub fn parse(text: &[u8]) -> Self {
        let list = TagList::parse(text, Dialect::Dkim);
        let key_data = KeyData::read(list.tag("p"));
        Self { list, key_data, key: OnceLock::new() }
    }

    /// The text, byte for byte as read.
    pub fn text(&self) -> &[u8] {
        self.list.text()
    }

    /// All parts with their spans.
    pub fn list(&self) -> &TagList {
        &self.list
    }

    /// The first tag of this name; names are in exact case.
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.list.tag(name)
    }

    /// Whether the text was plainly meant as a DKIM key: `v=DKIM1` in any case, or a `p=`, and no other record's `v=`.
    pub fn is_dkim_like(&self) -> bool {
        match self.tag("v") {
            Some(tag) => tag.value.node.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"DKIM")),
            None => self.tag("p").is_some() || self.tag("k").is_some(),
        }
    }

    /// What `v=` says, and whether it stands where it must.
    pub fn version(&self) -> Version {
        let Some(tag) = self.tag("v") else {
            return Version::Absent;
        };
        let is_first = self.list.parts().first().is_some_and(|part| part.span.contains(&tag.name.span.start));
        match tag.value.node.as_slice() {
            b"DKIM1" if is_first => Version::Sound,
            b"DKIM1" => Version::NotFirst(tag.span()),
            _ => Version::Other(tag.value.span.clone()),
        }
    }

    /// What `k=` says; RSA where there is none.
    pub fn key_type(&self) -> TagValue<KeyType> {
        self.tag("k").map_or_else(
            || TagValue::absent(KeyType::Rsa),
            |tag| TagValue::declared_at(KeyType::from_value(&tag.value.node), &tag.value.span),
        )
    }

    /// What `p=` holds.
    pub fn key_data(&self) -> &KeyData {
        &self.key_data
    }

    /// The key: none where `p=` is missing, empty, or no base64.
    pub fn key(&self) -> Option<Result<PublicKey, KeyProblem>> {
        let read = || match &self.key_data {
            KeyData::Bytes(octets) => Some(PublicKey::read(&self.key_type().effective, octets)),
            KeyData::Missing | KeyData::Revoked { .. } | KeyData::BadBase64 { .. } => None,
        };
        self.key.get_or_init(read).clone()
    }

    /// As [`Self::key`], and where `p=` is no base64, what its [`KeyData::BadBase64`] decodes to all the same: a cut-off
    /// key is often both.
    pub fn lenient_key(&self) -> Option<Result<PublicKey, KeyProblem>> {
        match &self.key_data {
            KeyData::BadBase64 { lenient: Some(octets), .. } => {
                Some(PublicKey::read(&self.key_type().effective, octets))
            }
            _ => self.key(),
        }
    }

    /// Whether the key is withdrawn: `p=` is there and empty.
    pub fn is_revoked(&self) -> bool {
        matches!(self.key_data, KeyData::Revoked { .. })
    }

    /// The hashes that `h=` permits; none where it is absent, which permits all.
    pub fn hashes(&self) -> Option<Vec<Spanned<Vec<u8>>>> {
        self.tag("h").map(TagList::colon_items)
    }

    /// Whether a signature with SHA-256 may use the key; no other hash may be used at all (RFC 8301, section 3.1).
    pub fn permits_sha256(&self) -> bool {
        let is_sha256 = |hash: &Spanned<Vec<u8>>| hash.node.eq_ignore_ascii_case(b"sha256");
        self.hashes().is_none_or(|hashes| hashes.iter().any(is_sha256))
    }

    /// The services that `s=` names; none where it is absent, which means all (`*`).
    pub fn services(&self) -> Option<Vec<Spanned<Vec<u8>>>> {
        self.tag("s").map(TagList::colon_items)
    }

    /// Whether the key may be used for mail: `s=` is absent, or names `*` or `email`.
    pub fn serves_email(&self) -> bool {
        let is_email = |service: &Spanned<Vec<u8>>| service.node == b"*" || service.node.eq_ignore_ascii_case(b"email");
        self.services().is_none_or(|services| services.iter().any(is_email))
    }

    /// The flags of `t=`, known or not.
    pub fn flags(&self) -> Vec<Spanned<Vec<u8>>> {
        self.tag("t").map(TagList::colon_items).unwrap_or_default()
    }

    /// The flag `y`: the domain is testing DKIM.
    pub fn testing(&self) -> Option<Span> {
        self.flag(b"y")
    }

    /// The flag `s`: no subdomain may use the key.
    pub fn strict(&self) -> Option<Span> {
        self.flag(b"s")
    }

    fn flag(&self, name: &[u8]) -> Option<Span> {
        self.flags().into_iter().find(|flag| flag.node == name).map(|flag| flag.span)
    }

    /// The obsolete `g=` of DomainKeys (RFC 6376, appendix C.1): ignored now; empty, it stops old verifiers.
    pub fn granularity(&self) -> Option<&Tag> {
        self.tag("g")
    }

    /// The tags that RFC 6376 does not know, `g` not among them.
    pub fn unknown_tags(&self) -> impl Iterator<Item = &Tag> {
        self.list.tags().filter(|tag| !KNOWN.contains(&tag.name.node.as_str()) && tag.name.node != "g")
    }

    /// Whether a verifier that follows the RFCs would use it to check mail.
    ///
    /// The list is sound, no tag is there twice, the version is right where there is one, the key is of a known type
    /// and is one that is long enough, and it may be used for mail and with SHA-256.
    pub fn is_usable(&self) -> bool {
        let list_is_sound = self.list.malformed().next().is_none()
            && self.list.duplicates().is_empty()
            && self.list.tags().all(|tag| tag.foreign.is_empty());
        let version_is_sound = matches!(self.version(), Version::Absent | Version::Sound);
        let key_is_sound = matches!(self.key(), Some(Ok(key) | Err(KeyProblem::Pkcs1(key))) if !key.is_too_short());
        list_is_sound && version_is_sound && key_is_sound && self.serves_email() && self.permits_sha256()
    }
}

/// Whether two records publish the same public key: the key itself is compared, not its encoding.
///
/// Where one is no key, the octets and the type are. Records without octets publish none.
pub fn same_key(left: &DkimRecord, right: &DkimRecord) -> bool {
    let known = |record: &DkimRecord| match record.key()? {
        Ok(key) | Err(KeyProblem::Pkcs1(key) | KeyProblem::Wrapped(key)) => Some(key),
        Err(_) => None,
    };
    match (known(left), known(right)) {
        (Some(left), Some(right)) => left == right,
        (None, None) => match (&left.key_data, &right.key_data) {
            (KeyData::Bytes(one), KeyData::Bytes(other)) => {
                one == other && left.key_type().effective == right.key_type().effective
            }
            _ => false,
        },
        _ => false,
    }
}
