//! Zones at Google Cloud DNS, changed over its API, version 1 (<https://docs.cloud.google.com/dns/docs/reference/rest/v1>).
//!
//! A change deletes record sets exactly as they were read and adds them as they shall be. The service takes it only if
//! they are still as they were read, and makes all of it or none.

mod api;
mod credentials;
mod model;
mod provider;

pub use credentials::Credentials;
pub use provider::GoogleCloudDns;
