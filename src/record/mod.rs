//! Lossless parsers for the records that mail authentication reads: no I/O, nothing reformatted.
//!
//! Each parser keeps the octets that it was given and says where each piece stands: a [`Span`] counts bytes of the
//! joined TXT text. Nothing here holds an opinion: what cannot be understood is a node with a span and a kind, and
//! the rules say what it means. A change is a list of [`Edit`]s by span, so that what no edit touches stays as it is.

pub mod artefact;
pub mod dkim;
pub mod dmarc;
mod edit;
mod foreign;
mod memo;
mod span;
pub mod spf;
mod tag_edit;
pub mod tag_list;
pub mod txt;

pub use artefact::Artefact;
pub use dkim::DkimRecord;
pub use dmarc::DmarcRecord;
pub use edit::{Edit, EditError, apply, apply_to_txt};
pub use foreign::{Foreign, foreign_octets};
pub(crate) use memo::Memo;
pub use span::{Span, Spanned};
pub use spf::SpfRecord;
