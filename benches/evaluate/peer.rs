//! mail-auth over the same data. Its caches stand in for DNS: it asks them before it asks the network.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::spf::Spf;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{DnssecStatus, MX, MessageAuthenticator, Parameters, RecordSet, ResolverCache, SpfResult, Txt};
use mailvouch::spf::Class;
use tokio::runtime::Runtime;

use crate::world::{of_type, senders};

/// A table that answers: what it lacks is a mistake in the world, and would be asked of the network.
struct Cache<V>(HashMap<Box<str>, V>);

impl<V: Clone> ResolverCache<Box<str>, V> for Cache<V> {
    fn get<Q>(&self, name: &Q) -> Option<V>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).cloned()
    }

    fn remove<Q>(&self, _: &Q) -> Option<V>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: V, _: Instant) {}
}

/// A table of texts: each is parsed when it is asked for.
struct Texts(HashMap<Box<str>, &'static str>);

impl ResolverCache<Box<str>, Txt> for Texts {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).map(|text| parsed(text))
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: Instant) {}
}

fn parsed(text: &str) -> Txt {
    Txt::Spf(Arc::new(Spf::parse(text.as_bytes()).expect("a record")))
}

/// mail-auth and all that it needs.
pub(crate) struct Peer {
    authenticator: MessageAuthenticator,
    texts: Texts,
    records: Cache<Txt>,
    mx: Cache<RecordSet<MX>>,
    v4: Cache<RecordSet<Ipv4Addr>>,
    v6: Cache<RecordSet<Ipv6Addr>>,
    senders: Vec<(IpAddr, String)>,
    runtime: Runtime,
}

/// All values of one type, by owner as mail-auth spells it.
fn sets<T>(rtype: &str, read: impl Fn(&str) -> T) -> Cache<RecordSet<T>> {
    let mut sets: HashMap<Box<str>, Vec<T>> = HashMap::new();
    for (owner, data) in of_type(rtype) {
        sets.entry(format!("{owner}.").into()).or_default().push(read(data));
    }
    let set = |values: Vec<T>| RecordSet { rrset: values.into(), dnssec_status: DnssecStatus::Indeterminate };
    Cache(sets.into_iter().map(|(owner, values)| (owner, set(values))).collect())
}

impl Peer {
    pub(crate) fn new() -> Self {
        let exchange = |data: &str| {
            let (preference, exchange) = data.split_once(' ').expect("a preference");
            let exchanges = vec![format!("{exchange}.").into_boxed_str()].into();
            MX { exchanges, preference: preference.parse().expect("a number") }
        };
        let texts = || of_type("TXT").map(|(owner, text)| (format!("{owner}.").into_boxed_str(), text));
        Self {
            authenticator: MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default()).expect("one"),
            texts: Texts(texts().collect()),
            records: Cache(texts().map(|(owner, text)| (owner, parsed(text))).collect()),
            mx: sets("MX", exchange),
            v4: sets("A", |data| data.parse().expect("an address")),
            v6: sets("AAAA", |data| data.parse().expect("an address")),
            senders: senders(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
        }
    }

    /// Every sender, with the records that were parsed before.
    pub(crate) fn warm(&self) -> Vec<Class> {
        self.runtime.block_on(self.all(&self.records))
    }

    /// Every sender; the records that an evaluation comes to are parsed for it.
    pub(crate) fn cold(&self) -> Vec<Class> {
        self.runtime.block_on(self.all(&self.texts))
    }

    async fn all(&self, txt: &impl ResolverCache<Box<str>, Txt>) -> Vec<Class> {
        let mut results = Vec::with_capacity(self.senders.len());
        for (ip, sender) in &self.senders {
            let parameters = SpfParameters::verify_mail_from(*ip, "host.example.net", "unknown", sender);
            let parameters = Parameters::new(parameters)
                .with_txt_cache(txt)
                .with_mx_cache(&self.mx)
                .with_ipv4_cache(&self.v4)
                .with_ipv6_cache(&self.v6);
            results.push(class(self.authenticator.verify_spf(parameters).await.result()));
        }
        results
    }
}

fn class(result: SpfResult) -> Class {
    match result {
        SpfResult::Pass => Class::Pass,
        SpfResult::Fail => Class::Fail,
        SpfResult::SoftFail => Class::SoftFail,
        SpfResult::Neutral => Class::Neutral,
        SpfResult::TempError => Class::TempError,
        SpfResult::PermError => Class::PermError,
        SpfResult::None => Class::None,
    }
}
