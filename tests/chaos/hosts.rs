//! The stand-ins for hosts whose APIs write record sets whole; somebody else is at their web panels.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailvouch_providers::desec::DeSec;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::gandi::Gandi;
use mailvouch_providers::hetzner::Hetzner;
use mailvouch_providers::{Patience, Provider, Rate, Value};

use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, Race, Site, THEIRS, TTL, zone};
use crate::servers::Record;
use crate::servers::desec::{self, DeSecHost};
use crate::servers::gandi::{self, GandiHost};
use crate::servers::hetzner::{self, HetznerHost};
use crate::servers::hosted::{Host, Hosted};
use crate::support::proxy::Speech;

const PATIENCE: Patience = Patience { attempts: 3, pause: Duration::from_millis(5) };

/// A record set: name relative to the zone and empty for the zone itself, type, TTL, values.
type Set = (String, String, u64, Vec<String>);

/// A host, as somebody at its web panel sees it.
trait Kind: Send + Sync + 'static {
    type Host: Host;
    const NAME: &'static str;
    fn host(apex: &str) -> Self::Host;
    fn provider(address: SocketAddr, timeout: Duration) -> Arc<dyn Provider>;
    fn sets(host: &Self::Host, apex: &str) -> Vec<Set>;
    /// Puts a set in the place of the one that is there.
    fn put(host: &mut Self::Host, apex: &str, set: Set);
}

struct AtDeSec;

impl Kind for AtDeSec {
    type Host = DeSecHost;
    const NAME: &'static str = "chaos::hosts::desec";

    fn host(apex: &str) -> DeSecHost {
        let mut host = DeSecHost::with(&[apex]);
        host.domains.get_mut(apex).expect("a domain").minimum_ttl = 60;
        // Lists are longer than one page.
        host.page = 6;
        host
    }

    fn provider(address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let provider = DeSec::new(Some(&format!("http://{address}/api/v1/")), desec::TOKEN, timeout, None);
        let rate = Rate { requests: 100_000, per: Duration::from_secs(1) };
        Arc::new(provider.expect("a URL").with_patience(PATIENCE).with_rate(rate))
    }

    fn sets(host: &DeSecHost, apex: &str) -> Vec<Set> {
        let sets = host.domains[apex].sets.iter();
        sets.map(|((name, rtype), set)| (name.clone(), rtype.clone(), set.ttl, set.records.clone())).collect()
    }

    fn put(host: &mut DeSecHost, apex: &str, (name, rtype, ttl, values): Set) {
        host.put(apex, &name, &rtype, ttl, &values);
    }
}

struct AtGandi;

impl Kind for AtGandi {
    type Host = GandiHost;
    const NAME: &'static str = "chaos::hosts::gandi";

    fn host(apex: &str) -> GandiHost {
        let mut host = GandiHost::with(&[apex]);
        host.domain(apex).automatic_snapshots = true;
        host
    }

    fn provider(address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let provider = Gandi::new(Some(&format!("http://{address}/v5/livedns/")), gandi::TOKEN, timeout, None);
        Arc::new(provider.expect("a URL").with_patience(PATIENCE).with_page_size(6))
    }

    fn sets(host: &GandiHost, apex: &str) -> Vec<Set> {
        let name = |name: &str| if name == "@" { String::new() } else { name.to_owned() };
        let sets = host.domains[apex].sets.iter();
        sets.map(|((at, rtype), (ttl, values))| (name(at), rtype.clone(), *ttl, values.clone())).collect()
    }

    fn put(host: &mut GandiHost, apex: &str, (name, rtype, ttl, values): Set) {
        let name = if name.is_empty() { "@" } else { &name };
        host.domain(apex).put(name, &rtype, Some((ttl, values)));
    }
}

struct AtHetzner;

impl Kind for AtHetzner {
    type Host = HetznerHost;
    const NAME: &'static str = "chaos::hosts::hetzner";

    fn host(apex: &str) -> HetznerHost {
        let mut host = HetznerHost::with(&[apex]);
        // What comes while an action runs may be lost, too: here none takes any time.
        host.looks = 0;
        host
    }

    fn provider(address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let provider = Hetzner::new(Some(&format!("http://{address}/v1/")), hetzner::TOKEN, timeout, None);
        Arc::new(provider.expect("a URL").with_patience(PATIENCE).with_page_size(6))
    }

    fn sets(host: &HetznerHost, apex: &str) -> Vec<Set> {
        let zone = &host.zones[apex];
        let name = |name: &str| if name == "@" { String::new() } else { name.to_owned() };
        let told = zone.sets.iter().map(|((at, rtype), set)| {
            let values = set.records.iter().map(|(value, _)| value.clone()).collect();
            (name(at), rtype.clone(), set.ttl.unwrap_or(zone.ttl), values)
        });
        told.collect()
    }

    fn put(host: &mut HetznerHost, apex: &str, (name, rtype, ttl, values): Set) {
        let name = if name.is_empty() { "@" } else { &name };
        host.by_hand(apex, name, &rtype, |set| {
            set.ttl = Some(ttl);
            set.records = values.into_iter().map(|value| (value, None)).collect();
        });
    }
}

/// One stand-in for each zone.
struct Panel<K: Kind>(Mutex<BTreeMap<Name, Arc<Hosted<K::Host>>>>, PhantomData<K>);

impl<K: Kind> Panel<K> {
    fn fake(&self, apex: &Name) -> Arc<Hosted<K::Host>> {
        self.0.lock().expect("no panic")[apex].clone()
    }

    /// Changes the values of a set; a new one has this TTL.
    fn change(&self, apex: &Name, (owner, rtype, ttl): (&Name, RrType, u32), change: impl FnOnce(&mut Vec<String>)) {
        let (fake, text) = (self.fake(apex), apex.to_string());
        let mut state = fake.state();
        let (at, word) = (relative(owner, apex), rtype.to_string());
        let held = K::sets(&state.host, &text).into_iter().find(|(name, other, ..)| *name == at && *other == word);
        let mut set = held.unwrap_or((at, word, ttl.into(), Vec::new()));
        change(&mut set.3);
        K::put(&mut state.host, &text, set);
    }
}

fn relative(owner: &Name, apex: &Name) -> String {
    let (owner, apex) = (owner.to_string(), apex.to_string());
    owner.strip_suffix(&apex).expect("inside").trim_end_matches('.').to_owned()
}

impl<K: Kind> Site for Panel<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let fake = Hosted::start(K::host(&apex.to_string()));
        self.0.lock().expect("no panic").insert(apex.clone(), Arc::new(fake));
        // Most of them do not show the SOA record.
        for (owner, value) in zone(apex).into_iter().filter(|(_, value)| value.rdata.rtype() != RrType::SOA) {
            self.put(apex, &owner, &value);
        }
    }

    fn forget(&self, apex: &Name) {
        self.0.lock().expect("no panic").remove(apex);
    }

    fn address(&self, apex: &Name) -> SocketAddr {
        let url = self.fake(apex).url("");
        url.trim_start_matches("http://").parse().expect("an address")
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        K::provider(address, timeout)
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let fake = self.fake(apex);
        let sets = K::sets(&fake.state().host, &apex.to_string());
        let mut records = BTreeSet::new();
        for (at, rtype, ttl, values) in sets {
            let owner = if at.is_empty() { apex.clone() } else { apex.child(&at).expect("a name") };
            let (rtype, ttl) = (rtype.parse().expect("a type"), u32::try_from(ttl).expect("a TTL"));
            let record = |text: &String| (owner.clone(), ttl, Rdata::parse(rtype, text).expect("data"));
            records.extend(values.iter().map(record));
        }
        records
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let text = value.rdata.to_string();
        self.change(apex, (owner, value.rdata.rtype(), value.ttl), |values| {
            if !values.contains(&text) {
                values.push(text);
            }
        });
    }

    fn replace_ours(&self, apex: &Name) {
        self.change(apex, (apex, RrType::TXT, TTL), |values| {
            values.retain(|text| !OURS.iter().any(|ours| *text == format!("\"{ours}\"")));
            values.push(format!("\"{THEIRS}\""));
        });
    }

    /// A set that is there is written whole: `docs/providers/desec.md` and the others.
    fn race(&self) -> Race {
        Race::Set
    }

    /// The first page of the sets of a zone: what is asked besides is about zones, snapshots and actions.
    fn looks_anew(&self, message: &[u8]) -> bool {
        let text = String::from_utf8_lossy(message);
        let line = text.lines().next().unwrap_or_default();
        let first = line.split(['?', '&', ' ']).all(|part| match part.split_once('=') {
            Some(("page", number)) => number == "1",
            Some(("cursor", from)) => from.is_empty(),
            _ => true,
        });
        first && (line.contains("/rrsets") || line.contains("/records"))
    }
}

fn among_faults<K: Kind>() {
    let site: Arc<dyn Site> = Arc::new(Panel::<K>(Mutex::default(), PhantomData));
    all(&site, &Seeds::usual(60));
}

#[test]
fn desec_among_faults() {
    among_faults::<AtDeSec>();
}

#[test]
fn gandi_among_faults() {
    among_faults::<AtGandi>();
}

#[test]
fn hetzner_among_faults() {
    among_faults::<AtHetzner>();
}
