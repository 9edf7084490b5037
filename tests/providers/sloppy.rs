//! Providers with one fault each: the contract has to catch every one of them, or it is worth nothing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use futures::FutureExt;
use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{Change, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone};

use super::contract;
use super::fixture::Fixture;
use super::memory::around;

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Puts back the set that was read, without what came meanwhile.
    WritesWhatWasSeen,
    /// Writes the set of the added values, and no other.
    ReplacesTheSet,
    /// Reads TXT records as joined text, and cuts it again.
    JoinsStrings,
    /// Reads octets beyond ASCII as something else.
    AsciiOnly,
    /// An owner that cannot be read is an empty one.
    EmptyOnFailure,
    /// Looks at nothing before it writes.
    NeverStale,
    /// Gives every value one TTL.
    OneTtl,
    /// Writes what it can of a group that it promises to write as a whole.
    HalfAGroup,
    /// Takes any name for one of its zone.
    AnyZone,
    /// Reads what a wildcard covers as a record of the name.
    Wildcards,
    /// Sees no delegation.
    NoCuts,
}

struct Sloppy {
    memory: Arc<Memory>,
    fault: Fault,
}

impl Sloppy {
    async fn now(&self, zone: &Zone, owner: &Name) -> Vec<Value> {
        let owners = self.memory.read(zone, std::slice::from_ref(owner)).await.expect("memory can be read");
        owners.into_iter().flat_map(|owner| owner.values).collect()
    }

    /// Writes without any check.
    async fn force(&self, zone: &Zone, change: &Change) -> Result<Receipt, ProviderError> {
        let now = self.now(zone, &change.owner).await;
        let mut after = match self.fault {
            Fault::WritesWhatWasSeen => change.after(&change.seen),
            Fault::ReplacesTheSet => change.add.clone(),
            _ => change.after(&now),
        };
        if matches!(self.fault, Fault::OneTtl) {
            for value in &mut after {
                value.ttl = change.add.first().map_or(value.ttl, |added| added.ttl);
            }
        }
        self.memory.overwrite(&zone.name, &change.owner, after);
        Ok(Receipt { owner: change.owner.clone(), id: None })
    }
}

#[async_trait]
impl Provider for Sloppy {
    fn limits(&self) -> Limits {
        self.memory.limits()
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        match self.fault {
            Fault::AnyZone => Ok(Zone { name: "example.com".parse().expect("a name"), id: None }),
            _ => self.memory.zone_of(owner).await,
        }
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let mut read = match self.memory.read(zone, owners).await {
            Err(_) if matches!(self.fault, Fault::EmptyOnFailure) => {
                let empty = |name: &Name| Owner { name: name.clone(), values: vec![], delegated_at: None };
                owners.iter().map(empty).collect()
            }
            other => other?,
        };
        for owner in &mut read {
            if matches!(self.fault, Fault::NoCuts) {
                owner.delegated_at = None;
            }
            if matches!(self.fault, Fault::Wildcards) && owner.values.is_empty() {
                owner.values = self.now(zone, &zone.name.child("*").expect("a name")).await;
            }
            for value in owner.values.iter_mut().filter(|value| value.rdata.rtype() == RrType::TXT) {
                let joined = value.rdata.as_txt().map(Txt::joined).unwrap_or_default();
                match self.fault {
                    Fault::JoinsStrings => value.rdata = Rdata::Txt(Txt::from_text(&joined)),
                    Fault::AsciiOnly if !joined.is_ascii() => value.rdata = Rdata::Txt(Txt::from_text(b"?")),
                    _ => {}
                }
            }
        }
        Ok(read)
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let mut answers = Vec::new();
        match self.fault {
            Fault::HalfAGroup => {
                for change in group {
                    answers.extend(self.memory.write(zone, std::slice::from_ref(change)).await);
                }
            }
            Fault::NeverStale | Fault::WritesWhatWasSeen | Fault::ReplacesTheSet | Fault::OneTtl => {
                for change in group {
                    answers.push(self.force(zone, change).await);
                }
            }
            _ => answers = self.memory.write(zone, group).await,
        }
        answers
    }
}

/// Whether a clause fails on a provider with this fault.
async fn fails(fault: Fault, clause: impl AsyncFnOnce(&Fixture)) -> bool {
    let sloppy = |memory| -> Arc<dyn Provider> { Arc::new(Sloppy { memory, fault }) };
    let fixture = around(sloppy);
    AssertUnwindSafe(clause(&fixture)).catch_unwind().await.is_err()
}

#[tokio::test]
async fn every_fault_is_caught() {
    assert!(fails(Fault::WritesWhatWasSeen, contract::keeps_a_token_that_came_beside).await);
    assert!(fails(Fault::ReplacesTheSet, contract::leaves_siblings_alone).await);
    assert!(fails(Fault::ReplacesTheSet, contract::leaves_other_types_alone).await);
    assert!(fails(Fault::JoinsStrings, contract::keeps_string_boundaries).await);
    assert!(fails(Fault::JoinsStrings, contract::tells_values_apart_by_their_boundaries).await);
    assert!(fails(Fault::AsciiOnly, contract::keeps_every_octet).await);
    assert!(fails(Fault::EmptyOnFailure, contract::failure_is_never_empty).await);
    assert!(fails(Fault::NeverStale, contract::refuses_to_remove_what_is_gone).await);
    assert!(fails(Fault::NeverStale, contract::refuses_to_add_what_is_there).await);
    assert!(fails(Fault::NeverStale, contract::refuses_to_do_it_twice).await);
    assert!(fails(Fault::NeverStale, contract::refuses_an_alias_beside_other_data).await);
    assert!(fails(Fault::NeverStale, contract::refuses_types_it_cannot_write).await);
    assert!(fails(Fault::OneTtl, contract::leaves_the_ttl_of_siblings_alone).await);
    assert!(fails(Fault::HalfAGroup, contract::stale_group_changes_nothing).await);
    assert!(fails(Fault::HalfAGroup, contract::refuses_what_is_outside_the_zone).await);
    assert!(fails(Fault::AnyZone, contract::finds_the_zone_of_an_owner).await);
    assert!(fails(Fault::Wildcards, contract::takes_a_wildcard_for_no_owner).await);
    assert!(fails(Fault::NoCuts, contract::refuses_what_is_delegated).await);
}
