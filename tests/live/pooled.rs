//! All of it, with a few sockets that all questions share.

use mailvouch::published::Transport;

pub(super) const TRANSPORT: Transport = Transport::Pooled;
pub(super) const BEGUN: bool = false;

#[path = "aliases.rs"]
mod aliases;
#[path = "ask.rs"]
mod ask;
#[path = "failover.rs"]
mod failover;
#[path = "faults.rs"]
mod faults;
#[path = "gather.rs"]
mod gather;
#[path = "records.rs"]
mod records;
#[path = "servers.rs"]
mod servers;
