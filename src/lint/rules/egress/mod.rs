//! Rules about the hosts and addresses that mail leaves from.

mod change_due;
mod fate;
mod not_authorised;
mod null_mx_sends;
mod past_limit;
mod retired_authorised;

pub(super) use change_due::ChangeDue;
pub(super) use not_authorised::NotAuthorised;
pub(super) use null_mx_sends::NullMxSends;
pub(super) use past_limit::PastLimit;
pub(super) use retired_authorised::RetiredAuthorised;
