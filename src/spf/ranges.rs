//! Sets of addresses, as sorted ranges: what coverage is counted in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

/// The two address families, which SPF never mixes (RFC 7208, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::V4, Self::V6];

    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// Of two things the one for this family.
    pub fn choose<T>(self, v4: T, v6: T) -> T {
        match self {
            Self::V4 => v4,
            Self::V6 => v6,
        }
    }

    /// All its addresses, as numbers.
    pub(super) fn all(self) -> RangeInclusive<u128> {
        0..=self.choose(u128::from(u32::MAX), u128::MAX)
    }
}

/// An address as a number.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// A set of addresses of one family: ranges in order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RangeSet {
    ranges: Vec<RangeInclusive<u128>>,
}

impl RangeSet {
    /// Every address of the family.
    pub fn everything(family: Family) -> Self {
        Self { ranges: vec![family.all()] }
    }

    /// These ranges, in whatever order and however they overlap.
    pub fn from_ranges(ranges: impl IntoIterator<Item = RangeInclusive<u128>>) -> Self {
        let ranges = ranges.into_iter();
        let mut all = Vec::with_capacity(ranges.size_hint().1.unwrap_or_default());
        all.extend(ranges.filter(|range| !range.is_empty()));
        Self::joined(all)
    }

    /// The same of ranges none of which is empty.
    pub(super) fn joined(mut all: Vec<RangeInclusive<u128>>) -> Self {
        if !all.is_sorted_by_key(|range| *range.start()) {
            all.sort_by_key(|range| *range.start());
        }
        // Each into the one before, where they meet.
        all.dedup_by(|next, last| {
            let meets = last.end().checked_add(1).is_none_or(|after| *next.start() <= after);
            if meets {
                *last = *last.start()..=*last.end().max(next.end());
            }
            meets
        });
        Self { ranges: all }
    }

    /// The networks of one family among these.
    pub fn from_networks<'a>(family: Family, networks: impl IntoIterator<Item = &'a IpNet>) -> Self {
        let of_family = networks.into_iter().filter(|network| Family::of(network.addr()) == family);
        Self::from_ranges(of_family.map(network_range))
    }

    /// Whether there is no address in it.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether the address, of this set's family, is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let number = number(address);
        let after = self.ranges.partition_point(|range| *range.start() <= number);
        after > 0 && *self.ranges[after - 1].end() >= number
    }

    /// How many addresses there are; the largest number where there are more.
    pub fn size(&self) -> u128 {
        let sizes = self.ranges.iter().map(|range| (range.end() - range.start()).saturating_add(1));
        sizes.fold(0, u128::saturating_add)
    }

    /// The ranges, in order.
    pub fn ranges(&self) -> &[RangeInclusive<u128>] {
        &self.ranges
    }

    /// The addresses in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).cloned())
    }

    /// The addresses in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        // Most often with all that there is, or with what a few terms have left of it.
        for (one, wide) in [(self, other), (other, self)] {
            if let (Some(first), Some(last)) = (one.ranges.first(), one.ranges.last())
                && wide.ranges.iter().any(|wide| wide.contains(first.start()) && wide.contains(last.end()))
            {
                return one.clone();
            }
        }
        let (mut left, mut right) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        let mut ranges = Vec::with_capacity(self.ranges.len().max(other.ranges.len()));
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let common = *a.start().max(b.start())..=*a.end().min(b.end());
            if !common.is_empty() {
                ranges.push(common);
            }
            // Whichever ends first can meet nothing more.
            if a.end() <= b.end() {
                left.next()
            } else {
                right.next()
            };
        }
        Self { ranges }
    }

    /// The addresses in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + other.ranges.len());
        let mut holes = other.ranges.iter().peekable();
        for range in &self.ranges {
            let mut start = Some(*range.start());
            while let (Some(from), Some(hole)) = (start, holes.peek()) {
                if hole.start() > range.end() {
                    break;
                }
                if *hole.start() > from {
                    ranges.push(from..=*hole.start() - 1);
                }
                start = hole.end().checked_add(1).filter(|next| next <= range.end()).map(|next| next.max(from));
                if hole.end() > range.end() {
                    // The hole goes on into the next range.
                    start = None;
                    break;
                }
                holes.next();
            }
            if let Some(from) = start {
                ranges.push(from..=*range.end());
            }
        }
        Self { ranges }
    }

    /// What of the set falls on the pieces of each rank, by rank. The pieces are in order and do not overlap.
    pub(super) fn divide(&self, pieces: &[(RangeInclusive<u128>, usize)]) -> BTreeMap<usize, Self> {
        let mut parts: BTreeMap<usize, Self> = BTreeMap::new();
        let (mut ranges, mut pieces) = (self.ranges.iter().peekable(), pieces.iter().peekable());
        while let (Some(range), Some((piece, rank))) = (ranges.peek(), pieces.peek()) {
            let common = *range.start().max(piece.start())..=*range.end().min(piece.end());
            if !common.is_empty() {
                parts.entry(*rank).or_default().ranges.push(common);
            }
            // Whichever ends first can meet nothing more.
            if range.end() <= piece.end() {
                ranges.next();
            } else {
                pieces.next();
            }
        }
        parts
    }

    /// The fewest networks that make up the set, in order.
    pub fn networks(&self, family: Family) -> Vec<IpNet> {
        let mut networks = Vec::with_capacity(self.ranges.len());
        self.ranges.iter().for_each(|range| add_networks(family, range, &mut networks));
        networks
    }
}

/// The addresses of a network; host bits do not matter.
pub(super) fn network_range(network: &IpNet) -> RangeInclusive<u128> {
    number(network.network())..=number(network.broadcast())
}

/// The networks of a range, behind those that are there.
fn add_networks(family: Family, range: &RangeInclusive<u128>, to: &mut Vec<IpNet>) {
    let (start, end) = (*range.start(), *range.end());
    match family {
        Family::V4 => {
            let address = |number: u128| Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX));
            to.extend(Ipv4Subnets::new(address(start), address(end), 0).map(|network: Ipv4Net| IpNet::from(network)));
        }
        Family::V6 => {
            let subnets = Ipv6Subnets::new(Ipv6Addr::from(start), Ipv6Addr::from(end), 0);
            to.extend(subnets.map(|network: Ipv6Net| IpNet::from(network)));
        }
    }
}

/// Cuts the address space by rank: each returned range belongs to the lowest rank that holds it. The ranges of one rank do not
/// overlap.
///
/// This is first-match semantics over many terms at once. One sweep over the sorted ends, O(n log n): subtracting term
/// by term would take time in the square of their number.
pub(super) fn first_match(
    ranges: impl IntoIterator<Item = (usize, RangeInclusive<u128>)>,
) -> Vec<(RangeInclusive<u128>, usize)> {
    let starts = ranges.into_iter().map(|(rank, range)| (*range.start(), rank, *range.end()));
    let mut starts: Vec<(u128, usize, u128)> = starts.collect();
    starts.sort_unstable();
    let mut pieces: Vec<(RangeInclusive<u128>, usize)> = Vec::with_capacity(2 * starts.len());
    // Open ranges, by rank and by where they end: the first match at the front, behind what of its rank has ended.
    let mut open: BinaryHeap<Reverse<(usize, u128)>> = BinaryHeap::new();
    let mut next = starts.into_iter().peekable();
    let mut at = 0_u128;
    loop {
        if open.is_empty() {
            let Some((start, ..)) = next.peek() else { break };
            at = *start;
        }
        while let Some((_, rank, end)) = next.next_if(|(start, ..)| *start == at) {
            open.push(Reverse((rank, end)));
        }
        let Some(&Reverse((rank, end))) = open.peek() else { continue };
        // Nothing changes before the next range begins or the one in front ends.
        let until = next.peek().map_or(end, |(start, ..)| end.min(*start - 1));
        match pieces.last_mut() {
            Some((last, of)) if *of == rank && last.end().checked_add(1) == Some(at) => *last = *last.start()..=until,
            _ => pieces.push((at..=until, rank)),
        }
        let Some(after) = until.checked_add(1) else { break };
        at = after;
        // Ranges further back may have ended too: they are dropped when they come to the front.
        while open.peek().is_some_and(|Reverse((_, end))| *end < at) {
            open.pop();
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(ranges: &[(u128, u128)]) -> RangeSet {
        RangeSet::from_ranges(ranges.iter().map(|(start, end)| *start..=*end))
    }

    #[test]
    fn ranges_that_touch_become_one() {
        assert_eq!(set(&[(5, 9), (1, 4), (20, 30), (8, 12)]), set(&[(1, 12), (20, 30)]));
        let top = set(&[(u128::MAX - 1, u128::MAX), (0, u128::MAX)]);
        assert_eq!(top, RangeSet::everything(Family::V6));
    }

    #[test]
    fn networks_are_the_fewest() {
        let written = ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.7/32", "2001:db8::/32"];
        let networks: Vec<IpNet> = written.iter().map(|text| text.parse().expect("a network")).collect();
        let shown = |family| {
            let set = RangeSet::from_networks(family, &networks);
            set.networks(family).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(shown(Family::V4), ["192.0.2.0/24", "198.51.100.7/32"]);
        assert_eq!(shown(Family::V6), ["2001:db8::/32"]);
        assert_eq!(RangeSet::everything(Family::V4).networks(Family::V4).len(), 1);
    }

    fn small_set() -> impl Strategy<Value = RangeSet> {
        proptest::collection::vec((0_u128..64, 0_u128..16), 0..8)
            .prop_map(|pairs| RangeSet::from_ranges(pairs.into_iter().map(|(start, length)| start..=start + length)))
    }

    fn ranked(layers: &[RangeSet]) -> impl Iterator<Item = (usize, RangeInclusive<u128>)> {
        let ranks = layers.iter().enumerate();
        ranks.flat_map(|(rank, layer)| layer.ranges.iter().map(move |range| (rank, range.clone())))
    }

    fn holds(set: &RangeSet, number: u128) -> bool {
        set.ranges.iter().any(|range| range.contains(&number))
    }

    proptest! {
        #[test]
        fn operations_are_those_of_sets(a in small_set(), b in small_set()) {
            for number in 0..90 {
                let (in_a, in_b) = (holds(&a, number), holds(&b, number));
                prop_assert_eq!(holds(&a.union(&b), number), in_a || in_b);
                prop_assert_eq!(holds(&a.intersection(&b), number), in_a && in_b);
                prop_assert_eq!(holds(&a.difference(&b), number), in_a && !in_b);
            }
        }

        #[test]
        fn a_set_is_divided_along_pieces(set in small_set(), layers in proptest::collection::vec(small_set(), 0..6)) {
            let pieces = first_match(ranked(&layers));
            let parts = set.divide(&pieces);
            for rank in 0..layers.len() {
                let of_rank = pieces.iter().filter(|(_, of)| *of == rank).map(|(range, _)| range.clone());
                let wanted = set.intersection(&RangeSet::from_ranges(of_rank));
                prop_assert_eq!(parts.get(&rank).cloned().unwrap_or_default(), wanted);
            }
        }

        #[test]
        fn each_address_belongs_to_the_first_layer_that_holds_it(layers in proptest::collection::vec(small_set(), 0..6)) {
            let pieces = first_match(ranked(&layers));
            for number in 0..90 {
                let wanted = layers.iter().position(|layer| holds(layer, number));
                let got: Vec<usize> = pieces.iter().filter(|(range, _)| range.contains(&number)).map(|(_, rank)| *rank).collect();
                prop_assert_eq!(got, wanted.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
