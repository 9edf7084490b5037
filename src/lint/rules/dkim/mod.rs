//! Rules about DKIM keys (RFC 6376, section 3.6.1).

mod cname_differs;
mod key_differs;
mod missing;
mod write;

pub(super) use cname_differs::CnameDiffers;
pub(super) use key_differs::KeyDiffers;
pub(super) use missing::Missing;
