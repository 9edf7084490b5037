//! What can be wrong with a term, in enough detail to say it and to build its correction.

use std::net::{IpAddr, Ipv4Addr};

use super::term::{Keyword, Qualifier};
use crate::record::{Foreign, Span, Spanned};

/// A term that RFC 7208 does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The qualifier that it begins with, if one does.
    pub qualifier: Option<Qualifier>,
    /// What is wrong: the first thing that is.
    pub kind: MalformedKind,
}

/// What is wrong with a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MalformedKind {
    /// Octets that no term may hold: outside US-ASCII, or control characters (a tab is no separator).
    Foreign(Vec<Spanned<Foreign>>),
    /// Nothing but terms, without a space between them: `ip4:192.0.2.0/24-all`, `a,mx,-all`, `-all;`.
    ///
    /// Each span is a sound term. What lies between, before or after them is punctuation, or nothing.
    RunTogether(Vec<Span>),
    /// A qualifier and nothing else: `- all`.
    QualifierAlone,
    /// More than one qualifier: `--all`.
    RepeatedQualifier {
        /// All of them.
        qualifiers: Span,
    },
    /// Begins where a name should: `:192.0.2.1`, `/24`, `=x`.
    MissingName {
        /// The `:`, `/` or `=`.
        delimiter: u8,
    },
    /// Not a mechanism: `ipv4:192.0.2.1`, `redirect:x`, `192.0.2.1`.
    UnknownMechanism {
        /// Up to the first `:` or `/`.
        name: Span,
        /// The `:` or `/` that ends the name.
        delimiter: Option<Spanned<u8>>,
        /// All that follows the delimiter.
        argument: Option<Span>,
    },
    /// `name=value` where `name` may not be one: `-redirect=x`, `1a=x`.
    BadModifierName {
        /// Up to the `=`.
        name: Span,
        /// Behind the `=`.
        value: Span,
    },
    /// A keyword that needs an argument and has none: `include`, `ip4:`, `redirect=`.
    MissingArgument {
        /// Whose argument is missing.
        keyword: Spanned<Keyword>,
        /// The `:` or `=`, where it is written.
        delimiter: Option<Spanned<u8>>,
    },
    /// An argument where none is taken: `all:x`, `all:`, `ptr/24`.
    UnexpectedArgument {
        /// The keyword that takes none.
        keyword: Spanned<Keyword>,
        /// From its `:` or `/` to the end.
        argument: Span,
    },
    /// `ip4:` or `ip6:` with something that is no address.
    BadAddress {
        /// `ip4` or `ip6`.
        keyword: Spanned<Keyword>,
        /// What stands where the address should.
        address: Span,
        /// What is wrong with it.
        problem: AddressProblem,
    },
    /// `ip4:` with an IPv6 address, or `ip6:` with an IPv4 address.
    WrongFamily {
        /// `ip4` or `ip6`.
        keyword: Spanned<Keyword>,
        /// The address.
        address: Spanned<IpAddr>,
        /// The prefix length, where one is written that fits the address's own family.
        prefix: Option<Spanned<u8>>,
    },
    /// A prefix length that is none.
    BadPrefix {
        /// Whose.
        keyword: Spanned<Keyword>,
        /// The digits, or what stands in their place, without the slash.
        prefix: Span,
        /// What is wrong with it.
        problem: PrefixProblem,
    },
    /// A domain that is no `domain-spec`.
    BadDomain {
        /// Whose.
        keyword: Spanned<Keyword>,
        /// What stands where the domain should.
        domain: Span,
        /// What is wrong with it.
        problem: DomainProblem,
    },
    /// A modifier that would be ignored, but whose value is no macro-string.
    BadValue {
        /// The modifier's name.
        name: Span,
        /// Its value.
        value: Span,
        /// What is wrong with it.
        problem: MacroProblem,
    },
}

/// Why a text is no address of the family that the keyword asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    /// Numbers and dots, but not four numbers; a network has to be written in full (RFC 7208, section 5.6).
    OctetCount(usize),
    /// A number over 255.
    OctetTooLarge(Span),
    /// A number with a zero before it: some read it as octal.
    LeadingZero(Span),
    /// An address in brackets: `[2001:db8::1]`.
    Bracketed(IpAddr),
    /// Two addresses with a hyphen between them.
    FromTo(IpAddr, IpAddr),
    /// A domain name: `a:` takes those.
    DomainName,
    /// Anything else.
    Other,
}

/// Why a text is no prefix length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixProblem {
    /// A slash with nothing behind it.
    Empty,
    /// More bits than an address has.
    TooLong {
        /// As written, or the largest number that fits.
        value: u32,
        /// 32 or 128.
        limit: u8,
    },
    /// A zero before other digits: `/024`.
    LeadingZero {
        /// The number meant, which may itself be too long.
        value: u32,
    },
    /// A netmask: `/255.255.255.0`.
    Netmask {
        /// As written.
        mask: Ipv4Addr,
        /// Its length, where its bits are contiguous.
        prefix: Option<u8>,
    },
    /// Two lengths where the mechanism takes one: `ip4:192.0.2.0/24//64`.
    Dual,
    /// Two lengths with one slash between them: `a/24/64`.
    SingleSlash,
    /// No number.
    NotANumber,
}

/// Why a text is no `domain-spec`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainProblem {
    /// An address, with or without a prefix length: `include:192.0.2.1`, `a:192.0.2.0/24`.
    Address {
        /// The address.
        address: Spanned<IpAddr>,
        /// The prefix length, where it fits the address.
        prefix: Option<Spanned<u8>>,
    },
    /// A prefix length behind a sound domain, at a keyword that takes none: `include:example.com/24`.
    Prefix(Span),
    /// Only one label: `include:localhost`. A domain-spec ends in a dot and a label.
    SingleLabel,
    /// The last label is empty, all digits, or holds what only other labels may.
    TopLabel(Span),
    /// A macro that is none.
    Macro(MacroProblem),
}

/// What is wrong with a macro, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroProblem {
    /// The macro, from its `%`; or the octet that may not stand there.
    pub span: Span,
    /// What is wrong.
    pub kind: MacroProblemKind,
}

/// What is wrong with a macro (RFC 7208, section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacroProblemKind {
    /// A `%` that no `{`, `%`, `_` or `-` follows.
    BarePercent,
    /// `%{` without `}`.
    Unclosed,
    /// `%{}`
    Empty,
    /// No letter of the table in section 7.2.
    UnknownLetter(u8),
    /// `c`, `r` or `t` outside an explanation (section 7.2).
    ExplanationOnly(u8),
    /// Zero parts: `%{d0}` (section 7.3).
    ZeroParts,
    /// Something behind the letter that is neither digits, nor `r`, nor delimiters, in this order.
    BadTransformer(u8),
    /// An octet that no macro-string holds: a space, a control character, or one outside US-ASCII.
    BadOctet(u8),
}
