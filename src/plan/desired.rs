//! What the records should be: fixes are taken in until none is left to take.
//!
//! Each round analyses the records as they would be, takes the fixes that may be taken, and goes round again. So a plan
//! is proved as it is made: what remains afterwards is what the same rules say of the planned records.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use mailvouch_providers::dns::{Name, RrType};

use super::set_draft::{Fate, SetDraft};
use crate::lint::{self, ALL, Diagnostic, Facts, Fix, Operation, Safety, Selection, Subject};
use crate::published::{Ask, Gatherer, Overlay};
use crate::record::Edit;

/// Rounds after which fixes that keep undoing each other are stopped.
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
    /// The facts afterwards.
    pub after: Facts,
    /// What the rules would still say.
    pub remaining: Vec<Diagnostic>,
}

/// Takes in the fixes of one domain.
///
/// `truth` states what the provider holds, where that has been read: it counts for more than what DNS serves.
pub async fn desired(gatherer: &Gatherer, subject: &Subject, truth: &Overlay, taking: &Taking) -> Desired {
    let (mut originals, mut changes) = (Overlay::default(), Overlay::default());
    let mut reasons: BTreeMap<Name, BTreeSet<&'static str>> = BTreeMap::new();
    let mut start: Option<(Facts, Vec<Diagnostic>)> = None;
    let mut rounds = 0;
    loop {
        rounds += 1;
        let mut overlay = truth.clone();
        overlay.extend(&changes);
        let run = gatherer.run(Some(&overlay), |ask| Facts::of(ask, subject)).await;
        let facts = run.result.with_failures(&run.answers);
        let found = lint::check(&facts, &taking.rules);
        let taken = if rounds < MAX_ROUNDS {
            take(&Ask::new(&run.answers, Some(&overlay)), &found, &taking.accept, new_ttl(subject))
        } else {
            Vec::new()
        };
        let (before, first) = start.take().unwrap_or_else(|| (facts.clone(), found.clone()));
        if taken.is_empty() {
            return Desired { before, found: first, originals, changes, reasons, after: facts, remaining: found };
        }
        start = Some((before, first));
        for (draft, rule) in taken {
            if originals.stated(&draft.owner, draft.rtype).is_none() {
                originals.state(&draft.owner, draft.rtype, Some(draft.original()));
            }
            changes.state(&draft.owner, draft.rtype, Some(draft.finished()));
            reasons.entry(draft.owner).or_default().insert(rule);
        }
    }
}

fn new_ttl(subject: &Subject) -> u32 {
    let declared = subject.declared.as_ref().and_then(|declared| declared.domain().ttl.as_ref());
    declared.map_or(DEFAULT_TTL, |ttl| ttl.value)
}

/// The sets that one round changes, each with the rule that has it.
type Drafts = BTreeMap<(Name, RrType), (SetDraft, &'static str)>;

/// The fixes that can be taken in one round: of several for one set, those of the rule that comes first.
///
/// What another rule wants of the same set may look different afterwards: it is asked again in the next round.
fn take(ask: &Ask<'_>, found: &[Diagnostic], accept: &[String], ttl: u32) -> Vec<(SetDraft, &'static str)> {
    let mut drafts = Drafts::new();
    for rule in ALL.iter().map(|rule| rule.meta().id) {
        let accepted = accept.iter().any(|id| id == rule);
        let wanted = |fix: &&Fix| fix.safety == Safety::Safe || (fix.safety == Safety::Ask && accepted);
        let of_rule = found.iter().filter(|found| found.rule == rule);
        for fix in of_rule.filter_map(|found| found.fix.as_ref()).filter(wanted) {
            // All of a fix or nothing of it.
            let mut attempt = drafts.clone();
            if take_fix(ask, fix, rule, ttl, &mut attempt).is_some() {
                drafts = attempt;
            }
        }
    }
    drafts.into_values().filter(|(draft, _)| draft.changes_something()).collect()
}

fn take_fix(ask: &Ask<'_>, fix: &Fix, rule: &'static str, ttl: u32, drafts: &mut Drafts) -> Option<()> {
    for operation in &fix.operations {
        let owner = operation.owner();
        match operation {
            Operation::Replace { value, content, .. } if value.rtype() == content.rtype() => {
                claim(drafts, ask, (owner.clone(), value.rtype()), rule, ttl)?
                    .settle(value, Fate::Replaced(content.clone()))?;
            }
            Operation::Replace { value, content, .. } => {
                claim(drafts, ask, (owner.clone(), value.rtype()), rule, ttl)?.settle(value, Fate::Deleted)?;
                claim(drafts, ask, (owner.clone(), content.rtype()), rule, ttl)?.create(content);
            }
            Operation::Delete { value, .. } => {
                claim(drafts, ask, (owner.clone(), value.rtype()), rule, ttl)?.settle(value, Fate::Deleted)?;
            }
            Operation::Create { content, .. } => {
                claim(drafts, ask, (owner.clone(), content.rtype()), rule, ttl)?.create(content);
            }
            Operation::Edit { value, span, content, .. } => {
                claim(drafts, ask, (owner.clone(), RrType::TXT), rule, ttl)?
                    .edit(value, Edit { span: span.clone(), content: content.clone() })?;
            }
        }
    }
    drafts.values().all(|(draft, by)| *by != rule || draft.keeps_promises()).then_some(())
}

/// The draft of one set, for this rule; none where another rule has it in this round, or it may not be written.
fn claim<'d>(
    drafts: &'d mut Drafts,
    ask: &Ask<'_>,
    key: (Name, RrType),
    rule: &'static str,
    ttl: u32,
) -> Option<&'d mut SetDraft> {
    let (draft, by) = match drafts.entry(key) {
        btree_map::Entry::Occupied(entry) => entry.into_mut(),
        btree_map::Entry::Vacant(entry) => {
            let (owner, rtype) = entry.key();
            let draft = SetDraft::read(ask, owner, *rtype, ttl)?;
            entry.insert((draft, rule))
        }
    };
    (*by == rule).then_some(draft)
}
