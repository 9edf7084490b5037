//! The rules that `accept` names. Which rules there are, only the lint above this layer knows.

use std::collections::HashSet;

use super::model::Declaration;
use super::problem::{Problem, Problems};
use super::suggest::quoted;

impl Declaration {
    /// The names in `accept` that no rule has, by position. `known` are the ids of all rules.
    pub fn check_rule_names(&self, known: &[&str]) -> Vec<Problem> {
        let ids: HashSet<&str> = known.iter().copied().collect();
        // Only its sense for how much to compare is needed here.
        let nearby = Problems::default();
        let named = self.domains.iter().flat_map(|domain| &domain.accept);
        let unknown = named.filter(|name| !ids.contains(name.value.as_str()));
        let mut problems: Vec<_> = unknown
            .map(|name| {
                let help = match nearby.nearest(&name.value, known.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => "`mailvouch rules` lists them all".to_owned(),
                };
                Problem::new(&name.span, format!("there is no rule {}", quoted(&name.value))).help(help)
            })
            .collect();
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }
}
