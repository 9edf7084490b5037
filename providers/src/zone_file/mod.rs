//! Zones in master files on this machine, edited in place.
//!
//! Only the lines of what changes are touched: comments, order and layout of all others stay as they are, octet for
//! octet. A new text is read again before it is written, and has to differ from the old by the change and the serial
//! number and by nothing else. It replaces the file at one stroke; whoever changed the file meanwhile is not
//! overwritten. What is on disk is where this ends: to have it served is for a reload command, if there is one.
//!
//! A group whose changes stand in several files, by `$INCLUDE`, takes one stroke a file, the one with the SOA record
//! last. Nothing here asks a name server.

mod edit;
mod line;
mod proof;
mod provider;
mod reload;
mod serial;
mod zone;

pub use provider::ZoneFile;
