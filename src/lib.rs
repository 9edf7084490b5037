//! mailvouch makes the DNS vouch for your mail.
//!
//! It holds three views of the truth against each other: what a team *declares* ([`declared`]), what DNS *publishes*
//! ([`published`]), and what receivers observed. Analysis is pure: it asks a snapshot, notes what the snapshot lacks,
//! and one loop fetches that ([`published::Gatherer`]). The same analysis over planned records proves a plan before a
//! byte is written.

pub mod cli;
pub mod commands;
mod credentials;
pub mod declared;
pub mod dmarc;
pub mod lint;
pub mod observed;
pub mod output;
pub mod plan;
pub mod preflight;
pub mod published;
pub mod record;
pub mod spf;
pub mod survey;
