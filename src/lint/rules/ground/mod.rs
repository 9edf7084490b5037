//! Rules about the ground that the records stand on: DNS itself.

mod differing;
mod dns_tcp_broken;
mod dnssec_bogus;
mod lookup_failed;
mod name_takeover;
mod ns_disagree;
mod view_differs;

pub(super) use dns_tcp_broken::DnsTcpBroken;
pub(super) use dnssec_bogus::DnssecBogus;
pub(super) use lookup_failed::LookupFailed;
pub(super) use name_takeover::NameTakeover;
pub(super) use ns_disagree::NsDisagree;
pub(super) use view_differs::ViewDiffers;
