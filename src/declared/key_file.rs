//! Files that hold a DKIM key: PEM, public or private. Of a private key only the public half is worked out; the rest is
//! overwritten in memory at once and never stands in an error.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::files::Files;
use super::key_der;

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

    /// Reads the key in `file`.
    pub(super) fn read(file: &Path, files: &dyn Files) -> Result<Self, KeyFileError> {
        let bytes = Zeroizing::new(files.read(file, MAX_BYTES).map_err(KeyFileError::Unreadable)?);
        if bytes.len() as u64 > MAX_BYTES {
            return Err(KeyFileError::TooLarge);
        }
        let (algorithm, data) = read_pem(&bytes)?;
        Ok(Self { algorithm, data, file: file.to_owned() })
    }
}

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
                "a path begins at the folder of the declaration; `mailvouch dkim new` makes a key pair"
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
            Self::Weak(_) => "make a new key: `mailvouch dkim new`",
            Self::NotPem(Lookalike::Nothing)
            | Self::Empty
            | Self::Malformed(_)
            | Self::NoKey(_)
            | Self::UnknownLabel(_)
            | Self::Damaged(_) => PUBLIC,
            Self::Algorithm(_) => "`mailvouch dkim new` makes a key that receivers understand",
            Self::Unreadable(_) | Self::TooLarge | Self::Huge(_) => return None,
        })
    }
}

/// The algorithm of a key, and the octets for `p=`.
pub(super) type ReadKey = Result<(KeyAlgorithm, Vec<u8>), KeyFileError>;

const BEGIN: &str = "-----BEGIN ";

/// The key in a PEM file.
fn read_pem(bytes: &[u8]) -> ReadKey {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(KeyFileError::NotPem(lookalike(bytes)));
    };
    if text.trim().is_empty() {
        return Err(KeyFileError::Empty);
    }
    // Programs write a description before the block, or a byte order mark: RFC 7468, section 2, lets them.
    let Some(start) = text.find(BEGIN) else {
        return Err(KeyFileError::NotPem(lookalike(bytes)));
    };
    let block = &text[start..];
    if block[BEGIN.len()..].contains(BEGIN) {
        return Err(KeyFileError::Several);
    }
    let label = block[BEGIN.len()..].split("-----").next().unwrap_or_default();
    if label == "ENCRYPTED PRIVATE KEY" || block.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyFileError::Encrypted);
    }
    let decode: fn(&[u8]) -> ReadKey = match label {
        "PUBLIC KEY" => key_der::public_key,
        "RSA PUBLIC KEY" => key_der::rsa_public_key,
        "PRIVATE KEY" => key_der::private_key,
        "RSA PRIVATE KEY" => key_der::rsa_private_key,
        "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => {
            return Err(KeyFileError::NoKey("a certificate"));
        }
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => return Err(KeyFileError::NoKey("a certificate request")),
        "EC PARAMETERS" | "DH PARAMETERS" | "DSA PARAMETERS" => return Err(KeyFileError::NoKey("parameters")),
        "EC PRIVATE KEY" => return Err(KeyFileError::Algorithm("an EC key".to_owned())),
        "DSA PRIVATE KEY" => return Err(KeyFileError::Algorithm("a DSA key".to_owned())),
        "OPENSSH PRIVATE KEY" | "SSH2 PUBLIC KEY" => return Err(KeyFileError::NotPem(Lookalike::Ssh)),
        other => return Err(KeyFileError::UnknownLabel(other.chars().take(40).collect())),
    };
    let mut der = Zeroizing::new(Vec::new());
    pem_rfc7468::Decoder::new_detect_wrap(block.as_bytes())
        .and_then(|mut decoder| decoder.decode_to_end(&mut der).map(<[u8]>::len))
        .map_err(|error| KeyFileError::Malformed(error.to_string()))?;
    decode(&der)
}

/// What a file without a PEM block probably is.
fn lookalike(bytes: &[u8]) -> Lookalike {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let text = text.trim();
    if bytes.starts_with(&[0x30]) && !text.starts_with("0 ") && std::str::from_utf8(bytes).is_err() {
        Lookalike::Der
    } else if text.starts_with("ssh-") || text.starts_with("---- BEGIN SSH2") {
        Lookalike::Ssh
    } else if text.contains("v=DKIM1") || text.contains("p=MI") || text.contains("_domainkey") {
        Lookalike::Record
    } else if text.len() > 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\r\n ".contains(&byte)) {
        Lookalike::Base64
    } else {
        Lookalike::Nothing
    }
}
