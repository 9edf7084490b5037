//! A provider as it stood at one time: each zone is asked for once, and what came is what all see.
//!
//! A plan looks at a dozen names of a zone, one after the other; most services have all of it in one answer. Nothing is
//! written through here: what is about to be written is read anew, from the provider itself.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::{Change, Holdings, Limits, Owner, Provider, ProviderError, Receipt, SourceEdit, Zone};
use tokio::sync::OnceCell;

use super::ready::Providers;

/// One look at what a provider holds.
pub struct OneLook {
    provider: Arc<dyn Provider>,
    found: Cells<Name, Result<Zone, ProviderError>>,
    held: Cells<Name, Result<Option<Holdings>, ProviderError>>,
}

/// What is asked for once: whoever comes meanwhile waits for the same answer. A failure is an answer too.
struct Cells<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Eq + Hash, V> Cells<K, V> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn at(&self, key: K) -> Arc<OnceCell<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone()
    }
}

impl OneLook {
    /// A look at this provider. Each zone is seen as it stands when it is first asked for.
    pub fn at(provider: Arc<dyn Provider>) -> Self {
        Self { provider, found: Cells::new(), held: Cells::new() }
    }

    /// A look at each of these providers.
    pub fn at_all(providers: &Providers) -> Providers {
        let look = |(name, provider): (&String, &Arc<dyn Provider>)| {
            let look: Arc<dyn Provider> = Arc::new(Self::at(provider.clone()));
            (name.clone(), look)
        };
        providers.iter().map(look).collect()
    }
}

#[async_trait]
impl Provider for OneLook {
    fn limits(&self) -> Limits {
        self.provider.limits()
    }

    fn cannot_hold(&self, rdata: &Rdata) -> Option<String> {
        self.provider.cannot_hold(rdata)
    }

    fn source_file(&self, zone: &Name) -> Option<PathBuf> {
        self.provider.source_file(zone)
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.found.at(owner.clone()).get_or_init(|| self.provider.zone_of(owner)).await.clone()
    }

    async fn takes_changes(&self, zone: &Zone) -> Result<(), ProviderError> {
        self.provider.takes_changes(zone).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let cell = self.held.at(zone.name.clone());
        match cell.get_or_init(|| self.provider.holdings(zone)).await {
            Ok(Some(held)) => owners.iter().map(held).collect(),
            Ok(None) => self.provider.read(zone, owners).await,
            Err(error) => Err(error.clone()),
        }
    }

    async fn source_edits(&self, zone: &Zone, group: &[Change]) -> Result<Vec<SourceEdit>, ProviderError> {
        self.provider.source_edits(zone, group).await
    }

    async fn write(&self, _zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let refused = || Err(ProviderError::Unsupported("nothing is written to what was only looked at".to_owned()));
        group.iter().map(|_| refused()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailvouch_providers::dns::Txt;
    use mailvouch_providers::memory::Memory;
    use mailvouch_providers::{CompareAndSwap, Value};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Has all of a zone in one answer, or fails.
    struct Whole {
        memory: Arc<Memory>,
        asked: AtomicUsize,
        fails: bool,
    }

    #[async_trait]
    impl Provider for Whole {
        fn limits(&self) -> Limits {
            Limits { cas: CompareAndSwap::Atomic, ..self.memory.limits() }
        }

        async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            self.memory.zone_of(owner).await
        }

        async fn read(&self, _zone: &Zone, _owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
            panic!("asked name by name");
        }

        async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            if self.fails {
                return Err(ProviderError::Unavailable("down".to_owned()));
            }
            let owners = self.memory.read(zone, &[name("example.com"), name("a.example.com")]).await?;
            Ok(Some(Box::new(move |name| {
                let found = owners.iter().find(|owner| owner.name == *name);
                found.cloned().ok_or_else(|| ProviderError::NoZone(name.clone()))
            })))
        }

        async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
            self.memory.write(zone, group).await
        }
    }

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn whole(fails: bool) -> Arc<Whole> {
        let value = Value::new(Rdata::Txt(Txt::from_text(b"v=spf1 -all")), 60);
        let memory = Arc::new(Memory::with_zone(name("example.com"), [(name("example.com"), value)]));
        Arc::new(Whole { memory, asked: AtomicUsize::new(0), fails })
    }

    async fn texts(look: &OneLook, owner: &str) -> Result<usize, ProviderError> {
        let zone = look.zone_of(&name(owner)).await?;
        Ok(look.read(&zone, &[name(owner)]).await?[0].values.len())
    }

    #[tokio::test]
    async fn a_zone_is_read_once_however_many_look() {
        let whole = whole(false);
        let look = OneLook::at(whole.clone());
        let both = tokio::join!(texts(&look, "example.com"), texts(&look, "a.example.com"));
        assert_eq!(both, (Ok(1), Ok(0)));
        // Somebody writes: this look is of before, another sees it.
        whole.memory.overwrite(&name("example.com"), &name("example.com"), vec![]);
        assert_eq!(texts(&look, "example.com").await, Ok(1));
        assert_eq!(whole.asked.load(Ordering::Relaxed), 3, "two names were looked for, and one zone read");
        assert_eq!(texts(&OneLook::at(whole), "example.com").await, Ok(0));
    }

    #[tokio::test]
    async fn what_failed_failed_for_all_and_nothing_is_written() {
        let whole = whole(true);
        let look = OneLook::at(whole.clone());
        for _ in 0..2 {
            assert_eq!(texts(&look, "example.com").await, Err(ProviderError::Unavailable("down".to_owned())));
        }
        assert_eq!(whole.asked.load(Ordering::Relaxed), 2);
        let zone = Zone { name: name("example.com"), id: None };
        let change = Change { owner: name("example.com"), remove: vec![], add: vec![], seen: vec![] };
        assert!(look.write(&zone, &[change]).await.iter().all(Result::is_err));
    }
}
