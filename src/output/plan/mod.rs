//! Plans and how they went, for people who are tired.

mod applied;
mod effects;
mod steps;

pub use applied::applied;
pub use steps::human;
