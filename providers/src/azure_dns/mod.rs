//! Zones at Azure DNS, changed over its REST API (<https://learn.microsoft.com/en-us/rest/api/dns/>).
//!
//! A record set is written whole, under the condition that it still has the ETag under which it was read, or that there is
//! still none: the service then takes the write only if nobody else wrote. Each set is a request of its own.

mod api;
mod credentials;
mod model;
mod provider;

pub use credentials::Credentials;
pub use provider::AzureDns;
