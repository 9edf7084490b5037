//! `check_host` for one message (RFC 7208, section 4), with an account of every step for whoever wants it.
//!
//! Pure: it asks a snapshot, and is run again once that knows more. Nothing here fetches, and nothing is printed here.

mod check;
mod client;
mod evaluation;
mod expand;
mod explain;
mod look_up;
mod problem;
mod trace;
mod verdict;

pub use client::Client;
pub use evaluation::Evaluation;
pub use problem::Problem;
pub use trace::{Asked, Keep, Outcome, Step, Trace};
