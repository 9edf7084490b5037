//! DMARC policy records (RFC 9989, sections 4.7 and 4.8; tags of RFC 7489 that it removed are still read).
//!
//! A text is a record when it begins with `v=DMARC1`. What is wrong behind that does not unmake it: an unknown tag is
//! ignored, a bad value falls back to the default, and both keep their spans.

mod near_miss;
mod record;
mod uri;
mod values;

pub use near_miss::{NearMiss, NearMissKind, near_miss};
pub use record::{DmarcRecord, KNOWN_TAGS, REMOVED_TAGS, Standing};
pub use uri::{Destination, ReportUri, UriProblem};
pub use values::{Alignment, FailureOption, Policy, PublicSuffix};
