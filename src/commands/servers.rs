//! Which authoritative servers have to agree.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use mailvouch_providers::dns::Name;

use super::world::World;
use crate::declared::{ProviderKind, ServerAddress};
use crate::lint::{Subject, authoritative_servers, delegated_servers};
use crate::published::Ask;

/// Names whose servers are looked for at a time.
const AT_ONCE: usize = 32;

/// The servers of each domain: those that the declaration names, else those of its zone.
pub(super) async fn servers(world: &World, patience: Duration) -> BTreeMap<Name, Vec<SocketAddr>> {
    let asked = world.subjects.iter().map(async |subject| (subject.domain.clone(), of(world, subject, patience).await));
    stream::iter(asked).buffer_unordered(AT_ONCE).collect().await
}

async fn of(world: &World, subject: &Subject, patience: Duration) -> Vec<SocketAddr> {
    let config = subject.declared.as_ref().and_then(|declared| declared.domain().provider.as_ref());
    let config = config.map(|at| &at.value);
    let declared: Vec<SocketAddr> = config.iter().flat_map(|config| &config.authoritative).map(|at| at.value).collect();
    if !declared.is_empty() {
        return declared;
    }
    let mut servers = match config.map(|config| &config.kind) {
        // It ends on disk: which server loads the file, and when, nobody said.
        Some(ProviderKind::ZoneFile { .. }) => return Vec::new(),
        _ if world.offline => Vec::new(),
        _ => found(world, &subject.domain, patience).await,
    };
    // The server that takes the updates is itself one of them.
    if let Some(ProviderKind::Rfc2136 { server, .. }) = config.map(|config| &config.kind)
        && let ServerAddress::Socket(address) = server.value
        && !servers.contains(&address)
    {
        servers.push(address);
    }
    servers
}

/// The servers that the NS records of a name's zone lead to, and those to which the parent zone delegates it; none where
/// that cannot be told in time.
pub(super) async fn found(world: &World, name: &Name, patience: Duration) -> Vec<SocketAddr> {
    let mut servers = told(world, patience, |ask| authoritative_servers(ask, name)).await;
    // Many networks let only their own resolver out: what the parent says is asked by itself, and may be lacking.
    let delegated = told(world, patience, |ask| delegated_servers(ask, name)).await;
    servers.extend(delegated);
    servers.sort_unstable();
    servers.dedup();
    servers.retain(has_route);
    servers
}

/// What can be told in time.
async fn told(
    world: &World,
    patience: Duration,
    look: impl Fn(&Ask<'_>) -> Option<Vec<SocketAddr>>,
) -> Vec<SocketAddr> {
    let gathered = tokio::time::timeout(patience, world.gatherer.run(None, look)).await;
    gathered.ok().and_then(|gathered| gathered.result).unwrap_or_default()
}

/// Whether this machine has a way there at all: many have none to IPv6, and would wait for an answer for ever. Nothing is
/// sent.
fn has_route(server: &SocketAddr) -> bool {
    let any: SocketAddr =
        if server.is_ipv6() { (Ipv6Addr::UNSPECIFIED, 0).into() } else { (Ipv4Addr::UNSPECIFIED, 0).into() };
    UdpSocket::bind(any).and_then(|socket| socket.connect(server)).is_ok()
}
