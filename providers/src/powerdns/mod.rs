//! Zones at a PowerDNS Authoritative Server, changed over its HTTP API
//! (<https://doc.powerdns.com/authoritative/http-api/>).
//!
//! The API knows whole record sets only: what is written is the set as it was read a moment before, with our values
//! in it and others' as they are, disabled ones too. It has no condition to write under: somebody who writes the same
//! set in the moment between is overwritten.

mod model;
mod provider;
mod sets;

pub use provider::PowerDns;
