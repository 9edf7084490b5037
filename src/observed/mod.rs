//! What receivers saw: bounces today, reports of delivered mail next.
//!
//! It is pure: it reads bytes that somebody else fetched, and asks nobody. What DNS says about a bounce is looked up by
//! whoever holds the [`Report`](bounce::Report).

pub mod bounce;
