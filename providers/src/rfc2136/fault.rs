//! Why there is no answer to rest on, and what that means after a question and after an update.

use hickory_proto::op::ResponseCode;

use super::answer::mnemonic;
use crate::ProviderError;

/// Why an exchange gave no answer that can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The message does not fit into the 65,535 octets of RFC 1035, section 4.2.2. Nothing was sent.
    TooLarge,
    /// The server could not be reached. Nothing was sent.
    NotSent(String),
    /// Something was sent; no answer came, or none that is signed as it must be.
    NoAnswer(String),
    /// The server refuses, and does not sign that: it knows no such zone, or does not look at the key for it.
    Refused(ResponseCode),
    /// The server says that it takes no such key or signature, which is never signed (RFC 8945, section 5.3.2). Knot also
    /// says so where it knows the key, but does not allow it what was asked for.
    KeyRefused(String),
    /// The server says, signed, that the request was not in time, or was not signed as it wants it.
    SignatureRefused(String),
}

impl Fault {
    /// What it means where nothing was to be changed. A refusal needs no signature then: it is an error either way.
    pub(super) fn after_question(self) -> ProviderError {
        match self {
            Self::TooLarge => too_large(),
            Self::NotSent(why) | Self::NoAnswer(why) => ProviderError::Unavailable(why),
            Self::Refused(code) => ProviderError::Unauthorized(format!("the server refuses ({})", mnemonic(code))),
            Self::KeyRefused(why) | Self::SignatureRefused(why) => ProviderError::Unauthorized(why),
        }
    }

    /// What it means where something was to be changed: whoever can put an unsigned answer on the way can also have
    /// let the update through, so only a signed refusal says that nothing happened.
    pub(super) fn after_update(self) -> ProviderError {
        match self {
            Self::TooLarge => too_large(),
            Self::NotSent(why) => ProviderError::Unavailable(why),
            Self::NoAnswer(_) | Self::Refused(_) | Self::KeyRefused(_) => ProviderError::Indeterminate,
            Self::SignatureRefused(why) => ProviderError::Unauthorized(why),
        }
    }
}

fn too_large() -> ProviderError {
    let message = "the group and the record sets that it rests on do not fit into one DNS message: make it smaller";
    ProviderError::Unsupported(message.to_owned())
}
