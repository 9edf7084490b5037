//! Zones at a name server of one's own, changed by DNS UPDATE (RFC 2136) and signed with a shared key (TSIG, RFC 8945).
//!
//! The server is asked itself, over TCP, and each question and each answer is signed. What is read is what stands at
//! a name: not what a wildcard makes up there, and not what an alias leads to. What is written is one UPDATE message,
//! whose prerequisites repeat what was read a moment before: the server compares and swaps. Nothing here may resolve a
//! name, follow an alias, or ask any server but the one given.

mod answer;
mod convert;
mod fault;
mod key;
mod locate;
mod provider;
mod read;
mod transport;
mod tsig;
mod update;
mod write;

#[cfg(test)]
mod tests;

pub use key::{TsigAlgorithm, TsigKey, TsigKeyError, TsigSecret};
pub use provider::Rfc2136;
