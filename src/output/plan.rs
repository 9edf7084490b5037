//! Plans and how they went, for people.

use std::path::Path;

use crate::plan::{Applied, Plan};

/// The steps, what they need, and what is left for people.
pub fn human(plan: &Plan) -> String {
    if plan.is_empty() {
        return "nothing to change\n".to_owned();
    }
    let mut text = String::new();
    for (index, step) in plan.steps.iter().enumerate() {
        text.push_str(&format!("{}. {}\n", index + 1, step.owner));
    }
    text
}

/// How an apply ended, and what to do next.
pub fn applied(applied: &Applied, plan: &Plan, journal: &Path) -> String {
    format!("{} of {} changes written; journal: {}\n", applied.written, plan.steps.len(), journal.display())
}
