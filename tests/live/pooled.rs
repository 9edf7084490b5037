//! All of it, with a few sockets that all questions share.

use mailvouch::published::Transport;

pub(super) const TRANSPORT: Transport = Transport::Pooled;
pub(super) const BEGUN: bool = false;

#[path = "all.rs"]
mod all;
