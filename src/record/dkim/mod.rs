//! DKIM key records (RFC 6376, section 3.6.1; RFC 8301; RFC 8463).
//!
//! Any text can be read as one: what is published at a selector may be anything. What a receiver would make of it is
//! said by facts: tags with their spans, the key's octets, and the key itself.

mod key;
mod key_data;
mod key_type;
mod mend;
mod record;
mod stranger;

pub use key::{KeyProblem, PrivateKeyForm, PublicKey};
pub use key_data::{Base64Problem, KeyData};
pub use key_type::KeyType;
pub use mend::{Fault, FaultKind};
pub use record::{DkimRecord, Version, same_key};
pub use stranger::Stranger;
