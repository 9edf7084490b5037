//! Rules about domains that do not send (`sends = false`).

mod dmarc;
mod mx;
mod spf;

pub(super) use dmarc::Dmarc;
pub(super) use mx::Mx;
pub(super) use spf::Spf;
