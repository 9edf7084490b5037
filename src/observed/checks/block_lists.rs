//! DNS block lists (RFC 5782): asked only where somebody names one, since it tells its operator what is looked at.

use std::net::{IpAddr, Ipv4Addr};

use mailvouch_providers::dns::{Name, RrType, escape_joined_text};

use super::case::Case;
use super::check::{State, check};
use super::hosts::{addresses, known};
use super::relevance::relevance;
use crate::lint::reverse_name;
use crate::observed::bounce::{Check, CheckId};
use crate::published::{Ask, Failure, Question, State as Answer};

/// What a list says of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// It is on it, with these codes, and the words of the list.
    Listed(Vec<Ipv4Addr>, Vec<String>),
    /// It is not.
    Absent,
    /// The list does not answer whoever asks this way: `127.255.255.x`, or what is no code at all.
    Refused(Vec<Ipv4Addr>),
    /// It could not be asked.
    Unknown(Box<(Question, Failure)>),
}

/// Where an address stands in a list: its octets or nibbles the other way round (RFC 5782, sections 2.1 and 2.4).
pub fn listing_name(address: IpAddr, zone: &Name) -> Option<Name> {
    let reverse = reverse_name(address)?;
    let digits = reverse.label_count().checked_sub(2)?;
    Name::from_labels(reverse.labels().take(digits).chain(zone.labels())).ok()
}

impl Listing {
    /// What a list says of an address.
    pub fn of(ask: &Ask<'_>, address: IpAddr, zone: &Name) -> Option<Self> {
        let name = listing_name(address, zone)?;
        let reply = match known(ask, &name, RrType::A) {
            Ok(reply) => reply,
            Err(failed) => return Some(Self::Unknown(Box::new(failed))),
        };
        let codes: Vec<Ipv4Addr> = addresses(&reply)
            .into_iter()
            .filter_map(|code| if let IpAddr::V4(code) = code { Some(code) } else { None })
            .collect();
        if codes.is_empty() {
            return Some(Self::Absent);
        }
        if codes.iter().any(|code| !is_listing(*code)) {
            return Some(Self::Refused(codes));
        }
        // Only words: no verdict rests on them.
        let reply = ask.get_thorough(&name, RrType::TXT);
        let words = match reply.as_ref().map(|reply| &reply.state) {
            Some(Answer::Found(set)) => set.txts().map(|txt| escape_joined_text(&txt.joined())).collect(),
            _ => Vec::new(),
        };
        Some(Self::Listed(codes, words))
    }
}

/// Lists answer in 127/8. `127.255.255.x` is an error of whoever asks (a public resolver, too many questions), and what
/// lies outside is a resolver or a parked domain that answers everything.
fn is_listing(code: Ipv4Addr) -> bool {
    let [first, second, third, _] = code.octets();
    first == 127 && (second, third) != (255, 255)
}

/// What the lists that were named say of the address.
pub(super) fn block_lists(ask: &Ask<'_>, case: &Case) -> Vec<Check> {
    let relevance = relevance(CheckId::BlockList, &case.reason, case.direction);
    case.block_lists.iter().filter_map(|zone| {
        let new = |state, text: String| check(CheckId::BlockList, zone.to_string(), state, text, relevance);
        let Some(address) = case.address else {
            return Some(new(State::Unknown, format!("{zone} was not asked: the bounce does not say which address to ask for")));
        };
        let codes = |codes: &[Ipv4Addr]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Some(match Listing::of(ask, address, zone)? {
            Listing::Listed(listed, words) => {
                let words = if words.is_empty() { String::new() } else { format!(": {}", words.join("; ")) };
                new(State::Bad, format!("{address} is on {zone} ({}){words}", codes(&listed)))
            }
            Listing::Absent => Check {
                means: "receivers have lists of their own, too, which nobody can ask".to_owned(),
                ..new(State::Good, format!("{address} is not on {zone}"))
            },
            Listing::Refused(answered) => new(
                State::Unknown,
                format!(
                    "{zone} does not answer your resolver ({}): that is no listing. Ask through a resolver of your own (`--resolver`), \
                     or as the list says",
                    codes(&answered)
                ),
            ),
            Listing::Unknown(failed) => {
                let text = format!("{zone} could not be asked: {}", failed.1);
                Check { failed: vec![*failed], ..new(State::Unknown, text) }
            }
        })
    }).collect()
}
