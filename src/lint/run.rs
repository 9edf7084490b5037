//! Runs the rules over one domain's facts, and holds back what must not be written.

use std::collections::HashMap;

use mailvouch_providers::dns::{Name, RrType};

use super::{ALL, Diagnostic, Facts, Operation, Place, Safety};

/// Which rules speak.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these; empty means all.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether the rule speaks.
    pub fn holds(&self, rule: &str) -> bool {
        let named = |ids: &[String]| ids.iter().any(|id| id == rule);
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }
}

/// What the selected rules find, ordered by record, place and rule.
pub fn check(facts: &Facts, selection: &Selection) -> Vec<Diagnostic> {
    let rules = ALL.iter().filter(|rule| selection.holds(rule.meta().id));
    // Nearly all find nothing.
    let mut found: Vec<Diagnostic> = Vec::new();
    rules.for_each(|rule| found.append(&mut rule.check(facts)));
    for diagnostic in &mut found {
        hold_back(facts, diagnostic);
    }
    found.sort_by_cached_key(|diagnostic| {
        let (record, start, rule) = order(diagnostic);
        (record.is_none(), record, start, rule)
    });
    capped(found)
}

/// So many findings of one rule about one record are told: each repeats the record, and a text of 64 KB has room for
/// tens of thousands. Whoever mends that many sees the rest with the next run.
const MOST_ALIKE: usize = 100;

/// The first findings of each rule about each record; the last of them says how many more there are.
fn capped(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    let mut alike: HashMap<_, (usize, usize)> = HashMap::new();
    for diagnostic in found {
        let (record, _, rule) = order(&diagnostic);
        let (count, last) = alike.entry((record, rule)).or_default();
        *count += 1;
        if *count <= MOST_ALIKE {
            *last = kept.len();
            kept.push(diagnostic);
        }
    }
    for (count, last) in alike.into_values().filter(|(count, _)| *count > MOST_ALIKE) {
        kept[last].add_help(&format!("{} more like it in this record are not listed", count - MOST_ALIKE));
    }
    kept
}

/// Where a finding stands in a report: by name and type, then by place, then by rule; the declaration comes last.
fn order(diagnostic: &Diagnostic) -> (Option<(Name, RrType)>, usize, &'static str) {
    let primary = diagnostic.labels.first();
    let record = primary.and_then(|label| match &label.place {
        Place::Record { owner, rtype, .. } => Some((owner.clone(), *rtype)),
        Place::Declaration(_) => None,
    });
    (record, primary.map_or(0, |label| label.span.start), diagnostic.rule)
}

/// A fix that would write through or over an alias becomes advice: what stands there is somebody else's.
fn hold_back(facts: &Facts, diagnostic: &mut Diagnostic) {
    let Some(fix) = &mut diagnostic.fix else { return };
    let alias = fix.operations.iter().find_map(|operation| {
        // An alias itself may be changed where the finding is about it.
        let about_alias = |rtype| rtype == RrType::CNAME;
        let touches_alias = match operation {
            Operation::Replace { value, .. } | Operation::Delete { value, .. } => about_alias(value.rtype()),
            Operation::Edit { .. } | Operation::Create { .. } => false,
        };
        if touches_alias { None } else { Some((operation.owner(), alias_at(facts, operation.owner())?)) }
    });
    if let Some((owner, target)) = alias {
        fix.safety = Safety::Never;
        let advice = format!(
            "{owner} is an alias of {target}: nothing is written through it; send the change to whoever runs {target}"
        );
        diagnostic.add_help(&advice);
    }
}

/// What `owner` is an alias of, as far as the facts know the name.
fn alias_at(facts: &Facts, owner: &Name) -> Option<Name> {
    let published = facts.published();
    let alias = published.iter().find(|set| set.question.name == *owner && set.reply.is_alias());
    let in_tree = || facts.spf.tree.walk().into_iter().find(|tree| tree.name == *owner)?.alias_to.clone();
    alias.and_then(|set| set.reply.chain.last().cloned()).or_else(in_tree)
}
