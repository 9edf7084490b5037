//! What the records should be: fixes are taken in until none is left to take.
//!
//! Each round analyses the records as they would be, takes the fixes that may be taken, and goes round again. So a plan
//! is proved as it is made: what remains afterwards is what the same rules say of the planned records.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use mailvouch_providers::dns::{Name, RrType};

use super::promises::Broken;
use super::same_passes::SamePasses;
use super::set_draft::{Fate, SetDraft};
use crate::lint::{self, ALL, Diagnostic, Facts, Fix, Operation, Safety, Selection, Subject};
use crate::published::{Ask, Gatherer, Overlay};
use crate::record::Edit;

/// Rounds after which fixes are no longer taken: no plan needs as many.
const MAX_ROUNDS: usize = 64;

/// TTL of a new record set where none is declared, in seconds.
const DEFAULT_TTL: u32 = 3600;

/// Which fixes are taken, and which rules are asked at all.
#[derive(Clone, Debug, Default)]
pub struct Taking {
    /// The rules that speak.
    pub rules: Selection,
    /// The rules whose *ask* fixes are taken too.
    pub accept: Vec<String>,
}

/// The records as they are and as they should be.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The facts before.
    pub before: Facts,
    /// What the rules say of them.
    pub found: Vec<Diagnostic>,
    /// The sets that change, as they stand now.
    pub originals: Overlay,
    /// The same sets as they should be.
    pub changes: Overlay,
    /// The rules that asked, by owner.
    pub reasons: BTreeMap<Name, BTreeSet<&'static str>>,
    /// Names that have to be seen by everybody before an owner is changed, by that owner.
    pub first: BTreeMap<Name, BTreeSet<Name>>,
    /// What the reader should know of the change of an owner.
    pub notes: BTreeMap<Name, Vec<String>>,
    /// The facts afterwards.
    pub after: Facts,
    /// What the rules would still say.
    pub remaining: Vec<Diagnostic>,
    /// Why the fix of each of these is not taken; none where it has no fix.
    pub held: Vec<Option<String>>,
}

/// Takes in the fixes of one domain.
///
/// `truth` states what the provider holds, where that has been read: it counts for more than what DNS serves.
pub async fn desired(gatherer: &Gatherer, subject: &Subject, truth: &Overlay, taking: &Taking) -> Desired {
    desired_but(gatherer, subject, truth, taking, &BTreeSet::new()).await
}

/// The same, and nothing is changed at the names that are `closed`.
pub(super) async fn desired_but(
    gatherer: &Gatherer,
    subject: &Subject,
    truth: &Overlay,
    taking: &Taking,
    closed: &BTreeSet<Name>,
) -> Desired {
    let (mut originals, mut changes) = (Overlay::default(), Overlay::default());
    let mut reasons: BTreeMap<Name, BTreeSet<&'static str>> = BTreeMap::new();
    let mut start: Option<(Facts, Vec<Diagnostic>)> = None;
    let mut seen = vec![changes.clone()];
    let mut goes_round = false;
    let mut told = Told::default();
    // A fix that may not change who passes, while it is tried, and what there was without it.
    let mut tried: Option<Tried> = None;
    let mut refused: BTreeSet<&'static str> = BTreeSet::new();
    loop {
        let mut overlay = truth.clone();
        overlay.extend(&changes);
        let run = gatherer.run(Some(&overlay), |ask| Facts::of(ask, subject)).await;
        let facts = run.result.with_failures(&run.answers);
        if let Some(tried) = tried.take() {
            if let Some(same) = SamePasses::of(&tried.facts.spf, &facts.spf) {
                told.note(&tried.owner, same.to_string());
            } else {
                refused.insert(tried.rule);
                (originals, changes, reasons, told) = (tried.originals, tried.changes, tried.reasons, tried.told);
                continue;
            }
        }
        let found = lint::check(&facts, &taking.rules);
        let (before, first) = start.take().unwrap_or_else(|| (facts.clone(), found.clone()));
        let ask = Ask::new(&run.answers, Some(&overlay));
        let round = Round { ask, ttl: new_ttl(subject), closed, refused: &refused };
        let taken = if goes_round { None } else { round.take(&found, &taking.accept) };
        let Some(Taken { rule, drafts, told: more }) = taken else {
            let originals = same_sets(&originals, &changes);
            let held = found.iter().map(|found| round.why_held(found, &taking.accept)).collect();
            let is_changed = |owner: &Name| changes.statements().any(|(changed, ..)| changed == owner);
            reasons.retain(|owner, _| is_changed(owner));
            let Told { first: mut seen_first, mut notes } = told;
            seen_first.retain(|owner, _| is_changed(owner));
            notes.retain(|owner, _| is_changed(owner));
            return Desired {
                before,
                found: first,
                originals,
                changes,
                reasons,
                first: seen_first,
                notes,
                after: facts,
                remaining: found,
                held,
            };
        };
        if let Some(owner) = more.first.keys().next() {
            tried = Some(Tried {
                rule,
                owner: owner.clone(),
                facts,
                originals: originals.clone(),
                changes: changes.clone(),
                reasons: reasons.clone(),
                told: told.clone(),
            });
        }
        told.extend(more);
        start = Some((before, first));
        for draft in drafts {
            if originals.stated(&draft.owner, draft.rtype).is_none() {
                originals.state(&draft.owner, draft.rtype, Some(draft.original()));
            }
            changes.state(&draft.owner, draft.rtype, Some(draft.finished()));
            reasons.entry(draft.owner).or_default().insert(rule);
        }
        changes = differing(&changes, &originals);
        // Fixes that undo each other are left where they began to: what they are about remains as a finding.
        goes_round = seen.contains(&changes) || seen.len() >= MAX_ROUNDS;
        seen.push(changes.clone());
    }
}

/// The statements that differ from those of `originals`.
fn differing(changes: &Overlay, originals: &Overlay) -> Overlay {
    let mut differing = Overlay::default();
    for (owner, rtype, set) in changes.statements() {
        if originals.stated(owner, rtype).flatten() != set {
            differing.state(owner, rtype, set.cloned());
        }
    }
    differing
}

/// The statements about the sets that `changes` speaks of.
fn same_sets(originals: &Overlay, changes: &Overlay) -> Overlay {
    let mut kept = Overlay::default();
    for (owner, rtype, set) in
        originals.statements().filter(|(owner, rtype, _)| changes.stated(owner, *rtype).is_some())
    {
        kept.state(owner, rtype, set.cloned());
    }
    kept
}

fn new_ttl(subject: &Subject) -> u32 {
    let declared = subject.declared.as_ref().and_then(|declared| declared.domain().ttl.as_ref());
    declared.map_or(DEFAULT_TTL, |ttl| ttl.value)
}

/// What fixes say beside what they do.
#[derive(Clone, Default)]
struct Told {
    first: BTreeMap<Name, BTreeSet<Name>>,
    notes: BTreeMap<Name, Vec<String>>,
}

impl Told {
    fn of(fix: &Fix) -> Self {
        let mut told = Self::default();
        for owner in fix.operations.iter().map(Operation::owner).filter(|owner| !fix.first.contains(owner)) {
            if !fix.first.is_empty() {
                told.first.entry(owner.clone()).or_default().extend(fix.first.iter().cloned());
            }
        }
        fix.notes.iter().for_each(|(owner, note)| told.note(owner, note.clone()));
        told
    }

    fn note(&mut self, owner: &Name, note: String) {
        let notes = self.notes.entry(owner.clone()).or_default();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    fn extend(&mut self, more: Self) {
        for (owner, names) in more.first {
            self.first.entry(owner).or_default().extend(names);
        }
        for (owner, notes) in more.notes {
            for note in notes {
                self.note(&owner, note);
            }
        }
    }
}

/// A fix that is being tried, and all as it was without it.
struct Tried {
    rule: &'static str,
    /// The name that its notes are put at.
    owner: Name,
    facts: Facts,
    originals: Overlay,
    changes: Overlay,
    reasons: BTreeMap<Name, BTreeSet<&'static str>>,
    told: Told,
}

/// What one round takes.
struct Taken {
    rule: &'static str,
    drafts: Vec<SetDraft>,
    told: Told,
}

/// The sets that one round changes.
type Drafts = BTreeMap<(Name, RrType), SetDraft>;

/// One round: what the records are so far, and what may be written.
struct Round<'a> {
    ask: Ask<'a>,
    /// TTL of a set that is new.
    ttl: u32,
    /// Names at which nothing is changed.
    closed: &'a BTreeSet<Name>,
    /// Rules whose fix would change who passes, and may not.
    refused: &'a BTreeSet<&'static str>,
}

impl Round<'_> {
    /// The fixes that can be taken of the first rule that has such; none where there is none.
    ///
    /// What another rule asks for may not be needed afterwards: an address that a broken record refused passes once it
    /// is mended. So it is asked again in the next round.
    fn take(&self, found: &[Diagnostic], accept: &[String]) -> Option<Taken> {
        ALL.iter().map(|rule| rule.meta().id).filter(|rule| !self.refused.contains(rule)).find_map(|rule| {
            let accepted = accept.iter().any(|id| id == rule);
            let wanted = |fix: &&Fix| fix.safety == Safety::Safe || (fix.safety == Safety::Ask && accepted);
            let (mut drafts, mut told) = (Drafts::new(), Told::default());
            let of_rule = found.iter().filter(|found| found.rule == rule);
            for fix in of_rule.filter_map(|found| found.fix.as_ref()).filter(wanted) {
                // All of a fix or nothing of it.
                let mut attempt = drafts.clone();
                if self.take_fix(fix, &mut attempt).is_ok() {
                    drafts = attempt;
                    told.extend(Told::of(fix));
                }
            }
            let drafts: Vec<SetDraft> = drafts.into_values().filter(SetDraft::changes_something).collect();
            (!drafts.is_empty()).then_some(Taken { rule, drafts, told })
        })
    }

    /// Why the fix of a finding was not taken; none where it has none.
    fn why_held(&self, found: &Diagnostic, accept: &[String]) -> Option<String> {
        let fix = found.fix.as_ref()?;
        let accepted = accept.iter().any(|id| id == found.rule);
        Some(match fix.safety {
            Safety::Never => "a person decides: no plan takes it".to_owned(),
            Safety::Ask if !accepted => format!("a person decides: `--accept {}` takes it", found.rule),
            Safety::Safe | Safety::Ask => match self.take_fix(fix, &mut Drafts::new()) {
                Err(obstacle) => obstacle.to_string(),
                Ok(()) if self.refused.contains(found.rule) => {
                    "it would change who passes, which was not what it is for".to_owned()
                }
                Ok(()) => "it would undo another change, which would undo it again".to_owned(),
            },
        })
    }

    /// Takes all operations of a fix into the drafts; where that is not possible, they are left as nobody wants them.
    fn take_fix(&self, fix: &Fix, drafts: &mut Drafts) -> Result<(), Obstacle> {
        for operation in &fix.operations {
            let owner = operation.owner();
            let taken = match operation {
                Operation::Replace { value, content, .. } if value.rtype() == content.rtype() => {
                    self.claim(drafts, owner, value.rtype())?.settle(value, Fate::Replaced(content.clone()))
                }
                Operation::Replace { value, content, .. } => {
                    let settled = self.claim(drafts, owner, value.rtype())?.settle(value, Fate::Deleted);
                    self.claim(drafts, owner, content.rtype())?.create(content);
                    settled
                }
                Operation::Delete { value, .. } => {
                    self.claim(drafts, owner, value.rtype())?.settle(value, Fate::Deleted)
                }
                Operation::Create { content, .. } => {
                    self.claim(drafts, owner, content.rtype())?.create(content);
                    Some(())
                }
                Operation::Edit { value, span, content, .. } => {
                    let edit = Edit { span: span.clone(), content: content.clone() };
                    self.claim(drafts, owner, RrType::TXT)?.edit(value, edit)
                }
            };
            taken.ok_or_else(|| Obstacle::Meets(owner.clone()))?;
        }
        for draft in drafts.values() {
            draft.keeps_promises().map_err(|broken| Obstacle::Breaks(draft.owner.clone(), broken))?;
        }
        Ok(())
    }

    /// The draft of one set; an obstacle where it may not be written.
    fn claim<'d>(&self, drafts: &'d mut Drafts, owner: &Name, rtype: RrType) -> Result<&'d mut SetDraft, Obstacle> {
        if self.closed.contains(owner) {
            return Err(Obstacle::Closed(owner.clone()));
        }
        Ok(match drafts.entry((owner.clone(), rtype)) {
            btree_map::Entry::Occupied(entry) => entry.into_mut(),
            btree_map::Entry::Vacant(entry) => {
                let read = SetDraft::read(&self.ask, owner, rtype, self.ttl);
                entry.insert(read.ok_or_else(|| Obstacle::Unseen(owner.clone()))?)
            }
        })
    }
}

/// Why a fix that may be taken cannot be.
#[derive(Debug, thiserror::Error)]
enum Obstacle {
    #[error("{0} cannot be changed here")]
    Closed(Name),
    #[error("what stands at {0} is not known, or stands behind an alias")]
    Unseen(Name),
    #[error("another change of {0} is in its way")]
    Meets(Name),
    #[error("{0}: {1}")]
    Breaks(Name, Broken),
}
