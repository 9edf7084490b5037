//! What is shown, and what is said of it in several places.

use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use crate::declared::EgressState;
use crate::lint::{Declared, SpfFacts};
use crate::published::{Failure, Question};
use crate::spf::{Class, Decider, Family, Region, Selection};

/// One domain's SPF, and what it is held against.
#[derive(Clone, Debug)]
pub struct View {
    /// The domain.
    pub domain: Name,
    /// What is declared for it.
    pub declared: Option<Declared>,
    /// Its records, what they cost, and which addresses get what.
    pub spf: SpfFacts,
    /// Questions that nobody answered, of those that this rests on; in order.
    pub failures: Vec<(Question, Failure)>,
    /// The time that dates of the declaration are held against.
    pub now: Timestamp,
}

/// Some addresses that the declaration names, and what becomes of them.
pub(super) struct Declares {
    /// The group of addresses.
    pub(super) group: String,
    /// Whether mail leaves from there now, did, or will.
    pub(super) state: EgressState,
    /// Of which family.
    pub(super) family: Family,
    /// The addresses, cut where they do not all meet the same fate.
    pub(super) region: Region,
}

impl View {
    /// Whether something was not seen that the result rests on. What nobody asked for is no matter.
    pub fn is_partly_unseen(&self) -> bool {
        !self.failures.is_empty()
            || self.spf.tree.walk().iter().any(|tree| matches!(tree.selection, Selection::Unknown(_)))
    }

    /// The declared addresses that mail leaves from now of which it cannot be told whether they pass: it depends on the
    /// message, or on what was not seen.
    pub(in crate::output) fn open_addresses(&self) -> Vec<IpNet> {
        let current = self.declared_addresses().into_iter().filter(|of| of.state == EgressState::Current);
        let open = current.filter(|of| of.region.class != Class::Pass && !of.region.is_certain());
        open.flat_map(|of| of.region.set.networks(of.family)).collect()
    }

    /// What becomes of the addresses that the declaration says mail leaves from.
    pub(super) fn declared_addresses(&self) -> Vec<Declares> {
        let groups = self.declared.iter().flat_map(|declared| &declared.domain().egress).map(|group| &group.value);
        let addresses = groups.flat_map(|group| group.addresses.iter().map(move |address| (group, address.value)));
        let fates = addresses.flat_map(|(group, network)| {
            let state = group.state_at(self.now);
            let family = Family::of(network.addr());
            let of = move |region| Declares { group: group.name.value.clone(), state, family, region };
            self.spf.coverage().within(&network).into_iter().map(of)
        });
        fates.collect()
    }
}

/// The term that decides, as it stands in its record.
pub(in crate::output) fn term_of(decider: &Decider) -> String {
    super::term::text(decider.published.record.text(), &decider.span)
}

/// The records that lead to the term, without the domain itself.
pub(super) fn chain_of(decider: &Decider) -> Vec<String> {
    decider.path.iter().skip(1).map(ToString::to_string).collect()
}
