//! Report addresses: `rua` and `ruf` (RFC 9989, section 4.7).

use mailvouch_providers::dns::Name;

use crate::record::{Span, Spanned};

/// One piece of a `rua` or `ruf` between commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportUri {
    /// The piece, with its size limit.
    pub span: Span,
    /// As written, without the size limit.
    pub uri: Spanned<Vec<u8>>,
    /// The `!10m` of RFC 7489, from its `!`: now ignored.
    pub size_limit: Option<Span>,
    /// Where reports go, or why they go nowhere.
    pub destination: Result<Destination, UriProblem>,
}

/// Where reports go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `mailto:`, the one scheme that every reporter must know.
    Mail {
        /// As written, escapes and all; before the `@`.
        local: String,
        /// Behind the `@`.
        domain: Name,
    },
    /// Another scheme, in lower case: few reporters use it.
    Other {
        /// Such as `https`.
        scheme: String,
    },
}

/// Why no report arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriProblem {
    /// Nothing between two commas, or behind the `=`.
    Empty,
    /// A mail address without `mailto:`.
    BareAddress,
    /// `mailto://`.
    Slashes,
    /// `mailto:` and something that is no mail address.
    NoAddress,
    /// No scheme, and no mail address either.
    NoScheme,
    /// An octet that no URI holds, such as a space.
    BadOctet(u8),
    /// A `!` that no size follows; in a URI it is written `%21`.
    BadSizeLimit,
}

impl ReportUri {
    pub(super) fn read(item: &Spanned<Vec<u8>>) -> Self {
        let text = item.node.as_slice();
        let mark = text.iter().position(|&byte| byte == b'!');
        let uri = text[..mark.unwrap_or(text.len())].trim_ascii_end();
        let start = item.span.start;
        let size_limit = mark.map(|mark| start + mark..item.span.end);
        let destination = match mark {
            Some(mark) if !is_size(&text[mark + 1..]) => Err(UriProblem::BadSizeLimit),
            _ => destination(uri),
        };
        let uri = Spanned::new(uri.to_vec(), start..start + uri.len());
        Self { span: item.span.clone(), uri, size_limit, destination }
    }

    /// Whether a reporter can use it: it is mail.
    pub fn is_usable(&self) -> bool {
        matches!(self.destination, Ok(Destination::Mail { .. }))
    }
}

/// `1*DIGIT [ "k" / "m" / "g" / "t" ]` (RFC 7489, section 6.4).
fn is_size(text: &[u8]) -> bool {
    let digits = match text {
        [digits @ .., unit] if matches!(unit.to_ascii_lowercase(), b'k' | b'm' | b'g' | b't') => digits,
        digits => digits,
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn destination(uri: &[u8]) -> Result<Destination, UriProblem> {
    if uri.is_empty() {
        return Err(UriProblem::Empty);
    }
    // RFC 3986, section 2: what is none of these must be escaped.
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(byte);
    let stray = uri.iter().copied().find(|byte| !is_allowed(byte));
    let colon = uri.iter().position(|&byte| byte == b':').filter(|&colon| is_scheme(&uri[..colon]));
    let Some(colon) = colon else {
        let is_address = stray.is_none() && mail_address(uri).is_some();
        return Err(if is_address { UriProblem::BareAddress } else { UriProblem::NoScheme });
    };
    if let Some(byte) = stray {
        return Err(UriProblem::BadOctet(byte));
    }
    let (scheme, rest) = (uri[..colon].to_ascii_lowercase(), &uri[colon + 1..]);
    if scheme != b"mailto" {
        return Ok(Destination::Other { scheme: String::from_utf8_lossy(&scheme).into_owned() });
    }
    if rest.starts_with(b"/") {
        return Err(UriProblem::Slashes);
    }
    // RFC 6068, section 2: header fields may follow.
    let address = rest.split(|&byte| byte == b'?').next().unwrap_or_default();
    let (local, domain) = mail_address(address).ok_or(UriProblem::NoAddress)?;
    Ok(Destination::Mail { local, domain })
}

/// RFC 3986, section 3.1.
fn is_scheme(text: &[u8]) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.first().is_some_and(u8::is_ascii_alphabetic) && text.iter().all(is_allowed)
}

/// One address with a local part and a domain of at least two labels.
fn mail_address(text: &[u8]) -> Option<(String, Name)> {
    let text = std::str::from_utf8(text).ok()?;
    let (local, domain) = text.split_once('@').filter(|(local, _)| !local.is_empty())?;
    let is_label = |label: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        label.bytes().all(is_allowed)
    };
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    if !domain.split('.').all(is_label) {
        return None;
    }
    let name = Name::from_labels(domain.split('.').map(str::as_bytes)).ok()?;
    (name.label_count() > 1).then(|| (local.to_owned(), name))
}
