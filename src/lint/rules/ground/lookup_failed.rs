//! `lookup-failed`: a question got no answer, and nothing is concluded from it.

use mailvouch_providers::dns::RrType;

use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::published::{Failure, Question, Reason};

pub(in crate::lint::rules) struct LookupFailed;

impl Rule for LookupFailed {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "lookup-failed",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/lookup-failed.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let about = |(question, failure): &(Question, Failure)| {
            let message = format!("could not look up {question}: {failure}");
            let found = Diagnostic::about_nothing(self.meta(), message, &question.name, question.rtype);
            if failure.reason == Reason::OutsideView {
                // Nobody expected to see it: what depends on it is left open.
                found.severity(Severity::Info).help("give the zone file that holds it, or ask live DNS")
            } else if facts.thorough.contains(question) {
                found.severity(Severity::Info).help("no verdict rests on it")
            } else {
                found.help("nothing is concluded from it, and nothing that depends on it is changed; try again")
            }
        };
        // What DNSSEC holds back has been told.
        let is_told = |question: &Question| facts.bogus.iter().any(|bogus| bogus.question == *question);
        let failed = facts.failures.iter().filter(|(question, _)| !is_told(question)).map(about);
        failed.chain(self.nobody_reached(facts)).collect()
    }
}

impl LookupFailed {
    /// Authoritative servers are asked as a best effort: that none could be reached is told once.
    fn nobody_reached(&self, facts: &Facts) -> Option<Diagnostic> {
        let authority = facts.authority.as_ref().filter(|authority| authority.servers.is_empty())?;
        // Zone files, and snapshots of runs that asked less, are no network that failed.
        let is_network =
            |failure: &Failure| !matches!(failure.reason, Reason::OutsideView | Reason::NotInSnapshot | Reason::Budget);
        let (_, failure) = authority.silent.iter().find(|(_, failure)| is_network(failure))?;
        let zone = &authority.zone;
        let message = format!("none of the authoritative servers of {zone} could be asked: {failure}");
        let found = Diagnostic::about_nothing(self.meta(), message, zone, RrType::NS).severity(Severity::Info);
        Some(found.help("many networks let only their resolver out; what is said rests on the resolver's answers"))
    }
}
