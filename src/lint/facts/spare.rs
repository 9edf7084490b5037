//! Names of the domain's own at which ranges can be written down: `_spf1`, `_spf2` and so on. Has no opinion on whether
//! they should be.

use std::collections::BTreeSet;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType, Txt};

use super::{asked, organizational_domain};
use crate::published::{Ask, Reply};
use crate::spf::{Branch, Lead, Tree};

/// Names that are looked at: a record that needs more of them is no list that anybody would keep.
const NAMES: usize = 8;
/// Records of the owner's below whose names such names are looked for.
const RECORDS: usize = 3;

/// One such name.
#[derive(Clone, Debug)]
pub struct Spare {
    /// The name.
    pub name: Name,
    /// The name that it stands under.
    pub base: Name,
    /// What stands there.
    pub reply: Arc<Reply>,
}

impl Spare {
    /// The names for each own record of a tree that includes others.
    pub(super) fn all(ask: &Ask<'_>, domain: &Name, tree: &Tree) -> Vec<Self> {
        let organization = organizational_domain(domain);
        let leads_on = |tree: &&Tree| tree.branches.iter().any(|at| matches!(at, Branch::Record(Lead::Tree(_))));
        let is_own = |tree: &&Tree| organizational_domain(&tree.name) == organization;
        let walk = tree.walk();
        let bases: BTreeSet<Name> = walk
            .into_iter()
            .filter(is_own)
            .filter(leads_on)
            .take(RECORDS)
            .map(|tree| Self::base_of(&tree.name))
            .collect();
        let names = bases.iter().flat_map(|base| {
            let name = |number: usize| Some((base.clone(), base.child(&format!("_spf{number}")).ok()?));
            (1..=NAMES).filter_map(name).collect::<Vec<_>>()
        });
        names.map(|(base, name)| Self { reply: asked(ask, &name, RrType::TXT), name, base }).collect()
    }

    /// The name below which those for a record stand: its own, without labels that no host has.
    pub fn base_of(name: &Name) -> Name {
        let is_host = |name: &Name| name.labels().next().is_none_or(|label| label.first() != Some(&b'_'));
        name.ancestors().find(is_host).unwrap_or_else(|| name.clone())
    }

    /// Whether nothing stands there, for certain, and no alias or wildcard answers.
    pub fn is_free(&self) -> bool {
        self.reply.is_absent() && !self.reply.is_alias() && self.reply.wildcard.is_none()
    }

    /// Whether just this text stands there, however it is cut.
    pub fn holds(&self, text: &Txt) -> bool {
        let values = self.reply.records().map_or(&[][..], |set| &set.values);
        let is_it =
            |value: &mailvouch_providers::dns::Rdata| value.as_txt().is_some_and(|txt| txt.joined() == text.joined());
        !self.reply.is_alias() && self.reply.wildcard.is_none() && values.len() == 1 && values.iter().all(is_it)
    }
}
