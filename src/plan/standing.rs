//! What authoritative servers are to serve once everything is as it is declared.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::promises::is_record;
use super::verify::{AT_ONCE, ServerView, View, twice};
use super::{Draft, Step};
use crate::lint::organizational_domain;
use crate::published::{Failure, Live, Question, Reason, Reply, Source, State, Via};

/// What one name is to hold of one type; of TXT only the records that speak of mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The name.
    pub owner: Name,
    /// The type.
    pub rtype: RrType,
    /// The values.
    pub values: BTreeSet<Rdata>,
}

/// What the names of a domain are to hold once its draft is carried out.
pub fn expected(draft: &Draft) -> Vec<Expected> {
    let after = &draft.desired.after;
    let ours = |name: &Name| organizational_domain(name) == organizational_domain(&after.domain);
    let mut all: Vec<Expected> = Vec::new();
    for set in after.published() {
        let (owner, rtype) = (&set.question.name, set.question.rtype);
        if ours(owner) && matches!(rtype, RrType::TXT | RrType::MX) {
            all.extend(of_reply(owner, rtype, &set.reply));
        }
    }
    // Names that only other records lead to.
    for step in &draft.steps {
        all.extend(
            of_step(step).into_iter().filter(|new| !all.iter().any(|old| old.owner == new.owner)).collect::<Vec<_>>(),
        );
    }
    all
}

fn of_step(step: &Step) -> Vec<Expected> {
    let of_type = |rtype: RrType| Expected {
        owner: step.owner.clone(),
        rtype,
        values: relevant(
            rtype,
            step.after.iter().map(|value| value.rdata.clone()).filter(|rdata| rdata.rtype() == rtype),
        ),
    };
    step.types().into_iter().map(of_type).collect()
}

/// What a reply holds, as it should be; none where that is not known.
fn of_reply(owner: &Name, rtype: RrType, reply: &Reply) -> Option<Expected> {
    // Where the alias leads is somebody else's.
    if let Some(target) = reply.chain.first() {
        let values = [Rdata::Cname(target.clone())].into();
        return Some(Expected { owner: owner.clone(), rtype: RrType::CNAME, values });
    }
    // What a wildcard makes up stands elsewhere.
    if reply.wildcard.is_some() {
        return None;
    }
    let values = match &reply.state {
        State::Found(set) => relevant(rtype, set.values.iter().cloned()),
        State::Absent(_) => BTreeSet::new(),
        State::Unknown(_) => return None,
    };
    Some(Expected { owner: owner.clone(), rtype, values })
}

fn relevant(rtype: RrType, values: impl Iterator<Item = Rdata>) -> BTreeSet<Rdata> {
    values.filter(|rdata| rtype != RrType::TXT || is_record(rdata)).collect()
}

/// Asks each server what it serves of all that is expected.
pub async fn standing(expected: &[Expected], servers: &[SocketAddr], timeout: Duration) -> Vec<ServerView> {
    let asked = servers.iter().flat_map(|server| {
        expected.iter().map(move |each| {
            twice(move || async move {
                let view = match Live::server(*server, timeout) {
                    Ok(live) => view(&live, each).await,
                    Err(_) => View::Unknown(Failure { reason: Reason::Unreachable, server: Some(server.to_string()) }),
                };
                ServerView { server: *server, owner: each.owner.clone(), view }
            })
        })
    });
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

async fn view(live: &Live, expected: &Expected) -> View {
    let reply = live.ask(&Question::new(&expected.owner, expected.rtype)).await;
    let held = match &reply.state {
        State::Unknown(failure) => return View::Unknown(failure.clone()),
        _ if expected.rtype != RrType::CNAME && reply.is_alias() => return View::Behind,
        State::Found(set) => relevant(expected.rtype, set.values.iter().cloned()),
        State::Absent(_) => BTreeSet::new(),
    };
    if held == expected.values { View::Current } else { View::Behind }
}

/// For how many seconds a resolver may go on answering what it answers now; none where that is what is expected.
pub async fn cached_for(expected: &Expected, resolver: &dyn Source) -> Option<u32> {
    let question = Question::new(&expected.owner, expected.rtype).via(Via::Resolver);
    let reply = resolver.ask(&question).await;
    match of_reply(&expected.owner, expected.rtype, &reply) {
        Some(held) if held.values != expected.values => match &reply.state {
            State::Found(set) => Some(set.ttl),
            State::Absent(_) | State::Unknown(_) => Some(NEGATIVE),
        },
        _ => None,
    }
}

/// What caches may keep of an absence at most, where the zone does not say less (RFC 2308, section 5).
const NEGATIVE: u32 = 3 * 3600;
