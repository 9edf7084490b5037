//! What these tests share: short deadlines, one question.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use mailvouch::published::{Live, LiveOptions, Question, Reason, Recursion, Reply, Transport};
use mailvouch_providers::dns::RrType;

use super::{BEGUN, TRANSPORT};
use crate::live::reply;
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
pub(super) fn resolvers(upstreams: &[SocketAddr], timeout: Duration) -> Arc<Live> {
    live(upstreams, timeout, Recursion::Desired)
}

/// An authoritative server.
pub(super) fn authority(server: &DnsServer) -> Arc<Live> {
    live(&[server.address()], PATIENT, Recursion::No)
}

/// These servers, over what is under test.
pub(super) fn live(upstreams: &[SocketAddr], timeout: Duration, recursion: Recursion) -> Arc<Live> {
    let options = LiveOptions { upstreams: upstreams.to_vec(), timeout, recursion, transport: TRANSPORT };
    Arc::new(Live::new(options).expect("somebody to ask"))
}

/// How many datagrams go to a server that keeps silent for [`BRISK`]: over shared sockets, one that may be lost is sent again.
pub(super) fn sent_in_vain() -> usize {
    match TRANSPORT {
        Transport::Own => 1,
        Transport::Pooled => 3,
    }
}

/// A reply without what only live sources tell.
pub(super) fn as_saved(mut reply: Reply) -> Reply {
    reply.lifetime = None;
    reply
}

/// What one patient question to one resolver brings.
pub(super) async fn ask(server: &DnsServer, owner: &str, rtype: RrType) -> Reply {
    ask_of(&resolvers(&[server.address()], PATIENT), owner, rtype).await
}

/// What this source says.
pub(super) async fn ask_of(live: &Arc<Live>, owner: &str, rtype: RrType) -> Reply {
    as_saved(reply(live, &Question::new(&name(owner), rtype), BEGUN).await)
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
