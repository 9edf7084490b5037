//! Rules about the ground that the records stand on: DNS itself.

mod lookup_failed;

pub(super) use lookup_failed::LookupFailed;
