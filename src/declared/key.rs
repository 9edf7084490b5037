//! A DKIM key as a declaration has it, and why a file holds none.

use std::fmt;
use std::io;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Largest key file, in bytes.
pub(super) const MAX_BYTES: u64 = 64 << 10;
/// Receivers must not accept smaller RSA keys (RFC 8301, section 3.2).
pub(super) const MIN_RSA_BITS: usize = 1024;
/// Larger ones are no keys that anybody signs mail with.
pub(super) const MAX_RSA_BITS: usize = 16_384;

/// The public half of a DKIM key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its algorithm.
    pub algorithm: KeyAlgorithm,
    /// The octets that `p=` holds in base64: a DER SubjectPublicKeyInfo for RSA (RFC 6376, section 3.6.1), the 32
    /// octets of the key itself for Ed25519 (RFC 8463, section 4).
    pub data: Vec<u8>,
    /// The file that it was read from.
    pub file: PathBuf,
}

/// The algorithm of a DKIM key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// Ed25519.
    Ed25519,
}

impl KeyAlgorithm {
    /// The value of `k=`.
    pub fn tag_value(self) -> &'static str {
        match self {
            Self::Rsa { .. } => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA with {bits} bits"),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

impl PublicKey {
    /// The value of `p=`.
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.data)
    }

    /// The text of the record that publishes it (RFC 6376, section 3.6.1).
    pub fn record_text(&self) -> String {
        format!("v=DKIM1; k={}; p={}", self.algorithm.tag_value(), self.base64())
    }
}

/// The algorithm of a key, and the octets for `p=`.
pub(super) type ReadKey = Result<(KeyAlgorithm, Vec<u8>), KeyFileError>;

/// Why a file holds no key that DKIM can use. The words follow the name of the file.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyFileError {
    #[error("{}", unreadable(.0))]
    Unreadable(#[source] io::Error),
    #[error("is larger than {} KiB: that is no key", MAX_BYTES >> 10)]
    TooLarge,
    #[error("is empty")]
    Empty,
    #[error("is no PEM file")]
    NotPem(Lookalike),
    #[error("is no well-formed PEM file: {0}")]
    Malformed(String),
    #[error("holds more than one PEM block")]
    Several,
    #[error("holds {0}, and no key")]
    NoKey(&'static str),
    #[error("holds a PEM block `{0}`, which is no key")]
    UnknownLabel(String),
    #[error("holds an encrypted private key")]
    Encrypted,
    #[error("holds {0}: DKIM knows RSA and Ed25519 only")]
    Algorithm(String),
    #[error("holds no proper {0}")]
    Damaged(&'static str),
    #[error("holds an RSA key of {0} bits: receivers refuse less than {MIN_RSA_BITS} (RFC 8301)")]
    Weak(usize),
    #[error("holds an RSA key of {0} bits: no receiver verifies that")]
    Huge(usize),
}

/// What a file that is no PEM looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookalike {
    Der,
    Ssh,
    Record,
    Base64,
    Nothing,
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

impl KeyFileError {
    /// What to do.
    pub(super) fn help(&self) -> Option<&'static str> {
        const PUBLIC: &str = "a public key is written by `openssl pkey -in PRIVATE.pem -pubout`";
        Some(match self {
            Self::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => {
                "a path begins at the folder of the declaration; `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048` makes a key"
            }
            Self::NotPem(Lookalike::Der) => {
                "it looks like DER; `openssl pkey -pubin -inform DER -in FILE` turns it into PEM"
            }
            Self::NotPem(Lookalike::Ssh) => "it looks like a key of SSH, which is no key of DKIM",
            Self::NotPem(Lookalike::Record) => {
                "it looks like a DNS record; name the PEM file that was made together with it"
            }
            Self::NotPem(Lookalike::Base64) => {
                "it looks like bare base64; put `-----BEGIN PUBLIC KEY-----` before it and `-----END PUBLIC KEY-----` after"
            }
            Self::Encrypted => {
                "the public key is enough: `openssl pkey -in PRIVATE.pem -pubout` asks for the passphrase and writes it"
            }
            Self::Several => "keep the one with the public key",
            Self::NoKey("a certificate") => "`openssl x509 -in FILE -noout -pubkey` writes the public key in it",
            Self::Weak(_) => "make a new key: `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`",
            Self::NotPem(Lookalike::Nothing)
            | Self::Empty
            | Self::Malformed(_)
            | Self::NoKey(_)
            | Self::UnknownLabel(_)
            | Self::Damaged(_) => PUBLIC,
            Self::Algorithm(_) => {
                "`openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048` makes a key that receivers understand"
            }
            Self::Unreadable(_) | Self::TooLarge | Self::Huge(_) => return None,
        })
    }
}
