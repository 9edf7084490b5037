//! Providers, and where their secrets are.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};

use mailvouch_providers::dns::Name;

use crate::declared::address::Refusal;
use crate::declared::names;
use crate::declared::problem::{Problem, Problems};
use crate::declared::provider::{
    ProviderConfig, ProviderKind, SecretSource, ServerAddress, TsigAlgorithm, TsigKey, ZoneFiles,
};
use crate::declared::raw::Section;
use crate::declared::raw_provider::{Kind, Provider, Secret};
use crate::declared::source::At;
use crate::declared::suggest::quoted;
use crate::declared::table::{Field, Text};

use super::values;

/// The port of DNS.
const DNS: u16 = 53;

/// One section, and what its values are judged with.
struct Judge<'a> {
    name: At<String>,
    /// The section, for what is missing in it.
    span: Range<usize>,
    sound: bool,
    folder: &'a Path,
    problems: &'a Problems,
}

pub(super) fn resolve(section: Section<Provider>, folder: &Path, problems: &Problems) -> Option<ProviderConfig> {
    let before = problems.count();
    let Section { name, span, content, sound } = section;
    let Provider { zone, authoritative, kind } = content?;
    let judge = Judge { name, span, sound, folder, problems };
    let zone = zone.given().and_then(|text| values::read(&text, |text| names::labels(text, "zone"), problems));
    let servers = authoritative.given().map(|list| list.value).unwrap_or_default();
    let authoritative = servers.iter().filter_map(|text| values::read(text, socket, problems)).collect();
    let kind = judge.kind(kind?)?;
    (problems.count() == before).then_some(ProviderConfig { name: judge.name, zone, authoritative, kind })
}

impl Judge<'_> {
    fn kind(&self, kind: Kind) -> Option<ProviderKind> {
        Some(match kind {
            Kind::ZoneFile { file, dir, reload } => {
                let files = self.zone_files(file, dir, ".zone");
                let reload = match reload {
                    Field::Given(reload) => Some(self.command("reload", reload)?),
                    Field::Absent => None,
                    Field::Broken => return None,
                };
                ProviderKind::ZoneFile { files: files?, reload }
            }
            Kind::Rfc2136 { server, key_name, key_algorithm, key } => {
                let key = self.tsig_key(key_name, key_algorithm, key);
                let server =
                    self.required("server", server).and_then(|text| values::read(&text, address, self.problems));
                ProviderKind::Rfc2136 { server: server?, key }
            }
            Kind::PowerDns { url, server_id, api_key } => {
                let url = self.required("url", url).and_then(|url| self.url(url));
                let api_key = self.secret(api_key);
                let server_id = server_id.given().map_or_else(|| "localhost".to_owned(), |id| id.value);
                ProviderKind::PowerDns { url: url?, server_id, api_key: api_key? }
            }
            Kind::Cloudflare { url, token } => {
                let url = url.given().and_then(|url| self.url(url));
                ProviderKind::Cloudflare { url, token: self.secret(token)? }
            }
            Kind::DeSec { url, token } => {
                let url = url.given().and_then(|url| self.url(url));
                ProviderKind::DeSec { url, token: self.secret(token)? }
            }
            Kind::Gandi { url, token } => {
                let url = url.given().and_then(|url| self.url(url));
                ProviderKind::Gandi { url, token: self.secret(token)? }
            }
            Kind::Hetzner { url, token } => {
                let url = url.given().and_then(|url| self.url(url));
                ProviderKind::Hetzner { url, token: self.secret(token)? }
            }
            Kind::Route53 { url, region, hosted_zone_id } => ProviderKind::Route53 {
                url: url.given().and_then(|url| self.url(url)),
                region: region.given().and_then(|text| self.filled("region", text)),
                hosted_zone_id: hosted_zone_id.given().and_then(|text| self.filled("hosted-zone-id", text)),
            },
            Kind::GoogleCloudDns { url, project, managed_zone } => ProviderKind::GoogleCloudDns {
                url: url.given().and_then(|url| self.url(url)),
                project: project.given().and_then(|text| self.filled("project", text)),
                managed_zone: managed_zone.given().and_then(|text| self.filled("managed-zone", text)),
            },
            Kind::AzureDns { url, subscription, resource_group } => {
                let subscription = self.required("subscription", subscription);
                let url = url.given().and_then(|url| self.url(url));
                let resource_group = resource_group.given().and_then(|text| self.filled("resource-group", text));
                ProviderKind::AzureDns { url, subscription: subscription?, resource_group }
            }
            Kind::DigitalOcean { url, token } => {
                let url = url.given().and_then(|url| self.url(url));
                ProviderKind::DigitalOcean { url, token: self.secret(token)? }
            }
            Kind::Exec { command } => {
                if command.is_absent() {
                    self.missing("command", "`command = [\"program\", \"argument\"]`");
                }
                let command = self.command("command", command.given()?)?;
                ProviderKind::Exec { command, folder: self.folder.to_owned() }
            }
            Kind::OctoDns { file, dir, default_ttl, escaped_semicolons } => {
                let files = self.zone_files(file, dir, ".yaml");
                let default_ttl = match default_ttl {
                    Field::Given(ttl) => Some(self.ttl("default-ttl", &ttl)?),
                    Field::Absent => None,
                    Field::Broken => return None,
                };
                let escaped_semicolons = escaped_semicolons.given().map(|at| at.value);
                ProviderKind::OctoDns { files: files?, default_ttl, escaped_semicolons }
            }
            Kind::DnsControl { file } => {
                ProviderKind::DnsControl { file: self.required("file", file).map(|file| self.path(file))? }
            }
            Kind::Terraform { dir } => {
                ProviderKind::Terraform { dir: self.required("dir", dir).map(|dir| self.path(dir))? }
            }
            Kind::Manual => ProviderKind::Manual,
        })
    }

    fn missing(&self, key: &str, example: &str) {
        if !self.sound {
            return;
        }
        let message = format!("the provider {} lacks `{key}`", quoted(&self.name.value));
        self.problems.add(Problem::new(&self.span, message).help(format!("add {example}")));
    }

    fn required(&self, key: &str, field: Text) -> Option<At<String>> {
        if field.is_absent() {
            self.missing(key, &format!("`{key} = \"…\"`"));
        }
        field.given().and_then(|text| self.filled(key, text))
    }

    fn filled(&self, key: &str, text: At<String>) -> Option<At<String>> {
        if text.value.trim().is_empty() {
            self.problems.add(Problem::new(&text.span, format!("`{key}` is empty")));
            return None;
        }
        Some(text)
    }

    fn ttl(&self, key: &str, seconds: &At<i64>) -> Option<u32> {
        let ttl = u32::try_from(seconds.value).ok().filter(|ttl| i32::try_from(*ttl).is_ok());
        if ttl.is_none() {
            let problem = Problem::new(&seconds.span, format!("`{key}` is no time to live (RFC 2181, section 8)"));
            self.problems.add(problem.help("write seconds, from 0 to 2147483647"));
        }
        ttl
    }

    fn zone_files(&self, file: Text, dir: Text, ending: &str) -> Option<ZoneFiles> {
        match (&file, &dir) {
            (Field::Given(file), Field::Given(dir)) => {
                let problem = Problem::new(&dir.span, "a provider of this kind has one of `file` and `dir`, not both");
                self.problems.add(problem.related(&file.span, "`file` stands here"));
                return None;
            }
            (Field::Absent, Field::Absent) => {
                let example = format!("`file = \"…\"`, or `dir = \"…\"` with a file `<zone>{ending}` for each zone");
                self.missing("file", &example);
            }
            _ => {}
        }
        if let Some(file) = file.given() {
            return self.filled("file", file).map(|file| ZoneFiles::File(self.path(file)));
        }
        self.filled("dir", dir.given()?).map(|dir| ZoneFiles::Directory(self.path(dir)))
    }

    fn path(&self, text: At<String>) -> At<PathBuf> {
        text.map(|text| self.folder.join(text))
    }

    fn tsig_key(&self, name: Text, algorithm: Text, secret: Secret) -> Option<TsigKey> {
        let meant = |text: &str| match text.to_lowercase().trim_end_matches('.') {
            "sha256" | "hmac_sha256" | "hmac-sha256" => Some("hmac-sha256"),
            "sha384" | "hmac_sha384" | "hmac-sha384" => Some("hmac-sha384"),
            "sha512" | "hmac_sha512" | "hmac-sha512" => Some("hmac-sha512"),
            _ => None,
        };
        let algorithm_given = !algorithm.is_absent();
        let algorithm = values::word_field("key-algorithm", algorithm, TsigAlgorithm::WORDS, meant, self.problems);
        if name.is_absent() && secret.is_absent() {
            if algorithm_given {
                self.missing("key-name", "`key-name` and `key-env`, or leave `key-algorithm` out");
            } else {
                let message =
                    format!("the provider {} has no key: its updates are not signed", quoted(&self.name.value));
                let help = "add `key-name` and `key-env`, unless the server trusts this address";
                self.problems.note(Problem::new(&self.name.span, message).help(help));
            }
            return None;
        }
        let name = self.required("key-name", name);
        let name =
            name.and_then(|name| values::read(&name, |text| names::labels(text, "name of a key"), self.problems));
        let secret = self.secret(secret);
        Some(TsigKey { name: name?, algorithm: algorithm.map(|at| at.value).unwrap_or_default(), secret: secret? })
    }

    /// Where a secret is: exactly one of three keys says it.
    fn secret(&self, secret: Secret) -> Option<SecretSource> {
        let prefix = secret.prefix;
        if secret.is_absent() {
            let example = format!("`{prefix}-env = \"NAME\"`, `{prefix}-file = \"…\"` or `{prefix}-command = [\"…\"]`");
            self.missing(&format!("{prefix}-env"), &example);
            return None;
        }
        let given: Vec<_> = [
            ("env", secret.env.as_ref().given().map(|at| &at.span)),
            ("file", secret.file.as_ref().given().map(|at| &at.span)),
            ("command", secret.command.as_ref().given().map(|at| &at.span)),
        ]
        .into_iter()
        .filter_map(|(way, span)| Some((way, span?)))
        .collect();
        if let [(first, first_span), rest @ ..] = given.as_slice() {
            for (way, span) in rest {
                let message = format!("a secret has one of `{prefix}-{first}` and `{prefix}-{way}`, not both");
                self.problems
                    .add(Problem::new(span, message).related(first_span, format!("`{prefix}-{first}` stands here")));
            }
        }
        if let Some(variable) = secret.env.given() {
            return self.variable(prefix, variable).map(SecretSource::Env);
        }
        if let Some(file) = secret.file.given() {
            return self.filled(&format!("{prefix}-file"), file).map(|file| SecretSource::File(self.path(file)));
        }
        self.command(&format!("{prefix}-command"), secret.command.given()?).map(SecretSource::Command)
    }

    /// The name of an environment variable. What is none is not repeated: it may be the secret itself.
    fn variable(&self, prefix: &str, name: At<String>) -> Option<At<String>> {
        let first = name.value.bytes().next();
        let proper = name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && first.is_some_and(|first| !first.is_ascii_digit());
        if proper {
            return Some(name);
        }
        self.problems.conceal(&name.span);
        let message = format!("`{prefix}-env` takes the name of an environment variable, and this is none");
        let help = "names have letters, digits and underscores; the secret itself never stands here";
        self.problems.add(Problem::new(&name.span, message).help(help));
        None
    }

    fn command(&self, key: &str, list: At<Vec<At<String>>>) -> Option<At<Vec<String>>> {
        if list.value.first().is_none_or(|program| program.value.trim().is_empty()) {
            let problem = Problem::new(&list.span, format!("`{key}` names no program"));
            self.problems.add(problem.help(format!("write `{key} = [\"program\", \"argument\"]`")));
            return None;
        }
        Some(list.map(|words| words.into_iter().map(|word| word.value).collect()))
    }

    /// A base URL of an API.
    fn url(&self, url: At<String>) -> Option<At<String>> {
        let refuse = |message: &str, help: &str| {
            self.problems.add(Problem::new(&url.span, message).help(help));
        };
        let lower = url.value.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
            refuse("the URL begins with neither `https://` nor `http://`", "write `https://…`");
            return None;
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            self.problems.conceal(&url.span);
            refuse("the URL would hold a secret, and a declaration never does", "leave out what stands before the `@`");
            return None;
        }
        let (host, port) = split_port(authority);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_host = bare.parse::<IpAddr>().is_ok() || names::labels(host, "host").is_ok();
        if !is_host || port.is_some_and(|port| port.parse::<u16>().is_err()) {
            refuse("the URL has no proper host", "write `https://host` or `https://host:port`");
            return None;
        }
        if rest.contains(['?', '#']) || !url.value.bytes().all(|byte| byte.is_ascii_graphic()) {
            refuse("the URL is no base that paths can be added to", "leave out all from `?` or `#` on");
            return None;
        }
        let nearby = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if lower.starts_with("http://") && !nearby {
            let message = "without TLS everybody on the way can read the secret";
            self.problems.note(Problem::new(&url.span, message).help("write `https://…`"));
        }
        Some(url)
    }
}

impl Secret {
    fn is_absent(&self) -> bool {
        self.env.is_absent() && self.file.is_absent() && self.command.is_absent()
    }
}

/// Host and port of `host:port`, `[address]:port`, or either alone.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    }
}

/// `IP:PORT`; the port may be left out.
fn socket(text: &str) -> Result<SocketAddr, Refusal> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let alone = bare.parse::<IpAddr>().map(|address| SocketAddr::new(address, DNS));
    alone.or_else(|_| text.parse::<SocketAddr>()).map_err(|_| Refusal {
        message: format!("{} is no address of a server", quoted(text)),
        help: Some("write `192.0.2.53:53` or `[2001:db8::53]:53`".to_owned()),
    })
}

/// As [`socket`], or a host's name instead of its address.
fn address(text: &str) -> Result<ServerAddress, Refusal> {
    if let Ok(socket) = socket(text) {
        return Ok(ServerAddress::Socket(socket));
    }
    let (host, port) = split_port(text);
    let host: Option<Name> = names::labels(host, "host").ok();
    let port = port.map_or(Some(DNS), |port| port.parse().ok());
    match (host, port) {
        (Some(host), Some(port)) => Ok(ServerAddress::Host(host, port)),
        _ => Err(Refusal {
            message: format!("{} is no address of a server", quoted(text)),
            help: Some("write `192.0.2.53:53`, `[2001:db8::53]:53` or `ns.example.com:53`".to_owned()),
        }),
    }
}
