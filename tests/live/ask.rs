//! What these tests share: short deadlines, one question.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mailvouch::published::{Live, LiveOptions, Question, Reason, Recursion, Reply, Source};
use mailvouch_providers::dns::RrType;

use crate::support::dns_server::{DnsServer, name};

/// Long enough for a loaded machine to answer, where an answer is to come.
pub(super) const PATIENT: Duration = Duration::from_secs(10);
/// Where one server will not answer and another one will.
pub(super) const BRISK: Duration = Duration::from_secs(2);
/// Where nobody will answer.
pub(super) const SHORT: Duration = Duration::from_millis(200);

/// A port that nobody listens on, and that no other test can be given: free ports are above 1023.
pub(super) fn closed_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 1).into()
}

/// Resolvers at these addresses.
pub(super) fn resolvers(upstreams: &[SocketAddr], timeout: Duration) -> Live {
    let upstreams = upstreams.to_vec();
    Live::new(LiveOptions { upstreams, timeout, recursion: Recursion::Desired }).expect("somebody to ask")
}

/// An authoritative server.
pub(super) fn authority(server: &DnsServer) -> Live {
    let upstreams = vec![server.address()];
    Live::new(LiveOptions { upstreams, timeout: PATIENT, recursion: Recursion::No }).expect("somebody to ask")
}

/// What one patient question to one resolver brings.
pub(super) async fn ask(server: &DnsServer, owner: &str, rtype: RrType) -> Reply {
    ask_of(&resolvers(&[server.address()], PATIENT), owner, rtype).await
}

/// What this source says.
pub(super) async fn ask_of(live: &Live, owner: &str, rtype: RrType) -> Reply {
    live.ask(&Question::new(&name(owner), rtype)).await
}

/// The reason of an answer that must tell nothing, and who is named for it.
pub(super) fn failure(reply: &Reply) -> (Reason, String) {
    let failure = reply.failure().unwrap_or_else(|| panic!("nothing should be known: {reply:?}"));
    (failure.reason, failure.server.clone().unwrap_or_default())
}

/// The records as presentation text.
pub(super) fn texts(reply: &Reply) -> Vec<String> {
    let set = reply.records().unwrap_or_else(|| panic!("records should be there: {reply:?}"));
    set.values.iter().map(ToString::to_string).collect()
}
