//! Master files (RFC 1035, section 5), read without loss: every octet belongs to an entry or to the gap between two,
//! so that an editor can change one field and leave the rest of the file as it stands.
//!
//! Where the standard is silent, BIND is followed: `$TTL` (RFC 2308, section 4), units in times, how the last owner
//! and the last TTL go through `$INCLUDE`. Where servers disagree about what a text means, it is refused. Nothing here
//! writes a file, and nothing judges a zone.

mod error;
mod lexer;
mod load;
mod reader;
#[cfg(test)]
mod tests;
mod text;

pub use error::{Fault, MasterError, Place};
pub use load::{
    Item, LoadedFile, LoadedLongString, LoadedRecord, LoadedSet, LoadedZone, load, load_as_written, load_over,
};
pub use reader::{Entry, Include, Kind, Record, TtlFrom};
pub use text::{MasterText, Piece};

/// Most octets that are read, of one file and all that it includes. A zone of that size has some two million records;
/// what is larger is hardly a zone file, and is refused before it fills the memory.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// Most files inside of each other by `$INCLUDE`.
pub const MAX_DEPTH: usize = 16;
