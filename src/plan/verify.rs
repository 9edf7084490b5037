//! Asks authoritative servers whether they serve what was applied. Lag is no failure: it is a state of its own.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, RrType};

use super::Step;
use crate::published::{Failure, Live, Question, Reason, Source as _, State};

/// What one server serves of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerView {
    /// The server.
    pub server: SocketAddr,
    /// The owner.
    pub owner: Name,
    /// What it serves.
    pub view: View,
}

/// Whether a server serves what was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// It does.
    Current,
    /// Not yet: it serves what was there before, or something else.
    Behind,
    /// It could not be asked.
    Unknown(Failure),
}

/// Questions that are open at a time: each takes a socket.
pub(super) const AT_ONCE: usize = 32;

/// Asks each server about each step.
pub async fn verify(steps: &[&Step], servers: &[SocketAddr], timeout: Duration) -> Vec<ServerView> {
    let asked =
        servers.iter().flat_map(|server| steps.iter().map(move |step| twice(move || view(*server, step, timeout))));
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

/// Asks each server whether it serves a TXT set at each name: for what was written before this run.
pub(super) async fn verify_there(names: &[&Name], servers: &[SocketAddr], timeout: Duration) -> Vec<ServerView> {
    let asked =
        servers.iter().flat_map(|server| names.iter().map(move |name| twice(move || there(*server, name, timeout))));
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

/// Asks again where all is as it should be: behind one address there may be several servers, and another question, from
/// another port, may come to another of them. One that lags is enough.
pub(super) async fn twice<F: Future<Output = ServerView>>(look: impl Fn() -> F) -> ServerView {
    let first = look().await;
    if first.view == View::Current { look().await } else { first }
}

async fn there(server: SocketAddr, name: &Name, timeout: Duration) -> ServerView {
    let of = |view| ServerView { server, owner: name.clone(), view };
    let unreachable = Failure { reason: Reason::Unreachable, server: Some(server.to_string()) };
    let Ok(live) = Live::server(server, timeout) else { return of(View::Unknown(unreachable)) };
    match live.ask(&Question::new(name, RrType::TXT)).await.state {
        State::Found(_) => of(View::Current),
        State::Absent(_) => of(View::Behind),
        State::Unknown(failure) => of(View::Unknown(failure)),
    }
}

async fn view(server: SocketAddr, step: &Step, timeout: Duration) -> ServerView {
    let of = |view| ServerView { server, owner: step.owner.clone(), view };
    let unreachable = Failure { reason: Reason::Unreachable, server: Some(server.to_string()) };
    let Ok(live) = Live::server(server, timeout) else { return of(View::Unknown(unreachable)) };
    for rtype in step.types() {
        let reply = live.ask(&Question::new(&step.owner, rtype)).await;
        let values = match &reply.state {
            // Another type than the alias was asked for: what it leads to does not stand here.
            State::Found(_) | State::Absent(_) if reply.is_alias() => Vec::new(),
            State::Found(set) => set.values.clone(),
            State::Absent(_) => Vec::new(),
            State::Unknown(failure) => return of(View::Unknown(failure.clone())),
        };
        let of_type = |values: &[Value]| {
            let values = values.iter().map(|value| &value.rdata).filter(|rdata| rdata.rtype() == rtype);
            values.cloned().collect::<Vec<_>>()
        };
        let (added, removed) = (of_type(&step.add), of_type(&step.remove));
        let current = added.iter().all(|value| values.contains(value))
            && removed.iter().all(|value| added.contains(value) || !values.contains(value));
        if !current {
            return of(View::Behind);
        }
    }
    of(View::Current)
}
