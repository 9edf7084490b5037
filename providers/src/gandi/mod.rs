//! Zones at Gandi LiveDNS, changed over its API (<https://api.gandi.net/docs/livedns/>).
//!
//! The API knows whole record sets only and takes no condition for one that is there: somebody who writes the same set in
//! the moment between look and write is overwritten. For one that is not there it does: it makes a set only where there is
//! none. And where the domain has automatic snapshots, they tell afterwards what was overwritten.

mod model;
mod provider;
mod snapshots;

pub use provider::Gandi;
