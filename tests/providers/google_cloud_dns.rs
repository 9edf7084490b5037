//! The contract, with a stand-in for Google Cloud DNS, and what is Google's alone.

mod credentials;
mod refusals;
mod sdk;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::google_cloud_dns::{Credentials, GoogleCloudDns};
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Receipt, Value, Zone};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton};
use crate::servers::google::{self, FakeGoogle, PROJECT, TOKEN};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);
const PATIENCE: Patience = Patience { attempts: 4, pause: Duration::from_millis(5) };

fn provider_with(fake: &FakeGoogle, credentials: Credentials) -> GoogleCloudDns {
    let provider = GoogleCloudDns::new(Some(&fake.url()), PROJECT, None, credentials, TIMEOUT, None);
    provider.expect("a URL").with_patience(PATIENCE)
}

fn provider(fake: &FakeGoogle) -> GoogleCloudDns {
    provider_with(fake, Credentials::access_token(TOKEN))
}

async fn start() -> Fixture {
    let (apex, fake) = (zone().name, Arc::new(google::start("example.com.")));
    let panel = Panel(fake.clone());
    for (owner, value) in skeleton(&apex) {
        panel.add(&owner, &[value]).await;
    }
    Fixture { provider: Arc::new(provider(&fake)), apex, backend: Box::new(panel) }
}

/// Somebody at the console.
struct Panel(Arc<FakeGoogle>);

#[async_trait]
impl Backend for Panel {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let rtype = value.rdata.rtype().to_string();
            self.0.state().put(&owner.absolute(), &rtype, value.ttl, &value.rdata.to_string());
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let (mut state, rtype) = (self.0.state(), value.rdata.rtype().to_string());
            let set = state.set(&owner.absolute(), &rtype).expect("it is there");
            set.rrdatas.retain(|data| *data != value.rdata.to_string());
            if set.rrdatas.is_empty() {
                state.sets.remove(&("mail-zone".to_owned(), owner.absolute(), rtype));
            }
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let state = self.0.state();
        let here = state.sets.iter().filter(|((zone, name, _), _)| zone == "mail-zone" && *name == owner.absolute());
        let values = here.flat_map(|((_, _, rtype), set)| {
            let rtype = rtype.parse().expect("a type");
            set.rrdatas.iter().map(move |data| Value::new(Rdata::parse(rtype, data).expect("data"), set.ttl))
        });
        Some(values.collect())
    }
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

async fn read(provider: &GoogleCloudDns, owner: &str) -> Result<Vec<Value>, ProviderError> {
    let owners = provider.read(&zone(), &[owner.parse().expect("a name")]).await?;
    Ok(owners.into_iter().next().expect("one answer").values)
}

async fn write(provider: &GoogleCloudDns, remove: &[Value], add: &[Value]) -> Result<Receipt, ProviderError> {
    let change = Change { owner: zone().name, remove: remove.to_vec(), add: add.to_vec(), seen: vec![] };
    provider.write(&zone(), &[change]).await.pop().expect("one answer")
}
