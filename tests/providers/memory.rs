//! Zones in memory.

use std::sync::Arc;

use async_trait::async_trait;
use mailvouch_providers::dns::Name;
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{Provider, Value};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton};

upholds_contract!(start);

struct Somebody {
    memory: Arc<Memory>,
    apex: Name,
}

async fn start() -> Fixture {
    around(|memory| memory)
}

/// A zone in memory, and a provider around it.
pub(super) fn around(provider: impl FnOnce(Arc<Memory>) -> Arc<dyn Provider>) -> Fixture {
    let apex: Name = "example.com".parse().expect("a name");
    let memory = Arc::new(Memory::with_zone(apex.clone(), skeleton(&apex)));
    let provider = provider(memory.clone());
    Fixture { provider, apex: apex.clone(), backend: Box::new(Somebody { memory, apex }) }
}

impl Somebody {
    async fn now(&self, owner: &Name) -> Vec<Value> {
        let zone = self.memory.zone_of(owner).await.expect("the zone");
        let owners = self.memory.read(&zone, std::slice::from_ref(owner)).await.expect("memory can be read");
        owners.into_iter().flat_map(|owner| owner.values).collect()
    }
}

#[async_trait]
impl Backend for Somebody {
    async fn add(&self, owner: &Name, values: &[Value]) {
        let mut now = self.now(owner).await;
        now.extend_from_slice(values);
        self.memory.overwrite(&self.apex, owner, now);
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        let mut now = self.now(owner).await;
        now.retain(|value| !values.contains(value));
        self.memory.overwrite(&self.apex, owner, now);
    }
}
