//! The declaration as JSON Schema, for editors. The parser is written by hand, so that every mistake is told at once and
//! with its place; these types mirror what it takes, and tests hold each key of one against the other.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The schema of a declaration.
pub fn declaration_schema() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>()
}

type Table<T> = Option<BTreeMap<String, T>>;

/// Texts, or one alone.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "read by the derive")]
enum Texts {
    One(String),
    Several(Vec<String>),
}

/// A date of TOML: a day (the whole day in UTC), or an instant with its offset.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by the derive")]
struct Date(String);

/// Who sends as which domains, and where their records are changed.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
struct File {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// Groups of addresses that mail leaves from.
    egress: Table<Egress>,
    /// Third parties that send for you. Well-known ones are built in and need no section.
    senders: Table<Sender>,
    /// Where DNS is changed.
    providers: Table<Provider>,
    /// Domains that neither send nor receive, in one list.
    parked: Option<Parked>,
    /// The domains, by their names.
    domains: Table<Domain>,
}

/// A group of addresses.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
struct Egress {
    /// Addresses and CIDR ranges, as receivers see them.
    addresses: Vec<String>,
    /// Names that the hosts give in HELO.
    helo: Option<Vec<String>>,
    /// When mail begins to leave from here.
    from: Option<Date>,
    /// When the last mail leaves from here.
    until: Option<Date>,
}

/// A third party that sends.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
struct Sender {
    /// The names of its SPF records, one of which has to be included.
    include: Option<Texts>,
    /// Its addresses, where it has no record.
    addresses: Option<Vec<String>>,
    /// Whether it has to pass SPF of the domain itself.
    spf: Option<Need>,
    /// The domain of its envelope sender, if that is not the domain itself.
    mail_from: Option<String>,
    /// The domain that it signs as.
    dkim: Option<String>,
}

/// Whether a sender has to pass SPF.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum Need {
    /// It has to pass SPF of the domain.
    Required,
    /// It sends with an envelope domain elsewhere.
    ReturnPath,
    /// It relies on DKIM.
    None,
}

/// A domain.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
struct Domain {
    /// Groups that its mail leaves from.
    egress: Option<Vec<String>>,
    /// Third parties that send for it.
    senders: Option<Vec<String>>,
    /// `false`: nobody sends with it; asks for `-all` and `p=reject`. Default `true`.
    sends: Option<bool>,
    /// `false`: it takes no mail; asks for a null MX. Default `true`.
    receives: Option<bool>,
    /// The SPF record.
    spf: Option<Spf>,
    /// The DMARC record.
    dmarc: Option<Dmarc>,
    /// The DKIM selectors.
    dkim: Table<Selector>,
    /// Seconds, for record sets that are new.
    ttl: Option<u32>,
    /// It sends 5,000 messages a day or more to one receiver. Default `false`.
    bulk: Option<bool>,
    /// Where its records are changed.
    provider: Option<String>,
    /// Where its published state is read. Default `dns`.
    published: Option<Published>,
    /// Rules whose *ask* fixes go into plans.
    accept: Option<Vec<String>>,
    /// Guards that need no `--allow`.
    allow: Option<Vec<Guarding>>,
    /// Rules whose findings may stand here until a day.
    ignore: Table<Leave>,
}

/// A guard, by its name.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum Guarding {
    WidensSpf,
    ShrinksSpf,
    TightensSpf,
    SpendsLookups,
    WeakensDmarc,
    TightensDmarc,
    ReplacesDkimKey,
    RemovesLastDkimKey,
    RemovesMx,
    ShadowsWildcard,
    LargeChange,
    UnconditionalWrite,
}

/// Where the published state is read.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum Published {
    Dns,
    Provider,
}

/// Why a finding may stand, and until when.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
struct Leave {
    /// Why.
    #[schemars(length(min = 1))]
    reason: String,
    /// The last day, in UTC.
    expires: Date,
}

/// The SPF record.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
struct Spf {
    /// What the record ends in.
    all: Option<All>,
    /// Nobody but those declared may pass. Default `false`.
    exclusive: Option<bool>,
}

/// What a record ends in.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum All {
    /// `-all`.
    Fail,
    /// `~all`.
    Softfail,
    /// `?all`.
    Neutral,
}

/// The DMARC record.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
struct Dmarc {
    /// For the domain.
    policy: Policy,
    /// For subdomains.
    subdomain_policy: Option<Policy>,
    /// For subdomains that do not exist.
    nonexistent_policy: Option<Policy>,
    /// Where aggregate reports go: `mailto:` URIs.
    rua: Option<Texts>,
    /// Where failure reports go: `mailto:` URIs.
    ruf: Option<Texts>,
    /// When failure reports are wanted: `0` or `1`, `d`, `s`, with colons between.
    fo: Option<String>,
    /// Alignment of DKIM.
    adkim: Option<Alignment>,
    /// Alignment of SPF.
    aspf: Option<Alignment>,
    /// Receivers apply the policy one step lower.
    testing: Option<bool>,
    /// Whether the name is a public suffix.
    psd: Option<Psd>,
}

/// A policy of DMARC.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum Policy {
    None,
    Quarantine,
    Reject,
}

/// How near two domains have to be.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum Alignment {
    Relaxed,
    Strict,
}

/// Whether a name is a public suffix.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
enum Psd {
    Y,
    N,
    U,
}

/// A selector, with exactly one of the first four keys.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by the derive")]
struct Selector {
    /// A PEM file with the key: public or private. Of a private one only the public half is used.
    key_file: Option<String>,
    /// The selector is an alias of this name.
    cname: Option<String>,
    /// Somebody else's key: it only has to be there and sound.
    #[schemars(extend("const" = true))]
    present: Option<bool>,
    /// An empty key.
    #[schemars(extend("const" = true))]
    revoked: Option<bool>,
    /// The last day on which it signs.
    retire: Option<Date>,
}

/// Domains that neither send nor receive.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
struct Parked {
    /// Their names.
    domains: Vec<String>,
    /// `true`: they take mail, and keep their MX. Default `false`.
    receives: Option<bool>,
    /// As in a domain, for all of them.
    provider: Option<String>,
    /// As in a domain, for all of them.
    published: Option<Published>,
    /// As in a domain, for all of them.
    ttl: Option<u32>,
    /// As in a domain, for all of them.
    accept: Option<Vec<String>>,
    /// As in a domain, for all of them.
    allow: Option<Vec<Guarding>>,
}

/// Where DNS is changed: the keys of its kind, and `zone` and `authoritative`, which every kind takes.
#[derive(JsonSchema)]
#[schemars(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "read by the derive")]
enum Provider {
    /// Master files.
    ZoneFile {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// A master file.
        file: Option<String>,
        /// A folder with `<zone>.zone`.
        dir: Option<String>,
        /// A program and its arguments, run after each write, without a shell.
        reload: Option<Vec<String>>,
    },
    /// DNS UPDATE (RFC 2136).
    Rfc2136 {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// `IP:PORT` or `HOST:PORT`, port 53 if none is given.
        server: String,
        /// The name of the TSIG key.
        key_name: Option<String>,
        /// Its algorithm. Default `hmac-sha256`.
        key_algorithm: Option<String>,
        /// The environment variable that holds the secret.
        key_env: Option<String>,
        /// The file that holds the secret.
        key_file: Option<String>,
        /// A program and its arguments, whose standard output is the secret.
        key_command: Option<Vec<String>>,
    },
    /// The API of PowerDNS.
    Powerdns {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// The address of the API.
        url: String,
        /// Default `localhost`.
        server_id: Option<String>,
        /// The environment variable that holds the API key.
        api_key_env: Option<String>,
        /// The file that holds the API key.
        api_key_file: Option<String>,
        /// A program and its arguments, whose standard output is the API key.
        api_key_command: Option<Vec<String>>,
    },
    /// Cloudflare.
    Cloudflare {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The environment variable that holds the token.
        token_env: Option<String>,
        /// The file that holds the token.
        token_file: Option<String>,
        /// A program and its arguments, whose standard output is the token.
        token_command: Option<Vec<String>>,
    },
    /// deSEC.
    #[schemars(rename = "desec")]
    DeSec {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The environment variable that holds the token.
        token_env: Option<String>,
        /// The file that holds the token.
        token_file: Option<String>,
        /// A program and its arguments, whose standard output is the token.
        token_command: Option<Vec<String>>,
    },
    /// Gandi LiveDNS.
    Gandi {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The environment variable that holds the personal access token.
        token_env: Option<String>,
        /// The file that holds the personal access token.
        token_file: Option<String>,
        /// A program and its arguments, whose standard output is the personal access token.
        token_command: Option<Vec<String>>,
    },
    /// Hetzner, whose DNS is a part of its Cloud.
    Hetzner {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The environment variable that holds the token of a project.
        token_env: Option<String>,
        /// The file that holds the token of a project.
        token_file: Option<String>,
        /// A program and its arguments, whose standard output is the token of a project.
        token_command: Option<Vec<String>>,
    },
    /// Amazon Route 53. Secrets come from the usual AWS environment and profile.
    Route53 {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The region.
        region: Option<String>,
        /// The hosted zone.
        hosted_zone_id: Option<String>,
    },
    /// Google Cloud DNS. Secrets come from Google's usual environment.
    GoogleCloudDns {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The project; default: that of the credentials.
        project: Option<String>,
        /// What the zone is called there, where several have its name.
        managed_zone: Option<String>,
    },
    /// Azure DNS. Secrets come from the usual Azure environment.
    AzureDns {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The subscription, by its id.
        subscription: String,
        /// The resource group that the zone is in, where several have one of its name.
        resource_group: Option<String>,
    },
    /// DigitalOcean.
    #[serde(rename = "digitalocean")]
    DigitalOcean {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Another address than that of the public API.
        url: Option<String>,
        /// The environment variable that holds the token.
        token_env: Option<String>,
        /// The file that holds the token.
        token_file: Option<String>,
        /// A program and its arguments, whose standard output is the token.
        token_command: Option<Vec<String>>,
    },
    /// Zones in YAML files of octoDNS.
    #[schemars(rename = "octodns")]
    OctoDns {
        /// The zone in `file`; default: the name of the file.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: none, for octoDNS runs later.
        authoritative: Option<Vec<String>>,
        /// A file of one zone.
        file: Option<String>,
        /// A folder with `<zone>.yaml`.
        dir: Option<String>,
        /// `default_ttl` in the configuration of octoDNS. Default 3600.
        default_ttl: Option<u32>,
        /// `escaped_semicolons` there. Default true.
        escaped_semicolons: Option<bool>,
    },
    /// A program of DNSControl, which is not edited.
    #[schemars(rename = "dnscontrol")]
    DnsControl {
        /// The zone; default: the domain.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// Its first file, `dnsconfig.js`.
        file: String,
    },
    /// A configuration of Terraform or OpenTofu, which is not edited.
    Terraform {
        /// The zone; default: the domain.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// The folder that it is in.
        dir: String,
    },
    /// Any program of yours.
    Exec {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
        /// The program and its arguments.
        command: Vec<String>,
    },
    /// A person.
    Manual {
        /// The zone; default: found by walking up to the SOA.
        zone: Option<String>,
        /// `IP:PORT` of the servers that must agree; default: the NS of the zone.
        authoritative: Option<Vec<String>>,
    },
}
