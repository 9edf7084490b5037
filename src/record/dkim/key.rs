//! The octets of a public key: what key they are, or what they are instead.

use std::sync::Arc;

use spki::der::asn1::{AnyRef, BitStringRef, UintRef};
use spki::der::{Decode, Encode};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::key_type::KeyType;

/// `rsaEncryption` (RFC 8017, appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// `id-Ed25519` (RFC 8410, section 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// Octets of an Ed25519 public key (RFC 8032, section 5.1.5).
const ED25519_LENGTH: usize = 32;

/// Verifiers must not take a signature with a smaller key (RFC 8301, section 3.2).
const LEAST_RSA_BITS: usize = 1024;

/// A public key, of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// For `k=rsa`.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
        /// Big-endian, without leading zeros.
        modulus: Arc<[u8]>,
        /// Big-endian, without leading zeros.
        exponent: Arc<[u8]>,
    },
    /// For `k=ed25519`.
    Ed25519([u8; ED25519_LENGTH]),
}

/// Why octets are no public key of the type that `k=` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// A bare RSAPublicKey (RFC 8017, appendix A.1.1) where verifiers expect SubjectPublicKeyInfo.
    ///
    /// RFC 6376, section 3.6.1, literally asks for this form; its erratum 3017 and every signer use the other. Some
    /// verifiers take both.
    Pkcs1(PublicKey),
    /// An Ed25519 key in SubjectPublicKeyInfo, where RFC 8463, section 4.2, wants the 32 octets alone.
    Wrapped(PublicKey),
    /// A sound key of another type than `k=` says.
    OtherType(PublicKey),
    /// A sound SubjectPublicKeyInfo of a type that DKIM has no name for.
    UnknownAlgorithm(ObjectIdentifier),
    /// DER that says it is longer than it is: cut off, often at 255 octets of text.
    Truncated {
        /// Octets that the outermost length announces, with its own header.
        announced: usize,
        /// Octets there are.
        available: usize,
    },
    /// Sound DER of the right length, and more octets behind it.
    TrailingOctets {
        /// How many.
        count: usize,
    },
    /// A private key.
    PrivateKey(PrivateKeyForm),
    /// `k=ed25519` with another number of octets than 32.
    Length(usize),
    /// `k=` names a type that nobody can check.
    UnknownType,
    /// Nothing of the above.
    Garbage,
}

/// How a private key is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateKeyForm {
    /// RSAPrivateKey (RFC 8017, appendix A.1.2).
    Pkcs1,
    /// PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958).
    Pkcs8,
    /// ECPrivateKey (RFC 5915).
    Sec1,
}

impl PublicKey {
    /// Reads the octets of `p=` as a key of the type that `k=` names.
    pub fn read(key_type: &KeyType, octets: &[u8]) -> Result<Self, KeyProblem> {
        match key_type {
            KeyType::Rsa => match from_der(octets)? {
                Found::Spki(key @ Self::Rsa { .. }) => Ok(key),
                Found::Spki(key) => Err(KeyProblem::OtherType(key)),
                Found::Pkcs1(key) => Err(KeyProblem::Pkcs1(key)),
            },
            KeyType::Ed25519 => {
                if let Ok(key) = <[u8; ED25519_LENGTH]>::try_from(octets) {
                    return Ok(Self::Ed25519(key));
                }
                match from_der(octets) {
                    Ok(Found::Spki(key @ Self::Ed25519(_))) => Err(KeyProblem::Wrapped(key)),
                    Ok(Found::Spki(key) | Found::Pkcs1(key)) => Err(KeyProblem::OtherType(key)),
                    Err(KeyProblem::PrivateKey(form)) => Err(KeyProblem::PrivateKey(form)),
                    Err(_) => Err(KeyProblem::Length(octets.len())),
                }
            }
            KeyType::Other(_) => Err(KeyProblem::UnknownType),
        }
    }

    /// Reads a SubjectPublicKeyInfo in DER, as key files hold it, of either type.
    pub fn from_spki(octets: &[u8]) -> Result<Self, KeyProblem> {
        match from_der(octets)? {
            Found::Spki(key) => Ok(key),
            Found::Pkcs1(key) => Err(KeyProblem::Pkcs1(key)),
        }
    }

    /// The octets that `p=` has to hold: SubjectPublicKeyInfo for RSA, the bare key for Ed25519 (RFC 8463, section 4.2).
    ///
    /// None where the numbers fit no DER, which no key that was read has.
    pub fn published_octets(&self) -> Option<Vec<u8>> {
        let (modulus, public_exponent) = match self {
            Self::Ed25519(key) => return Some(key.to_vec()),
            Self::Rsa { modulus, exponent, .. } => (UintRef::new(modulus).ok()?, UintRef::new(exponent).ok()?),
        };
        let key = pkcs1::RsaPublicKeyRef { modulus, public_exponent }.to_der().ok()?;
        let algorithm = AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) };
        let subject_public_key = BitStringRef::from_bytes(&key).ok()?;
        SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der().ok()
    }

    /// What `k=` calls it.
    pub fn key_type(&self) -> KeyType {
        match self {
            Self::Rsa { .. } => KeyType::Rsa,
            Self::Ed25519(_) => KeyType::Ed25519,
        }
    }

    /// Whether verifiers must not take signatures with it: RSA with fewer than 1024 bits (RFC 8301, section 3.2).
    pub fn is_too_short(&self) -> bool {
        matches!(self, Self::Rsa { bits, .. } if *bits < LEAST_RSA_BITS)
    }

    /// Bits: of the modulus, or 256.
    pub fn bits(&self) -> usize {
        match self {
            Self::Rsa { bits, .. } => *bits,
            Self::Ed25519(_) => ED25519_LENGTH * 8,
        }
    }
}

/// A public key in DER.
enum Found {
    Spki(PublicKey),
    Pkcs1(PublicKey),
}

fn from_der(octets: &[u8]) -> Result<Found, KeyProblem> {
    let header = Header::read(octets).filter(|header| header.tag == SEQUENCE).ok_or(KeyProblem::Garbage)?;
    let announced = header.length.saturating_add(header.content);
    if announced > octets.len() {
        // A private key that is cut off is a private key all the same.
        let form = private_key_form(&octets[header.content..]);
        return Err(form.map_or(KeyProblem::Truncated { announced, available: octets.len() }, KeyProblem::PrivateKey));
    }
    let (key, rest) = octets.split_at(announced);
    let found = sound_der(key)?;
    if rest.is_empty() { Ok(found) } else { Err(KeyProblem::TrailingOctets { count: rest.len() }) }
}

/// `octets` are one DER value of the right length.
fn sound_der(octets: &[u8]) -> Result<Found, KeyProblem> {
    if let Ok(info) = SubjectPublicKeyInfoRef::from_der(octets) {
        let key = info.subject_public_key.as_bytes().unwrap_or_default();
        let key = match info.algorithm.oid {
            RSA => rsa_public_key(key),
            ED25519 => <[u8; ED25519_LENGTH]>::try_from(key).ok().map(PublicKey::Ed25519),
            other => return Err(KeyProblem::UnknownAlgorithm(other)),
        };
        return key.map(Found::Spki).ok_or(KeyProblem::Garbage);
    }
    if let Some(key) = rsa_public_key(octets) {
        return Ok(Found::Pkcs1(key));
    }
    let content = Header::read(octets).map_or(&[][..], |header| &octets[header.content..]);
    Err(private_key_form(content).map_or(KeyProblem::Garbage, KeyProblem::PrivateKey))
}

fn rsa_public_key(octets: &[u8]) -> Option<PublicKey> {
    let key = pkcs1::RsaPublicKeyRef::from_der(octets).ok()?;
    let modulus = Arc::<[u8]>::from(key.modulus.as_bytes());
    let exponent = Arc::<[u8]>::from(key.public_exponent.as_bytes());
    // No RSA key has an even number, or an exponent that is 1 or not below the modulus (RFC 8017, section 3.1): nothing
    // verifies with such.
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    let is_below = (exponent.len(), &exponent) < (modulus.len(), &modulus);
    if !is_odd(&modulus) || !is_odd(&exponent) || *exponent == [1] || !is_below {
        return None;
    }
    let leading = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = modulus.len() * 8 - leading as usize;
    Some(PublicKey::Rsa { bits, modulus, exponent })
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;

/// Which private key the inside of a SEQUENCE begins, as far as it is there.
///
/// All begin with a small version number. An RSAPrivateKey goes on with the modulus, a PrivateKeyInfo with an
/// algorithm, an ECPrivateKey with the key. A modulus is no version: it has more than one octet.
fn private_key_form(content: &[u8]) -> Option<PrivateKeyForm> {
    let version = Header::read(content).filter(|header| header.tag == INTEGER && header.length == 1)?;
    let rest = content.get(version.content + version.length..)?;
    match Header::read(rest)?.tag {
        INTEGER => Some(PrivateKeyForm::Pkcs1),
        SEQUENCE => Some(PrivateKeyForm::Pkcs8),
        OCTET_STRING => Some(PrivateKeyForm::Sec1),
        _ => None,
    }
}

/// The tag and length that a DER value begins with. The value itself may be cut off: `der` refuses that, and the
/// difference is what is asked for here.
struct Header {
    tag: u8,
    /// Octets of content that it announces.
    length: usize,
    /// Where the content begins.
    content: usize,
}

impl Header {
    fn read(octets: &[u8]) -> Option<Self> {
        let (&tag, rest) = octets.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if first < 0x80 {
            return Some(Self { tag, length: usize::from(first), content: 2 });
        }
        // More than three octets of length fit no TXT record.
        let count = usize::from(first & 0x7F);
        let length = rest.get(..count).filter(|octets| (1..=3).contains(&octets.len()))?;
        let length = length.iter().fold(0, |sum, &byte| sum * 256 + usize::from(byte));
        Some(Self { tag, length, content: 2 + count })
    }
}
