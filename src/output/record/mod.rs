//! One record's text: what it says, and what is wrong with it.

mod facts;
mod human;
mod json;

pub use human::human;
pub use json::{json, schema};
