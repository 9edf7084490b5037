//! All of it, with a few sockets that all questions share, and no future for any of them.

use mailvouch::published::Transport;

pub(super) const TRANSPORT: Transport = Transport::Pooled;
pub(super) const BEGUN: bool = true;

#[path = "all.rs"]
mod all;
