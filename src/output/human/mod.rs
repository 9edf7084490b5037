//! Reports and declarations for people.
//!
//! A finding looks like a compiler's: what is wrong, the record with the bytes underlined, the line of the declaration
//! beside it, what to do, and what the program would change.

mod closing;
mod evaluation;
mod findings;
mod fix;
mod long_run;
mod place;
mod problems;
mod snippet;

pub use closing::summary;
pub(in crate::output) use closing::{looked_at, unanswered};
pub use evaluation::evaluation;
pub use findings::report;
pub(in crate::output) use findings::{excerpts_of, finding, findings};
pub(in crate::output) use fix::{Taker, changes, decides};
pub use long_run::LongRun;
pub(in crate::output) use place::{line_around, nothing};
pub use problems::{failure, notes, problems};
