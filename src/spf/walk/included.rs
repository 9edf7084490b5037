//! An included record, behind whatever addresses come to it.

use std::sync::Arc;

use mailvouch_providers::dns::Name;

use super::{State, Walk};
use crate::spf::{Branch, Decider, LOOKUP_LIMIT, Lead, Region, Tree, VOID_LIMIT};

impl Walk {
    /// The same for an included record. What it comes to by itself is worked out once, however many include it, and cut
    /// here to the addresses that come to it.
    pub(super) fn included(&mut self, below: &Tree, live: Vec<State>) -> Vec<Region> {
        match live.as_slice() {
            [state] if is_small(below) => self.cut(below, state).unwrap_or_else(|| self.check_host(below, live)),
            _ => self.check_host(below, live),
        }
    }

    /// The regions of a record by itself, for these addresses and behind what they have spent. None where that is so much that
    /// one of the limits could end the evaluation inside.
    fn cut(&self, below: &Tree, state: &State) -> Option<Vec<Region>> {
        let regions = below.coverage().regions(self.family);
        let most = |of: fn(&Region) -> usize| regions.iter().map(of).max().unwrap_or(0);
        let lookups = state.lookups + most(|region| region.lookups);
        let voids = state.voids + most(|region| region.voids);
        if lookups > LOOKUP_LIMIT || voids > VOID_LIMIT {
            return None;
        }
        // The same record decides for many regions.
        let mut paths: Vec<[Arc<[Name]>; 2]> = Vec::new();
        let mut from_here = |decider: &Decider| {
            let known = paths.iter().find(|[path, _]| Arc::ptr_eq(path, &decider.path));
            let path = if let Some([_, whole]) = known {
                whole.clone()
            } else {
                let whole: Arc<[Name]> = self.path.iter().chain(&*decider.path).cloned().collect();
                paths.push([decider.path.clone(), whole.clone()]);
                whole
            };
            let Decider { published, span, .. } = decider;
            Decider { path, published: published.clone(), span: span.clone(), entry: self.entry.clone() }
        };
        let mut cut = Vec::with_capacity(regions.len());
        for region in regions {
            let set = region.set.intersection(&state.set);
            if set.is_empty() {
                continue;
            }
            let mut dynamic = state.dynamic.clone();
            dynamic.extend(region.dynamic.iter().map(&mut from_here));
            cut.push(Region {
                set,
                class: region.class,
                decided_by: region.decided_by.as_ref().map(&mut from_here),
                dynamic,
                lookups: state.lookups + region.lookups,
                voids: state.voids + region.voids,
            });
        }
        Some(cut)
    }
}

/// Whether a tree has so few records that each may keep what it comes to.
fn is_small(tree: &Tree) -> bool {
    fn within(tree: &Tree, left: &mut usize) -> bool {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        tree.branches.iter().all(|branch| match branch {
            Branch::Record(Lead::Tree(below)) => within(below, left),
            _ => true,
        })
    }
    within(tree, &mut (2 * LOOKUP_LIMIT))
}
