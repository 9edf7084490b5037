//! The `p=` tag: base64 with white space in it (RFC 6376, section 3.6.1).

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, prelude::BASE64_STANDARD};

use super::super::tag_list::{Tag, is_white_space};
use crate::record::Span;

/// Takes what is left after every octet outside the alphabet is gone.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What `p=` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyData {
    /// There is no `p=`.
    Missing,
    /// `p=` is empty: the key is withdrawn.
    Revoked {
        /// Where the value would stand.
        span: Span,
    },
    /// The decoded octets.
    Bytes(Vec<u8>),
    /// No base64.
    BadBase64 {
        /// The octet at which it goes wrong, or the end of the value.
        at: usize,
        /// What is wrong.
        problem: Base64Problem,
        /// What decodes when stray octets and missing padding are overlooked, as some verifiers do.
        lenient: Option<Vec<u8>>,
    },
}

/// Why a text is no base64 (RFC 4648, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64Problem {
    /// An octet outside the alphabet, or padding inside.
    Octet(u8),
    /// Padding is missing, or there is too much of it.
    Padding,
    /// One symbol is left over: something is missing.
    Length,
    /// The last symbol holds bits that belong to no octet: something is missing.
    TrailingBits,
}

impl KeyData {
    pub(super) fn read(tag: Option<&Tag>) -> Self {
        let Some(tag) = tag else {
            return Self::Missing;
        };
        // White space may stand between any two symbols.
        let spaced = &tag.value.node;
        // Seldom: without an end before the last octet, many are looked at at a time.
        let is_spaced = spaced.iter().fold(false, |some, &byte| some | is_white_space(byte));
        let symbols: Cow<'_, [u8]> = if is_spaced {
            spaced.iter().copied().filter(|&byte| !is_white_space(byte)).collect()
        } else {
            spaced.into()
        };
        if symbols.is_empty() {
            return Self::Revoked { span: tag.value.span.clone() };
        }
        let place = |index: usize| {
            let mut places = spaced.iter().enumerate().filter(|&(_, &byte)| !is_white_space(byte));
            places.nth(index).map_or(tag.value.span.end, |(place, _)| tag.value.span.start + place)
        };
        if let Ok(bytes) = base64_simd::STANDARD.decode_to_vec(&symbols) {
            return Self::Bytes(bytes);
        }
        // What is wrong, and where, this one tells.
        let (at, problem) = match BASE64_STANDARD.decode(&symbols) {
            Ok(bytes) => return Self::Bytes(bytes),
            Err(DecodeError::InvalidByte(index, byte)) => (place(index), Base64Problem::Octet(byte)),
            Err(DecodeError::InvalidLength(_)) => (tag.value.span.end, Base64Problem::Length),
            Err(DecodeError::InvalidLastSymbol { offset, .. }) => (place(offset), Base64Problem::TrailingBits),
            Err(DecodeError::InvalidPadding) => (tag.value.span.end, Base64Problem::Padding),
        };
        let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let mut symbols: Vec<u8> = symbols.iter().copied().filter(is_symbol).collect();
        if symbols.len() % 4 == 1 {
            // A text that was cut off: six bits make no octet.
            symbols.pop();
        }
        Self::BadBase64 { at, problem, lenient: LENIENT.decode(symbols).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The fast decoder takes exactly what the strict one takes: what it refuses is explained by that one.
        #[test]
        fn both_decoders_agree(text in "[A-Za-f0-9+/=_ ]{0,48}|([A-D]{4}){0,6}[A-Z]{0,4}={0,3}") {
            let fast = base64_simd::STANDARD.decode_to_vec(text.as_bytes()).ok();
            prop_assert_eq!(fast, BASE64_STANDARD.decode(text.as_bytes()).ok());
        }
    }
}
