//! Plans and how they went, for people who are tired.

mod applied;
mod effects;
mod steps;

pub use applied::{applied, as_argument};
pub(super) use effects::effects;
pub use steps::human;
pub(super) use steps::{holder, how_much, needed, waits};
