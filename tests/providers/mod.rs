//! What every provider must do, and what each does besides.
//!
//! [`contract`] holds one function per clause; a provider's own file has a `start` that gives a [`fixture::Fixture`]
//! and one line that runs the clauses over it. A new provider adds a `mod` line here and that file.

mod azure_dns;
mod bind;
pub(crate) mod cloudflare;
pub(crate) mod contract;
mod desec;
mod digitalocean;
mod exec;
pub(crate) mod fixture;
mod gandi;
mod google_cloud_dns;
mod hetzner;
mod knot;
mod memory;
mod octodns;
mod powerdns;
mod programs;
pub(crate) mod rfc2136;
pub(crate) mod route53;
mod sloppy;
pub(crate) mod zone_file;
