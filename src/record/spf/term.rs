//! The terms of an SPF record as types, and their canonical text (RFC 7208, section 12).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use super::domain_spec::{DomainSpec, MacroString};
use super::malformed::{Malformed, MalformedKind};
use crate::record::{Span, Spanned};

/// One word of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A mechanism, with or without a qualifier.
    Directive(Directive),
    /// `name=value`.
    Modifier(Modifier),
    /// Neither; one such term makes the whole record a permerror (RFC 7208, section 4.6).
    Malformed(Box<Malformed>),
}

impl Term {
    /// What is wrong with it, if anything is.
    pub fn problem(&self) -> Option<&MalformedKind> {
        match self {
            Self::Malformed(malformed) => Some(&malformed.kind),
            Self::Directive(_) | Self::Modifier(_) => None,
        }
    }
}

/// A mechanism and what a match of it yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// As written; none means [`Qualifier::Pass`].
    pub qualifier: Option<Qualifier>,
    /// What is matched.
    pub mechanism: Mechanism,
    /// The mechanism's name.
    pub keyword: Span,
    /// What follows the name: after its colon, or from the slash where no domain is given.
    pub argument: Option<Span>,
}

impl Directive {
    /// What a match yields: the qualifier as written, else pass (RFC 7208, section 4.6.2).
    pub fn effective_qualifier(&self) -> Qualifier {
        self.qualifier.unwrap_or(Qualifier::Pass)
    }
}

/// What a match yields (RFC 7208, section 4.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Qualifier {
    /// `+`
    Pass,
    /// `-`
    Fail,
    /// `~`
    SoftFail,
    /// `?`
    Neutral,
}

impl Qualifier {
    /// The qualifier that `byte` stands for.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'+' => Some(Self::Pass),
            b'-' => Some(Self::Fail),
            b'~' => Some(Self::SoftFail),
            b'?' => Some(Self::Neutral),
            _ => None,
        }
    }
}

/// What a directive matches (RFC 7208, section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// `all`: everything.
    All,
    /// `include:`: whatever another record passes.
    Include(DomainSpec),
    /// `a`: the addresses of a name.
    A {
        /// None: the current domain.
        domain: Option<DomainSpec>,
        /// How much of each address counts.
        prefix: DualPrefix,
    },
    /// `mx`: the addresses of a domain's mail exchangers.
    Mx {
        /// None: the current domain.
        domain: Option<DomainSpec>,
        /// How much of each address counts.
        prefix: DualPrefix,
    },
    /// `ptr`: the validated reverse names; not to be used (RFC 7208, section 5.5).
    Ptr(Option<DomainSpec>),
    /// `ip4:`
    Ip4(Ip4Range),
    /// `ip6:`
    Ip6(Ip6Range),
    /// `exists:`: whether a name, usually one with macros, has any IPv4 address.
    Exists(DomainSpec),
}

impl Mechanism {
    /// Its name.
    pub fn keyword(&self) -> Keyword {
        match self {
            Self::All => Keyword::All,
            Self::Include(_) => Keyword::Include,
            Self::A { .. } => Keyword::A,
            Self::Mx { .. } => Keyword::Mx,
            Self::Ptr(_) => Keyword::Ptr,
            Self::Ip4(_) => Keyword::Ip4,
            Self::Ip6(_) => Keyword::Ip6,
            Self::Exists(_) => Keyword::Exists,
        }
    }

    /// The domain that it names; none where it has none, or means the current one.
    pub fn domain(&self) -> Option<&DomainSpec> {
        match self {
            Self::Include(domain) | Self::Exists(domain) => Some(domain),
            Self::A { domain, .. } | Self::Mx { domain, .. } | Self::Ptr(domain) => domain.as_ref(),
            Self::All | Self::Ip4(_) | Self::Ip6(_) => None,
        }
    }
}

/// The names that RFC 7208 defines: eight mechanisms and two modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// `all`
    All,
    /// `include`
    Include,
    /// `a`
    A,
    /// `mx`
    Mx,
    /// `ptr`
    Ptr,
    /// `ip4`
    Ip4,
    /// `ip6`
    Ip6,
    /// `exists`
    Exists,
    /// `redirect`, a modifier
    Redirect,
    /// `exp`, a modifier
    Exp,
}

impl Keyword {
    /// All of them, the mechanisms first.
    pub const ALL: [Self; 10] = [
        Self::All,
        Self::Include,
        Self::A,
        Self::Mx,
        Self::Ptr,
        Self::Ip4,
        Self::Ip6,
        Self::Exists,
        Self::Redirect,
        Self::Exp,
    ];

    /// In lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Include => "include",
            Self::A => "a",
            Self::Mx => "mx",
            Self::Ptr => "ptr",
            Self::Ip4 => "ip4",
            Self::Ip6 => "ip6",
            Self::Exists => "exists",
            Self::Redirect => "redirect",
            Self::Exp => "exp",
        }
    }

    /// Whether it is `redirect` or `exp`, written with `=`.
    pub fn is_modifier(self) -> bool {
        matches!(self, Self::Redirect | Self::Exp)
    }

    /// The keyword that `name` is, in any case (RFC 7208, section 12).
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let is_name = |keyword: &Self| {
            let own = keyword.as_str().as_bytes();
            own.len() == name.len() && own.eq_ignore_ascii_case(name)
        };
        Self::ALL.into_iter().find(is_name)
    }
}

/// How many leading bits count, for each family; none means all of them (RFC 7208, section 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DualPrefix {
    /// Of an IPv4 address, at most 32.
    pub v4: Option<u8>,
    /// Of an IPv6 address, at most 128.
    pub v6: Option<u8>,
}

impl DualPrefix {
    /// Bits that count of an IPv4 address.
    pub fn v4_bits(self) -> u8 {
        self.v4.unwrap_or(32)
    }

    /// Bits that count of an IPv6 address.
    pub fn v6_bits(self) -> u8 {
        self.v6.unwrap_or(128)
    }
}

/// An IPv4 network as written: bits behind the prefix are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ip4Range {
    /// As written.
    pub address: Ipv4Addr,
    /// At most 32; 32 where none is written.
    pub prefix: u8,
}

impl Ip4Range {
    /// The addresses that match.
    pub fn network(self) -> Ipv4Net {
        Ipv4Net::new_assert(self.address, self.prefix.min(32)).trunc()
    }

    /// Whether an address is among them.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        let differing = self.address.to_bits() ^ address.to_bits();
        differing.leading_zeros() >= u32::from(self.prefix.min(32))
    }

    /// Whether bits behind the prefix are set: they do not count.
    pub fn has_host_bits(self) -> bool {
        self.network().addr() != self.address
    }
}

/// An IPv6 network as written: bits behind the prefix are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ip6Range {
    /// As written.
    pub address: Ipv6Addr,
    /// At most 128; 128 where none is written.
    pub prefix: u8,
}

impl Ip6Range {
    /// The addresses that match.
    pub fn network(self) -> Ipv6Net {
        Ipv6Net::new_assert(self.address, self.prefix.min(128)).trunc()
    }

    /// Whether an address is among them.
    pub fn contains(self, address: Ipv6Addr) -> bool {
        let differing = self.address.to_bits() ^ address.to_bits();
        differing.leading_zeros() >= u32::from(self.prefix.min(128))
    }

    /// Whether bits behind the prefix are set: they do not count.
    pub fn has_host_bits(self) -> bool {
        self.network().addr() != self.address
    }
}

/// `name=value` (RFC 7208, section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// `redirect=`: whose record decides where no mechanism matched.
    Redirect(DomainSpec),
    /// `exp=`: where the explanation of a fail stands.
    Exp(DomainSpec),
    /// Any other name: ignored by receivers.
    Unknown {
        /// As written; letters, digits, `-`, `_` and `.`.
        name: Spanned<String>,
        /// As written.
        value: MacroString,
    },
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "+",
            Self::Fail => "-",
            Self::SoftFail => "~",
            Self::Neutral => "?",
        })
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DualPrefix {
    /// Lengths that say nothing (`/32`, `//128`) are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v4_bits() != 32 {
            write!(f, "/{}", self.v4_bits())?;
        }
        if self.v6_bits() != 128 {
            write!(f, "//{}", self.v6_bits())?;
        }
        Ok(())
    }
}

impl fmt::Display for Ip4Range {
    /// `/32` is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if self.prefix == 32 { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

impl fmt::Display for Ip6Range {
    /// `/128` is left out; the address is in the form of RFC 5952.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if self.prefix == 128 { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

impl fmt::Display for Mechanism {
    /// Canonical text: keyword in lower case, domain as written, prefix lengths that say nothing left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.keyword())?;
        match self {
            Self::All | Self::Ptr(None) => Ok(()),
            Self::Include(domain) | Self::Exists(domain) | Self::Ptr(Some(domain)) => write!(f, ":{domain}"),
            Self::A { domain, prefix } | Self::Mx { domain, prefix } => {
                if let Some(domain) = domain {
                    write!(f, ":{domain}")?;
                }
                write!(f, "{prefix}")
            }
            Self::Ip4(range) => write!(f, ":{range}"),
            Self::Ip6(range) => write!(f, ":{range}"),
        }
    }
}

impl fmt::Display for Directive {
    /// Canonical text: the qualifier as written, then the mechanism's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(qualifier) = self.qualifier {
            write!(f, "{qualifier}")?;
        }
        write!(f, "{}", self.mechanism)
    }
}

impl fmt::Display for Modifier {
    /// Canonical text: known names in lower case, all else as written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(domain) => write!(f, "{}={domain}", Keyword::Redirect),
            Self::Exp(domain) => write!(f, "{}={domain}", Keyword::Exp),
            Self::Unknown { name, value } => write!(f, "{}={value}", name.node),
        }
    }
}
