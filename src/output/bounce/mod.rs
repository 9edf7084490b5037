//! What a bounce means: for the person whose mail is down, and for programs.

mod human;
mod json;

pub use human::human;
pub use json::{json, schema};
