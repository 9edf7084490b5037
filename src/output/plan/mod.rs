//! Plans and how they went, for people who are tired.

mod applied;
mod by_hand;
mod effects;
mod reversal;
mod source;
mod steps;

pub use applied::{applied, as_argument, then_publish, unplanned, zone_line};
pub use by_hand::by_hand;
pub(super) use effects::effects;
pub use reversal::{reversal, rolled_back};
pub(super) use source::place;
pub use steps::human;
pub(super) use steps::{as_of, holder, how_much, needed, waits};
