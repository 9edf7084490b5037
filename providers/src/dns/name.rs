//! Domain names (RFC 1035, section 2.3; RFC 4343 for case).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::presentation::{escape_label_byte, unescape};

/// Longest label, in octets (RFC 1035, section 2.3.4).
const MAX_LABEL: usize = 63;
/// Longest name on the wire, length octets and the root's included (RFC 1035, section 2.3.4).
pub const MAX_WIRE: usize = 255;

/// An absolute domain name.
///
/// ASCII letters are kept in lower case, so that equality, order and hashing are those of DNS (RFC 4343). The order
/// is the canonical one of RFC 4034, section 6.1: a domain stands directly before the names under it. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// Each label behind its length octet; the root's empty label is left out.
    wire: Arc<[u8]>,
}

/// Why a text is no domain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Two dots in a row, or a dot at the beginning.
    #[error("a label is empty")]
    EmptyLabel,
    /// A label is over 63 octets.
    #[error("a label has {0} octets; 63 is the most")]
    LongLabel(usize),
    /// The name is over 255 octets on the wire.
    #[error("the name has {0} octets; 255 is the most")]
    LongName(usize),
    /// A backslash that no character and no three digits up to 255 follow.
    #[error("a backslash is followed by neither a character nor three digits")]
    Escape,
}

impl Name {
    /// The root of the tree, `.`.
    pub fn root() -> Self {
        Self { wire: Arc::from([]) }
    }

    /// The name made of these labels, the leftmost first.
    pub fn from_labels<L: AsRef<[u8]>>(labels: impl IntoIterator<Item = L>) -> Result<Self, NameError> {
        Self::below(&[], labels)
    }

    /// The same below the name that these octets are.
    fn below<L: AsRef<[u8]>>(above: &[u8], labels: impl IntoIterator<Item = L>) -> Result<Self, NameError> {
        // Names are made by the thousand where records are evaluated: put together here, they take one allocation.
        let mut wire = [0_u8; MAX_WIRE];
        let mut end = 0;
        for label in labels {
            let label = label.as_ref();
            let length = match u8::try_from(label.len()) {
                Ok(0) => return Err(NameError::EmptyLabel),
                Ok(length) if label.len() <= MAX_LABEL => length,
                _ => return Err(NameError::LongLabel(label.len())),
            };
            // What has no room any more is counted all the same, for the error.
            if let Some(room) = wire.get_mut(end..=end + label.len()) {
                room[0] = length;
                room[1..].copy_from_slice(label);
                // A length octet is below any letter.
                room.make_ascii_lowercase();
            }
            end += label.len() + 1;
        }
        let whole = end + above.len();
        if let Some(room) = wire.get_mut(end..whole) {
            room.copy_from_slice(above);
        }
        // The root's length octet counts, and is not kept.
        if whole + 1 > MAX_WIRE {
            return Err(NameError::LongName(whole + 1));
        }
        Ok(Self { wire: wire[..whole].into() })
    }

    /// Reads a name in presentation form, with or without the final dot; without one it is read below `origin`.
    pub fn parse_relative(text: &[u8], origin: &Self) -> Result<Self, NameError> {
        if text == b"@" {
            return Ok(origin.clone());
        }
        let (labels, absolute) = split_labels(text)?;
        if absolute { Self::from_labels(labels) } else { Self::below(&origin.wire, labels) }
    }

    /// The labels, the leftmost first, without the root's.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &*self.wire;
        std::iter::from_fn(move || {
            let (&length, tail) = rest.split_first()?;
            let (label, tail) = tail.split_at(usize::from(length));
            rest = tail;
            Some(label)
        })
    }

    /// How many labels there are, the root's not counted.
    pub fn label_count(&self) -> usize {
        self.labels().count()
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.wire.is_empty()
    }

    /// Octets on the wire, uncompressed.
    pub fn wire_len(&self) -> usize {
        self.wire.len() + 1
    }

    /// The name as it is on the wire, uncompressed and in lower case, without the root's length octet at its end.
    pub fn labels_on_wire(&self) -> &[u8] {
        &self.wire
    }

    /// Writes the name as it is on the wire, uncompressed.
    pub fn emit(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.wire);
        to.push(0);
    }

    /// The name without its leftmost label; none for the root.
    pub fn parent(&self) -> Option<Self> {
        let (&length, tail) = self.wire.split_first()?;
        Some(Self { wire: tail[usize::from(length)..].into() })
    }

    /// This name, its parent, and so on; the root is not among them.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent).take_while(|name| !name.is_root())
    }

    /// Whether this name is `zone` or lies below it.
    pub fn is_at_or_below(&self, zone: &Self) -> bool {
        // Compared label by label: a suffix of the octets could begin inside a label.
        let skip = self.label_count().checked_sub(zone.label_count());
        skip.is_some_and(|skip| self.labels().skip(skip).eq(zone.labels()))
    }

    /// The name below this one whose leftmost labels are `text` (`_dmarc`, `s1._domainkey`).
    pub fn child(&self, text: &str) -> Result<Self, NameError> {
        if is_plain(text) {
            return Self::below(&self.wire, text.as_bytes().split(|byte| *byte == b'.'));
        }
        Self::below(&self.wire, split_labels(text.as_bytes())?.0)
    }

    /// The name of the last so many labels; the whole name where it has no more.
    #[must_use]
    pub fn last_labels(&self, count: usize) -> Self {
        let mut rest = &*self.wire;
        for _ in count..self.label_count() {
            rest = &rest[1 + usize::from(rest[0])..];
        }
        if rest.len() == self.wire.len() { self.clone() } else { Self { wire: rest.into() } }
    }

    /// The name as it is written below `apex`, without a final dot; empty for `apex` itself. None where it lies elsewhere.
    pub fn relative_to(&self, apex: &Self) -> Option<String> {
        let own = &self.wire[..self.wire.len().checked_sub(apex.wire.len())?];
        let text = || if own.is_empty() { String::new() } else { Self { wire: own.into() }.to_string() };
        self.is_at_or_below(apex).then(text)
    }

    /// The text of a name whose labels are letters, digits, hyphens and underscores, as nearly all are; none of any other.
    pub fn plain_text<'a>(&self, room: &'a mut [u8; MAX_WIRE]) -> Option<&'a str> {
        let mut end = 0;
        for label in self.labels() {
            if !label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
                return None;
            }
            if end > 0 {
                room[end] = b'.';
                end += 1;
            }
            room[end..end + label.len()].copy_from_slice(label);
            end += label.len();
        }
        std::str::from_utf8(&room[..end]).ok()
    }

    /// Whether the leftmost label is `*` (RFC 4592).
    pub fn is_wildcard(&self) -> bool {
        self.labels().next() == Some(b"*")
    }

    /// A number that is the same for the name wherever and whenever it is computed: FNV-1a, 64 bits, over the name as it is
    /// [shown](fmt::Display).
    pub fn stable_hash(&self) -> u64 {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, step)
    }

    /// The name as master files have it: with the final dot.
    pub fn absolute(&self) -> String {
        if self.is_root() { ".".to_owned() } else { format!("{self}.") }
    }
}

/// Whether every dot in a text stands between two labels, and nothing is escaped: no list of labels has to be made to read it.
fn is_plain(text: &str) -> bool {
    let octets = text.as_bytes();
    !octets.is_empty() && !octets.ends_with(b".") && !octets.contains(&b'\\')
}

/// Splits at the dots that no backslash precedes; says whether a final dot stood there.
fn split_labels(text: &[u8]) -> Result<(Vec<Vec<u8>>, bool), NameError> {
    if text == b"." || text.is_empty() {
        return Ok((Vec::new(), true));
    }
    let mut labels = vec![Vec::new()];
    let mut absolute = false;
    for byte in unescape(text) {
        let (byte, escaped) = byte.ok_or(NameError::Escape)?;
        if absolute {
            // Something follows the dot: it was a separator, not the end.
            absolute = false;
            labels.push(Vec::new());
        }
        if byte == b'.' && !escaped {
            if labels.last().is_some_and(Vec::is_empty) {
                return Err(NameError::EmptyLabel);
            }
            absolute = true;
        } else if let Some(label) = labels.last_mut() {
            label.push(byte);
        }
    }
    Ok((labels, absolute))
}

impl FromStr for Name {
    type Err = NameError;

    /// Reads a name in presentation form; the final dot may be left out.
    fn from_str(text: &str) -> Result<Self, NameError> {
        if is_plain(text) {
            return Self::from_labels(text.as_bytes().split(|byte| *byte == b'.'));
        }
        Self::from_labels(split_labels(text.as_bytes())?.0)
    }
}

impl fmt::Display for Name {
    /// Presentation form without the final dot; the root is `.`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        if let Some(text) = self.plain_text(&mut [0; MAX_WIRE]) {
            return f.write_str(text);
        }
        for (index, label) in self.labels().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            for &byte in label {
                f.write_str(&escape_label_byte(byte))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.absolute())
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        // Labels are compared from the right (RFC 4034, section 6.1). Where each begins is found from the left; big
        // zones are sorted by this, so it allocates nothing.
        let starts = |name: &Self| {
            let (mut starts, mut count, mut at) = ([0_u8; MAX_WIRE / 2], 0, 0_u8);
            while let Some(&length) = name.wire.get(usize::from(at)) {
                starts[count] = at;
                count += 1;
                // A name has 255 octets at most: no sum here passes that.
                at = at.saturating_add(length).saturating_add(1);
            }
            (starts, count)
        };
        let label = |name: &Self, start: u8| {
            let start = usize::from(start);
            start + 1..start + 1 + usize::from(name.wire[start])
        };
        let ((left, left_count), (right, right_count)) = (starts(self), starts(other));
        let pairs = left[..left_count].iter().rev().zip(right[..right_count].iter().rev());
        for (&left, &right) in pairs {
            let order = self.wire[label(self, left)].cmp(&other.wire[label(other, right)]);
            if order.is_ne() {
                return order;
            }
        }
        left_count.cmp(&right_count)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    #[test]
    fn case_and_final_dot_do_not_matter() {
        assert_eq!(name("Example.COM."), name("example.com"));
        assert_eq!(name("example.com").to_string(), "example.com");
        assert_eq!(name("example.com").absolute(), "example.com.");
        assert_eq!(Name::root().absolute(), ".");
    }

    #[test]
    fn a_name_is_written_below_its_zone() {
        let below = |text: &str, zone: &str| name(text).relative_to(&name(zone));
        assert_eq!(below("A.b.example.com", "EXAMPLE.com").as_deref(), Some("a.b"));
        assert_eq!(below("example.com", "example.com").as_deref(), Some(""));
        assert_eq!(below("example.com", ".").as_deref(), Some("example.com"));
        assert_eq!(below(r"a\.b.example.com", "example.com").as_deref(), Some(r"a\.b"));
        for elsewhere in ["notexample.com", "com", "example.net"] {
            assert_eq!(below(elsewhere, "example.com"), None, "{elsewhere}");
        }
    }

    #[test]
    fn escapes_survive_a_round_trip() {
        for text in [r"a\.b.example", r"a\\b.example", r"\000\255.example", r"a\ b.example"] {
            let read = name(text);
            assert_eq!(name(&read.to_string()), read, "{text}");
        }
        assert_eq!(name(r"a\.b.example").label_count(), 2);
        assert_eq!(r"a\25".parse::<Name>(), Err(NameError::Escape));
        assert_eq!(r"a\256".parse::<Name>(), Err(NameError::Escape));
    }

    #[test]
    fn limits_are_those_of_the_wire() {
        assert_eq!("a..b".parse::<Name>(), Err(NameError::EmptyLabel));
        assert_eq!(".a".parse::<Name>(), Err(NameError::EmptyLabel));
        assert_eq!("a".repeat(64).parse::<Name>(), Err(NameError::LongLabel(64)));
        let long = vec!["a".repeat(63); 3].join(".");
        assert!(format!("{long}.{}", "a".repeat(61)).parse::<Name>().is_ok());
        assert_eq!(format!("{long}.{}", "a".repeat(62)).parse::<Name>(), Err(NameError::LongName(256)));
    }

    #[test]
    fn below_means_whole_labels() {
        assert!(name("a.example.com").is_at_or_below(&name("example.com")));
        assert!(name("example.com").is_at_or_below(&name("example.com")));
        assert!(!name("anexample.com").is_at_or_below(&name("example.com")));
        assert!(name("example.com").is_at_or_below(&Name::root()));
        // The octets of the zone end the octets of this name, inside its first label.
        let zone = Name::from_labels([b"b"]).expect("a name");
        let trap = Name::from_labels([b"a\x01b"]).expect("a name");
        assert!(!trap.is_at_or_below(&zone));
    }

    #[test]
    fn order_is_canonical() {
        let mut names =
            ["b.example", "example", "a.b.example", "z.a.example", "a.example", ".", "aa.example"].map(name);
        names.sort();
        let sorted = names.map(|name| name.to_string());
        assert_eq!(sorted, [".", "example", "a.example", "z.a.example", "aa.example", "b.example", "a.b.example"]);
        // As many labels as a name can have.
        let long = name(&["a"; 127].join("."));
        assert_eq!(long.cmp(&long), Ordering::Equal);
        assert_eq!(long.parent().cmp(&Some(long)), Ordering::Less);
    }

    #[test]
    fn relative_names_stand_below_the_origin() {
        let origin = name("example.com");
        let read = |text: &[u8]| Name::parse_relative(text, &origin).expect("a name");
        assert_eq!(read(b"@"), origin);
        assert_eq!(read(b"www"), name("www.example.com"));
        assert_eq!(read(b"www."), name("www"));
        assert_eq!(origin.child("s1._domainkey").expect("a name"), name("s1._domainkey.example.com"));
    }
}
