//! How a look-up came out, and what that means for a cause.

use crate::observed::bounce::{Bearing, Check, CheckId};

use super::relevance::Relevance;

/// How a look-up came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As receivers want it.
    Good,
    /// Not so.
    Bad,
    /// It could not be told.
    Unknown,
    /// It is as it is.
    Plain,
}

/// A check, with what it means where it has this to do with the cause.
pub(super) fn check(
    id: CheckId,
    subject: impl Into<String>,
    state: State,
    found: String,
    relevance: Relevance,
) -> Check {
    let (bearing, means) = match (state, relevance) {
        (State::Good, Relevance::Cause) => {
            (Bearing::Helps, "it is in order now: if it was so when the message was sent, the cause lies elsewhere")
        }
        (State::Bad, Relevance::Cause) => {
            (Bearing::Hurts, "this is what the receiver refused the message for, or can be: mend it first")
        }
        (State::Good, Relevance::Weighs) => (Bearing::Helps, "it counts for you, and is no remedy for this bounce"),
        (State::Bad, Relevance::Weighs) => {
            (Bearing::Hurts, "it makes receivers trust you less; to mend it alone is no remedy for this bounce")
        }
        (State::Bad, Relevance::Nothing) => {
            (Bearing::SaysNothing, "it did not cause this bounce, and is worth mending for itself")
        }
        (State::Good, Relevance::Nothing) => {
            (Bearing::SaysNothing, "it did not cause this bounce, and does not undo it")
        }
        (State::Unknown, _) => (Bearing::Unknown, "that is no sign that it is wrong"),
        (State::Plain, _) => (Bearing::SaysNothing, "no receiver refuses mail for that alone"),
    };
    Check { id, subject: subject.into(), bearing, found, means: means.to_owned(), failed: Vec::new() }
}
