//! What is known of a message that bounced.

use std::net::IpAddr;

use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use crate::observed::bounce::Direction;

/// A message that bounced, as far as its bounce tells.
#[derive(Clone, Debug)]
pub struct Case {
    /// The address that the receiver saw.
    pub address: Option<IpAddr>,
    /// The name that the sending host gave.
    pub helo: Option<String>,
    /// The envelope sender: an address, or its domain.
    pub envelope: Option<String>,
    /// The domain of the author.
    pub author: Option<Name>,
    /// Who signed it: domain and selector.
    pub signatures: Vec<(Name, String)>,
    /// The cause, by its id.
    pub reason: String,
    /// Whose doing it is.
    pub direction: Direction,
    /// The block lists that are asked, by their zones.
    pub block_lists: Vec<Name>,
    /// The time that the checks are for.
    pub now: Timestamp,
}
