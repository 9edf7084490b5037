//! Zone files as a source: what a name server would answer once it had loaded them. No network.
//!
//! Every owner in a file is served. Only below an SOA is a name absent because it does not stand there: a file without
//! one is a part of a zone, and says nothing about what it leaves out. Names outside are unknown, never absent.

mod look_up;
#[cfg(test)]
mod tests;
mod zones;

pub use zones::{ZoneFiles, ZoneFilesError};
