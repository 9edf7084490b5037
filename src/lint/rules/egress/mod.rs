//! Rules about the hosts and addresses that mail leaves from.

mod change_due;
mod fate;
mod generic_ptr;
mod helo_mismatch;
mod helo_no_spf;
mod no_ptr;
mod not_authorised;
mod null_mx_sends;
mod past_limit;
mod ptr_mismatch;
mod retired_authorised;
mod sender_domain_no_route;

pub(super) use change_due::ChangeDue;
pub(super) use generic_ptr::GenericPtr;
pub(super) use helo_mismatch::HeloMismatch;
pub(super) use helo_no_spf::HeloNoSpf;
pub(super) use no_ptr::NoPtr;
pub(super) use not_authorised::NotAuthorised;
pub(super) use null_mx_sends::NullMxSends;
pub(super) use past_limit::PastLimit;
pub(super) use ptr_mismatch::PtrMismatch;
pub(super) use retired_authorised::RetiredAuthorised;
pub(super) use sender_domain_no_route::SenderDomainNoRoute;
