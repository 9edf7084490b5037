//! A declaration as a file: what `init` writes, and what it says beside it.

mod domain;
mod file;
mod told;
mod toml;

pub use file::text;
pub use told::{refused, written};
