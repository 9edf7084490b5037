//! Reads one term (RFC 7208, section 12): a directive, a modifier, or what is wrong with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::domain_spec::{DomainSpec, MacroString, Place};
use super::malformed::{AddressProblem, DomainProblem, Malformed, MalformedKind, PrefixProblem};
use super::spacing;
use super::term::{Directive, DualPrefix, Ip4Range, Ip6Range, Keyword, Mechanism, Modifier, Qualifier, Term};
use crate::record::{Span, Spanned, foreign_octets};

/// Reads the term at `span` of `text`. The span holds no space and is not empty.
pub(super) fn parse_term(text: &[u8], span: Span) -> Term {
    let mut term = parse_plain_term(text, span.clone());
    if let Term::Malformed(malformed) = &mut term
        && !matches!(malformed.kind, MalformedKind::Foreign(_))
        && let Some(terms) = spacing::run_together(text, span)
    {
        malformed.kind = MalformedKind::RunTogether(terms);
    }
    term
}

/// As [`parse_term`], but does not ask whether a malformed term is several sound ones.
pub(super) fn parse_plain_term(text: &[u8], span: Span) -> Term {
    let word = &text[span.clone()];
    let qualifier = word.first().copied().and_then(Qualifier::from_byte);
    let found = foreign_octets(word, span.start);
    let read = if found.is_empty() {
        Reader { text, span }.term(qualifier)
    } else {
        Err(MalformedKind::Foreign(found).into())
    };
    read.unwrap_or_else(|kind| Term::Malformed(Box::new(Malformed { qualifier, kind: *kind })))
}

/// What is wrong is boxed: it is bigger than any term, and terms would be moved as if they were as big.
type Read<T> = Result<T, Box<MalformedKind>>;

/// One term of printable US-ASCII; all spans count bytes of the whole text.
struct Reader<'a> {
    text: &'a [u8],
    span: Span,
}

impl Reader<'_> {
    fn octets(&self, span: &Span) -> &[u8] {
        &self.text[span.clone()]
    }

    fn at(&self, offset: usize) -> Spanned<u8> {
        Spanned::new(self.text[offset], offset..offset + 1)
    }

    /// The first octet of the term, at or after `from`, that `wanted` accepts.
    fn find(&self, from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
        self.text[from..self.span.end].iter().position(|&byte| wanted(byte)).map(|at| from + at)
    }

    /// RFC 7208, section 4.6.1: a `=` before any `:` or `/` makes a modifier.
    fn term(&self, qualifier: Option<Qualifier>) -> Read<Term> {
        let delimiter = self.find(self.span.start, |byte| matches!(byte, b':' | b'/' | b'='));
        match delimiter {
            Some(at) if self.text[at] == b'=' => self.modifier(at).map(Term::Modifier),
            _ => self.directive(qualifier, delimiter).map(Term::Directive),
        }
    }

    fn modifier(&self, equals: usize) -> Read<Modifier> {
        let name = self.span.start..equals;
        let value = equals + 1..self.span.end;
        let octets = self.octets(&name);
        let Some(first) = octets.first() else {
            return Err(MalformedKind::MissingName { delimiter: b'=' }.into());
        };
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !first.is_ascii_alphabetic() || !octets.iter().all(allowed) {
            return Err(MalformedKind::BadModifierName { name, value }.into());
        }
        let known = Keyword::from_name(octets).filter(|keyword| keyword.is_modifier());
        if let Some(node) = known {
            let keyword = Spanned::new(node, name);
            let domain = self.domain(&keyword, equals, value)?;
            return Ok(if node == Keyword::Redirect { Modifier::Redirect(domain) } else { Modifier::Exp(domain) });
        }
        match MacroString::parse(self.octets(&value), value.start, Place::Ignored) {
            Ok(value) => {
                let node = String::from_utf8_lossy(octets).into_owned();
                Ok(Modifier::Unknown { name: Spanned::new(node, name), value })
            }
            Err(problem) => Err(MalformedKind::BadValue { name, value, problem }.into()),
        }
    }

    fn directive(&self, qualifier: Option<Qualifier>, delimiter: Option<usize>) -> Read<Directive> {
        let start = self.span.start + usize::from(qualifier.is_some());
        let name = start..delimiter.unwrap_or(self.span.end);
        if self.text.get(start).copied().and_then(Qualifier::from_byte).is_some() && start < self.span.end {
            let end = self.find(start, |byte| Qualifier::from_byte(byte).is_none()).unwrap_or(self.span.end);
            return Err(MalformedKind::RepeatedQualifier { qualifiers: self.span.start..end }.into());
        }
        if name.is_empty() {
            return Err(match delimiter {
                Some(at) => MalformedKind::MissingName { delimiter: self.text[at] },
                None => MalformedKind::QualifierAlone,
            }
            .into());
        }
        let known = Keyword::from_name(self.octets(&name)).filter(|keyword| !keyword.is_modifier());
        let Some(node) = known else {
            let argument = delimiter.map(|at| at + 1..self.span.end);
            let delimiter = delimiter.map(|at| self.at(at));
            return Err(MalformedKind::UnknownMechanism { name, delimiter, argument }.into());
        };
        let argument = delimiter.map(|at| if self.text[at] == b':' { at + 1 } else { at }..self.span.end);
        let keyword = Spanned::new(node, name.clone());
        let mechanism = self.mechanism(&keyword, delimiter)?;
        Ok(Directive { qualifier, mechanism, keyword: name, argument })
    }

    fn mechanism(&self, keyword: &Spanned<Keyword>, delimiter: Option<usize>) -> Read<Mechanism> {
        let unexpected =
            |at: usize| MalformedKind::UnexpectedArgument { keyword: keyword.clone(), argument: at..self.span.end };
        match (keyword.node, delimiter) {
            (Keyword::All, None) => Ok(Mechanism::All),
            (Keyword::Ptr, None) => Ok(Mechanism::Ptr(None)),
            (Keyword::A, _) => {
                let (domain, prefix) = self.domain_and_prefix(keyword, delimiter)?;
                Ok(Mechanism::A { domain, prefix })
            }
            (Keyword::Mx, _) => {
                let (domain, prefix) = self.domain_and_prefix(keyword, delimiter)?;
                Ok(Mechanism::Mx { domain, prefix })
            }
            (Keyword::All, Some(at)) => Err(unexpected(at).into()),
            (_, None) => Err(MalformedKind::MissingArgument { keyword: keyword.clone(), delimiter: None }.into()),
            (_, Some(at)) if self.text[at] == b'/' => Err(unexpected(at).into()),
            (Keyword::Ip4, Some(at)) => self.ip4(keyword, at),
            (Keyword::Ip6, Some(at)) => self.ip6(keyword, at),
            (node, Some(at)) => {
                let domain = self.domain(keyword, at, at + 1..self.span.end)?;
                Ok(match node {
                    Keyword::Include => Mechanism::Include(domain),
                    Keyword::Exists => Mechanism::Exists(domain),
                    _ => Mechanism::Ptr(Some(domain)),
                })
            }
        }
    }

    /// A domain-spec that takes no prefix length.
    fn domain(&self, keyword: &Spanned<Keyword>, delimiter: usize, span: Span) -> Read<DomainSpec> {
        if span.is_empty() {
            let delimiter = Some(self.at(delimiter));
            return Err(MalformedKind::MissingArgument { keyword: keyword.clone(), delimiter }.into());
        }
        DomainSpec::parse(self.octets(&span), span.start).map_err(|problem| {
            let problem = self.closer_look(&span, problem);
            MalformedKind::BadDomain { keyword: keyword.clone(), domain: span, problem }.into()
        })
    }

    /// Whether what is no domain-spec is an address, or a domain with a prefix length behind it.
    fn closer_look(&self, span: &Span, problem: DomainProblem) -> DomainProblem {
        let (domain, slash) = self.split_prefix(span.clone());
        if let Some(node) = parse_address(self.octets(&domain)) {
            let prefix = slash.and_then(|slash| fitting_prefix(self.text, slash + 1..span.end, node));
            return DomainProblem::Address { address: Spanned::new(node, domain), prefix };
        }
        match slash {
            Some(slash) if DomainSpec::parse(self.octets(&domain), domain.start).is_ok() => {
                DomainProblem::Prefix(slash..span.end)
            }
            _ => problem,
        }
    }

    /// Cuts what looks like prefix lengths off the end: the domain, and where the first slash stands.
    ///
    /// A domain-spec may hold slashes, but its last label may not, and neither may what a macro ends in. So the
    /// prefix lengths begin at the first slash of the run of digits, dots and slashes that ends the text.
    fn split_prefix(&self, span: Span) -> (Span, Option<usize>) {
        let numeric = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'/');
        let run = self.octets(&span).iter().rev().take_while(|byte| numeric(byte)).count();
        match self.find(span.end - run, |byte| byte == b'/') {
            Some(slash) => (span.start..slash, Some(slash)),
            None => (span, None),
        }
    }

    /// `[ ":" domain-spec ] [ dual-cidr-length ]`
    fn domain_and_prefix(
        &self,
        keyword: &Spanned<Keyword>,
        delimiter: Option<usize>,
    ) -> Read<(Option<DomainSpec>, DualPrefix)> {
        let Some(at) = delimiter else {
            return Ok((None, DualPrefix::default()));
        };
        if self.text[at] == b'/' {
            return Ok((None, self.dual_prefix(keyword, at)?));
        }
        let whole = at + 1..self.span.end;
        let (domain, slash) = self.split_prefix(whole.clone());
        let missing = || MalformedKind::MissingArgument { keyword: keyword.clone(), delimiter: Some(self.at(at)) };
        if domain.is_empty() {
            return Err(missing().into());
        }
        let domain = DomainSpec::parse(self.octets(&domain), domain.start).map_err(|problem| {
            let problem = match self.closer_look(&whole, problem) {
                // The prefix length is allowed here; what is wrong is the domain.
                DomainProblem::Prefix(span) => DomainProblem::TopLabel(span),
                problem => problem,
            };
            Box::new(MalformedKind::BadDomain { keyword: keyword.clone(), domain, problem })
        })?;
        let prefix = slash.map_or(Ok(DualPrefix::default()), |slash| self.dual_prefix(keyword, slash))?;
        Ok((Some(domain), prefix))
    }

    /// `[ "/" ip4 ] [ "//" ip6 ]`, from its first slash to the end of the term.
    fn dual_prefix(&self, keyword: &Spanned<Keyword>, slash: usize) -> Read<DualPrefix> {
        let bad = |prefix: Span, problem| MalformedKind::BadPrefix { keyword: keyword.clone(), prefix, problem };
        let rest = self.octets(&(slash..self.span.end));
        let double = rest.windows(2).position(|pair| pair == b"//").map(|at| slash + at);
        let v4 = slash + 1..double.unwrap_or(self.span.end).max(slash + 1);
        let v6 = double.map(|at| at + 2..self.span.end);
        let mut prefix = DualPrefix::default();
        if double != Some(slash) {
            if self.octets(&v4).contains(&b'/') {
                return Err(bad(v4, PrefixProblem::SingleSlash).into());
            }
            prefix.v4 = Some(self.prefix_length(keyword, v4, 32)?);
        }
        if let Some(v6) = v6 {
            prefix.v6 = Some(self.prefix_length(keyword, v6, 128)?);
        }
        Ok(prefix)
    }

    fn prefix_length(&self, keyword: &Spanned<Keyword>, span: Span, limit: u8) -> Read<u8> {
        parse_prefix(self.octets(&span), limit)
            .map_err(|problem| MalformedKind::BadPrefix { keyword: keyword.clone(), prefix: span, problem }.into())
    }

    /// The address and, where a slash stands, the prefix length behind it.
    fn network(&self, keyword: &Spanned<Keyword>, colon: usize) -> Read<(Span, Option<Span>)> {
        let slash = self.find(colon + 1, |byte| byte == b'/');
        let address = colon + 1..slash.unwrap_or(self.span.end);
        if address.is_empty() {
            let delimiter = Some(self.at(colon));
            return Err(MalformedKind::MissingArgument { keyword: keyword.clone(), delimiter }.into());
        }
        Ok((address, slash.map(|slash| slash + 1..self.span.end)))
    }

    fn ip4(&self, keyword: &Spanned<Keyword>, colon: usize) -> Read<Mechanism> {
        let (span, prefix) = self.network(keyword, colon)?;
        match parse_address(self.octets(&span)) {
            Some(IpAddr::V4(address)) => {
                let prefix = prefix.map_or(Ok(32), |prefix| self.single_prefix(keyword, prefix, 32))?;
                Ok(Mechanism::Ip4(Ip4Range { address, prefix }))
            }
            other => Err(self.no_address(keyword, span, prefix, other).into()),
        }
    }

    fn ip6(&self, keyword: &Spanned<Keyword>, colon: usize) -> Read<Mechanism> {
        let (span, prefix) = self.network(keyword, colon)?;
        match parse_address(self.octets(&span)) {
            Some(IpAddr::V6(address)) => {
                let prefix = prefix.map_or(Ok(128), |prefix| self.single_prefix(keyword, prefix, 128))?;
                Ok(Mechanism::Ip6(Ip6Range { address, prefix }))
            }
            other => Err(self.no_address(keyword, span, prefix, other).into()),
        }
    }

    fn single_prefix(&self, keyword: &Spanned<Keyword>, span: Span, limit: u8) -> Read<u8> {
        if self.octets(&span).contains(&b'/') {
            let problem = PrefixProblem::Dual;
            return Err(MalformedKind::BadPrefix { keyword: keyword.clone(), prefix: span, problem }.into());
        }
        self.prefix_length(keyword, span, limit)
    }

    /// What is wrong with the address at `span`, which is `other` where it is one of the other family.
    fn no_address(
        &self,
        keyword: &Spanned<Keyword>,
        span: Span,
        prefix: Option<Span>,
        other: Option<IpAddr>,
    ) -> MalformedKind {
        let keyword = keyword.clone();
        if let Some(address) = other {
            let prefix = prefix.and_then(|prefix| fitting_prefix(self.text, prefix, address));
            return MalformedKind::WrongFamily { keyword, address: Spanned::new(address, span), prefix };
        }
        let problem = address_problem(self.octets(&span), span.start);
        MalformedKind::BadAddress { keyword, address: span, problem }
    }
}

/// An IPv4 address in four numbers without leading zeros, or an IPv6 address of RFC 4291, section 2.2.
fn parse_address(text: &[u8]) -> Option<IpAddr> {
    let written = str::from_utf8(text).ok()?;
    // A colon tells the families apart.
    if text.contains(&b':') {
        written.parse::<Ipv6Addr>().map(IpAddr::V6).ok()
    } else {
        written.parse::<Ipv4Addr>().map(IpAddr::V4).ok()
    }
}

/// The prefix length at `span`, where it is one for this address.
fn fitting_prefix(text: &[u8], span: Span, address: IpAddr) -> Option<Spanned<u8>> {
    let limit = if address.is_ipv4() { 32 } else { 128 };
    parse_prefix(&text[span.clone()], limit).ok().map(|prefix| Spanned::new(prefix, span))
}

/// `"0" / %x31-39 *DIGIT`, up to `limit` (RFC 7208, section 12).
fn parse_prefix(digits: &[u8], limit: u8) -> Result<u8, PrefixProblem> {
    if digits.is_empty() {
        return Err(PrefixProblem::Empty);
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        let Some(IpAddr::V4(mask)) = parse_address(digits) else {
            return Err(PrefixProblem::NotANumber);
        };
        let prefix = mask.to_bits().leading_ones();
        let contiguous = prefix + mask.to_bits().trailing_zeros() == 32;
        let prefix = u8::try_from(prefix).ok().filter(|_| contiguous);
        return Err(PrefixProblem::Netmask { mask, prefix });
    }
    let value = digits.iter().fold(0_u32, |sum, byte| sum.saturating_mul(10).saturating_add(u32::from(byte - b'0')));
    if digits.len() > 1 && digits[0] == b'0' {
        return Err(PrefixProblem::LeadingZero { value });
    }
    u8::try_from(value).ok().filter(|&prefix| prefix <= limit).ok_or(PrefixProblem::TooLong { value, limit })
}

/// Why `text`, which stands at `offset`, is no address of either family.
fn address_problem(text: &[u8], offset: usize) -> AddressProblem {
    if let Some(inner) = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"))
        && let Some(address) = parse_address(inner)
    {
        return AddressProblem::Bracketed(address);
    }
    if let Some(hyphen) = text.iter().position(|&byte| byte == b'-')
        && let (Some(from), Some(to)) = (parse_address(&text[..hyphen]), parse_address(&text[hyphen + 1..]))
    {
        return AddressProblem::FromTo(from, to);
    }
    if text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return numbers_problem(text, offset);
    }
    if DomainSpec::parse(text, offset).is_ok() { AddressProblem::DomainName } else { AddressProblem::Other }
}

/// Why numbers and dots are no IPv4 address.
fn numbers_problem(text: &[u8], offset: usize) -> AddressProblem {
    let mut at = offset;
    let mut count = 0;
    let mut first = None;
    for number in text.split(|&byte| byte == b'.') {
        let span = at..at + number.len();
        at = span.end + 1;
        if number.is_empty() {
            continue;
        }
        count += 1;
        let value =
            number.iter().fold(0_u32, |sum, byte| sum.saturating_mul(10).saturating_add(u32::from(byte - b'0')));
        if value > 255 {
            first.get_or_insert(AddressProblem::OctetTooLarge(span));
        } else if number.len() > 1 && number[0] == b'0' {
            first.get_or_insert(AddressProblem::LeadingZero(span));
        }
    }
    match first {
        Some(problem) if count == 4 => problem,
        None if count == 4 => AddressProblem::Other,
        _ => AddressProblem::OctetCount(count),
    }
}
