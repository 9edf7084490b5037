//! Applies that go wrong: how they end, what is written down and when, and what the zone holds afterwards.

mod chaos;
mod fixture;
mod journal;
mod lost;
mod refused;
mod taken_back;
