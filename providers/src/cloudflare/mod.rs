//! Zones at Cloudflare, changed over its API (<https://developers.cloudflare.com/api/resources/dns/>).
//!
//! Each record has an id there, and is changed by it: no other record can be hurt. Requests and credentials are those
//! of the crate `cloudflare`; answers are read into types of our own, since one record of a type that the crate does not
//! know makes it fail for a whole zone, and it drops the codes that DNS refusals have.

mod api;
mod content;
mod endpoints;
mod held;
mod model;
mod operations;
mod provider;

pub use provider::Cloudflare;
