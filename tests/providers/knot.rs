//! The contract, with DNS UPDATE to Knot.

use super::contract::upholds_contract;
use super::fixture::Fixture;
use super::rfc2136;
use crate::servers::knot;

upholds_contract!(start);

async fn start() -> Fixture {
    rfc2136::fixture(knot::start)
}
