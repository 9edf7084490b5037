//! The words that everyone here uses for DNS: names, types, rdata, record sets and the text they are written in.

mod generic;
pub mod master;
mod name;
mod presentation;
mod rdata;
mod record_set;
mod rrtype;
mod txt;

pub use name::{MAX_WIRE, Name, NameError};
pub use presentation::{Field, escape_character_string, escape_joined_text};
pub use rdata::{Rdata, RdataError, Soa};
pub use record_set::RecordSet;
pub use rrtype::RrType;
pub use txt::{MAX_STRING, Txt};
