//! Live look-ups against servers on loopback: scripted ones with every fault, and real ones.

mod aliases;
mod answers_page;
mod ask;
mod failover;
mod faults;
mod gather;
mod records;
mod servers;
