//! The algorithm that `k=` names.

/// What `k=` says. Upper case is overlooked, as most verifiers do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// `rsa`, also the default.
    Rsa,
    /// `ed25519` (RFC 8463).
    Ed25519,
    /// Anything else: no verifier uses the key.
    Other(Vec<u8>),
}

impl KeyType {
    /// What a value of the tag means.
    pub(super) fn from_value(value: &[u8]) -> Self {
        match value.to_ascii_lowercase().as_slice() {
            b"rsa" => Self::Rsa,
            b"ed25519" => Self::Ed25519,
            _ => Self::Other(value.to_vec()),
        }
    }
}
