//! Rules about domains that do not send (`sends = false`).

mod dmarc;
mod spf;

pub(super) use dmarc::Dmarc;
pub(super) use spf::Spf;
