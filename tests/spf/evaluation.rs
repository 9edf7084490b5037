//! `check_host` for single addresses against the coverage of random worlds: two ways to one result.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use mailvouch::spf::{Class, Client, Coverage, Evaluation, Family, Step, Tree};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::generators::{edges, lines, model};
use super::reference::Model;
use crate::support::world::{World, name};

const DOMAIN: &str = "p0.example";

/// Of the many edges of a world only so many are evaluated; other worlds bring others.
const EDGES: usize = 24;

fn agree(model: &Model, addresses: impl Iterator<Item = IpAddr>) -> Result<(), TestCaseError> {
    let world = World::of(&lines(model));
    let (tree, _) = world.run(None, |ask| Tree::of(ask, &name(DOMAIN)));
    let coverage = Coverage::of(&tree);
    for ip in addresses {
        let helo = "mail.example".to_owned();
        let client = Client { ip, helo, mail_from: format!("a@{DOMAIN}"), receiver: None, time: 0 };
        let (found, asked) = world.run(None, |ask| Evaluation::of(ask, &client));
        // A mapped address is that of IPv4.
        let ip = ip.to_canonical();
        let regions = coverage.regions(Family::of(ip));
        let region = regions.iter().find(|region| region.set.contains(ip));
        let region = region.ok_or_else(|| TestCaseError::fail("no region holds it"))?;
        prop_assert_eq!(found.result, region.class, "{} {:?}\n{}", ip, found.problem, lines(model));
        let says_why = found.problem.is_some();
        let is_error = matches!(found.result, Class::None | Class::PermError | Class::TempError);
        prop_assert_eq!(says_why, is_error);
        if !is_error {
            prop_assert_eq!((found.lookups, found.voids), (region.lookups, region.voids), "{}", ip);
            prop_assert_eq!(&found.decided_by, &region.decided_by, "{}", ip);
        }
        // Every question that was asked is accounted for.
        let told = found.record.iter().chain(found.trace.steps().flat_map(Step::asked));
        prop_assert!(told.map(|asked| &asked.question).all(|question| asked.contains(question)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_evaluation_is_a_point_of_the_coverage(
        model in model(),
        skip in 0_usize..64,
        v4 in proptest::collection::vec(any::<u32>(), 2),
        v6 in proptest::collection::vec(any::<u128>(), 2),
    ) {
        let edges = edges(&model);
        let step = (edges.len() / EDGES).max(1);
        let edges = edges.into_iter().skip(skip % step).step_by(step);
        let random_v4 = v4.into_iter().map(|bits| IpAddr::V4(Ipv4Addr::from(bits)));
        let random_v6 = v6.into_iter().map(|bits| IpAddr::V6(Ipv6Addr::from(bits)));
        agree(&model, edges.chain(random_v4).chain(random_v6))?;
    }
}
