//! What `observe` prints.

mod human;
mod json;

pub use human::human;
pub use json::{json, schema};
