//! `dkim`: keys.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Form;
use crate::declared::NewKey;

/// What can be done for DKIM.
#[derive(Debug, Subcommand)]
pub enum DkimCommand {
    /// Make a key pair: two files, the record to publish, and the lines for the declaration.
    New(DkimNewArgs),
}

/// `dkim new`.
#[derive(Debug, Args)]
pub struct DkimNewArgs {
    /// The domain that is going to sign.
    #[arg(value_name = "DOMAIN")]
    pub domain: String,
    /// The selector: a name of your own choice that the domain has not used, such as `s2027`.
    #[arg(value_name = "SELECTOR")]
    pub selector: String,
    /// Which key.
    #[arg(long = "type", value_name = "TYPE", default_value = "rsa-2048")]
    pub kind: KeyKind,
    /// The file for the private key; the public one comes beside it, as `….pub.pem` [default: `SELECTOR.DOMAIN.pem`,
    /// here].
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The declaration that is to name the key [default: `mailvouch.toml`, here or in a folder above].
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
}

/// Which key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyKind {
    /// RSA with 2048 bits: every receiver verifies it.
    #[value(name = "rsa-2048")]
    Rsa2048,
    /// RSA with 4096 bits: the record is twice as long, and some providers do not take it.
    #[value(name = "rsa-4096")]
    Rsa4096,
    /// Ed25519: short, and beside an RSA key only, since many receivers do not verify it.
    #[value(name = "ed25519")]
    Ed25519,
}

impl From<KeyKind> for NewKey {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Rsa2048 => Self::Rsa2048,
            KeyKind::Rsa4096 => Self::Rsa4096,
            KeyKind::Ed25519 => Self::Ed25519,
        }
    }
}
