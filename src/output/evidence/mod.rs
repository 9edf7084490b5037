//! What goes to somebody else: a page for a support case, as Markdown and as HTML, and the text for a form.

mod bounce;
mod check;
mod form;
mod html;
mod markdown;
mod page;

pub use bounce::{BounceEvidence, bounce};
pub use check::{CheckEvidence, check};
pub use page::File;
