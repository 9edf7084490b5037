//! What receivers find of a domain's DMARC, for people and for programs.

mod human;
mod json;
mod reports;

pub use human::human;
pub use json::{json, no_author_json, policy_schema};
pub use reports::{reports, reports_json, reports_schema};
