//! Zones at Amazon Route 53, changed over its API (<https://docs.aws.amazon.com/Route53/latest/APIReference/>).
//!
//! A record set is changed by deleting it as it was read, and creating it as it shall be, in one batch: the service takes
//! the batch only if the set is still as it was read, and makes all of it or none.

mod model;
mod provider;
mod sign;
mod text;

pub use provider::Route53;
pub use sign::Credentials;
