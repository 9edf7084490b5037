//! The DER structures that keys come in, taken apart and written as DKIM has them. It sees bytes only; what it is given
//! of a private key, its caller overwrites.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::Ed25519KeyPair;
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use spki::der::asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef};
use spki::der::{self, Decode as _, Encode as _, Reader as _, SliceReader};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::key::{KeyAlgorithm, KeyFileError, MAX_RSA_BITS, MIN_RSA_BITS, ReadKey};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");
const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");

/// aws-lc takes no smaller private key, and no larger one.
const CHECKED_RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7): what PEM calls `PUBLIC KEY`.
pub(super) fn public_key(der: &[u8]) -> ReadKey {
    let damaged = || KeyFileError::Damaged("public key");
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| damaged())?;
    let bits = info.subject_public_key.as_bytes().ok_or_else(damaged)?;
    match info.algorithm.oid {
        RSA => rsa_public_key(bits),
        ED25519 if bits.len() == 32 => Ok((KeyAlgorithm::Ed25519, bits.to_vec())),
        ED25519 => Err(damaged()),
        other => Err(foreign(other)),
    }
}

/// An RSAPublicKey (RFC 8017, appendix A.1.1): what PEM calls `RSA PUBLIC KEY`.
pub(super) fn rsa_public_key(der: &[u8]) -> ReadKey {
    let key = RsaPublicKeyRef::from_der(der).map_err(|_| KeyFileError::Damaged("RSA public key"))?;
    rsa(key.modulus, key.public_exponent)
}

/// A PrivateKeyInfo (RFC 5958): what PEM calls `PRIVATE KEY`.
pub(super) fn private_key(der: &[u8]) -> ReadKey {
    let damaged = || KeyFileError::Damaged("private key");
    let (algorithm, octets) = private_key_info(der).map_err(|_| damaged())?;
    match algorithm {
        RSA => rsa_private_key(octets),
        ED25519 => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| damaged())?;
            let public: PublicKeyX509Der<'_> =
                aws_lc_rs::signature::KeyPair::public_key(&pair).as_der().map_err(|_| damaged())?;
            public_key(public.as_ref())
        }
        other => Err(foreign(other)),
    }
}

/// Algorithm and key octets of a PrivateKeyInfo; what may follow them is left alone.
fn private_key_info(der: &[u8]) -> der::Result<(ObjectIdentifier, &[u8])> {
    let mut reader = SliceReader::new(der)?;
    let info = reader.sequence(|fields| {
        let _version: u8 = fields.decode()?;
        let algorithm: AlgorithmIdentifierRef<'_> = fields.decode()?;
        let octets: &OctetStringRef = fields.decode()?;
        fields.drain(fields.remaining_len())?;
        Ok::<_, der::Error>((algorithm.oid, octets.as_bytes()))
    })?;
    reader.finish()?;
    Ok(info)
}

/// An RSAPrivateKey (RFC 8017, appendix A.1.2): what PEM calls `RSA PRIVATE KEY`.
pub(super) fn rsa_private_key(der: &[u8]) -> ReadKey {
    let damaged = || KeyFileError::Damaged("RSA private key");
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| damaged())?;
    let public = rsa(key.modulus, key.public_exponent)?;
    if let KeyAlgorithm::Rsa { bits } = public.0
        && CHECKED_RSA_BITS.contains(&bits)
    {
        // Whoever signs with halves that do not fit together is believed by nobody.
        RsaKeyPair::from_der(der).map_err(|_| damaged())?;
    }
    Ok(public)
}

/// The SubjectPublicKeyInfo of an RSA key, always in the same form (RFC 3279, section 2.3.1).
fn rsa(modulus: UintRef<'_>, exponent: UintRef<'_>) -> ReadKey {
    let bits = bit_length(modulus.as_bytes());
    if bits < MIN_RSA_BITS {
        return Err(KeyFileError::Weak(bits));
    }
    if bits > MAX_RSA_BITS {
        return Err(KeyFileError::Huge(bits));
    }
    let odd = |number: &UintRef<'_>| number.as_bytes().last().is_some_and(|byte| byte % 2 == 1);
    let exponent_bits = bit_length(exponent.as_bytes());
    if !odd(&modulus) || !odd(&exponent) || exponent_bits < 2 || exponent_bits >= bits {
        return Err(KeyFileError::Damaged("RSA key: its numbers cannot be those of one"));
    }
    let encode = || {
        let key = RsaPublicKeyRef { modulus, public_exponent: exponent }.to_der()?;
        let algorithm = AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) };
        SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(&key)? }.to_der()
    };
    let data = encode().map_err(|_: der::Error| KeyFileError::Damaged("RSA key"))?;
    Ok((KeyAlgorithm::Rsa { bits }, data))
}

/// Bits of a big-endian number.
fn bit_length(bytes: &[u8]) -> usize {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = &bytes[zeros..];
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}

/// A key that DKIM has no use for, by name.
fn foreign(algorithm: ObjectIdentifier) -> KeyFileError {
    KeyFileError::Algorithm(match algorithm {
        EC => "an EC key".to_owned(),
        DSA => "a DSA key".to_owned(),
        ED448 => "an Ed448 key".to_owned(),
        X25519 => "an X25519 key".to_owned(),
        RSA_PSS => "an RSA key for PSS signatures".to_owned(),
        other => format!("a key of the algorithm {other}"),
    })
}
