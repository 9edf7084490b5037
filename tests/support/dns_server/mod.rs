//! A name server on loopback that does what a test tells it, faults included, and writes down what it was asked.
//!
//! It runs in a thread of its own, over UDP and TCP on one port, and stops when dropped. Without a script it answers
//! like a resolver, or like the authoritative server of its zones, from the records it was given. It uses nothing of
//! the other helpers: a benchmark can take it by its path.

mod script;
mod server;
mod wire;

pub(crate) use script::{Act, Script, Transport, bare};
pub(crate) use server::DnsServer;
pub(crate) use wire::{name, wire};
