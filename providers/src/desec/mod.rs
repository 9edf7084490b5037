//! Zones at deSEC, changed over its API (<https://desec.readthedocs.io/>).
//!
//! The API knows whole record sets only and takes no condition for one that is there: somebody who writes the same set in
//! the moment between look and write is overwritten. For one that is not there it does: it makes a set only where there is
//! none.

mod model;
mod provider;

pub use provider::DeSec;
