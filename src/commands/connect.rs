//! Opens the providers of a declaration, with their secrets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use mailvouch_providers::Provider;
use mailvouch_providers::azure_dns::AzureDns;
use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::desec::DeSec;
use mailvouch_providers::digitalocean::DigitalOcean;
use mailvouch_providers::exec::Exec;
use mailvouch_providers::gandi::Gandi;
use mailvouch_providers::google_cloud_dns::GoogleCloudDns;
use mailvouch_providers::hetzner::Hetzner;
use mailvouch_providers::octodns::{Layout, OctoDns};
use mailvouch_providers::powerdns::PowerDns;
use mailvouch_providers::rfc2136::{Rfc2136, TsigKey, TsigSecret};
use mailvouch_providers::route53::{Credentials, Route53};
use mailvouch_providers::zone_file::ZoneFile;

use crate::credentials;
use crate::declared::{At, ProviderConfig, ProviderKind, ServerAddress, ZoneFiles};
use crate::lint::Subject;
use crate::plan::{OneLook, Providers};

/// The providers of a run. Each is opened once: its secret is fetched once, and all keep to one rate.
#[derive(Clone, Default)]
pub(super) struct Opened {
    /// For those who write.
    pub(super) providers: Providers,
    /// The same at one look, for those who plan.
    pub(super) look: Providers,
}

/// Those that are open already, and the others that these domains name.
pub(super) fn providers(opened: &Opened, subjects: &[Subject], timeout: Duration) -> anyhow::Result<Opened> {
    let mut opened = opened.clone();
    for declared in subjects.iter().filter_map(|subject| subject.declared.as_ref()) {
        let Some(config) = &declared.domain().provider else { continue };
        let name = &config.value.name.value;
        // A person is no provider: the plan is made against DNS, and carried out by hand.
        if config.value.kind.is_by_hand() {
            continue;
        }
        if !opened.providers.contains_key(name) {
            let provider = open(&config.value, timeout).with_context(|| format!("provider `{name}`"))?;
            opened.look.insert(name.clone(), Arc::new(OneLook::at(provider.clone())));
            opened.providers.insert(name.clone(), provider);
        }
    }
    Ok(opened)
}

fn open(config: &ProviderConfig, timeout: Duration) -> anyhow::Result<Arc<dyn Provider>> {
    let zone = config.zone.as_ref().map(|zone| zone.value.clone());
    Ok(match &config.kind {
        ProviderKind::ZoneFile { files, reload } => {
            let provider = match files {
                ZoneFiles::File(path) => ZoneFile::file(&path.value, zone),
                ZoneFiles::Directory(path) => ZoneFile::folder(&path.value),
            };
            let reload = reload.as_ref().map(|command| command.value.clone()).unwrap_or_default();
            Arc::new(provider.with_reload(reload))
        }
        ProviderKind::Rfc2136 { server, key } => {
            let Some(key) = key else {
                bail!(
                    "updates without a key are not sent: declare `key-name` and `key-env`, `key-file` or `key-command`"
                );
            };
            let secret = credentials::load(&key.secret)?;
            let key = TsigKey {
                name: key.name.value.clone(),
                algorithm: key.algorithm.name().parse()?,
                secret: TsigSecret::from_base64(&secret)?,
            };
            Arc::new(Rfc2136::new(address(&server.value)?, key, timeout, zone))
        }
        ProviderKind::PowerDns { url, server_id, api_key } => {
            let api_key = credentials::load(api_key)?;
            Arc::new(PowerDns::new(&url.value, server_id, &api_key, timeout, zone)?)
        }
        ProviderKind::Cloudflare { url, token } => {
            let token = credentials::load(token)?;
            let url = url.as_ref().map(|url| url.value.as_str());
            Arc::new(Cloudflare::new(url, &token, timeout, zone)?)
        }
        ProviderKind::DeSec { url, token } => {
            let token = credentials::load(token)?;
            let url = url.as_ref().map(|url| url.value.as_str());
            Arc::new(DeSec::new(url, &token, timeout, zone)?)
        }
        ProviderKind::Gandi { url, token } => {
            let token = credentials::load(token)?;
            let url = url.as_ref().map(|url| url.value.as_str());
            Arc::new(Gandi::new(url, &token, timeout, zone)?)
        }
        ProviderKind::Hetzner { url, token } => {
            let token = credentials::load(token)?;
            let url = url.as_ref().map(|url| url.value.as_str());
            Arc::new(Hetzner::new(url, &token, timeout, zone)?)
        }
        ProviderKind::Route53 { url, region, hosted_zone_id } => {
            let key = credentials::aws()?;
            let key = Credentials::new(&key.id, &key.secret, key.token.as_deref().map(String::as_str));
            let usual = credentials::aws_region();
            let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
            let (url, zone_id) = (text(url), text(hosted_zone_id));
            // Most regions share one Route 53, whose requests are signed for one of them.
            let region = text(region).or(usual.filter(|region| region.starts_with("cn-") || region.contains("gov")));
            Arc::new(Route53::new(url.as_deref(), region.as_deref(), zone_id.as_deref(), key, timeout, zone)?)
        }
        ProviderKind::GoogleCloudDns { url, project, managed_zone } => {
            let credentials = credentials::google()?;
            let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
            let project = text(project).or_else(|| credentials.project().map(str::to_owned));
            let project = project.context("the credentials name no project: declare `project`")?;
            let (url, managed) = (text(url), text(managed_zone));
            Arc::new(GoogleCloudDns::new(url.as_deref(), &project, managed.as_deref(), credentials, timeout, zone)?)
        }
        ProviderKind::AzureDns { url, subscription, resource_group } => {
            let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
            let (url, group, credentials) = (text(url), text(resource_group), credentials::azure()?);
            let subscription = &subscription.value;
            Arc::new(AzureDns::new(url.as_deref(), subscription, group.as_deref(), credentials, timeout, zone)?)
        }
        ProviderKind::DigitalOcean { url, token } => {
            let token = credentials::load(token)?;
            let url = url.as_ref().map(|url| url.value.as_str());
            Arc::new(DigitalOcean::new(url, &token, timeout, zone)?)
        }
        ProviderKind::Exec { command, folder } => Arc::new(Exec::new(command.value.clone(), folder, zone)),
        ProviderKind::OctoDns { files, default_ttl, escaped_semicolons } => {
            let usual = Layout::default();
            let layout = Layout {
                default_ttl: default_ttl.unwrap_or(usual.default_ttl),
                escaped_semicolons: escaped_semicolons.unwrap_or(usual.escaped_semicolons),
            };
            Arc::new(match files {
                ZoneFiles::File(path) => OctoDns::file(&path.value, zone, layout),
                ZoneFiles::Directory(path) => OctoDns::folder(&path.value, layout),
            })
        }
        // `providers` leaves a person out.
        ProviderKind::Manual | ProviderKind::DnsControl { .. } | ProviderKind::Terraform { .. } => {
            bail!("`kind = \"{}\"` is changed by a person: there is nothing to open", config.kind.name())
        }
    })
}

fn address(server: &ServerAddress) -> anyhow::Result<SocketAddr> {
    use std::net::ToSocketAddrs as _;
    match server {
        ServerAddress::Socket(address) => Ok(*address),
        ServerAddress::Host(host, port) => {
            let mut addresses = (host.to_string(), *port)
                .to_socket_addrs()
                .with_context(|| format!("cannot tell the address of {host}"))?;
            addresses.next().with_context(|| format!("{host} has no address"))
        }
    }
}
