//! Which provider holds a domain's records, and where its secrets are to be found. The secrets themselves never come
//! here: somebody else loads them, when they are needed.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use mailvouch_providers::dns::Name;

use super::source::At;

/// A section `[providers.…]`.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Its name; the span is that of the key.
    pub name: At<String>,
    /// The zone, where it is not to be found by walking up to the SOA.
    pub zone: Option<At<Name>>,
    /// The servers that must agree; empty means the zone's NS.
    pub authoritative: Vec<At<SocketAddr>>,
    /// What it is, with the keys of its kind.
    pub kind: ProviderKind,
}

/// A kind of provider. Paths are those of the declaration, laid on its folder.
#[derive(Clone, Debug)]
pub enum ProviderKind {
    /// A master file, or a folder of them.
    ZoneFile {
        /// Where they are.
        files: ZoneFiles,
        /// A program and its arguments, run after each write; never empty.
        reload: Option<At<Vec<String>>>,
    },
    /// DNS UPDATE (RFC 2136).
    Rfc2136 {
        /// The primary server.
        server: At<ServerAddress>,
        /// The key that signs updates; none where the server trusts addresses.
        key: Option<TsigKey>,
    },
    /// The API of a PowerDNS authoritative server.
    PowerDns {
        /// Its base URL.
        url: At<String>,
        /// The server's id there.
        server_id: String,
        /// The key of the API.
        api_key: SecretSource,
    },
    /// Cloudflare.
    Cloudflare {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// An API token.
        token: SecretSource,
    },
    /// deSEC.
    DeSec {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// An API token.
        token: SecretSource,
    },
    /// Gandi LiveDNS.
    Gandi {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// A personal access token.
        token: SecretSource,
    },
    /// Hetzner, whose DNS is a part of its Cloud.
    Hetzner {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// A token of a project.
        token: SecretSource,
    },
    /// Amazon Route 53. Its secrets come from the usual AWS environment and profile.
    Route53 {
        /// Another endpoint than the public one.
        url: Option<At<String>>,
        /// The region that requests are signed for.
        region: Option<At<String>>,
        /// The zone's id there, where it is not to be looked up.
        hosted_zone_id: Option<At<String>>,
    },
    /// Google Cloud DNS. Its secrets come from Google's usual environment.
    GoogleCloudDns {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// The project; that of the credentials where none is given.
        project: Option<At<String>>,
        /// What the zone is called there, where several have its name.
        managed_zone: Option<At<String>>,
    },
    /// Azure DNS. Its secrets come from the usual Azure environment.
    AzureDns {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// The subscription, by its id.
        subscription: At<String>,
        /// The resource group that the zone is in, where several have one of its name.
        resource_group: Option<At<String>>,
    },
    /// DigitalOcean.
    DigitalOcean {
        /// Another base URL than the public one.
        url: Option<At<String>>,
        /// An API token.
        token: SecretSource,
    },
    /// A program that reads and writes records.
    Exec {
        /// The program and its arguments; never empty.
        command: At<Vec<String>>,
        /// The folder of the declaration, in which it is run.
        folder: PathBuf,
    },
    /// Zones in YAML files of octoDNS.
    OctoDns {
        /// Where they are.
        files: ZoneFiles,
        /// `default_ttl` in the configuration of octoDNS, where it is another than octoDNS's own.
        default_ttl: Option<u32>,
        /// `escaped_semicolons` there.
        escaped_semicolons: Option<bool>,
    },
    /// A program of DNSControl, which is not edited.
    DnsControl {
        /// Its first file.
        file: At<PathBuf>,
    },
    /// A configuration of Terraform or OpenTofu, which is not edited.
    Terraform {
        /// The folder that it is in.
        dir: At<PathBuf>,
    },
    /// A person at a web panel.
    Manual,
}

impl ProviderKind {
    /// The word of `kind`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ZoneFile { .. } => "zone-file",
            Self::Rfc2136 { .. } => "rfc2136",
            Self::PowerDns { .. } => "powerdns",
            Self::Cloudflare { .. } => "cloudflare",
            Self::DeSec { .. } => "desec",
            Self::Gandi { .. } => "gandi",
            Self::Hetzner { .. } => "hetzner",
            Self::Route53 { .. } => "route53",
            Self::GoogleCloudDns { .. } => "google-cloud-dns",
            Self::AzureDns { .. } => "azure-dns",
            Self::DigitalOcean { .. } => "digitalocean",
            Self::Exec { .. } => "exec",
            Self::OctoDns { .. } => "octodns",
            Self::DnsControl { .. } => "dnscontrol",
            Self::Terraform { .. } => "terraform",
            Self::Manual => "manual",
        }
    }

    /// Whether a person makes the changes: what is published is read from DNS, and nothing is written.
    pub fn is_by_hand(&self) -> bool {
        matches!(self, Self::DnsControl { .. } | Self::Terraform { .. } | Self::Manual)
    }
}

/// Where the master files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneFiles {
    /// One file.
    File(At<PathBuf>),
    /// A folder that holds `<zone>.zone`, or `<zone>.yaml` where it is octoDNS's.
    Directory(At<PathBuf>),
}

/// A server to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerAddress {
    /// An address and a port.
    Socket(SocketAddr),
    /// A host name and a port.
    Host(Name, u16),
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(socket) => write!(f, "{socket}"),
            Self::Host(host, port) => write!(f, "{host}:{port}"),
        }
    }
}

/// A key of transaction signatures (RFC 8945), without its secret.
#[derive(Clone, Debug)]
pub struct TsigKey {
    /// Its name, which both sides know.
    pub name: At<Name>,
    /// The algorithm.
    pub algorithm: TsigAlgorithm,
    /// Where the secret is, in base64.
    pub secret: SecretSource,
}

/// The algorithms of transaction signatures that are not broken (RFC 8945, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TsigAlgorithm {
    /// `hmac-sha256`.
    #[default]
    HmacSha256,
    /// `hmac-sha384`.
    HmacSha384,
    /// `hmac-sha512`.
    HmacSha512,
}

impl TsigAlgorithm {
    pub(super) const WORDS: &[(&str, Self)] =
        &[("hmac-sha256", Self::HmacSha256), ("hmac-sha384", Self::HmacSha384), ("hmac-sha512", Self::HmacSha512)];

    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha256 => "hmac-sha256",
            Self::HmacSha384 => "hmac-sha384",
            Self::HmacSha512 => "hmac-sha512",
        }
    }
}

/// Where a secret is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In this environment variable.
    Env(At<String>),
    /// In this file.
    File(At<PathBuf>),
    /// On the standard output of this program; never empty.
    Command(At<Vec<String>>),
}
