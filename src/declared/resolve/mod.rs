//! From what is written to what is meant: names are looked up, values read, contradictions found. Every mistake is
//! reported, and what is right beside it is still judged; a part that holds a mistake is left out, and what refers to
//! it is not reported again.

mod context;
mod dkim;
mod dmarc;
mod domain;
mod egress;
mod provider;
mod sender;
mod values;

pub(super) use context::resolve;
pub(super) use dmarc::check_report_address;
