//! PowerDNS, over its HTTP API; somebody else has `pdnsutil`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::powerdns::PowerDns;
use mailvouch_providers::{Patience, Provider, Value};

use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, Race, Site, THEIRS, TTL, zone};
use crate::providers::rfc2136::master_file;
use crate::servers::{Record, Server, powerdns};
use crate::support::proxy::Speech;
use crate::support::world::{name, txt};

/// The zone that all others are copies of.
const TEMPLATE: &str = "template.example";

struct Pdns(Server);

impl Pdns {
    fn start() -> Self {
        let text = master_file(&zone(&name(TEMPLATE)));
        Self(powerdns::start(TEMPLATE, &text))
    }

    fn pdnsutil(&self, apex: &Name, verb: &str, rest: &[&str]) {
        let apex = apex.to_string();
        powerdns::pdnsutil(&self.0, &[&[verb, &apex], rest].concat());
    }
}

impl Site for Pdns {
    fn name(&self) -> &'static str {
        "chaos::powerdns"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        powerdns::copy_zone(&self.0, TEMPLATE, &apex.to_string());
    }

    fn address(&self, _apex: &Name) -> SocketAddr {
        powerdns::api(&self.0).trim_start_matches("http://").parse().expect("an address")
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let provider = PowerDns::new(&format!("http://{address}"), "localhost", powerdns::API_KEY, timeout, None);
        let patience = Patience { attempts: 3, pause: Duration::from_millis(5) };
        Arc::new(provider.expect("a URL").with_patience(patience))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        self.0.records(&apex.to_string())
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let (ttl, data) = (value.ttl.to_string(), value.rdata.to_string());
        let rtype = value.rdata.rtype().to_string();
        // It takes names for what stands before the zone's.
        let (owner, zone) = (owner.to_string(), format!(".{apex}"));
        let labels = owner.strip_suffix(&zone).unwrap_or("@");
        self.pdnsutil(apex, "add-record", &[labels, &rtype, &ttl, &data]);
    }

    fn replace_ours(&self, apex: &Name) {
        let ours = OURS.map(txt);
        let texts = self.records(apex).into_iter().filter_map(|(owner, _, rdata)| {
            let stays = owner == *apex && rdata.rtype() == RrType::TXT && !ours.contains(&rdata);
            stays.then(|| rdata.to_string())
        });
        let texts: Vec<String> = texts.chain([format!("\"{THEIRS}\"")]).collect();
        let ttl = TTL.to_string();
        let mut arguments = vec!["@", "TXT", &ttl];
        arguments.extend(texts.iter().map(String::as_str));
        self.pdnsutil(apex, "replace-rrset", &arguments);
    }

    /// SQLite refuses one of two who write at once, and the API answers that with an error of its own.
    fn at_once(&self) -> usize {
        1
    }

    /// The API replaces a set whole: `docs/providers/powerdns.md`.
    fn race(&self) -> Race {
        Race::Set
    }
}

#[test]
fn powerdns_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Pdns::start());
    all(&site, &Seeds::usual(100));
}
