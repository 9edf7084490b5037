//! Which addresses get which result: exact sets, with first-match semantics (RFC 7208, sections 4.6 and 5).

use ipnet::IpNet;

use super::walk::{self, Limits};
use super::{Class, Family, RangeSet, Region, Tree};
use crate::record::Memo;

/// The fate of every address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    v4: Vec<Region>,
    v6: Vec<Region>,
    passing: [Memo<RangeSet>; 2],
}

impl Coverage {
    /// The coverage of a tree.
    pub fn of(tree: &Tree) -> Self {
        Self::under(tree, Limits::Kept)
    }

    /// What it would be if nobody counted look-ups: tells whom only the limits refuse.
    pub fn without_limits(tree: &Tree) -> Self {
        Self::under(tree, Limits::Ignored)
    }

    fn under(tree: &Tree, limits: Limits) -> Self {
        let regions = |family| walk::regions(tree, family, limits);
        Self { v4: regions(Family::V4), v6: regions(Family::V6), passing: Default::default() }
    }

    /// The regions of one family; together they hold every address once.
    pub fn regions(&self, family: Family) -> &[Region] {
        family.choose(&self.v4, &self.v6)
    }

    /// The addresses of a class.
    pub fn class(&self, family: Family, class: Class) -> RangeSet {
        let of_class = || self.regions(family).iter().filter(|region| region.class == class);
        let mut ranges = Vec::with_capacity(of_class().map(|region| region.set.ranges().len()).sum());
        of_class().for_each(|region| ranges.extend_from_slice(region.set.ranges()));
        RangeSet::joined(ranges)
    }

    /// The addresses that pass: of a record that many include, many ask.
    pub fn passing(&self, family: Family) -> &RangeSet {
        let [v4, v6] = &self.passing;
        family.choose(v4, v6).get(|| self.class(family, Class::Pass))
    }

    /// What becomes of these addresses: the regions that they fall into, cut to them.
    pub fn within(&self, network: &IpNet) -> Vec<Region> {
        let family = Family::of(network.addr());
        let wanted = RangeSet::from_networks(family, [network]);
        let cut = self.regions(family).iter().map(|region| (region, region.set.intersection(&wanted)));
        let some = cut.filter(|(_, set)| !set.is_empty());
        some.map(|(region, set)| Region { set, ..region.clone() }).collect()
    }

    /// Whether some address meets a term that nobody can judge beforehand.
    pub fn is_dynamic(&self) -> bool {
        Family::BOTH.iter().any(|family| self.regions(*family).iter().any(|region| !region.dynamic.is_empty()))
    }

    /// The addresses that pass, as the fewest networks, IPv4 first.
    pub fn passing_networks(&self) -> Vec<IpNet> {
        Family::BOTH.iter().flat_map(|family| self.class(*family, Class::Pass).networks(*family)).collect()
    }
}
