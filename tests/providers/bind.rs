//! The contract, with DNS UPDATE to BIND.

use super::contract::upholds_contract;
use super::fixture::Fixture;
use super::rfc2136;
use crate::servers::bind;

upholds_contract!(start);

async fn start() -> Fixture {
    rfc2136::fixture(bind::start)
}
