//! Zones at Hetzner, whose DNS is a part of its Cloud, changed over that API
//! (<https://docs.hetzner.cloud/reference/cloud#zones>).
//!
//! The API has actions that add single values to a set and take single values away, and one that writes a set whole. Values
//! that only come or only go are the first kind's: no other can be hurt. One that replaces another is the second's: between
//! adding and taking away everybody would see two SPF records, or none. That write has no condition; what others did to the
//! zone in its moment is read from the list of actions afterwards.
//!
//! Actions are asynchronous: each is waited for.

mod actions;
mod api;
mod model;
mod provider;

pub use provider::Hetzner;
