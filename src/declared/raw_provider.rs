//! The sections `[providers.NAME]` as they are written: which keys there are depends on the kind.

use super::problem::{Problem, Problems};
use super::source::At;
use super::suggest::{listed, quoted};
use super::table::{Field, Node, Shape, Table, Text, Texts, Unasked};

/// `[providers.NAME]`.
pub(super) struct Provider {
    pub(super) zone: Text,
    pub(super) authoritative: Texts,
    /// None where the kind is missing or unknown, which has been reported.
    pub(super) kind: Option<Kind>,
}

/// The keys that a kind has beside the common ones.
pub(super) enum Kind {
    ZoneFile { file: Text, dir: Text, reload: Texts },
    Rfc2136 { server: Text, key_name: Text, key_algorithm: Text, key: Secret },
    PowerDns { url: Text, server_id: Text, api_key: Secret },
    Cloudflare { url: Text, token: Secret },
    DeSec { url: Text, token: Secret },
    Gandi { url: Text, token: Secret },
    Hetzner { url: Text, token: Secret },
    Route53 { url: Text, region: Text, hosted_zone_id: Text },
    GoogleCloudDns { url: Text, project: Text, managed_zone: Text },
    AzureDns { url: Text, subscription: Text, resource_group: Text },
    DigitalOcean { url: Text, token: Secret },
    Exec { command: Texts },
    OctoDns { file: Text, dir: Text, default_ttl: Field<At<i64>>, escaped_semicolons: Field<At<bool>> },
    DnsControl { file: Text },
    Terraform { dir: Text },
    Manual,
}

/// The three keys that may say where a secret is.
pub(super) struct Secret {
    /// What the keys begin with: `token` for `token-env`.
    pub(super) prefix: &'static str,
    pub(super) env: Text,
    pub(super) file: Text,
    pub(super) command: Texts,
}

/// Every word of `kind`.
const KINDS: [&str; 16] = [
    "zone-file",
    "rfc2136",
    "powerdns",
    "cloudflare",
    "route53",
    "google-cloud-dns",
    "azure-dns",
    "digitalocean",
    "desec",
    "gandi",
    "hetzner",
    "exec",
    "octodns",
    "dnscontrol",
    "terraform",
    "manual",
];

impl Provider {
    const SHAPE: Shape = Shape { what: "a provider", example: "`[providers.NAME]`, and `kind = \"…\"` below it" };

    pub(super) fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let header = node.span.clone();
        let mut table = Table::open(Self::SHAPE, &name.value, node, problems)?;
        let kind = match table.text("kind") {
            Field::Given(kind) => {
                let read = Kind::read(&kind.value, &mut table);
                if read.is_none() {
                    problems.add(unknown_kind(&kind, problems));
                }
                read
            }
            Field::Absent => {
                let message = format!("the provider {} does not say its `kind`", quoted(&name.value));
                problems.add(Problem::new(&header, message).help(format!("kinds are {}", listed(KINDS))));
                None
            }
            Field::Broken => None,
        };
        let provider = Self { zone: table.text("zone"), authoritative: table.texts("authoritative"), kind };
        // Without a kind nobody knows which keys are wrong; a secret that lies open is wrong in any case.
        let unasked = if provider.kind.is_some() { Unasked::Everything } else { Unasked::Secrets };
        table.report(unasked, |key| hint(provider.kind.as_ref(), key));
        Some(provider)
    }
}

fn unknown_kind(kind: &At<String>, problems: &Problems) -> Problem {
    let meant = match kind.value.to_lowercase().as_str() {
        "bind" | "nsupdate" | "dnsupdate" | "ddns" | "knot" => Some("rfc2136"),
        "aws" | "aws-route53" => Some("route53"),
        "desec.io" | "dedyn" => Some("desec"),
        "pdns" => Some("powerdns"),
        "google" | "gcloud" | "gcp" | "googlecloud" | "clouddns" | "cloud-dns" => Some("google-cloud-dns"),
        "azure" | "azuredns" | "azurerm" | "microsoft" => Some("azure-dns"),
        "do" | "digital-ocean" => Some("digitalocean"),
        "livedns" | "gandi-livedns" | "gandiv5" => Some("gandi"),
        "hcloud" | "hetzner-cloud" | "hetzner-dns" => Some("hetzner"),
        "file" | "zonefile" | "zone" => Some("zone-file"),
        "octo" | "octo-dns" | "yaml" => Some("octodns"),
        "dns-control" | "dnsconfig" | "dnsconfig.js" => Some("dnscontrol"),
        "tofu" | "opentofu" | "hcl" | "tf" => Some("terraform"),
        "none" | "web" | "panel" => Some("manual"),
        "script" | "command" => Some("exec"),
        _ => problems.nearest(&kind.value, KINDS),
    };
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("kinds are {}; `exec` hands the work to a program of yours", listed(KINDS)),
    };
    Problem::new(&kind.span, format!("{} is no kind of provider", quoted(&kind.value))).help(help)
}

/// What some keys were meant to be that no likeness tells.
fn hint(kind: Option<&Kind>, key: &str) -> Option<String> {
    match (kind?, key) {
        (Kind::Rfc2136 { .. }, "algorithm") => Some("did you mean `key-algorithm`?".to_owned()),
        (Kind::Rfc2136 { .. }, "host" | "address" | "primary") => Some("did you mean `server`?".to_owned()),
        (
            Kind::Cloudflare { .. }
            | Kind::DeSec { .. }
            | Kind::DigitalOcean { .. }
            | Kind::Gandi { .. }
            | Kind::Hetzner { .. },
            "zone-id" | "domain",
        ) => Some("the zone is found by its name; leave it out".to_owned()),
        (Kind::Route53 { .. }, "zone-id") => Some("did you mean `hosted-zone-id`?".to_owned()),
        (Kind::Route53 { .. }, key) if super::secret_text::is_secret_key(key) => {
            Some("secrets come from the usual AWS environment and profile; leave it out".to_owned())
        }
        (Kind::GoogleCloudDns { .. }, "zone-name" | "zone-id") => Some("did you mean `managed-zone`?".to_owned()),
        (Kind::GoogleCloudDns { .. }, "project-id") => Some("did you mean `project`?".to_owned()),
        (Kind::GoogleCloudDns { .. }, key) if super::secret_text::is_secret_key(key) => {
            Some("secrets come from Google's usual environment; leave it out".to_owned())
        }
        (Kind::AzureDns { .. }, "subscription-id") => Some("did you mean `subscription`?".to_owned()),
        (Kind::AzureDns { .. }, "group" | "rg") => Some("did you mean `resource-group`?".to_owned()),
        (Kind::AzureDns { .. }, "tenant" | "tenant-id" | "client-id") => {
            Some("the application comes from the usual Azure environment; leave it out".to_owned())
        }
        (Kind::AzureDns { .. }, key) if super::secret_text::is_secret_key(key) => {
            Some("secrets come from the usual Azure environment; leave it out".to_owned())
        }
        (Kind::OctoDns { .. }, "directory") | (Kind::Terraform { .. }, "file" | "path") => {
            Some("did you mean `dir`?".to_owned())
        }
        (Kind::OctoDns { .. }, "ttl") => Some("did you mean `default-ttl`?".to_owned()),
        (Kind::DnsControl { .. }, "dir" | "path") => Some("did you mean `file`?".to_owned()),
        _ => None,
    }
}

impl Kind {
    fn read(kind: &str, table: &mut Table<'_, '_>) -> Option<Self> {
        let read = Self::keys(kind, table)?;
        table.call(match read {
            Self::ZoneFile { .. } => "a provider of the kind `zone-file`",
            Self::Rfc2136 { .. } => "a provider of the kind `rfc2136`",
            Self::PowerDns { .. } => "a provider of the kind `powerdns`",
            Self::Cloudflare { .. } => "a provider of the kind `cloudflare`",
            Self::DeSec { .. } => "a provider of the kind `desec`",
            Self::Gandi { .. } => "a provider of the kind `gandi`",
            Self::Hetzner { .. } => "a provider of the kind `hetzner`",
            Self::Route53 { .. } => "a provider of the kind `route53`",
            Self::GoogleCloudDns { .. } => "a provider of the kind `google-cloud-dns`",
            Self::AzureDns { .. } => "a provider of the kind `azure-dns`",
            Self::DigitalOcean { .. } => "a provider of the kind `digitalocean`",
            Self::Exec { .. } => "a provider of the kind `exec`",
            Self::OctoDns { .. } => "a provider of the kind `octodns`",
            Self::DnsControl { .. } => "a provider of the kind `dnscontrol`",
            Self::Terraform { .. } => "a provider of the kind `terraform`",
            Self::Manual => "a provider of the kind `manual`",
        });
        Some(read)
    }

    fn keys(kind: &str, table: &mut Table<'_, '_>) -> Option<Self> {
        Some(match kind {
            "zone-file" => {
                Self::ZoneFile { file: table.text("file"), dir: table.text("dir"), reload: table.texts("reload") }
            }
            "rfc2136" => Self::Rfc2136 {
                server: table.text("server"),
                key_name: table.text("key-name"),
                key_algorithm: table.text("key-algorithm"),
                key: Secret::read("key", ["key-env", "key-file", "key-command"], table),
            },
            "powerdns" => Self::PowerDns {
                url: table.text("url"),
                server_id: table.text("server-id"),
                api_key: Secret::read("api-key", ["api-key-env", "api-key-file", "api-key-command"], table),
            },
            "cloudflare" => Self::Cloudflare { url: table.text("url"), token: Secret::token(table) },
            "desec" => Self::DeSec { url: table.text("url"), token: Secret::token(table) },
            "gandi" => Self::Gandi { url: table.text("url"), token: Secret::token(table) },
            "hetzner" => Self::Hetzner { url: table.text("url"), token: Secret::token(table) },
            "route53" => Self::Route53 {
                url: table.text("url"),
                region: table.text("region"),
                hosted_zone_id: table.text("hosted-zone-id"),
            },
            "google-cloud-dns" => Self::GoogleCloudDns {
                url: table.text("url"),
                project: table.text("project"),
                managed_zone: table.text("managed-zone"),
            },
            "azure-dns" => Self::AzureDns {
                url: table.text("url"),
                subscription: table.text("subscription"),
                resource_group: table.text("resource-group"),
            },
            "digitalocean" => Self::DigitalOcean {
                url: table.text("url"),
                token: Secret::read("token", ["token-env", "token-file", "token-command"], table),
            },
            "exec" => Self::Exec { command: table.texts("command") },
            "octodns" => Self::OctoDns {
                file: table.text("file"),
                dir: table.text("dir"),
                default_ttl: table.integer("default-ttl"),
                escaped_semicolons: table.boolean("escaped-semicolons"),
            },
            "dnscontrol" => Self::DnsControl { file: table.text("file") },
            "terraform" => Self::Terraform { dir: table.text("dir") },
            "manual" => Self::Manual,
            _ => return None,
        })
    }
}

impl Secret {
    fn token(table: &mut Table<'_, '_>) -> Self {
        Self::read("token", ["token-env", "token-file", "token-command"], table)
    }

    fn read(prefix: &'static str, [env, file, command]: [&'static str; 3], table: &mut Table<'_, '_>) -> Self {
        Self { prefix, env: table.text(env), file: table.text(file), command: table.texts(command) }
    }
}
