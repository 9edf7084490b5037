//! Plans and how they went, for people who are tired.

mod applied;
mod by_hand;
mod effects;
mod reversal;
mod steps;

pub use applied::{applied, as_argument, unplanned, zone_line};
pub use by_hand::by_hand;
pub(super) use effects::effects;
pub use reversal::{reversal, rolled_back};
pub use steps::human;
pub(super) use steps::{as_of, holder, how_much, needed, waits};
