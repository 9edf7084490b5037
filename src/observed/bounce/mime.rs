//! A message as a tree of parts, each body decoded. Its size is bounded here: depth, number of parts, and how much text.
//!
//! The cutting is our own, since bounces are often cut badly: a boundary that never comes, a header without a body. The
//! encodings and charsets are those of `mail-parser`.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::html::html_to_text;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::fields::{Fields, media_type, parameter};

/// How deep parts may lie inside each other. A bounce of a forwarded bounce has six.
pub(super) const MAX_DEPTH: usize = 20;
/// How many parts a message may have. A digest of a busy list has a hundred.
pub(super) const MAX_PARTS: usize = 1_000;
/// How much of one text is read. What a server says fits a thousand times.
const MAX_TEXT: usize = 512 * 1024;

/// One part.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) fields: Fields,
    pub(super) body: Body,
}

/// What is in a part.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Text for people.
    Text(String),
    /// What a page says, without its markup; it counts where there is no plain text.
    Html(String),
    /// Delivery-status fields (RFC 3464, RFC 6533).
    Status(String),
    /// A feedback report (RFC 5965).
    Feedback,
    /// Fields of a disposition notification (RFC 8098).
    Disposition,
    /// A message, or its header alone.
    Message(Box<Part>),
    /// Several parts.
    Several(Vec<Part>),
    /// Nothing to read; its media type.
    Other(String),
}

impl Default for Body {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// Why a message is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MimeError {
    /// Parts in parts in parts.
    #[error(
        "its parts lie inside each other more than {MAX_DEPTH} deep: no bounce does that, and it is not read further"
    )]
    Depth,
    /// Too many parts.
    #[error("it has more than {MAX_PARTS} parts: no bounce does that, and it is not read further")]
    Parts,
}

impl Part {
    /// Reads a whole message.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, MimeError> {
        message(bytes, &mut Budget { parts: MAX_PARTS, depth: MAX_DEPTH })
    }

    /// The parts of this message, those of messages inside it left out, in their order.
    pub(super) fn leaves(&self) -> Vec<&Self> {
        match &self.body {
            Body::Several(parts) => parts.iter().flat_map(Self::leaves).collect(),
            _ => vec![self],
        }
    }
}

struct Budget {
    parts: usize,
    depth: usize,
}

fn message(bytes: &[u8], budget: &mut Budget) -> Result<Part, MimeError> {
    let (fields, body) = Fields::read(bytes);
    part(fields, &bytes[body..], "text/plain", budget)
}

/// A part whose header has been read. `default` is its type where it does not say one (RFC 2046, section 5.1.5).
fn part(fields: Fields, bytes: &[u8], default: &str, budget: &mut Budget) -> Result<Part, MimeError> {
    budget.parts = budget.parts.checked_sub(1).ok_or(MimeError::Parts)?;
    budget.depth = budget.depth.checked_sub(1).ok_or(MimeError::Depth)?;
    let stated = fields.get("Content-Type").map(ToOwned::to_owned);
    let kind =
        stated.as_deref().map(media_type).filter(|kind| kind.contains('/')).unwrap_or_else(|| default.to_owned());
    let boundary = stated.as_deref().and_then(|value| parameter(value, "boundary"));
    let charset = stated.as_deref().and_then(|value| parameter(value, "charset"));
    let encoding = fields.get("Content-Transfer-Encoding").unwrap_or_default().trim().to_ascii_lowercase();
    let text = |bytes: &[u8]| decoded_text(&transferred(bytes, &encoding), charset.as_deref());
    let body = match kind.as_str() {
        multipart if multipart.starts_with("multipart/") => {
            match boundary.as_deref().map(|boundary| split(bytes, boundary, budget.parts)) {
                Some(pieces) if !pieces.is_empty() => {
                    let inner = if multipart == "multipart/digest" { "message/rfc822" } else { "text/plain" };
                    let mut parts = Vec::with_capacity(pieces.len());
                    for piece in pieces {
                        let (fields, body) = Fields::read(piece);
                        parts.push(if is_returned(&fields) {
                            let returned = Box::new(part(fields, &piece[body..], inner, budget)?);
                            Part { fields: Fields::default(), body: Body::Message(returned) }
                        } else {
                            part(fields, &piece[body..], inner, budget)?
                        });
                    }
                    Body::Several(parts)
                }
                // Without its boundaries it is read as the text that it looks like.
                _ => Body::Text(text(bytes)),
            }
        }
        "message/rfc822"
        | "message/global"
        | "text/rfc822-headers"
        | "text/rfc822-header"
        | "message/rfc822-headers"
        | "message/global-headers"
        | "message/partial" => Body::Message(Box::new(message(&transferred(bytes, &encoding), budget)?)),
        "message/delivery-status" | "message/global-delivery-status" => Body::Status(text(bytes)),
        "message/feedback-report" => Body::Feedback,
        "message/disposition-notification" | "message/global-disposition-notification" => Body::Disposition,
        "text/html" | "text/xhtml" => Body::Html(page_text(&text(bytes))),
        kind if kind.starts_with("text/") => Body::Text(text(bytes)),
        _ => Body::Other(kind),
    };
    budget.depth += 1;
    Ok(Part { fields, body })
}

/// Whether a part of a multipart is a message that was put there without saying so: its header has fields of a message.
fn is_returned(fields: &Fields) -> bool {
    !fields.has("Content-Type") && fields.has("From") && (fields.has("Received") || fields.has("Message-ID"))
}

/// The pieces between boundaries; none where no boundary comes.
fn split<'a>(bytes: &'a [u8], boundary: &str, most: usize) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() && pieces.len() <= most {
        let length = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len() - at, |end| end + 1);
        let line = bytes[at..at + length].trim_ascii_end();
        let mark = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary.as_bytes()));
        if let Some(rest) = mark.filter(|rest| rest.is_empty() || *rest == b"--") {
            if let Some(start) = open.take() {
                pieces.push(&bytes[start..at]);
            }
            if rest.is_empty() {
                open = Some(at + length);
            }
        }
        at += length;
    }
    if let Some(start) = open.filter(|start| *start < bytes.len()) {
        pieces.push(&bytes[start..]);
    }
    pieces
}

/// A body without its transfer encoding. One that cannot be undone is left as it is.
fn transferred<'a>(bytes: &'a [u8], encoding: &str) -> std::borrow::Cow<'a, [u8]> {
    let undone = match encoding {
        "base64" => base64_decode(bytes),
        "quoted-printable" => quoted_printable_decode(bytes),
        _ => None,
    };
    match undone {
        Some(undone) if !undone.is_empty() || bytes.trim_ascii().is_empty() => undone.into(),
        _ => bytes.into(),
    }
}

/// The text of a page: cells and blocks are lines, as they look.
pub(super) fn page_text(html: &str) -> String {
    const BLOCKS: [&str; 10] = ["/div", "/td", "/th", "/tr", "/li", "/h1", "/h2", "/h3", "/pre", "/table"];
    let mut lined = String::with_capacity(html.len() + html.len() / 8);
    let mut pieces = html.split('<');
    lined.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let name = piece.split(['>', ' ']).next().unwrap_or_default();
        if BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block)) {
            lined.push_str("<br>");
        }
        lined.push('<');
        lined.push_str(piece);
    }
    html_to_text(&lined)
}

/// Octets as text. A charset that is wrong or unknown gives way to what the octets look like.
pub(super) fn decoded_text(bytes: &[u8], charset: Option<&str>) -> String {
    let bytes = &bytes[..bytes.len().min(MAX_TEXT)];
    let charset = charset.map(|name| name.trim().trim_start_matches("3D").to_ascii_lowercase());
    // Japanese servers send it and call it ASCII.
    if bytes.windows(3).any(|three| three == b"\x1b$B" || three == b"\x1b$@") {
        return with(b"iso-2022-jp", bytes);
    }
    match charset.as_deref() {
        None
        | Some("" | "us-ascii" | "ascii" | "utf-8" | "utf8" | "uft-8" | "unknown" | "x-unknown" | "unknown-8bit") => {
            utf8_or_western(bytes)
        }
        Some(name) if charset_decoder(name.as_bytes()).is_some() => with(name.as_bytes(), bytes),
        Some(_) => utf8_or_western(bytes),
    }
}

fn utf8_or_western(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Cut inside a character, or really not UTF-8.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => with(b"windows-1252", bytes),
    }
}

fn with(charset: &[u8], bytes: &[u8]) -> String {
    match charset_decoder(charset) {
        Some(decode) => decode(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}
