//! Lossless parsers for the records that mail authentication reads: no I/O, nothing reformatted.
//!
//! Each parser keeps the octets that it was given and says where each piece stands: a [`Span`] counts bytes of the
//! joined TXT text. Nothing here holds an opinion: what cannot be understood is a node with a span and a kind, and
//! the rules say what it means. A change is a list of [`Edit`]s by span, so that what no edit touches stays as it is.

mod edit;
mod foreign;
mod span;
pub mod spf;
pub mod txt;

pub use edit::{Edit, EditError, apply, apply_to_txt};
pub use foreign::{Foreign, foreign_octets};
pub use span::{Span, Spanned};
pub use spf::SpfRecord;
