//! Who may send: the SPF record, the tree behind it, and what it comes to.

use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, RrType, Txt};

use super::repair::Repair;
use super::spare::Spare;
use super::{Declared, Depth, Values, asked, organizational_domain, texts};
use crate::declared::{EgressState, Sender, SpfNeed};
use crate::published::{Ask, ReadAs, Reply};
use crate::record::spf::{Mechanism, Qualifier, Term};
use crate::record::spf::{NearMiss, near_miss};
use crate::record::{Edit, apply};
use crate::record::{Memo, Spanned, SpfRecord};
use crate::spf::{Branch, Class, Cost, Coverage, Family, LOOKUP_LIMIT, Lead, Published, RangeSet, Selection, Tree};

/// The names below a domain at which SPF is put by mistake.
const ELSEWHERE: [&str; 2] = ["spf", "_spf"];

/// A domain's SPF.
#[derive(Clone, Debug)]
pub struct SpfFacts {
    /// The TXT set at the domain.
    pub reply: Arc<Reply>,
    /// The record and all that it leads to.
    pub tree: Tree,
    /// The static worst case.
    pub cost: Cost,
    /// TXT values that are meant as SPF and are not selected.
    pub near_misses: Values<NearMiss>,
    /// Records that a fix would leave as the only one, with what they would lead to: each of several, a near miss as it
    /// was meant, a record with one kind of mistake put right. Asked for only where the domain has no sound record.
    pub candidates: Vec<Tree>,
    /// SPF records at names where nobody looks; asked for only where the domain has none.
    pub elsewhere: Vec<(Name, Txt)>,
    /// The set of the SPF type, 99, which nobody reads; asked for only where the domain has no record, or where much is
    /// asked.
    pub type99: Option<Arc<Reply>>,
    /// Where `exp=` of the record leads, and what stands there; asked for only where there is one.
    pub explanation: Option<(Name, Arc<Reply>)>,
    /// The names of own `exists` terms without macros, each with its A set (RFC 7208, section 5.7).
    pub exists: Vec<(Name, Arc<Reply>)>,
    /// The trees of declared senders' includes that the domain's own tree does not hold; asked for only then.
    pub senders: Vec<(Name, Tree)>,
    /// Names of the domain's own that could hold ranges; asked for only where the record asks DNS too often.
    pub spare: Vec<Spare>,
    /// What [`Facts::own_trees`](super::Facts::own_trees) gives.
    pub(super) own: Memo<Vec<OwnTree>>,
}

/// One of the domain's own records: none is the first of all.
#[derive(Clone, Debug)]
pub(super) struct OwnTree {
    pub(super) below: Option<Arc<Tree>>,
    /// Whether its name came before.
    pub(super) again: bool,
}

impl SpfFacts {
    /// The domain's SPF, as far as the snapshot knows it.
    pub fn of(ask: &Ask<'_>, domain: &Name, declared: Option<&Declared>, depth: Depth) -> Self {
        let reply = asked(ask, domain, RrType::TXT);
        let tree = Tree::of(ask, domain);
        let near_misses = reply.readings.get(ReadAs::SpfNearMisses, || near_misses(&reply));
        let near_misses = Values::clone(&near_misses);
        let nothing = matches!(tree.selection, Selection::None) && near_misses.is_empty();
        let elsewhere = if nothing { elsewhere(ask, domain) } else { Vec::new() };
        let type99 = match depth {
            _ if nothing => Some(asked(ask, domain, RrType::SPF)),
            Depth::Thorough => ask.get_thorough(domain, RrType::SPF),
            Depth::Usual | Depth::Brief => None,
        };
        let candidates = candidates(&tree, &near_misses);
        let candidates = candidates.iter().filter_map(|text| Tree::if_published(ask, domain, text)).collect();
        let senders = declared.map_or_else(Vec::new, |declared| sender_trees(ask, declared, &tree));
        let exp = tree.selection.one().and_then(|published| published.record.exp()?.1.literal());
        let explanation = exp.map(|target| (target.clone(), asked(ask, &target, RrType::TXT)));
        let cost = Cost::worst(&tree);
        let spare = if cost.lookups > LOOKUP_LIMIT { Spare::all(ask, domain, &tree) } else { Vec::new() };
        Self {
            exists: exists(ask, domain, &tree),
            reply,
            tree,
            cost,
            near_misses,
            candidates,
            elsewhere,
            type99,
            explanation,
            senders,
            spare,
            own: Memo::default(),
        }
    }

    /// What every address gets.
    pub fn coverage(&self) -> &Coverage {
        self.tree.coverage()
    }

    /// The record, where there is exactly one.
    pub fn one(&self) -> Option<&Arc<Published>> {
        self.tree.selection.one()
    }

    /// Whether the record is `v=spf1 -all`: nobody sends.
    pub fn says_nobody_sends(&self) -> bool {
        self.one().is_some_and(|published| is_nobody(&published.record))
    }

    /// Whether the domain's tree holds the record of one of these names, as far as it is known.
    pub fn leads_to(&self, names: &[Name]) -> bool {
        self.tree.holds(&|tree| names.contains(&tree.name))
    }

    /// Whether part of the tree is not known, or depends on the message.
    pub fn is_partly_unknown(&self) -> bool {
        self.coverage().is_dynamic() || self.tree.holds(&|tree| matches!(tree.selection, Selection::Unknown(_)))
    }

    /// Whether nobody would pass whom the declaration does not name, were this text the only record.
    ///
    /// A fix that lets more senders pass than are declared is a person's to take, also where it cannot be told. Without
    /// a declaration there is nothing to go beyond.
    pub fn stays_within(&self, text: &[u8], declared: Option<&Declared>) -> bool {
        let Some(declared) = declared.filter(|declared| declared.domain().says_who_sends) else { return true };
        let is_text = |tree: &&Tree| tree.selection.one().is_some_and(|published| published.record.text() == text);
        let Some(tree) = self.candidates.iter().find(is_text) else { return false };
        let coverage = tree.coverage();
        let unknown = Family::BOTH.iter().any(|family| !coverage.class(*family, Class::TempError).is_empty());
        !unknown
            && !depends_on_undeclared(coverage, declared)
            && excess(coverage, declared, &Default::default()).is_empty()
    }

    /// The addresses that pass although nobody declared them.
    ///
    /// What passes through the include of a declared sender is declared with it.
    pub fn excess(&self, declared: &Declared) -> Vec<IpNet> {
        excess(self.coverage(), declared, &Default::default())
    }

    /// The same, without what declared senders' own records let pass today: written down instead of included, it goes
    /// to nobody else.
    pub fn undeclared(&self, declared: &Declared) -> Vec<IpNet> {
        let theirs = Family::BOTH.map(|family| {
            let trees = self.senders.iter().map(|(_, tree)| tree.coverage().passing(family));
            trees.fold(RangeSet::default(), |all, one| all.union(one))
        });
        excess(self.coverage(), declared, &theirs)
    }

    /// The declared addresses that mail leaves from now and that do not pass for certain: what depends on the message,
    /// or on a look-up that failed, may.
    pub fn missing(&self, declared: &Declared, now: jiff::Timestamp) -> Vec<IpNet> {
        let groups = declared.domain().egress.iter().map(|group| &group.value);
        let current = groups.filter(|group| group.state_at(now) == EgressState::Current);
        let networks: Vec<IpNet> = current.flat_map(|group| group.addresses.iter().map(|at| at.value)).collect();
        let of = |family| {
            let regions = self.coverage().regions(family).iter();
            let refused = regions.filter(|region| region.class != Class::Pass && region.is_certain());
            let refused = RangeSet::from_ranges(refused.flat_map(|region| region.set.ranges().iter().cloned()));
            refused.intersection(&RangeSet::from_networks(family, &networks)).networks(family)
        };
        Family::BOTH.into_iter().flat_map(of).collect()
    }
}

/// The texts of a reply that are meant as SPF and are not selected.
fn near_misses(reply: &Reply) -> Values<NearMiss> {
    texts(reply).iter().filter_map(|(txt, text)| Some((txt.clone(), near_miss(text)?))).collect()
}

/// The records that a fix would leave behind: see [`SpfFacts::candidates`].
fn candidates(tree: &Tree, near_misses: &[(Txt, NearMiss)]) -> Vec<Vec<u8>> {
    match &tree.selection {
        Selection::Many(records) => records.iter().map(|published| published.record.text().to_vec()).collect(),
        Selection::One(published) => {
            Repair::ALL.iter().filter_map(|repair| repair.text(published)).chain(unlooped(tree)).collect()
        }
        Selection::None => near_misses.iter().filter_map(|(_, miss)| miss.meant.clone()).collect(),
        Selection::Unknown(_) => Vec::new(),
    }
}

/// The record without the terms that lead back to a record that led to it; none where none does.
pub(in crate::lint) fn unlooped(tree: &Tree) -> Option<Vec<u8>> {
    let record = &tree.selection.one()?.record;
    let loops = tree.branches.iter().enumerate().filter(|(_, branch)| matches!(branch, Branch::Record(Lead::Loop(_))));
    let edits: Vec<Edit> = loops.filter_map(|(index, _)| record.remove_term(index)).collect();
    if edits.is_empty() { None } else { apply(record.text(), &edits).ok() }
}

/// Whether some address meets a term whose match nobody can tell, and that no declared sender brings along.
fn depends_on_undeclared(coverage: &Coverage, declared: &Declared) -> bool {
    let includes: Vec<&Name> = declared.domain().senders.iter().flat_map(|sender| &sender.value.include).collect();
    let regions = Family::BOTH.into_iter().flat_map(|family| coverage.regions(family));
    let mut terms = regions.flat_map(|region| &region.dynamic);
    terms.any(|term| !term.path.iter().any(|name| includes.contains(&name)))
}

/// The addresses that pass and that neither the declaration names nor `theirs` holds, by family.
fn excess(coverage: &Coverage, declared: &Declared, theirs: &[RangeSet; 2]) -> Vec<IpNet> {
    let domain = declared.domain();
    let includes: Vec<&Name> = domain.senders.iter().flat_map(|sender| &sender.value.include).collect();
    let networks: Vec<IpNet> = declared_networks(declared).collect();
    let of = |family| {
        let regions = coverage.regions(family).iter().filter(|region| region.class == Class::Pass);
        let undeclared = regions.filter(|region| {
            let path = region.decided_by.as_ref().map(|decider| &*decider.path).unwrap_or_default();
            !path.iter().any(|name| includes.contains(&name))
        });
        let passing = RangeSet::from_ranges(undeclared.flat_map(|region| region.set.ranges().iter().cloned()));
        let theirs = family.choose(&theirs[0], &theirs[1]);
        passing.difference(&RangeSet::from_networks(family, &networks).union(theirs)).networks(family)
    };
    Family::BOTH.into_iter().flat_map(of).collect()
}

/// Whether a record lets nobody send: no term but `-all`, and modifiers that change nothing.
fn is_nobody(record: &SpfRecord) -> bool {
    let nothing_else = record.terms().iter().all(|term| match &term.node {
        Term::Directive(directive) => directive.mechanism == Mechanism::All,
        Term::Modifier(_) => true,
        Term::Malformed(_) => false,
    });
    nothing_else && record.is_valid() && record.all().is_some_and(|(_, qualifier)| qualifier == Qualifier::Fail)
}

/// All addresses that the declaration names for the domain, whatever their dates.
fn declared_networks(declared: &Declared) -> impl Iterator<Item = IpNet> {
    let domain = declared.domain();
    let groups = domain.egress.iter().flat_map(|group| &group.value.addresses);
    let senders = domain.senders.iter().flat_map(|sender| &sender.value.addresses);
    groups.chain(senders).map(|address| address.value)
}

fn elsewhere(ask: &Ask<'_>, domain: &Name) -> Vec<(Name, Txt)> {
    let names = ELSEWHERE.iter().filter_map(|label| domain.child(label).ok());
    let records = names.flat_map(|name| {
        let reply = asked(ask, &name, RrType::TXT);
        let texts = texts(&reply);
        let selected = texts.iter().filter(|(_, text)| SpfRecord::parse(text).is_some());
        selected.map(|(txt, _)| (name.clone(), txt.clone())).collect::<Vec<_>>()
    });
    records.collect()
}

/// What the `exists` terms of own records find, where they look for one name whatever the message is.
fn exists(ask: &Ask<'_>, domain: &Name, tree: &Tree) -> Vec<(Name, Arc<Reply>)> {
    // Hardly any record has such a term.
    if !tree.holds(&|tree| tree.branches.iter().any(|branch| matches!(branch, Branch::Dynamic(_)))) {
        return Vec::new();
    }
    let own = organizational_domain(domain);
    let is_own = |name: &Name| name.is_at_or_below(&own) && organizational_domain(name) == own;
    let trees = tree.walk().into_iter().filter(|tree| is_own(&tree.name));
    let target = |(term, branch): (&Spanned<Term>, &Branch)| match (&term.node, branch) {
        (Term::Directive(directive), Branch::Dynamic(_)) => match &directive.mechanism {
            Mechanism::Exists(target) => target.literal(),
            _ => None,
        },
        _ => None,
    };
    let mut names: Vec<Name> = trees
        .filter_map(|tree| Some((tree.selection.one()?, &tree.branches)))
        .flat_map(|(published, branches)| published.record.terms().iter().zip(branches).filter_map(target))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| (name.clone(), asked(ask, &name, RrType::A))).collect()
}

/// Whether the sender has to pass the domain's own SPF.
pub(in crate::lint) fn needs_spf(sender: &Sender) -> bool {
    sender.spf == SpfNeed::Required
}

/// The records of declared senders that the tree does not hold: their ranges may be covered all the same.
fn sender_trees(ask: &Ask<'_>, declared: &Declared, tree: &Tree) -> Vec<(Name, Tree)> {
    let held = tree.walk();
    let domain = declared.domain();
    let senders = domain.senders.iter().map(|sender| &sender.value).filter(|sender| needs_spf(sender));
    let absent = senders.filter(|sender| !held.iter().any(|tree| sender.include.contains(&tree.name)));
    absent.filter_map(|sender| sender.include.first()).map(|name| (name.clone(), Tree::of(ask, name))).collect()
}
