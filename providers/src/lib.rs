//! Where DNS records live, and how single values of them are changed.
//!
//! This crate knows names, record sets and the services that hold them; it knows nothing of mail. Its module
//! [`dns`] is the vocabulary that the whole project shares; [`Provider`] is what a service must be able to do;
//! each service is one module behind a feature of the same name.

#[cfg(feature = "azure-dns")]
pub mod azure_dns;
#[cfg(feature = "cloudflare")]
pub mod cloudflare;
#[cfg(feature = "desec")]
pub mod desec;
#[cfg(feature = "digitalocean")]
pub mod digitalocean;
pub mod dns;
#[cfg(feature = "dnscontrol")]
pub mod dnscontrol;
#[cfg(feature = "exec")]
pub mod exec;
#[cfg(feature = "gandi")]
pub mod gandi;
#[cfg(feature = "google-cloud-dns")]
pub mod google_cloud_dns;
#[cfg(any(feature = "azure-dns", feature = "google-cloud-dns"))]
mod held;
#[cfg(feature = "hetzner")]
pub mod hetzner;
#[cfg(feature = "hosted")]
mod hosted;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "octodns")]
pub mod octodns;
#[cfg(feature = "powerdns")]
pub mod powerdns;
#[cfg(any(feature = "dnscontrol", feature = "terraform"))]
mod program;
mod provider;
#[cfg(any(feature = "octodns", feature = "zone-file"))]
mod replace;
#[cfg(feature = "rfc2136")]
pub mod rfc2136;
#[cfg(feature = "route53")]
pub mod route53;
#[cfg(feature = "terraform")]
pub mod terraform;
#[cfg(feature = "zone-file")]
pub mod zone_file;
#[cfg(any(
    feature = "azure-dns",
    feature = "desec",
    feature = "digitalocean",
    feature = "gandi",
    feature = "google-cloud-dns",
    feature = "hetzner",
    feature = "powerdns",
    feature = "route53"
))]
mod zones;

#[cfg(feature = "http")]
pub use http::Patience;
#[cfg(any(feature = "azure-dns", feature = "digitalocean"))]
use provider::plain_relative;
#[cfg(any(
    feature = "azure-dns",
    feature = "cloudflare",
    feature = "digitalocean",
    feature = "google-cloud-dns",
    feature = "hosted",
    feature = "rfc2136",
    feature = "route53"
))]
use provider::was_made_all_the_same;
pub use provider::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Provider, ProviderError, Rate, Receipt, SourceEdit, Value, Zone,
    check_group, refused_together,
};
