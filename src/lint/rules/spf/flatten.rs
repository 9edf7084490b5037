//! Flattening: what includes of others let pass is written down at names of the owner's, and these are included.
//!
//! The terms that go and those that come let exactly the same addresses pass. What holds only today is said: from then
//! on the owner follows what others change.

use std::collections::BTreeSet;

use mailvouch_providers::dns::{Name, Rdata, Txt};

use super::edges::{Edge, edges};
use crate::lint::facts::Spare;
use crate::lint::{Facts, Fix, Operation};
use crate::record::spf::{DomainSpec, Mechanism, Qualifier, Term};
use crate::spf::{Cost, Flat, Lead, Tree};

/// Includes of one record of which every choice is tried; of more, the dearest.
const MAX_TRIED: usize = 10;

/// Includes of one record, and the records that take their place.
pub(super) struct Flattening<'a> {
    tree: &'a Tree,
    includes: Vec<Candidate>,
    flat: Flat,
    /// The records, each at its name, and whether it stands there already.
    records: Vec<(Name, Txt, Standing)>,
}

/// Whether a record has to be written first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It stands there: an apply came so far before.
    There,
    /// Nothing does.
    Free,
}

/// An include that can be flattened.
#[derive(Clone)]
struct Candidate {
    index: usize,
    target: Name,
    text: String,
    lookups: usize,
    flat: Flat,
}

impl<'a> Flattening<'a> {
    /// The fewest includes, and of as few the shortest, whose ranges written down save so many look-ups. Terms that
    /// are `taken` go anyway. An error says why there are none.
    pub(super) fn of(facts: &'a Facts, taken: &BTreeSet<(Name, usize)>, over: usize) -> Result<Self, String> {
        let own = facts.own_trees_once();
        let mut why = Vec::new();
        for tree in own.filter(|tree| tree.alias_to.is_none()) {
            match Self::in_record(facts, tree, taken, over) {
                Ok(flattening) => return Ok(flattening),
                Err(reasons) => why.extend(reasons),
            }
        }
        why.dedup();
        Err(why.join("; "))
    }

    /// How many includes are flattened.
    pub(super) fn includes(&self) -> usize {
        self.includes.len()
    }

    fn in_record(
        facts: &Facts,
        tree: &'a Tree,
        taken: &BTreeSet<(Name, usize)>,
        over: usize,
    ) -> Result<Self, Vec<String>> {
        let (mut candidates, why) = candidates(facts, tree, taken);
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.lookups));
        candidates.truncate(MAX_TRIED);
        candidates.sort_by_key(|candidate| candidate.index);
        let base = Spare::base_of(&tree.name);
        let spare: Vec<&Spare> = facts.spf.spare.iter().filter(|spare| spare.base == base).collect();
        let longest = spare.iter().map(|spare| spare.name.wire_len()).max().unwrap_or_default();
        let mut crowded = false;
        for count in 1..=candidates.len() {
            let mut possible = Vec::new();
            for (nth, chosen) in choices(&candidates, count).into_iter().enumerate() {
                let saved: usize = chosen.iter().map(|candidate| candidate.lookups).sum();
                // At least one look-up is spent again.
                if saved < over + 1 {
                    continue;
                }
                let flat = chosen.iter().fold(Flat::default(), |all, one| all.union(&one.flat));
                let (octets, records) = flat.least(longest);
                if saved >= over + records {
                    possible.push((octets, nth, saved, chosen, flat));
                }
            }
            // The likely shortest first: to write them all out takes long.
            possible.sort_by_key(|(octets, nth, ..)| (*octets, *nth));
            let mut best: Option<((usize, usize), Self)> = None;
            for (least, nth, saved, chosen, flat) in possible {
                if best.as_ref().is_some_and(|((octets, _), _)| *octets < least) {
                    break;
                }
                let texts = flat.records(longest);
                let rank = (texts.iter().map(Txt::wire_len).sum(), nth);
                if texts.is_empty()
                    || saved < over + texts.len()
                    || best.as_ref().is_some_and(|(before, _)| *before <= rank)
                {
                    continue;
                }
                match placed(&spare, texts) {
                    Some(records) => best = Some((rank, Self { tree, includes: chosen, flat, records })),
                    None => crowded = true,
                }
            }
            if let Some((_, best)) = best {
                return Ok(best);
            }
        }
        Err(if crowded { [why, vec![format!("no names `_spf1` and on are free under {base}")]].concat() } else { why })
    }

    /// The fix: the new records, then the includes that lead to them.
    pub(super) fn fix(self, facts: &Facts) -> Fix {
        let Self { tree, includes, records, .. } = &self;
        let create = |(name, text, standing): &(Name, Txt, Standing)| {
            let content = Rdata::Txt(text.clone());
            (*standing == Standing::Free).then(|| Operation::Create { owner: name.clone(), content })
        };
        let mut operations: Vec<Operation> = records.iter().filter_map(create).collect();
        let terms: Vec<String> = records.iter().map(|(name, ..)| format!("include:{name}")).collect();
        let flattened = |edge: &Edge<'_>| includes.iter().any(|include| include.index == edge.index);
        for (nth, edge) in edges(tree).filter(flattened).enumerate() {
            operations.extend(if nth == 0 { edge.replacement(&terms.join(" ")) } else { edge.removal() });
        }
        let mut fix = Fix::ask(operations);
        fix.first = records.iter().map(|(name, ..)| name.clone()).collect();
        fix.notes = self.notes(facts);
        fix
    }

    /// What whoever takes it has to know.
    fn notes(&self, facts: &Facts) -> Vec<(Name, String)> {
        let Self { tree, includes, flat, records } = self;
        let names: Vec<String> = records.iter().map(|(name, ..)| name.to_string()).collect();
        let cost = |include: &Candidate| format!("`{}` ({})", include.text, look_ups(include.lookups));
        let costs: Vec<String> = includes.iter().map(cost).collect();
        let ranges = if flat.count() == 1 { "one range".to_owned() } else { ranges_of(flat) };
        let verb = if includes.len() == 1 { "lets" } else { "let" };
        let hold = if names.len() == 1 { "holds" } else { "hold" };
        let mut notes = vec![(
            tree.name.clone(),
            format!("{} {hold} the {ranges} that {} {verb} pass today", names.join(", "), enumerated(&costs)),
        )];
        let sources: Vec<String> = includes.iter().map(|include| include.target.to_string()).collect();
        let senders = facts.declared_domain().into_iter().flat_map(|domain| &domain.senders);
        let declared: Vec<&Name> = senders.flat_map(|sender| &sender.value.include).collect();
        let undeclared: Vec<String> = includes
            .iter()
            .filter(|include| !declared.contains(&&include.target))
            .map(|include| include.target.to_string())
            .collect();
        let mut watch = format!(
            "watch {} from now on: ranges change there without notice, and mail from new ones would fail; run \
             `mailvouch check {}` at least once a day",
            enumerated(&sources),
            facts.domain
        );
        if undeclared.is_empty() {
            watch.push_str(", it tells when they differ");
        } else {
            let are = if undeclared.len() == 1 { "is declared as a sender" } else { "are declared as senders" };
            watch.push_str(&format!(", it tells when they differ once {} {are}", enumerated(&undeclared)));
        }
        notes.push((tree.name.clone(), watch));
        let of = |include: &Candidate| format!("{} ({})", include.target, ranges_of(&include.flat));
        let source = enumerated(&includes.iter().map(of).collect::<Vec<_>>());
        notes.extend(records.iter().map(|(name, ..)| (name.clone(), format!("flattened from {source}"))));
        notes
    }
}

/// `a`, `a and b`, `a, b and c`.
fn enumerated(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn ranges_of(flat: &Flat) -> String {
    match flat.count() {
        1 => "1 range".to_owned(),
        count => format!("{count} ranges"),
    }
}

fn look_ups(count: usize) -> String {
    if count == 1 { "1 look-up".to_owned() } else { format!("{count} look-ups") }
}

/// The includes of a record that can be flattened together, and why others cannot.
///
/// They end at the first term that does anything but let pass: what comes behind it must not be moved before it.
fn candidates(facts: &Facts, tree: &Tree, taken: &BTreeSet<(Name, usize)>) -> (Vec<Candidate>, Vec<String>) {
    let (mut found, mut why) = (Vec::new(), Vec::new());
    let passes = |edge: &Edge<'_>| match edge.term() {
        Term::Directive(directive) => {
            directive.effective_qualifier() == Qualifier::Pass && directive.mechanism != Mechanism::All
        }
        Term::Modifier(_) | Term::Malformed(_) => true,
    };
    for edge in edges(tree).take_while(passes).filter(|edge| !taken.contains(&(tree.name.clone(), edge.index))) {
        let (Some(target), Some(Lead::Tree(below))) = (edge.include().and_then(DomainSpec::literal), edge.lead())
        else {
            continue;
        };
        // What is the owner's is mended where it stands.
        if facts.is_own(&target) {
            continue;
        }
        match Flat::of(below) {
            Ok(flat) => found.push(Candidate {
                index: edge.index,
                target,
                text: edge.text(),
                lookups: Cost::of_term(tree, edge.index).lookups,
                flat,
            }),
            Err(error) => why.push(format!("`{}` cannot be written as ranges: {error}", edge.text())),
        }
    }
    (found, why)
}

/// Every choice of so many, in order.
fn choices(all: &[Candidate], count: usize) -> Vec<Vec<Candidate>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let with = |(at, first): (usize, &Candidate)| {
        let rest = choices(&all[at + 1..], count - 1).into_iter();
        let first = first.clone();
        rest.map(move |rest| [vec![first.clone()], rest].concat()).collect::<Vec<_>>()
    };
    all.iter().enumerate().flat_map(with).collect()
}

/// Each text at a name: where it stands already, else at the first that is free. None where there are too few.
fn placed(spare: &[&Spare], texts: Vec<Txt>) -> Option<Vec<(Name, Txt, Standing)>> {
    let mut free = spare.iter().filter(|spare| spare.is_free());
    let mut placed = Vec::new();
    for text in texts {
        let there = spare.iter().find(|spare| spare.holds(&text));
        let (spare, standing) = match there {
            Some(spare) => (spare, Standing::There),
            None => (free.next()?, Standing::Free),
        };
        placed.push((spare.name.clone(), text, standing));
    }
    Some(placed)
}
