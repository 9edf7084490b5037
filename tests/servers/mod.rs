//! Real name servers, started on loopback for one test and stopped with it.
//!
//! They hold the zones they are given, know one key, answer no recursive question, and send nothing to anybody; but for
//! Unbound, which resolves one zone, and asks nobody but that zone's server on loopback.
//! A program that is not installed fails the test that needs it.

pub(crate) mod azure;
pub(crate) mod bind;
pub(crate) mod cloudflare;
pub(crate) mod desec;
pub(crate) mod digitalocean;
pub(crate) mod echo;
pub(crate) mod gandi;
pub(crate) mod google;
pub(crate) mod hetzner;
pub(crate) mod hosted;
pub(crate) mod http;
pub(crate) mod knot;
pub(crate) mod moto;
pub(crate) mod powerdns;
pub(crate) mod rest;
mod server;
pub(crate) mod tls;
pub(crate) mod unbound;

pub(crate) use server::{Key, Record, Rights, Server, Setup, records};

/// A program of those that `tests/run` installs from PyPI into `target/peers`, or of another virtual environment that
/// `MAILVOUCH_PEERS` names.
pub(crate) fn program_of_peers(name: &str) -> std::path::PathBuf {
    let usual = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
    let environment = std::env::var_os("MAILVOUCH_PEERS").map_or_else(usual, Into::into);
    let path = environment.join("bin").join(name);
    assert!(path.exists(), "{} is not there: `tests/run` installs it", path.display());
    path
}
