//! A record and all behind it as plain ranges: what flattening writes down, and how it is cut into records.
//!
//! Only what is the same for every message and every receiver is ever flattened: what a term matches that nobody can
//! list, what could not be looked up, and what may be a sample of a larger pool has no fixed ranges.

use std::net::IpAddr;

use ipnet::IpNet;
use mailvouch_providers::dns::{MAX_STRING, Name, Txt};

use super::{Branch, Class, Coverage, Family, Lead, RangeSet, Selection, Tree};
use crate::record::SpfRecord;
use crate::record::spf::{Mechanism, Qualifier, Term};

/// What a receiver takes over UDP without fragments nearly everywhere, in octets (RFC 9715).
const MESSAGE: usize = 1232;
/// Octets of a DNS message around one TXT value: header, type and class of the question; a pointer to the name, type,
/// class, TTL and length of the answer (RFC 1035, section 4.1); the OPT record (RFC 6891, section 6.1.2).
const AROUND: usize = 12 + 4 + 12 + 11;
/// Networks that are written down: more are no list that anybody would keep.
const MAX_NETWORKS: usize = 400;

/// Whether one TXT value of so many octets on the wire, alone at a name, comes in one answer over UDP.
pub fn fits(name: &Name, octets: usize) -> bool {
    AROUND + name.wire_len() + octets <= MESSAGE
}

/// The addresses that pass a record, by family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flat {
    v4: RangeSet,
    v6: RangeSet,
}

/// Why the addresses that pass a record are no fixed ranges.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFlat {
    /// A term's matches depend on the message, or on the client's own name.
    #[error("{0} has terms whose matches nobody can list")]
    Dynamic(Name),
    /// A look-up failed.
    #[error("{0} could not be looked up")]
    Unknown(Name),
    /// It ends in an error for somebody.
    #[error("{0} is broken")]
    Broken(Name),
    /// A name answered with several addresses: there may be more.
    #[error("{0} answers with several addresses, and there may be more")]
    Sample(Name),
    /// They are too many, or everybody.
    #[error("{0} lets too many networks pass")]
    TooMany(Name),
}

impl Flat {
    /// The addresses that pass the record of a tree, whatever it costs to find out.
    pub fn of(tree: &Tree) -> Result<Self, NotFlat> {
        tree.walk().into_iter().try_for_each(is_plain)?;
        let coverage = Coverage::without_limits(tree);
        let all = || Family::BOTH.into_iter().flat_map(|family| coverage.regions(family));
        if all().any(|region| !region.dynamic.is_empty()) {
            return Err(NotFlat::Dynamic(tree.name.clone()));
        }
        if all().any(|region| matches!(region.class, Class::PermError | Class::TempError | Class::None)) {
            return Err(NotFlat::Broken(tree.name.clone()));
        }
        let flat = Self { v4: coverage.class(Family::V4, Class::Pass), v6: coverage.class(Family::V6, Class::Pass) };
        let everybody = Family::BOTH.into_iter().any(|family| *flat.set(family) == RangeSet::everything(family));
        if everybody || flat.count() > MAX_NETWORKS {
            return Err(NotFlat::TooMany(tree.name.clone()));
        }
        Ok(flat)
    }

    /// The addresses of one family.
    pub fn set(&self, family: Family) -> &RangeSet {
        family.choose(&self.v4, &self.v6)
    }

    /// The addresses of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// How many networks make it up.
    pub fn count(&self) -> usize {
        Family::BOTH.into_iter().map(|family| self.set(family).networks(family).len()).sum()
    }

    /// The least octets on the wire that records of it can have, and the least number of records, at a name of so many octets:
    /// told without writing them.
    pub fn least(&self, name: usize) -> (usize, usize) {
        let networks = Family::BOTH.into_iter().flat_map(|family| self.set(family).networks(family));
        let terms: usize = networks.map(|network| term_length(&network) + 1).sum();
        let around = "v=spf1 -all".len() + 1;
        let room = MESSAGE.saturating_sub(AROUND + name + around).max(1);
        let records = terms.div_ceil(room);
        (terms + records * around, records)
    }

    /// Records that together hold these addresses and no others, each short enough for one answer over UDP at a name
    /// of so many octets. Their strings are cut as hosts cut them that are given the text alone: no other cut could be
    /// written there, and a receiver joins them as they are (RFC 7208, section 3.3).
    ///
    /// Each ends in `-all`: inside an include only a pass counts (RFC 7208, section 5.2), and as a domain of its own
    /// the name sends nothing else. Empty where nobody passes, or where what was written does not read back the same.
    pub fn records(&self, name: usize) -> Vec<Txt> {
        let room = MESSAGE.saturating_sub(AROUND + name);
        // Each string has an octet for its length.
        let room = room.saturating_sub(room.div_ceil(MAX_STRING + 1) + "v=spf1 -all".len());
        let terms: Vec<String> = Family::BOTH.into_iter().flat_map(|family| self.terms(family)).collect();
        let total: usize = terms.iter().map(|term| term.len() + 1).sum();
        let fewest = filled(&terms, room);
        // As even as they come: records that are all nearly full have no room for what comes next.
        let even = filled(&terms, room.min(total.div_ceil(fewest.len().max(1)) + LONGEST_TERM));
        let chosen = if even.len() == fewest.len() { even } else { fewest };
        let text = |terms: &Vec<&str>| format!("v=spf1 {} -all", terms.join(" "));
        let records: Vec<Txt> = chosen.iter().map(|terms| Txt::from_text(text(terms).as_bytes())).collect();
        if Self::read(&records) == Some(self.clone()) { records } else { Vec::new() }
    }

    fn terms(&self, family: Family) -> Vec<String> {
        let keyword = family.choose("ip4", "ip6");
        let networks = self.set(family).networks(family).into_iter();
        let term = |network: IpNet| {
            let single = network.prefix_len() == network.max_prefix_len();
            if single { format!("{keyword}:{}", network.addr()) } else { format!("{keyword}:{network}") }
        };
        networks.map(term).collect()
    }

    /// What records of this shape let pass; none for any other.
    fn read(records: &[Txt]) -> Option<Self> {
        let mut networks = Vec::new();
        for txt in records {
            let record = SpfRecord::parse(&txt.joined()).filter(SpfRecord::is_valid)?;
            for term in record.terms() {
                let Term::Directive(directive) = &term.node else { return None };
                match (&directive.mechanism, directive.effective_qualifier()) {
                    (Mechanism::Ip4(range), Qualifier::Pass) => networks.push(range.network().into()),
                    (Mechanism::Ip6(range), Qualifier::Pass) => networks.push(range.network().into()),
                    (Mechanism::All, Qualifier::Fail) => {}
                    _ => return None,
                }
            }
        }
        let [v4, v6] = Family::BOTH.map(|family| RangeSet::from_networks(family, &networks));
        Some(Self { v4, v6 })
    }
}

/// `ip6:` with eight groups of four, a length, and the space before it.
const LONGEST_TERM: usize = 4 + 39 + 4 + 1;

/// Octets of the term for a network, or less.
fn term_length(network: &IpNet) -> usize {
    let digits = |number: u8| 1 + usize::from(number > 9) + usize::from(number > 99);
    let length = network.prefix_len();
    let behind = if length == network.max_prefix_len() { 0 } else { 1 + digits(length) };
    "ip4:".len()
        + behind
        + match network.addr() {
            IpAddr::V4(address) => 3 + address.octets().map(digits).iter().sum::<usize>(),
            // What zeros become is left out, but that there is something.
            IpAddr::V6(address) => {
                let digits = |number: u16| (u16::BITS - number.leading_zeros()).div_ceil(4) as usize;
                let others = address.segments().into_iter().filter(|number| *number > 0);
                others.map(|number| digits(number) + 1).sum::<usize>().saturating_sub(1).max(2)
            }
        }
}

/// The terms in their order, as many in each part as fit.
fn filled(terms: &[String], room: usize) -> Vec<Vec<&str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let mut left = 0;
    for term in terms {
        let takes = term.len() + 1;
        match parts.last_mut() {
            Some(part) if takes <= left => part.push(term),
            _ => {
                parts.push(vec![term]);
                left = room;
            }
        }
        left = left.saturating_sub(takes);
    }
    parts
}

/// Whether one record of a tree, and what its own terms name, is the same for everybody.
fn is_plain(tree: &Tree) -> Result<(), NotFlat> {
    let name = || tree.name.clone();
    match &tree.selection {
        Selection::One(published) if published.record.is_valid() => {}
        Selection::Unknown(_) => return Err(NotFlat::Unknown(name())),
        Selection::One(_) | Selection::None | Selection::Many(_) => return Err(NotFlat::Broken(name())),
    }
    for branch in &tree.branches {
        match branch {
            Branch::Leaf | Branch::Record(Lead::Tree(_)) => {}
            Branch::Dynamic(_) | Branch::Record(Lead::Dynamic(_)) => return Err(NotFlat::Dynamic(name())),
            Branch::PastLimit => return Err(NotFlat::Unknown(name())),
            Branch::Record(Lead::Loop(_) | Lead::NoName) => return Err(NotFlat::Broken(name())),
            Branch::Addresses { v4, v6 } => {
                for addresses in [v4, v6] {
                    if let Some((failed, _)) = addresses.unknown.first() {
                        return Err(NotFlat::Unknown(failed.clone()));
                    }
                    if let Some(sample) = addresses.samples.first() {
                        return Err(NotFlat::Sample(sample.clone()));
                    }
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(networks: &[IpNet]) -> Flat {
        let [v4, v6] = Family::BOTH.map(|family| RangeSet::from_networks(family, networks));
        Flat { v4, v6 }
    }

    #[test]
    fn a_few_ranges_are_one_record() {
        let networks: Vec<IpNet> = ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.7/32", "2001:db8::/48"]
            .map(|text| text.parse().expect("a network"))
            .into();
        let records = flat(&networks).records(20);
        assert_eq!(records, [Txt::from_text(b"v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.7 ip6:2001:db8::/48 -all")]);
        assert_eq!(flat(&[]).records(20), []);
    }

    fn network() -> impl Strategy<Value = IpNet> {
        prop_oneof![
            (any::<u32>(), 12_u8..=32).prop_map(|(bits, length)| IpNet::new(
                std::net::Ipv4Addr::from_bits(bits).into(),
                length
            )
            .expect("a network")
            .trunc()),
            (any::<u128>(), 20_u8..=128).prop_map(|(bits, length)| IpNet::new(
                std::net::Ipv6Addr::from_bits(bits).into(),
                length
            )
            .expect("a network")
            .trunc()),
        ]
    }

    proptest! {
        #[test]
        fn not_one_range_is_lost_or_gained_and_every_answer_fits(networks in proptest::collection::vec(network(), 1..300), name in 10_usize..=100) {
            let flat = flat(&networks);
            let records = flat.records(name);
            let least = flat.least(name);
            prop_assert!(least.0 <= records.iter().map(Txt::wire_len).sum() && least.1 <= records.len());
            prop_assert_eq!(Flat::read(&records), Some(flat));
            for txt in records {
                prop_assert_eq!(&Txt::from_text(&txt.joined()), &txt);
                prop_assert!(AROUND + name + txt.wire_len() <= MESSAGE);
            }
        }
    }
}
