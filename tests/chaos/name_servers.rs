//! BIND and Knot, over DNS UPDATE.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mailvouch_providers::dns::Name;
use mailvouch_providers::rfc2136::Rfc2136;
use mailvouch_providers::{Provider, Value};

use super::run::{all, zones};
use super::seeded::Seeds;
use super::site::{OURS, Site, THEIRS, TTL, zone};
use crate::providers::rfc2136::master_file;
use crate::servers::{Record, Server, Setup, bind, knot};
use crate::support::proxy::Speech;

struct NameServer {
    name: &'static str,
    server: Server,
}

impl NameServer {
    fn start(name: &'static str, start: fn(&Setup) -> Server, seeds: &Seeds) -> Arc<dyn Site> {
        let mut setup = Setup::new("unused.example", "");
        setup.zones = zones(seeds).map(|apex| (apex.to_string(), master_file(&zone(&apex)))).collect();
        Arc::new(Self { name, server: start(&setup) })
    }
}

impl Site for NameServer {
    fn name(&self) -> &'static str {
        self.name
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Dns)
    }

    fn create(&self, apex: &Name) {
        // It began with all of them, and may still load the last.
        let begun = Instant::now();
        while !self.server.serves(&apex.to_string()) {
            assert!(begun.elapsed() < Duration::from_secs(30), "{apex} does not come up");
            sleep(Duration::from_millis(10));
        }
    }

    fn address(&self, _apex: &Name) -> SocketAddr {
        self.server.address()
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        Arc::new(Rfc2136::new(address, self.server.key().tsig(), timeout, None))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        self.server.records(&apex.to_string())
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let line = format!("update add {} {} {} {}", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata);
        self.server.update(&apex.to_string(), &line);
    }

    fn replace_ours(&self, apex: &Name) {
        let at = apex.absolute();
        let mut lines: Vec<String> = OURS.iter().map(|text| format!("update delete {at} TXT \"{text}\"")).collect();
        lines.push(format!("update add {at} {TTL} TXT \"{THEIRS}\""));
        self.server.update(&apex.to_string(), &lines.join("\n"));
    }
}

#[test]
fn bind_among_faults() {
    let seeds = Seeds::usual(100);
    all(&NameServer::start("chaos::name_servers::bind", bind::start_with, &seeds), &seeds);
}

#[test]
fn knot_among_faults() {
    let seeds = Seeds::usual(100);
    all(&NameServer::start("chaos::name_servers::knot", knot::start_with, &seeds), &seeds);
}
