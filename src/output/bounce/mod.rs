//! What a bounce means: for the person whose mail is down, and for programs.

mod explain;
mod human;
mod json;

pub use explain::{explained, explained_json, explained_schema};
pub use human::human;
pub use json::{json, schema};
