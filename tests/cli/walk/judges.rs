//! What was served when, what a resolver may hold of it, and two evaluators that know nothing of each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use mailvouch::spf::{Client, Evaluation};
use serde_json::json;

use crate::support::pyspf::Pyspf;
use crate::support::world::World;

/// The SPF records by name, each with its TTL.
pub(super) type Served = BTreeMap<String, (i64, BTreeSet<String>)>;

/// What was served, from when on.
pub(super) struct History(Vec<(Timestamp, Served)>);

impl History {
    pub(super) fn begin(first: Timestamp, served: Served) -> Self {
        Self(vec![(first, served)])
    }

    /// Notes what is served from this time on.
    pub(super) fn note(&mut self, from: Timestamp, served: Served) {
        if self.0.last().is_none_or(|(_, last)| *last != served) {
            self.0.push((from, served));
        }
    }

    /// When something else began to be served.
    pub(super) fn changes(&self) -> Vec<Timestamp> {
        self.0[1..].iter().map(|(from, _)| *from).collect()
    }

    /// What is served at an instant.
    pub(super) fn at(&self, instant: Timestamp) -> Served {
        let (_, served) = self.0.iter().rev().find(|(from, _)| *from <= instant).unwrap_or(&self.0[0]);
        served.clone()
    }

    /// All that resolvers may answer with at an instant: each name as it is, or as it was at any time within its TTL,
    /// and every mixture of those, since a resolver has asked for each name at another time.
    pub(super) fn worlds(&self, instant: Timestamp) -> Vec<Served> {
        let mut worlds = vec![Served::new()];
        for name in self.0[0].1.keys() {
            let mut held: Vec<(i64, BTreeSet<String>)> = Vec::new();
            for (index, (from, served)) in self.0.iter().enumerate() {
                let ttl = SignedDuration::from_secs(served[name].0);
                // Asked for in the last instant before the next came, it is held for a TTL.
                let ends = self.0.get(index + 1).map(|(next, _)| *next + ttl);
                if *from <= instant && ends.is_none_or(|ends| instant < ends) && !held.contains(&served[name]) {
                    held.push(served[name].clone());
                }
            }
            let with = |world: &Served| {
                let each = held.iter().map(|one| {
                    let mut world = world.clone();
                    world.insert(name.clone(), one.clone());
                    world
                });
                each.collect::<Vec<_>>()
            };
            worlds = worlds.iter().flat_map(with).collect();
        }
        worlds
    }
}

/// Our evaluator and pyspf, which have to agree.
pub(super) struct Judges {
    pyspf: Pyspf,
    known: HashMap<(Served, &'static str, &'static str), String>,
}

impl Judges {
    pub(super) fn start() -> Self {
        Self { pyspf: Pyspf::start(), known: HashMap::new() }
    }

    /// How many evaluations both made.
    pub(super) fn compared(&self) -> usize {
        self.known.len()
    }

    /// What a message from this address, with this domain in its envelope, gets.
    pub(super) fn judge(&mut self, served: &Served, domain: &'static str, ip: &'static str) -> String {
        let key = (served.clone(), domain, ip);
        if let Some(result) = self.known.get(&key) {
            return result.clone();
        }
        let mut lines = "mail.example.com A 192.0.2.25\n".to_owned();
        let mut records = json!({ "mail.example.com A": ["192.0.2.25"] });
        for domain in super::DOMAINS {
            let exchange = "mail.example.com";
            lines.push_str(&format!("{domain} MX 10 {exchange}.\n"));
            records[format!("{domain} MX")] = json!([[10, exchange]]);
        }
        for (owner, (_, texts)) in served {
            records[format!("{owner} TXT")] = json!(texts);
            for text in texts {
                lines.push_str(&format!("{owner} TXT {text}\n"));
            }
        }
        let (mail_from, helo) = (format!("user@{domain}"), "host.example.org".to_owned());
        let case = json!({ "records": records, "failing": [], "checks": [[ip, mail_from, helo]] });
        let (theirs, words) = self.pyspf.judge(&case).remove(0);
        let client = Client { ip: ip.parse().expect("an address"), helo, mail_from, receiver: None, time: 0 };
        let ours = World::of(&lines).run(None, |ask| Evaluation::of(ask, &client)).0.result.to_string();
        assert_eq!(ours, theirs, "{ip} of {domain}: {words}\n{lines}");
        self.known.insert(key, ours.clone());
        ours
    }
}
