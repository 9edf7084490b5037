//! Hosts that get other addresses: what stands there, what will, and for how long caches hold the old.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::HostMove;
use crate::lint::negative_ttl;
use crate::published::{Ask, Gatherer, Overlay, Reason, Reply};

/// What stands at a host that moves.
pub(super) struct Host {
    pub(super) name: Name,
    pub(super) before: Vec<IpAddr>,
    pub(super) after: Vec<IpAddr>,
    pub(super) at: Timestamp,
    pub(super) ttl: u32,
    /// What it is an alias of.
    pub(super) alias_to: Option<Name>,
    /// Why its addresses are not known.
    pub(super) unknown: Option<String>,
}

/// The hosts as they stand, and the records that they will have.
pub(super) async fn look_up(gatherer: &Gatherer, moves: &[HostMove], overlay: &mut Overlay) -> Vec<Host> {
    let mut hosts = Vec::with_capacity(moves.len());
    for host in moves {
        let asked = gatherer.run(None, |ask| (sets(ask, &host.name), negative_ttl(ask, &host.name))).await.result;
        hosts.push(one(host, &asked.0, asked.1, overlay));
    }
    hosts
}

fn sets(ask: &Ask<'_>, name: &Name) -> [Arc<Reply>; 2] {
    let unknown = || Arc::new(Reply::unknown(Reason::NotInSnapshot));
    [RrType::A, RrType::AAAA].map(|rtype| ask.get(name, rtype).unwrap_or_else(unknown))
}

fn one(host: &HostMove, replies: &[Arc<Reply>; 2], absence: u32, overlay: &mut Overlay) -> Host {
    let (mut before, mut after, mut ttl) = (Vec::new(), Vec::new(), 0);
    let mut unknown = None;
    for (rtype, reply) in [RrType::A, RrType::AAAA].into_iter().zip(replies) {
        let is_of_type = |address: &&IpAddr| address.is_ipv4() == (rtype == RrType::A);
        let new: Vec<IpAddr> = host.to.iter().filter(is_of_type).copied().collect();
        let old = crate::lint::addresses_of(reply);
        before.extend(old.iter().copied());
        if new.is_empty() {
            after.extend(old);
            continue;
        }
        if let Some(failure) = reply.failure() {
            unknown = Some(format!("{} {rtype}: {failure}", host.name));
        }
        let held = reply.records().map_or(absence, |set| set.ttl);
        ttl = ttl.max(held);
        let value = |address: &IpAddr| match address {
            IpAddr::V4(address) => Rdata::A(*address),
            IpAddr::V6(address) => Rdata::Aaaa(*address),
        };
        overlay.state(&host.name, rtype, Some(RecordSet { ttl: held, values: new.iter().map(value).collect() }));
        after.extend(new);
    }
    let alias_to = replies.iter().find_map(|reply| reply.chain.last().cloned());
    Host { name: host.name.clone(), before, after, at: host.at, ttl, alias_to, unknown }
}
