//! The coverage of random worlds against the reference, address by address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use mailvouch::spf::{Class, Cost, Coverage, Family, Region, Tree};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::generators::{edges, lines, model};
use super::reference::{Model, Verdict, evaluate};
use crate::support::world::{World, name};

const DOMAIN: &str = "p0.example";

fn class(verdict: Verdict) -> Class {
    match verdict {
        Verdict::None => Class::None,
        Verdict::Neutral => Class::Neutral,
        Verdict::Pass => Class::Pass,
        Verdict::Fail => Class::Fail,
        Verdict::SoftFail => Class::SoftFail,
        Verdict::TempError => Class::TempError,
        Verdict::PermError => Class::PermError,
    }
}

/// The one region with the address.
fn region_of(coverage: &Coverage, address: IpAddr) -> &Region {
    let regions = coverage.regions(Family::of(address));
    regions.iter().find(|region| region.set.contains(address)).unwrap_or_else(|| panic!("nothing holds {address}"))
}

/// Together the regions hold every address of the family, and none twice.
fn is_partition(coverage: &Coverage, family: Family) -> Result<(), TestCaseError> {
    let mut ranges: Vec<_> = coverage.regions(family).iter().flat_map(|region| region.set.ranges()).collect();
    ranges.sort_by_key(|range| *range.start());
    let last = family.choose(u128::from(u32::MAX), u128::MAX);
    prop_assert_eq!(ranges.first().map(|range| *range.start()), Some(0));
    prop_assert_eq!(ranges.last().map(|range| *range.end()), Some(last));
    for pair in ranges.windows(2) {
        prop_assert_eq!(pair[0].end() + 1, *pair[1].start());
    }
    prop_assert!(coverage.regions(family).iter().all(|region| !region.set.is_empty()));
    Ok(())
}

fn agree(model: &Model, addresses: impl IntoIterator<Item = IpAddr>) -> Result<(), TestCaseError> {
    let world = World::of(&lines(model));
    let (tree, _) = world.run(None, |ask| Tree::of(ask, &name(DOMAIN)));
    let coverage = Coverage::of(&tree);
    let worst = Cost::worst(&tree);
    for family in Family::BOTH {
        is_partition(&coverage, family)?;
    }
    for address in addresses.into_iter().filter(|address| address.to_canonical() == *address) {
        let region = region_of(&coverage, address);
        let expected = evaluate(model, address, DOMAIN);
        prop_assert_eq!(region.class, class(expected.verdict), "{}\n{}", address, lines(model));
        // Of what is an error it is not told how far an evaluation got.
        if !matches!(region.class, Class::PermError | Class::TempError) {
            prop_assert_eq!((region.lookups, region.voids), (expected.lookups, expected.voids), "{}", address);
            prop_assert!(region.lookups <= worst.lookups && region.voids <= worst.voids);
        }
        if matches!(region.class, Class::Pass | Class::Fail | Class::SoftFail) {
            let decider = region.decided_by.as_ref();
            let decider = decider.ok_or_else(|| TestCaseError::fail("a match without a term"))?;
            prop_assert_eq!(&decider.path[0], &name(DOMAIN));
            // The first term on the way stands in the domain's own record.
            let own = tree.selection.one().ok_or_else(|| TestCaseError::fail("no record"))?;
            prop_assert!(own.record.terms().iter().any(|term| term.span == decider.entry));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_address_gets_what_the_rfc_says(
        model in model(),
        v4 in proptest::collection::vec(any::<u32>(), 8),
        v6 in proptest::collection::vec(any::<u128>(), 8),
    ) {
        let random_v4 = v4.into_iter().map(|bits| IpAddr::V4(Ipv4Addr::from(bits)));
        let random_v6 = v6.into_iter().map(|bits| IpAddr::V6(Ipv6Addr::from(bits)));
        agree(&model, edges(&model).into_iter().chain(random_v4).chain(random_v6))?;
    }

    /// A subtree is grown once for all who include it. Whoever does, it is the same to him as if he had grown it himself.
    #[test]
    fn what_many_include_is_the_same_for_each_of_them(model in model()) {
        let world = World::of(&lines(&model));
        let names: Vec<_> = (0..8).map(|number| name(&format!("p{number}.example"))).collect();
        let (together, _) = world.run(None, |ask| names.iter().map(|name| Tree::of(ask, name)).collect::<Vec<_>>());
        for (name, tree) in names.iter().zip(&together) {
            let (alone, _) = world.run(None, |ask| Tree::of(ask, name));
            prop_assert_eq!(tree.coverage(), alone.coverage(), "{}\n{}", name, lines(&model));
            prop_assert_eq!(Cost::worst(tree), Cost::worst(&alone));
            let below = |tree: &Tree| tree.walk().iter().map(|tree| tree.name.clone()).collect::<Vec<_>>();
            prop_assert_eq!(below(tree), below(&alone));
        }
    }
}
