//! Published against desired, record by record: SPF by term, DKIM and DMARC by tag, all else by value.
//!
//! What is shown is the whole of every value: who reviews a change wants the bytes.

mod document;
mod sets;
mod text;
mod tokens;

pub use document::{json, schema};
pub(super) use sets::SetChange;
pub use text::desired;
pub(super) use text::{Detail, patch, restrung, set, strings};
pub(super) use tokens::{Token, alone, compare};
