//! Large and hostile records: the work is counted, not timed.

use std::fmt::Write as _;

use mailvouch::spf::{Class, Cost, Coverage, Family, Tree};

use crate::support::world::{World, name};

fn tree(world: &str) -> Tree {
    World::of(world).run(None, |ask| Tree::of(ask, &name("d.example"))).0
}

#[test]
fn ten_thousand_ranges_of_alternating_qualifiers() {
    const INCLUDES: usize = 10;
    const RANGES: usize = 1000;
    let includes: Vec<String> = (0..INCLUDES).map(|n| format!("include:i{n}.example")).collect();
    let mut world = format!("d.example TXT v=spf1 {} -all\n", includes.join(" "));
    for include in 0..INCLUDES {
        write!(world, "i{include}.example TXT v=spf1").expect("a string");
        for range in 0..RANGES {
            // Every second one passes; the networks of all includes lie between each other.
            let number = range * INCLUDES + include;
            let qualifier = ["", "-", "~", "?"][[0, 1, 0, 2, 0, 3][range % 6]];
            write!(world, " {qualifier}ip4:10.{}.{}.0/25", number / 256, number % 256).expect("a string");
        }
        writeln!(world).expect("a string");
    }
    let coverage = Coverage::of(&tree(&world));
    let regions = coverage.regions(Family::V4);
    // One for each term that passes, and what the last term gets: once for each number of look-ups it can have cost.
    assert_eq!(regions.len(), INCLUDES * RANGES / 2 + 1);
    assert_eq!(coverage.class(Family::V4, Class::Pass).ranges().len(), INCLUDES * RANGES / 2);
    assert_eq!(coverage.class(Family::V4, Class::Pass).size(), 128 * 5000);
    assert_eq!(coverage.class(Family::V4, Class::Fail).size(), (1 << 32) - 128 * 5000);
    let pieces: usize = regions.iter().map(|region| region.set.ranges().len()).sum();
    assert_eq!(pieces, 2 * (INCLUDES * RANGES / 2) + 1, "no piece is cut in two for nothing");
}

#[test]
fn ranges_that_cut_each_other_are_cut_no_more_than_they_must_be() {
    // Each network holds all before it: every term is left with a ring around the last.
    let nested: Vec<String> = (8..=32)
        .rev()
        .map(|length| format!("{}ip4:10.0.0.0/{length}", if length % 2 == 0 { "-" } else { "" }))
        .collect();
    let coverage = Coverage::of(&tree(&format!("d.example TXT v=spf1 {} ?all", nested.join(" "))));
    let regions = coverage.regions(Family::V4);
    assert_eq!(regions.len(), 26);
    assert_eq!(regions.iter().map(|region| region.set.ranges().len()).sum::<usize>(), 27);
}

#[test]
fn records_that_include_each_other_many_times_over_are_followed_only_so_far() {
    // Forty levels, each named twenty times by the one above: 20^40 ways.
    let mut world = String::new();
    for level in 0..40 {
        let owner = if level == 0 { "d.example".to_owned() } else { format!("l{level}.example") };
        let next = format!(" include:l{}.example", level + 1).repeat(20);
        writeln!(world, "{owner} TXT v=spf1{next} -all").expect("a string");
    }
    let tree = tree(&world);
    assert!(tree.walk().len() < 1 << 11, "{} records", tree.walk().len());
    assert!(Cost::worst(&tree).lookups > 10);
    let coverage = Coverage::of(&tree);
    assert_eq!(coverage.class(Family::V4, Class::PermError).size(), 1 << 32);
}

#[test]
fn look_ups_past_the_limit_are_not_made() {
    let terms: Vec<String> = (0..3000).map(|n| format!("a:h{n}.example mx:h{n}.example")).collect();
    let (tree, asked) = World::of(&format!("d.example TXT v=spf1 {} -all", terms.join(" ")))
        .run(None, |ask| Tree::of(ask, &name("d.example")));
    assert!(asked.len() <= 1 + 2 * 10, "{} questions", asked.len());
    assert_eq!(Cost::worst(&tree).lookups, 6000);
    assert_eq!(Coverage::of(&tree).class(Family::V6, Class::PermError).size(), u128::MAX);
}

#[test]
fn many_dynamic_terms_do_not_multiply() {
    // Each include splits the addresses into those that met its dynamic term and those that did not.
    let mut world = "d.example TXT v=spf1".to_owned();
    (0..5).for_each(|n| write!(world, " include:i{n}.example").expect("a string"));
    world += " -all\n";
    for n in 0..5 {
        writeln!(world, "i{n}.example TXT v=spf1 -ip4:{}.0.0.0/8 exists:%{{i}}.x.example", 10 + n).expect("a string");
    }
    let coverage = Coverage::of(&tree(&world));
    assert_eq!(coverage.regions(Family::V4).len(), 6, "five that miss one each, and the rest");
    assert!(coverage.is_dynamic());
}
