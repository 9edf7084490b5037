//! Zones in a program of DNSControl. Nothing is written: what to put in is told, with its place.
//!
//! `dnsconfig.js` is a program, and only DNSControl knows what it comes to. Its words are read, and no more: a value that
//! stands there as a literal is found, one that the program works out is told as not found.

mod calls;
mod lines;
mod literal;

pub use lines::DnsControl;
