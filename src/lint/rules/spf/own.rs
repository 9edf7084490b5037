//! The records that are the owner's to mend: the domain's, and those behind it under the same organizational domain.

use std::collections::BTreeSet;
use std::sync::Arc;

use mailvouch_providers::dns::Name;

use crate::lint::Facts;
use crate::spf::Published;

/// Every own record with its owner, each once; where several stand at one name, all of them.
pub(super) fn own_records(facts: &Facts) -> impl Iterator<Item = (&Name, &Arc<Published>)> {
    let mut seen = BTreeSet::new();
    let trees = facts.spf.own_trees(|name| facts.is_own(name)).filter(move |tree| seen.insert(&tree.name));
    trees.flat_map(|tree| tree.selection.records().iter().map(move |published| (&tree.name, published)))
}
