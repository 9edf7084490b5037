//! A report as one HTML page that needs nothing else: no font, no script, no style from elsewhere, and no server.
//!
//! The page is whole without JavaScript; the script only filters it. All text of others is made printable here (see
//! `printable`) and escaped by the templates, which escape every value by its type. A content security policy
//! in the page allows the one style and the one script that are in it, by their hashes: whatever a record says, nothing
//! else runs, and nothing is fetched.

mod changes;
mod coverage;
mod domain;
mod finding;
mod glossary;
mod marked;
mod page;
mod policy;
mod records;
mod shared;
mod spf;

pub use page::document;
pub(super) use policy::source;
