//! What is tested of each way to ask. The file that holds this one says which way it is.

use super::{BEGUN, TRANSPORT};

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
