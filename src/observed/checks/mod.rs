//! What DNS says now about a message that bounced: each check with what it means for this bounce, and nothing more.
//!
//! A [`Case`] is what a bounce tells: address, names, signatures, and the cause. [`checks`] are computed from it and an
//! [`Ask`](crate::published::Ask), in one run. A check whose subject has no bearing on the cause says nothing about the
//! bounce, however it comes out: right records lift no block of an address.

mod authentication;
mod block_lists;
mod case;
mod check;
mod from_bounce;
mod hosts;
mod registration;
mod relevance;
mod run;

pub use block_lists::{Listing, listing_name};
pub use case::Case;
pub use registration::{Bootstrap, Registration, age_check, rdap_answer, rdap_question};
pub use relevance::{Relevance, relevance};
pub use run::checks;
