//! Applies among faults, intruders and crashes, each at a seeded point, at every kind of server that there is; then gone
//! on with, or taken back.
//!
//! Between us and the server stands a [proxy](crate::support::proxy) that does to a request, or to its answer, what
//! networks and busy services do. `MAILVOUCH_CHAOS=1000` makes that many runs at each server, `MAILVOUCH_CHAOS_SEED=7`
//! begins elsewhere, `MAILVOUCH_CHAOS_COUNTS=FOLDER` has written down there what struck. What the runs share with those in memory (`tests/plan/apply/chaos.rs`) is here too.

mod azure;
mod blow;
mod cloudflare;
mod digitalocean;
mod google;
mod hosts;
mod name_servers;
mod paper;
mod powerdns;
mod route53;
mod run;
mod seeded;
mod site;
mod truth;
mod wire;
mod zone_file;

pub(crate) use paper::Paper;
pub(crate) use seeded::{Seeded, Seeds};
pub(crate) use truth::{Stands, assert_journal_is_true, stands};
