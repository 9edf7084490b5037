//! Whose an address is, by the declaration, and by the records that declared senders publish.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use crate::declared::{At, EgressGroup, EgressState, Sender};
use crate::lint::{Declared, SpfFacts};
use crate::published::Ask;
use crate::spf::{Class, Coverage, Family, Selection, Tree};

/// Whose an address is.
#[derive(Clone, Debug)]
pub enum Place {
    /// The domain's own: a group that it names.
    Group(Arc<EgressGroup>, EgressState),
    /// A group of the declaration that the domain does not name.
    OtherGroup(Arc<EgressGroup>),
    /// That of a declared sender, with the record that holds it; none where the declaration lists the address.
    Sender(Arc<Sender>, Option<Name>),
    /// Nobody's who is declared; SPF lets it pass by this term, and where that stands.
    Undeclared(String, Name),
    /// Nobody's, and SPF does not let it pass.
    Nobody,
    /// Not declared; whether it is that of a sender is not known.
    Unknown(String),
}

impl Place {
    /// Whose it is, as far as the declaration and the snapshot tell. `spf` is none where DNS is not asked.
    pub(super) fn of(
        ask: &Ask<'_>,
        address: IpAddr,
        declared: &Declared,
        spf: Option<&SpfFacts>,
        now: Timestamp,
    ) -> Self {
        let domain = declared.domain();
        if let Some(group) = domain.egress.iter().map(|at| &at.value).find(|group| holds(&group.addresses, address)) {
            return Self::Group(group.clone(), group.state_at(now));
        }
        let senders = || domain.senders.iter().map(|at| &at.value);
        if let Some(sender) = senders().find(|sender| holds(&sender.addresses, address)) {
            return Self::Sender(sender.clone(), None);
        }
        let other = declared.declaration().egress.values().find(|group| holds(&group.addresses, address));
        let Some(spf) = spf else {
            return other.map_or_else(
                || {
                    Self::Unknown(
                        "DNS was not asked, so whether it is that of a declared sender cannot be told".to_owned(),
                    )
                },
                |group| Self::OtherGroup(group.clone()),
            );
        };
        let mut unseen = unseen(&spf.tree);
        for sender in senders() {
            for include in &sender.include {
                let tree = Tree::of(ask, include);
                if Coverage::of(&tree).class(Family::of(address), Class::Pass).contains(address) {
                    return Self::Sender(sender.clone(), Some(include.clone()));
                }
                unseen = unseen.or(self::unseen(&tree));
            }
        }
        if let Some(group) = other {
            return Self::OtherGroup(group.clone());
        }
        let regions = spf.coverage().within(&IpNet::from(address));
        let passing = regions.iter().find(|region| region.class == Class::Pass);
        if let Some(decider) = passing.and_then(|region| region.decided_by.as_ref()) {
            let text = String::from_utf8_lossy(&decider.published.record.text()[decider.span.clone()]).into_owned();
            return Self::Undeclared(text, decider.path.last().cloned().unwrap_or_else(|| spf.tree.name.clone()));
        }
        match unseen {
            Some(why) => Self::Unknown(why),
            None if spf.coverage().is_dynamic() => Self::Unknown(
                "part of who may send depends on the message itself (a macro in an SPF record)".to_owned(),
            ),
            None => Self::Nobody,
        }
    }
}

fn holds(addresses: &[At<IpNet>], address: IpAddr) -> bool {
    addresses.iter().any(|network| network.value.contains(&address))
}

/// What of a tree could not be looked up.
fn unseen(tree: &Tree) -> Option<String> {
    tree.walk().into_iter().find_map(|tree| match &tree.selection {
        Selection::Unknown(failure) => Some(format!("{} TXT could not be looked up: {failure}", tree.name.absolute())),
        _ => None,
    })
}
