//! From what is published to a declaration that says the same: `init`.
//!
//! A [`Survey`] is what one domain publishes, computed as everything else from an [`Ask`](crate::published::Ask), which
//! also looks for keys where keys usually are. A [`Draft`] is what that would be as a declaration, and what a person
//! has to decide, since DNS says who is let through and not who should be. Nothing here is written anywhere, and nothing
//! is concluded from an answer that did not come.

mod dkim;
mod dmarc;
mod domain;
mod draft;
mod groups;
mod look;
mod probe;
mod remark;
mod senders;
mod sources;

pub use dkim::{SelectorDraft, Stands};
pub use dmarc::DmarcDraft;
pub use domain::DomainDraft;
pub use draft::Draft;
pub use groups::{Group, Seen};
pub use look::{Servers, Survey};
pub use probe::Probes;
pub use remark::{Kind, Remark};
pub use senders::SenderDraft;
pub use sources::{Include, Range, Sources};
