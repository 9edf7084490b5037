//! The rules: a list, and each one's page.

mod list;
mod page;

pub use list::{human, json, schema};
pub use page::{explain, explain_json, explain_schema};
