//! What the areas share.
pub(crate) mod dns_server;
