//! The address and the domain themselves: reverse name and back, and where mail for the domain goes.

use std::net::IpAddr;

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::case::Case;
use super::check::{State, check};
use super::relevance::relevance;
use crate::lint::reverse_name;
use crate::observed::bounce::{Check, CheckId};
use crate::published::{Ask, Failure, Question, Reason, Reply};

/// Reverse names that are followed; more than a few is somebody's mistake.
const MAX_NAMES: usize = 10;

/// The reverse name of the address, and whether it leads back.
pub(super) fn reverse(ask: &Ask<'_>, case: &Case) -> Option<Check> {
    let address = case.address?;
    let owner = reverse_name(address)?;
    let relevance = relevance(CheckId::ReverseName, &case.reason, case.direction);
    let found = |state, text: String| check(CheckId::ReverseName, address.to_string(), state, text, relevance);
    let reply = match known(ask, &owner, RrType::PTR) {
        Ok(reply) => reply,
        Err(failed) => {
            let text = format!("the reverse name of {address} could not be looked up: {}", failed.1);
            return Some(Check { failed: vec![failed], ..found(State::Unknown, text) });
        }
    };
    let values = reply.records().map_or(&[][..], |set| &set.values);
    let names: Vec<Name> = values
        .iter()
        .filter_map(|value| if let Rdata::Ptr(name) = value { Some(name.clone()) } else { None })
        .take(MAX_NAMES)
        .collect();
    if names.is_empty() {
        return Some(found(State::Bad, format!("{address} has no reverse name: large receivers refuse its mail")));
    }
    let (mut leads_back, mut failed) = (None, Vec::new());
    for name in &names {
        match known(ask, name, if address.is_ipv4() { RrType::A } else { RrType::AAAA }) {
            Ok(reply) if addresses(&reply).contains(&address) => leads_back = leads_back.or(Some(name)),
            Ok(_) => {}
            Err(failure) => failed.push(failure),
        }
    }
    let listed = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Some(match leads_back {
        Some(name) => found(State::Good, format!("the reverse name of {address} is {name}, which leads back to it")),
        None if failed.is_empty() => {
            found(State::Bad, format!("the reverse name of {address} is {listed}, which does not lead back to it"))
        }
        None => {
            let text =
                format!("the reverse name of {address} is {listed}; whether that leads back could not be looked up");
            Check { failed, ..found(State::Unknown, text) }
        }
    })
}

/// Whether the sender's domain can take mail: its MX, or an address in place of one (RFC 5321, section 5.1).
pub(super) fn route(ask: &Ask<'_>, case: &Case) -> Option<Check> {
    let from_envelope = case.envelope.as_deref().and_then(|envelope| envelope.rsplit('@').next()?.parse::<Name>().ok());
    let domain = from_envelope.filter(|name| name.label_count() > 1).or_else(|| case.author.clone())?;
    let relevance = relevance(CheckId::Route, &case.reason, case.direction);
    let found = |state, text: String| check(CheckId::Route, domain.to_string(), state, text, relevance);
    let mx = match known(ask, &domain, RrType::MX) {
        Ok(reply) => reply,
        Err(failed) => {
            let text = format!("the MX of {domain} could not be looked up: {}", failed.1);
            return Some(Check { failed: vec![failed], ..found(State::Unknown, text) });
        }
    };
    let values = mx.records().map_or(&[][..], |set| &set.values);
    let hosts: Vec<&Name> = values
        .iter()
        .filter_map(|value| if let Rdata::Mx { exchange, .. } = value { Some(exchange) } else { None })
        .collect();
    if hosts.iter().any(|host| host.is_root()) {
        return Some(found(
            State::Bad,
            format!("{domain} says that it takes no mail (a null MX): receivers may refuse what it sends"),
        ));
    }
    if !hosts.is_empty() {
        let hosts = hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Some(found(State::Good, format!("mail for {domain} goes to {hosts}")));
    }
    let mut failed = Vec::new();
    for rtype in [RrType::A, RrType::AAAA] {
        match known(ask, &domain, rtype) {
            Ok(reply) if !addresses(&reply).is_empty() => {
                return Some(found(State::Good, format!("{domain} has no MX, and an address in its place")));
            }
            Ok(_) => {}
            Err(failure) => failed.push(failure),
        }
    }
    Some(if failed.is_empty() {
        found(
            State::Bad,
            format!("{domain} has no MX and no address: nothing can be sent to it, and some refuse mail from it"),
        )
    } else {
        Check { failed, ..found(State::Unknown, format!("{domain} has no MX; its addresses could not be looked up")) }
    })
}

/// The answer, or why there is none.
pub(super) fn known(ask: &Ask<'_>, name: &Name, rtype: RrType) -> Result<std::sync::Arc<Reply>, (Question, Failure)> {
    let question = || Question::new(name, rtype);
    let not_yet = || Failure { reason: Reason::NotInSnapshot, server: None };
    let reply = ask.get(name, rtype).ok_or_else(|| (question(), not_yet()))?;
    match reply.failure() {
        Some(failure) => Err((question(), failure.clone())),
        None => Ok(reply),
    }
}

/// The addresses in a reply.
pub(super) fn addresses(reply: &Reply) -> Vec<IpAddr> {
    let values = reply.records().map_or(&[][..], |set| &set.values);
    let address = |value: &Rdata| match value {
        Rdata::A(address) => Some(IpAddr::V4(*address)),
        Rdata::Aaaa(address) => Some(IpAddr::V6(*address)),
        _ => None,
    };
    values.iter().filter_map(address).collect()
}
