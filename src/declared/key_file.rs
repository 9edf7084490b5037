//! Files that hold a DKIM key: PEM, public or private. Of a private key only the public half is worked out; the rest is
//! overwritten in memory at once and never stands in an error.

use std::path::Path;

use zeroize::Zeroizing;

use super::files::Files;
use super::key::{KeyFileError, Lookalike, MAX_BYTES, PublicKey, ReadKey};
use super::key_der;

impl PublicKey {
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

const BEGIN: &str = "-----BEGIN ";

/// The key in a PEM file.
pub(super) fn read_pem(bytes: &[u8]) -> ReadKey {
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
