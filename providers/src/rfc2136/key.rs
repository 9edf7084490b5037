//! The shared key that signs: its name, its algorithm, and a secret that is never shown.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm as Wire;

use crate::dns::Name;

/// A key that the server knows under the same name, with the same algorithm.
#[derive(Clone, Debug)]
pub struct TsigKey {
    /// Its name, as the server has it.
    pub name: Name,
    /// The algorithm that the server has for it.
    pub algorithm: TsigAlgorithm,
    /// What only the two know.
    pub secret: TsigSecret,
}

/// How a message is signed (RFC 8945, section 6). Those that the RFC advises against are not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TsigAlgorithm {
    /// `hmac-sha256`.
    #[default]
    HmacSha256,
    /// `hmac-sha384`.
    HmacSha384,
    /// `hmac-sha512`.
    HmacSha512,
}

/// The octets of a shared secret. Neither `Debug` nor an error shows them.
#[derive(Clone)]
pub struct TsigSecret(Vec<u8>);

/// Why a text is no part of a key. The secret itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TsigKeyError {
    /// The name of an algorithm that is not taken.
    #[error("`{0}` is not an algorithm that is taken: hmac-sha256, hmac-sha384 and hmac-sha512 are")]
    Algorithm(String),
    /// A secret that is not base64.
    #[error("the secret is not base64")]
    Base64,
    /// A secret of no octets.
    #[error("the secret is empty")]
    Empty,
}

impl TsigAlgorithm {
    /// All that are taken.
    pub const ALL: [Self; 3] = [Self::HmacSha256, Self::HmacSha384, Self::HmacSha512];

    fn mnemonic(self) -> &'static str {
        match self {
            Self::HmacSha256 => "hmac-sha256",
            Self::HmacSha384 => "hmac-sha384",
            Self::HmacSha512 => "hmac-sha512",
        }
    }

    pub(super) fn on_the_wire(self) -> Wire {
        match self {
            Self::HmacSha256 => Wire::HmacSha256,
            Self::HmacSha384 => Wire::HmacSha384,
            Self::HmacSha512 => Wire::HmacSha512,
        }
    }

    /// Octets of a signature that is not shortened.
    pub(super) fn mac_len(self) -> usize {
        match self {
            Self::HmacSha256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
        }
    }
}

impl fmt::Display for TsigAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mnemonic())
    }
}

impl FromStr for TsigAlgorithm {
    type Err = TsigKeyError;

    /// Reads the mnemonic, in whatever case; the final dot of a domain name may be there.
    fn from_str(text: &str) -> Result<Self, TsigKeyError> {
        let mnemonic = text.strip_suffix('.').unwrap_or(text);
        let found = Self::ALL.into_iter().find(|algorithm| algorithm.mnemonic().eq_ignore_ascii_case(mnemonic));
        found.ok_or_else(|| TsigKeyError::Algorithm(text.to_owned()))
    }
}

impl TsigSecret {
    /// Reads the base64 that key files and server configurations hold; blanks and line ends around it do not count.
    pub fn from_base64(text: &str) -> Result<Self, TsigKeyError> {
        let octets = STANDARD.decode(text.trim()).map_err(|_| TsigKeyError::Base64)?;
        if octets.is_empty() { Err(TsigKeyError::Empty) } else { Ok(Self(octets)) }
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for TsigSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TsigSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_read_as_they_are_written() {
        for algorithm in TsigAlgorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
        }
        assert_eq!("HMAC-SHA512.".parse(), Ok(TsigAlgorithm::HmacSha512));
        for text in ["", "hmac-md5", "hmac-sha1", "hmac-sha256 "] {
            assert_eq!(text.parse::<TsigAlgorithm>(), Err(TsigKeyError::Algorithm(text.to_owned())));
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let text = "c2VjcmV0IG9jdGV0cw==";
        let secret = TsigSecret::from_base64(&format!(" {text}\n")).expect("base64");
        assert_eq!(secret.octets(), b"secret octets");
        let key = TsigKey { name: Name::root(), algorithm: TsigAlgorithm::default(), secret };
        let shown = format!("{key:?}");
        assert!(shown.contains("TsigSecret(..)"), "{shown}");
        for part in [text, "secret octets", "115, 101"] {
            assert!(!shown.contains(part), "{shown}");
        }
        let error = TsigSecret::from_base64("c2VjcmV0IG9jdGV0cw=!").expect_err("not base64");
        assert_eq!(error.to_string(), "the secret is not base64");
        assert_eq!(TsigSecret::from_base64(" \n").expect_err("nothing"), TsigKeyError::Empty);
    }
}
