//! A key pair that did not exist before, as the two PEM files that a signer and a declaration read. It writes nothing;
//! the private half is overwritten in memory when it is dropped.

use std::fmt;
use std::path::PathBuf;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use pem_rfc7468::LineEnding;
use zeroize::Zeroizing;

use super::key::PublicKey;
use super::key_file::read_pem;

/// Which key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewKey {
    /// RSA with 2048 bits: what every receiver verifies (RFC 8301, section 3.2).
    Rsa2048,
    /// RSA with 4096 bits: the largest that every receiver has to verify.
    Rsa4096,
    /// Ed25519 (RFC 8463).
    Ed25519,
}

/// A new key pair.
pub struct KeyPair {
    /// The public half.
    pub public: PublicKey,
    private_pem: Zeroizing<Vec<u8>>,
    public_pem: Vec<u8>,
}

/// A key pair could not be made. What the library knows of the reason, it does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no key pair could be made: this machine has no randomness to give, or no memory")]
pub struct KeyPairError;

impl KeyPair {
    /// Makes one, with randomness of the operating system. `public_file` is where the public half is going to stand.
    pub fn generate(kind: NewKey, public_file: PathBuf) -> Result<Self, KeyPairError> {
        let (private, public) = generate(kind).map_err(|Unspecified| KeyPairError)?;
        let private_pem = pem("PRIVATE KEY", private.as_ref())?;
        let public_pem = pem("PUBLIC KEY", public.as_ref())?.to_vec();
        // Whoever reads the files later has to find one key in both; that is known only from reading them.
        let (algorithm, data) = read_pem(&public_pem).map_err(|_| KeyPairError)?;
        let same = read_pem(&private_pem).is_ok_and(|private| private == (algorithm, data.clone()));
        let public = PublicKey { algorithm, data, file: public_file };
        if same { Ok(Self { public, private_pem, public_pem }) } else { Err(KeyPairError) }
    }

    /// The private half: PKCS#8 in PEM (RFC 7468, section 10). A secret.
    pub fn private_pem(&self) -> &[u8] {
        &self.private_pem
    }

    /// The public half: SubjectPublicKeyInfo in PEM (RFC 7468, section 13).
    pub fn public_pem(&self) -> &[u8] {
        &self.public_pem
    }
}

impl fmt::Debug for KeyPair {
    /// The public half alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The two halves in DER; both overwrite themselves.
fn generate(kind: NewKey) -> Result<(Pkcs8V1Der<'static>, PublicKeyX509Der<'static>), Unspecified> {
    let rsa = |size| {
        let pair = RsaKeyPair::generate(size)?;
        Ok((pair.as_der()?, pair.public_key().as_der()?))
    };
    match kind {
        NewKey::Rsa2048 => rsa(KeySize::Rsa2048),
        NewKey::Rsa4096 => rsa(KeySize::Rsa4096),
        NewKey::Ed25519 => {
            let pair = Ed25519KeyPair::generate()?;
            Ok((pair.as_der()?, pair.public_key().as_der()?))
        }
    }
}

/// PEM, without a copy that stays in memory.
fn pem(label: &str, der: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyPairError> {
    let length = pem_rfc7468::encoded_len(label, LineEnding::LF, der).map_err(|_| KeyPairError)?;
    let mut text = Zeroizing::new(vec![0; length]);
    let written = pem_rfc7468::encode(label, LineEnding::LF, der, &mut text).map_err(|_| KeyPairError)?.len();
    text.truncate(written);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::KeyAlgorithm;

    #[test]
    fn each_kind_is_what_it_says() {
        for (kind, algorithm) in [
            (NewKey::Rsa2048, KeyAlgorithm::Rsa { bits: 2048 }),
            (NewKey::Rsa4096, KeyAlgorithm::Rsa { bits: 4096 }),
            (NewKey::Ed25519, KeyAlgorithm::Ed25519),
        ] {
            let pair = KeyPair::generate(kind, PathBuf::from("a.pub.pem")).expect("a key pair");
            assert_eq!(pair.public.algorithm, algorithm);
            assert!(pair.private_pem().starts_with(b"-----BEGIN PRIVATE KEY-----\n"));
            assert!(pair.private_pem().ends_with(b"-----END PRIVATE KEY-----\n"));
            assert!(pair.public_pem().starts_with(b"-----BEGIN PUBLIC KEY-----\n"));
            let secret = String::from_utf8(pair.private_pem().to_vec()).expect("text");
            let secret = secret.lines().nth(1).expect("a line");
            assert!(!format!("{pair:?}").contains(secret), "a secret is no part of what is logged");
        }
    }

    #[test]
    fn no_two_are_the_same() {
        let make = || KeyPair::generate(NewKey::Ed25519, PathBuf::new()).expect("a key pair").public.data;
        assert_ne!(make(), make());
    }
}
