//! All of it, with a socket for each question.

use mailvouch::published::Transport;

pub(super) const TRANSPORT: Transport = Transport::Own;
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
