//! `dnssec-bogus`: resolvers that validate give no answer, since the zone's signatures do not hold.

use crate::lint::facts::{Bogus, organizational_domain};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::published::State;

pub(in crate::lint::rules) struct DnssecBogus;

impl Rule for DnssecBogus {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dnssec-bogus",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dnssec-bogus.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let all = &facts.bogus;
        let is_first = |(index, one): &(usize, &Bogus)| !all[..*index].iter().any(|other| one.is_of_same_domain(other));
        let firsts = all.iter().enumerate().filter(is_first).map(|(_, one)| one);
        firsts.map(|one| self.about(one, all)).collect()
    }
}

impl DnssecBogus {
    fn about(&self, first: &Bogus, all: &[Bogus]) -> Diagnostic {
        let domain = organizational_domain(&first.question.name);
        let message = format!("the DNSSEC signatures of {domain} do not hold: receivers that validate see nothing");
        let held_back: Vec<String> = all
            .iter()
            .filter(|other| first.is_of_same_domain(other))
            .map(|one| {
                let beneath = match &one.unchecked.state {
                    State::Found(set) if set.values.len() == 1 => "a record",
                    State::Found(_) => "records",
                    State::Absent(_) | State::Unknown(_) => "no record",
                };
                format!("{} ({beneath})", one.question)
            })
            .collect();
        let note = format!("SERVFAIL, and with checking disabled an answer: {}", held_back.join(", "));
        Diagnostic::about_nothing(self.meta(), message, &first.question.name, first.question.rtype).note(note).help(
            "sign the zone again, or have the DS record at the registrar match its key; nothing is concluded from \
             records that nobody vouches for",
        )
    }
}
