//! Reports and declarations for people.
//!
//! A finding looks like a compiler's: what is wrong, the record with the bytes underlined, the line of the declaration
//! beside it, what to do, and what the program would change.

mod closing;
mod evaluation;
mod findings;
mod fix;
mod place;
mod problems;
mod snippet;

pub use closing::summary;
pub use evaluation::evaluation;
pub(in crate::output) use findings::findings;
pub use findings::report;
pub use problems::{failure, notes, problems};
