//! The provider itself: one server, one key.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;

use super::locate::locate;
use super::transport::Transport;
use super::{TsigKey, read, write};
use crate::dns::Name;
use crate::{Change, Limits, Owner, Provider, ProviderError, Receipt, Zone};

/// A primary server that takes DNS UPDATE.
#[derive(Clone, Debug)]
pub struct Rfc2136 {
    transport: Transport,
    zone: Option<Name>,
}

impl Rfc2136 {
    /// A provider that asks and updates `server` and nobody else, signs with `key`, and waits for each answer no longer
    /// than `timeout`. Without `zone`, zones are found by asking the server for the SOA above a name.
    pub fn new(server: SocketAddr, key: TsigKey, timeout: Duration, zone: Option<Name>) -> Self {
        Self { transport: Transport { server, key, timeout }, zone }
    }
}

#[async_trait]
impl Provider for Rfc2136 {
    fn limits(&self) -> Limits {
        write::LIMITS
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let found = if let Some(zone) = &self.zone {
            owner.is_at_or_below(zone).then(|| zone.clone())
        } else {
            let places = locate(&mut self.transport.session(), std::slice::from_ref(owner), None).await?;
            places.into_iter().next().and_then(|place| place.zone)
        };
        found.map(|name| Zone { name, id: None }).ok_or_else(|| ProviderError::NoZone(owner.clone()))
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let readings = read::read(&mut self.transport.session(), &zone.name, owners).await?;
        Ok(readings.into_iter().map(|reading| reading.owner).collect())
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        write::write(&self.transport, zone, group).await
    }
}
