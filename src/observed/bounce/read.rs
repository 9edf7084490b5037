//! What came in: told apart, bounded, and turned into messages.

use super::assemble::bounce;
use super::fields::Fields;
use super::mbox;
use super::mime::{Body, MimeError, Part, decoded_text};
use super::model::{Container, Mail};
use super::outlook;

/// The most that is read. A message of this size has travelled nowhere.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Why something is not read as a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BounceError {
    /// Nothing is there.
    #[error("there is nothing to read: give a bounce as a file, or paste its text into standard input")]
    Empty,
    /// Too much is there.
    #[error("it is longer than 64 MiB: no bounce is")]
    TooLong,
    /// It is something else.
    #[error("it is {what}, not a message: {hint}")]
    NotAMessage {
        /// What it is.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// It is built to take all memory, or broken.
    #[error("{0}")]
    Bomb(String),
    /// A file of Outlook that cannot be read.
    #[error("this file of Outlook cannot be read: {0}; save the message as `.eml`, or paste its text")]
    Outlook(String),
}

impl From<MimeError> for BounceError {
    fn from(error: MimeError) -> Self {
        Self::Bomb(error.to_string())
    }
}

/// Headers of which a message has one.
const OF_A_MESSAGE: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Received",
    "Date",
    "Return-Path",
    "Content-Type",
    "MIME-Version",
    "Message-ID",
    "Delivered-To",
    "X-Failed-Recipients",
    "Auto-Submitted",
];

/// Reads bytes of any kind as one or more bounces.
pub fn read(bytes: &[u8]) -> Result<Mail, BounceError> {
    let (container, parts) = parts(bytes)?;
    Ok(Mail { container, messages: parts.iter().map(bounce).collect() })
}

/// The messages in bytes of any kind, as trees of parts; never none.
pub(super) fn parts(bytes: &[u8]) -> Result<(Container, Vec<Part>), BounceError> {
    if bytes.len() > MAX_BYTES {
        return Err(BounceError::TooLong);
    }
    if bytes.starts_with(&outlook::MAGIC) {
        let part = outlook::read(bytes).map_err(BounceError::Outlook)?;
        return Ok((Container::Outlook, vec![part]));
    }
    if let Some((what, hint)) = something_else(bytes) {
        return Err(BounceError::NotAMessage { what, hint });
    }
    let unmarked = plain_octets(bytes);
    let bytes = unmarked.as_deref().unwrap_or(bytes);
    let bytes = &bytes[bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count()..];
    if bytes.is_empty() {
        return Err(BounceError::Empty);
    }
    if let Some(messages) = mbox::messages(bytes) {
        let parts = messages.iter().map(|message| Part::read(message)).collect::<Result<_, MimeError>>()?;
        return Ok((Container::Mbox, parts));
    }
    let (fields, _) = Fields::read(bytes);
    if OF_A_MESSAGE.iter().any(|name| fields.has(name)) {
        return Ok((Container::Message, vec![Part::read(bytes)?]));
    }
    let part = Part { fields: Fields::default(), body: Body::Text(decoded_text(bytes, None)) };
    Ok((Container::Text, vec![part]))
}

/// What these bytes are instead of a message, and what to do about it.
fn something_else(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it, and give the message inside";
    const PASTE: &str = "open it, and paste the text of the bounce";
    const KINDS: [(&[u8], &str, &str); 12] = [
        (b"PK\x03\x04", "a zip archive", UNPACK),
        (b"PK\x05\x06", "an empty zip archive", UNPACK),
        (b"\x1f\x8b", "packed by gzip", UNPACK),
        (b"BZh", "packed by bzip2", UNPACK),
        (b"\xfd7zXZ\0", "packed by xz", UNPACK),
        (b"\x28\xb5\x2f\xfd", "packed by zstd", UNPACK),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
        (b"Rar!", "a rar archive", UNPACK),
        (b"%PDF-", "a PDF", PASTE),
        (b"\x89PNG", "a picture", "type or paste the text of the bounce: the code and the words around it are enough"),
        (
            b"\xff\xd8\xff",
            "a picture",
            "type or paste the text of the bounce: the code and the words around it are enough",
        ),
        (b"!BDN", "a data file of Outlook (.pst)", "open it in Outlook, and save the one message"),
    ];
    if let Some((_, what, hint)) = KINDS.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Some((what, hint));
    }
    let head = &bytes[..bytes.len().min(4_096)];
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let controls =
        head.iter().filter(|byte| **byte < 9 || (14..27).contains(*byte) || (28..32).contains(*byte)).count();
    (!is_wide && controls * 10 > head.len())
        .then_some(("binary data", "give the message as `.eml` or `.msg`, or paste its text"))
}

/// The octets without a mark of their order, UTF-16 made UTF-8: Windows saves pasted text so.
fn plain_octets(bytes: &[u8]) -> Option<Vec<u8>> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units).into_bytes()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(wide(rest, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(rest.to_vec()),
        _ => None,
    }
}
