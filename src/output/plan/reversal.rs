//! A rollback, before and after, for people.

use std::path::Path;

use super::applied::{as_argument, line};
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{ERROR, GOOD, STRONG, WARNING, paint};
use crate::output::value::shown;
use crate::output::words::{count, duration};
use crate::plan::{Reversal, RolledBack};

/// What would be taken back.
pub fn reversal(reversal: &Reversal) -> String {
    let mut text = String::new();
    for change in &reversal.changes {
        text.push_str(&format!("{}\n", paint(STRONG, &change.owner.to_string())));
        for value in &change.remove {
            text.push_str(&format!("  - {} {}\n", value.rdata.rtype(), shown(&value.rdata)));
        }
        for value in &change.add {
            text.push_str(&format!("  + {} {}\n", value.rdata.rtype(), shown(&value.rdata)));
        }
        if change.waits > 0 {
            let why = format!("{}: so long may caches lead to it", duration(change.waits));
            text.push_str(&line("waits", &why));
        }
    }
    for owner in &reversal.gone {
        text.push_str(&format!("{owner}: nothing of it stands\n"));
    }
    for (owner, error) in &reversal.blocked {
        let why = format!("{owner}: {error}");
        text.push_str(&remark("", ERROR, "cannot be taken back:", &printable(&why)));
    }
    text
}

/// What was taken back.
pub fn rolled_back(done: &RolledBack, journal: &Path) -> String {
    let journal = as_argument(&printable(&journal.display().to_string()));
    let back = count(done.taken_back.len(), "change");
    let mut text = if done.left.is_empty() {
        format!("{}: {back} taken back, and read back at the provider\n", paint(GOOD, "done"))
    } else {
        format!("{}: {back} taken back, and not all\n", paint(ERROR, "stopped part-way"))
    };
    for owner in &done.taken_back {
        text.push_str(&format!("  {owner}\n"));
    }
    for (owner, why) in &done.left {
        text.push_str(&remark("  ", WARNING, "left as it is:", &printable(&format!("{owner} ({why})"))));
    }
    text + &line("journal", &journal)
}
