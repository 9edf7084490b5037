//! The rules that `accept` and `ignore` name. Which rules there are, only the lint above this layer knows.

use super::leave::{no_rule, wrong_rule};
use super::model::Declaration;
use super::problem::{Problem, Problems};

impl Declaration {
    /// The names in `accept` and `ignore` that may not stand there, by position. `known` are the ids of all rules.
    pub fn check_rule_names(&self, known: &[&str]) -> Vec<Problem> {
        // Only its sense for how much to compare is needed here.
        let nearby = Problems::default();
        let accepted = self.domains.iter().flat_map(|domain| &domain.accept);
        let accepted = accepted.filter_map(|rule| no_rule(rule, known, &nearby));
        let ignored = self.domains.iter().flat_map(|domain| &domain.ignore);
        let ignored = ignored.filter_map(|ignored| wrong_rule(&ignored.rule, known, &nearby));
        let mut problems: Vec<_> = accepted.chain(ignored).collect();
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }
}
