//! The proof of a change that is to save look-ups and nothing else: coverage before against coverage after. Pure.

use std::fmt;

use crate::lint::SpfFacts;
use crate::spf::{Class, Coverage, Family, RangeSet};

/// That the same addresses pass before and after, were it not for the limits: not one range lost or gained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SamePasses {
    /// Networks that pass.
    networks: usize,
}

impl SamePasses {
    /// None where some address gets another result, or that cannot be told.
    pub(super) fn of(before: &SpfFacts, after: &SpfFacts) -> Option<Self> {
        const CLASSES: [Class; 5] = [Class::Pass, Class::SoftFail, Class::Neutral, Class::Fail, Class::TempError];
        let (old, new) = (Coverage::without_limits(&before.tree), Coverage::without_limits(&after.tree));
        let same = |class: Class| {
            Family::BOTH.into_iter().all(|family| {
                let sets: [RangeSet; 2] = [&old, &new].map(|coverage| coverage.class(family, class));
                sets[0] == sets[1]
            })
        };
        CLASSES.into_iter().all(same).then(|| Self { networks: new.passing_networks().len() })
    }
}

impl fmt::Display for SamePasses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks = if self.networks == 1 { "network passes" } else { "networks pass" };
        write!(
            f,
            "proved range by range: the same {} {networks} as without it, if nobody counted look-ups; not one lost, not \
             one gained",
            self.networks
        )
    }
}
