//! What stands, and whether the journal says so.

use mailvouch::plan::{Past, Step, Told};
use mailvouch_providers::dns::Rdata;

/// What stands of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    All,
    Nothing,
    Part,
}

/// What stands of a step where its name holds `now`.
pub(crate) fn stands(step: &Step, now: &[Rdata]) -> Stands {
    let is_there = |value: &mailvouch_providers::Value| now.contains(&value.rdata);
    let comes_again = |rdata: &Rdata| step.add.iter().any(|added| added.rdata == *rdata);
    let goes = |value: &&mailvouch_providers::Value| !comes_again(&value.rdata);
    let came = step.add.iter().filter(|value| is_there(value)).count();
    let (going, stay) = (
        step.remove.iter().filter(goes).count(),
        step.remove.iter().filter(goes).filter(|value| is_there(value)).count(),
    );
    if came == step.add.len() && stay == 0 {
        Stands::All
    } else if came == 0 && stay == going {
        Stands::Nothing
    } else {
        Stands::Part
    }
}

/// What the journal says of each step is so; of a step at which somebody else has been, it is not asked.
pub(crate) fn assert_journal_is_true(past: &Past, stands: &[Option<Stands>]) {
    for (index, stands) in stands.iter().enumerate().filter_map(|(index, stands)| Some((index, (*stands)?))) {
        match past.sent.get(&index).map(|trace| trace.fate) {
            None | Some(Told::Nothing) => {
                assert_eq!(stands, Stands::Nothing, "the journal says that nothing stands of step {index}");
            }
            Some(Told::Written) => assert_eq!(stands, Stands::All, "the journal says that step {index} is made"),
            Some(Told::Begun) => {}
        }
    }
}
