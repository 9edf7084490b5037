//! Which DMARC policy applies to a domain, and whether a message passes it (RFC 9989, section 4.10).
//!
//! Pure: everything reads what an [`Ask`](crate::published::Ask) knows, and notes what it lacks. While something is
//! lacking, what depends on it is unknown, and never absent. No rule is here.

mod destination;
mod discovery;
mod evaluation;
mod in_force;
mod older;
mod suffix;
mod walk;

pub use destination::{Authorization, Reports, authorization_name};
pub use discovery::{Discovery, Existence, Place, PolicyRecord};
pub use evaluation::{Aligned, Evaluation, Identifier, IdentifierKind, Outcome};
pub use in_force::InForce;
pub use older::Older;
pub use suffix::{is_public_suffix, organizational_domain};
pub use walk::{Basis, MAX_QUESTIONS, Organizational, Step, Walk, policy_name, records};
