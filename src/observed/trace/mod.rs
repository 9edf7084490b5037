//! The way that a delivered message took, read from its header: who handed it to whom, and what the recipient's system
//! found.
//!
//! Every line of a header can be a lie, up to the place where the recipient's own system took the message in: what it wrote
//! itself stands above that. [`Trace`] finds the place, and says of each thing how far it can be relied on. It asks nobody.

mod front_door;
mod headers;
mod known;
mod received;
mod received_spf;
mod results;
mod signature;
mod words;

pub use front_door::{Certainty, Origin, Source, Trace};
pub use headers::{Headers, NoMessage};
pub use received::Received;
pub use received_spf::ReceivedSpf;
pub use results::{Method, Results};
pub use signature::Signature;
