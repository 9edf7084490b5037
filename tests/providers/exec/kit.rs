//! The contract against a program of yours: `docs/providers/exec.md` says how to run it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::exec::Exec;
use mailvouch_providers::{Change, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone};

use super::super::contract::{Clause, for_each_clause};
use super::super::fixture::{Backend, Fixture};

/// A program, and the names that were touched through it.
struct Kit {
    program: Exec,
    touched: Mutex<BTreeSet<Name>>,
}

impl Kit {
    fn note<'a>(&self, owners: impl IntoIterator<Item = &'a Name>) {
        self.touched.lock().expect("no panic").extend(owners.into_iter().cloned());
    }

    async fn zone(&self, apex: &Name) -> Zone {
        self.program.zone_of(apex).await.unwrap_or_else(|error| panic!("no zone {apex}: {error}"))
    }

    /// One change that has to be made, on what stands there now.
    async fn make(&self, apex: &Name, owner: &Name, remove: Vec<Value>, add: Vec<Value>) {
        self.note([owner]);
        let change = Change { owner: owner.clone(), remove, add, seen: Vec::new() };
        for answer in self.program.write(&self.zone(apex).await, &[change]).await {
            answer.unwrap_or_else(|error| panic!("{owner} cannot be prepared: {error}"));
        }
    }

    /// Takes away whatever a clause left.
    async fn clean(&self, apex: &Name) {
        let touched = std::mem::take(&mut *self.touched.lock().expect("no panic"));
        let touched: Vec<Name> = touched.into_iter().filter(|owner| owner.is_at_or_below(apex)).collect();
        let zone = self.zone(apex).await;
        let held = self.program.read(&zone, &touched).await.expect("what stands there");
        for owner in held {
            let keeps = |value: &Value| {
                let rtype = value.rdata.rtype();
                rtype == RrType::SOA || rtype == RrType::NS && owner.name == *apex
            };
            let goes: Vec<Value> = owner.values.iter().filter(|value| !keeps(value)).cloned().collect();
            if !goes.is_empty() {
                self.make(apex, &owner.name, goes, Vec::new()).await;
            }
        }
    }
}

#[async_trait]
impl Provider for Kit {
    fn limits(&self) -> Limits {
        self.program.limits()
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.program.zone_of(owner).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        self.program.read(zone, owners).await
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        self.note(group.iter().map(|change| &change.owner));
        self.program.write(zone, group).await
    }

    async fn settled(&self, receipt: &Receipt) -> Result<(), ProviderError> {
        self.program.settled(receipt).await
    }
}

/// There is no second way to the zone: the program itself prepares it, too.
struct Hand {
    kit: Arc<Kit>,
    apex: Name,
}

#[async_trait]
impl Backend for Hand {
    async fn add(&self, owner: &Name, values: &[Value]) {
        self.kit.make(&self.apex, owner, Vec::new(), values.to_vec()).await;
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        self.kit.make(&self.apex, owner, values.to_vec(), Vec::new()).await;
    }
}

/// What a program does with these clauses, or with all: the name of each, and what went wrong.
pub(super) async fn judged(program: Exec, apex: Name, only: &[&str]) -> Vec<(&'static str, Option<String>)> {
    let clauses: &[Clause] = &for_each_clause! { listed_clauses Fixture };
    let kit = Arc::new(Kit { program, touched: Mutex::default() });
    let mut all = Vec::new();
    for &(name, clause) in clauses.iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
        let hand = Box::new(Hand { kit: kit.clone(), apex: apex.clone() });
        let at = Fixture { provider: kit.clone(), apex: apex.clone(), backend: hand };
        let ended = tokio::spawn(async move { clause(&at).await }).await;
        let why = ended.err().map(|error| match error.try_into_panic() {
            Ok(panic) => match panic.downcast::<String>() {
                Ok(text) => *text,
                Err(other) => {
                    other.downcast::<&str>().map_or_else(|_| "it failed".to_owned(), |text| (*text).to_owned())
                }
            },
            Err(error) => error.to_string(),
        });
        all.push((name, why));
        kit.clean(&apex).await;
    }
    all
}

/// `MAILVOUCH_EXEC_KIT` is a JSON array of words, the program and its arguments; `MAILVOUCH_EXEC_ZONE` a zone that it may
/// do everything with, in which nothing but SOA and NS stands. Without them there is nothing to judge.
#[tokio::test]
async fn a_program_of_yours_keeps_the_contract() {
    let Ok(words) = std::env::var("MAILVOUCH_EXEC_KIT") else { return };
    let command: Vec<String> = serde_json::from_str(&words).expect("MAILVOUCH_EXEC_KIT is a JSON array of words");
    let apex = std::env::var("MAILVOUCH_EXEC_ZONE").expect("MAILVOUCH_EXEC_ZONE names a zone");
    let apex: Name = apex.parse().expect("MAILVOUCH_EXEC_ZONE is a name");
    let judged = judged(Exec::new(command, Path::new("."), Some(apex.clone())), apex, &[]).await;
    let failed: Vec<String> =
        judged.iter().filter_map(|(name, why)| Some(format!("{name}: {}", why.as_ref()?))).collect();
    assert!(failed.is_empty(), "{} of {} clauses:\n{}", failed.len(), judged.len(), failed.join("\n"));
}

#[tokio::test]
async fn the_kit_tells_a_program_that_keeps_the_contract_from_one_that_does_not() {
    let file = super::ZoneFile::new();
    let apex = super::zone().name;
    let failed = |judged: Vec<(&'static str, Option<String>)>| -> Vec<&'static str> {
        judged.into_iter().filter(|(_, why)| why.is_some()).map(|(name, _)| name).collect()
    };
    let some =
        ["creates_at_a_new_owner", "leaves_siblings_alone", "refuses_what_is_delegated", "refuses_to_do_it_twice"];
    // It writes no NS: a delegation cannot be prepared through it.
    let good = failed(judged(file.provider(&[]), apex.clone(), &some).await);
    assert_eq!(good, ["refuses_what_is_delegated"]);
    let file = super::ZoneFile::new();
    let bad = failed(judged(file.provider(&["forgets"]), apex, &some).await);
    assert_eq!(bad, ["leaves_siblings_alone", "refuses_what_is_delegated", "refuses_to_do_it_twice"]);
}
