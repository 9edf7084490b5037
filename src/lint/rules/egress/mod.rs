//! Rules about the hosts and addresses that mail leaves from.

mod not_authorised;
mod null_mx_sends;

pub(super) use not_authorised::NotAuthorised;
pub(super) use null_mx_sends::NullMxSends;
