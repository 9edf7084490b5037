//! All of it, with a socket for each question.

use mailvouch::published::Transport;

pub(super) const TRANSPORT: Transport = Transport::Own;
pub(super) const BEGUN: bool = false;

#[path = "all.rs"]
mod all;
