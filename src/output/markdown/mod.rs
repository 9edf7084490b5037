//! Reports as comments on a pull request: Markdown as GitHub and GitLab read it, of bounded length.
//!
//! Text of others is escaped so that it is only text: no markup, no HTML, no link, no mention of a person or of an
//! issue, no command of the forge.

mod check;
mod plan;
mod preflight;
mod room;
mod text;

pub use check::document;
pub use plan::plan;
pub use preflight::preflight;
pub(super) use text::{block, prose, words};
