//! What is known before a move, and its dated steps: for people, as JSON, and as a calendar.

mod human;
mod ics;
mod json;
pub(super) mod sentences;

pub use human::human;
pub use ics::calendar;
pub use json::{document, schema};
