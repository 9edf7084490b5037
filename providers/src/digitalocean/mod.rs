//! Zones at DigitalOcean, changed over its API, version 2 (<https://docs.digitalocean.com/reference/api/>).
//!
//! Each record has an id and is a request of its own: no other record is ever part of one. There are neither batches nor
//! conditions.

mod api;
mod held;
mod model;
mod provider;

pub use provider::DigitalOcean;
