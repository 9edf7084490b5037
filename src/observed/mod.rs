//! What receivers saw: bounces, and the way of delivered messages.
//!
//! It is pure: it reads bytes that somebody else fetched; what DNS says beside them is read from an
//! [`Ask`](crate::published::Ask).

pub mod bounce;
pub mod checks;
pub mod delivery;
pub mod redact;
pub mod trace;
