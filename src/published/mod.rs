//! What DNS says: a snapshot of answers, the loop that fills it, and the sources that it is filled from.
//!
//! Analysis never fetches. It asks an [`Ask`], which answers from a snapshot ([`Answers`], perhaps with an
//! [`Overlay`] of planned records on it) and writes down what the snapshot lacks; [`Gatherer::run`] fetches that, all
//! at once, and runs the analysis again. A failed look-up is never an absent record: see [`State`].

mod answers;
mod ask;
mod cache;
mod flight;
mod gather;
mod live;
mod overlay;
mod reading;
mod reply;
mod snapshot;
mod zone_file;

pub use answers::Answers;
pub use ask::Ask;
pub use gather::{Asking, Gathered, Gatherer, Source};
pub use live::{Live, LiveError, LiveOptions, Recursion, Transport};
pub use overlay::Overlay;
pub use reading::{ReadAs, Readings};
pub use reply::{Absence, Failure, LongString, Question, Reason, Reply, State, Via};
pub use snapshot::SnapshotError;
pub use zone_file::{ZoneFiles, ZoneFilesError};
