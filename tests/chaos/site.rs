//! A kind of server: how to reach it, and how somebody else reaches it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use mailvouch::plan::{Plan, Step};
use mailvouch_providers::dns::master::MasterText;
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::{Change, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone};

use super::blow::Blow;
use super::wire::Wire;
use crate::servers::Record;
use crate::support::proxy::Speech;
use crate::support::world::{name, txt};

/// TTL of most of the zone.
pub(super) const TTL: u32 = 600;
/// The SPF record that somebody else puts in the place of ours.
pub(super) const THEIRS: &str = "v=spf1 include:theirs.example -all";
/// The texts at the apex that may be ours.
pub(super) const OURS: [&str; 2] = ["v=spf1 mx -all", "v=spf1 mx ip4:192.0.2.1 -all"];

/// The zone of each run. Its apex set has several owners, and one text that is hardly one.
pub(super) const ZONE: &str = r#"$TTL 600
@ SOA ns.elsewhere.test. hostmaster.elsewhere.test. 2026010100 3600 600 604800 300
@ NS ns.elsewhere.test.
@ MX 10 mail
@ TXT "MS=ms1"
@ TXT "v=spf1 mx -all"
@ TXT "google-site-verification=x"
@ TXT "two " "\"quoted\" back\\slash; \195\164"
mail A 192.0.2.25
www CNAME mail
notes 3600 TXT "not ours"
*.wild TXT "made"
_dmarc 300 TXT "v=DMARC1; p=none"
s1._domainkey TXT "v=DKIM1; p="
s3._domainkey TXT "v=DKIM1; p=BBBB"
"#;

/// The records of the zone `apex`, in order.
pub(super) fn zone(apex: &Name) -> Vec<(Name, Value)> {
    let text = MasterText::parse(ZONE, Some(apex)).expect("a zone");
    text.records().map(|record| (record.owner.clone(), Value::new(record.rdata.clone(), record.ttl))).collect()
}

/// A plan for five of its names: a value of a shared set, two texts, a new alias, and a text that becomes one.
pub(super) fn plan(apex: &Name) -> Plan {
    let alias = |text: &str| Rdata::Cname(name(text));
    let steps = vec![
        step(apex, "@", &[txt(OURS[0])], &[txt(OURS[1])]),
        step(apex, "_dmarc", &[txt("v=DMARC1; p=none")], &[txt("v=DMARC1; p=reject")]),
        step(apex, "s1._domainkey", &[txt("v=DKIM1; p=")], &[txt("v=DKIM1; p=AAAA")]),
        step(apex, "s2._domainkey", &[], &[alias("key.news.example")]),
        step(apex, "s3._domainkey", &[txt("v=DKIM1; p=BBBB")], &[alias("key.shop.example")]),
    ];
    Plan::new(steps, Vec::new())
}

fn step(apex: &Name, labels: &str, remove: &[Rdata], add: &[Rdata]) -> Step {
    let values = |all: &[Rdata]| all.iter().map(|rdata| Value::new(rdata.clone(), TTL)).collect::<Vec<_>>();
    Step {
        domain: apex.clone(),
        provider: Some("dns".to_owned()),
        zone: Some(apex.clone()),
        owner: if labels == "@" { apex.clone() } else { apex.child(labels).expect("a name") },
        remove: values(remove),
        add: values(add),
        before: Vec::new(),
        after: Vec::new(),
        rules: Vec::new(),
        guards: Vec::new(),
        waits: None,
        notes: Vec::new(),
        source: Vec::new(),
    }
}

/// What of somebody else's is lost where he writes between our look and our writing. Each provider's page says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Race {
    /// Nothing.
    Nothing,
    /// What he wrote to the same record, so that it is still that one.
    Record,
    /// What he wrote to the same set.
    Set,
}

/// Servers of one kind, with a zone for each run.
pub(super) trait Site: Send + Sync {
    /// The test that it belongs to.
    fn name(&self) -> &'static str;

    /// What is spoken with it; none where nothing is sent.
    fn speech(&self) -> Option<Speech>;

    /// Has the zone be there as [`zone`] has it.
    fn create(&self, apex: &Name);

    /// Ends what [`Self::create`] began.
    fn forget(&self, _apex: &Name) {}

    /// Where the server of a zone is.
    fn address(&self, _apex: &Name) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 9))
    }

    /// Our way there where nothing is sent, with what strikes it on that way.
    fn struck(&self, _apex: &Name, _wire: Arc<Mutex<Wire>>) -> Option<Arc<dyn Provider>> {
        None
    }

    /// Our way to it.
    fn provider(&self, apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider>;

    /// Every record of the zone, by another way than ours.
    fn records(&self, apex: &Name) -> BTreeSet<Record>;

    /// Somebody else puts a value into the set `owner`.
    fn put(&self, apex: &Name, owner: &Name, value: &Value);

    /// Somebody else puts [`THEIRS`] at the apex in the place of [`OURS`], whichever stands.
    fn replace_ours(&self, apex: &Name);

    /// Somebody else has the record of [`OURS`] say [`THEIRS`], where a record has an id.
    fn edit_ours(&self, _apex: &Name) {}

    /// What can happen there.
    fn blows(&self) -> Vec<Blow> {
        Blow::ALL.into_iter().filter(|blow| *blow != Blow::Edited).collect()
    }

    /// Whether a set that was made and taken back can be made once more.
    fn creates_again(&self) -> bool {
        true
    }

    /// How many runs there are beside each other: they wait more than they work.
    fn at_once(&self) -> usize {
        4
    }

    fn race(&self) -> Race {
        Race::Nothing
    }

    /// Whether a request begins a new look, on which a writing may rest.
    fn looks_anew(&self, _message: &[u8]) -> bool {
        true
    }
}

/// One stand-in for each zone.
pub(super) struct PerZone<F>(Mutex<BTreeMap<Name, Arc<F>>>);

impl<F> Default for PerZone<F> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<F> PerZone<F> {
    pub(super) fn insert(&self, apex: &Name, fake: F) {
        self.0.lock().expect("no panic").insert(apex.clone(), Arc::new(fake));
    }

    pub(super) fn remove(&self, apex: &Name) {
        self.0.lock().expect("no panic").remove(apex);
    }

    pub(super) fn of(&self, apex: &Name) -> Arc<F> {
        self.0.lock().expect("no panic")[apex].clone()
    }
}

/// The name of an owner, relative to the zone; `@` for the apex.
pub(super) fn relative(owner: &Name, apex: &Name) -> String {
    let (owner, apex) = (owner.to_string(), apex.to_string());
    if owner == apex { "@".to_owned() } else { owner.trim_end_matches(&format!(".{apex}")).to_owned() }
}

/// A provider that takes fewer changes at once, so that a plan goes in several groups.
pub(super) struct InGroupsOf(pub(super) usize, pub(super) Arc<dyn Provider>);

#[async_trait]
impl Provider for InGroupsOf {
    fn limits(&self) -> Limits {
        Limits { batch: self.0, ..self.1.limits() }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.1.zone_of(owner).await
    }

    async fn takes_changes(&self, zone: &Zone) -> Result<(), ProviderError> {
        self.1.takes_changes(zone).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        self.1.read(zone, owners).await
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        self.1.write(zone, group).await
    }

    async fn settled(&self, receipt: &Receipt) -> Result<(), ProviderError> {
        self.1.settled(receipt).await
    }
}
