//! Rules about the ground that the records stand on: DNS itself.

mod dns_tcp_broken;
mod dnssec_bogus;
mod lookup_failed;
mod name_takeover;

pub(super) use dns_tcp_broken::DnsTcpBroken;
pub(super) use dnssec_bogus::DnssecBogus;
pub(super) use lookup_failed::LookupFailed;
pub(super) use name_takeover::NameTakeover;
