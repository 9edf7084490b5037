//! How long caches may hold what SPF says of a domain: what dates of the declaration are counted with.

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::{Depth, Facts, Subject, organizational_domain};
use crate::declared::{EgressState, Lead};
use crate::published::{Ask, State};
use crate::spf::{Family, RangeSet};

/// How long caches may hold an absence where the zone does not tell, in seconds.
const ABSENCE: u32 = 3600;
/// Longer than that hardly a cache holds it, whatever the zone says (RFC 2308, section 5), in seconds.
const LONGEST_ABSENCE: u32 = 3 * 3600;

/// How long caches hold that something is not there, in the zone of this name (RFC 2308, section 5), in seconds.
pub fn negative_ttl(ask: &Ask<'_>, name: &Name) -> u32 {
    let organization = organizational_domain(name);
    for name in name.ancestors().take_while(|name| name.is_at_or_below(&organization)) {
        let Some(reply) = ask.get_thorough(&name, RrType::SOA) else { break };
        if let State::Unknown(_) = reply.state {
            break;
        }
        let soa = reply.records().filter(|_| !reply.is_alias()).and_then(|set| {
            let minimum = set.values.iter().find_map(|value| match value {
                Rdata::Soa(soa) => Some(soa.minimum),
                _ => None,
            });
            Some(set.ttl.min(minimum?))
        });
        if let Some(seconds) = soa {
            return seconds.min(LONGEST_ABSENCE);
        }
    }
    ABSENCE
}

/// The same for the zone of a domain; asked for only where addresses are declared that do not send yet, or where much
/// is asked.
pub(super) fn absence(ask: &Ask<'_>, subject: &Subject) -> u32 {
    let domain = subject.declared.as_ref().map(super::Declared::domain);
    let mut groups = domain.into_iter().flat_map(|domain| &domain.egress);
    let is_planned = groups.any(|group| group.value.state_at(subject.now) == EgressState::Planned);
    if is_planned || subject.depth == Depth::Thorough { negative_ttl(ask, &subject.domain) } else { ABSENCE }
}

impl Facts {
    /// For how long caches may hold the SPF record, or one of the owner's that it leads to, in seconds.
    pub fn record_ttl(&self) -> u32 {
        let held = self.spf.reply.records().map_or(self.absence, |set| set.ttl);
        // The address may go into a record that this one leads to.
        let below = self.own_trees().filter_map(|tree| tree.ttl);
        // A cache that is asked tells only what is left: the declared TTL, or what the servers give, may be the whole.
        let declared = self.declared_domain().and_then(|domain| domain.ttl.as_ref()).map(|ttl| ttl.value);
        let served = self.authority.iter().flat_map(|authority| &authority.names);
        let served = served.filter(|served| served.owner == self.domain).flat_map(|served| &served.by);
        let served = served.filter_map(|(_, reply)| reply.records().map(|set| set.ttl));
        below.chain(declared).chain(served).fold(held, u32::max)
    }

    /// How long before a change of SPF DNS has to say so.
    pub fn lead(&self) -> Lead {
        Lead::of(self.record_ttl(), self.absence)
    }

    /// The declared addresses that no mail leaves from any more, for as long as the record may be held: those that a
    /// plan takes authorisation from.
    pub fn gone(&self, family: Family) -> RangeSet {
        let lead = self.lead();
        let groups = || self.declared_domain().into_iter().flat_map(|domain| &domain.egress).map(|group| &group.value);
        let (gone, wanted): (Vec<_>, Vec<_>) =
            groups().partition(|group| group.state_at(self.now) == EgressState::Retired);
        let over = gone
            .into_iter()
            .filter(|group| group.until.as_ref().is_some_and(|until| lead.remove_from(until.value.ends()) <= self.now));
        let networks = |group: &std::sync::Arc<crate::declared::EgressGroup>| -> Vec<IpNet> {
            group.addresses.iter().map(|address| address.value).collect()
        };
        let over: Vec<IpNet> = over.flat_map(networks).collect();
        let wanted: Vec<IpNet> = wanted.into_iter().flat_map(networks).collect();
        RangeSet::from_networks(family, &over).difference(&RangeSet::from_networks(family, &wanted))
    }
}
