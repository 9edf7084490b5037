//! What records cost at the most (RFC 7208, section 4.6.4).

use mailvouch::spf::{Class, Client, Cost, Coverage, Evaluation, Family, LOOKUP_LIMIT, Ledger, Tree};

use crate::support::world::{World, name};

fn worst(world: &str) -> (usize, usize) {
    let cost = Cost::worst(&tree(world));
    (cost.lookups, cost.voids)
}

fn tree(world: &str) -> Tree {
    World::of(world).run(None, |ask| Tree::of(ask, &name("d.example"))).0
}

#[test]
fn only_terms_that_ask_count() {
    let cases: &[(&str, (usize, usize))] = &[
        ("d.example TXT v=spf1 ip4:192.0.2.1 ip6:::1 exp=e.example unknown=x -all", (0, 0)),
        ("d.example TXT v=spf1 exists:%{i}.x.example ptr -all", (2, 0)),
        // The client's names are asked for besides, once, however often the domain has them (section 4.6.4).
        ("d.example TXT v=spf1 exists:%{p}.x.example -all", (2, 0)),
        ("d.example TXT v=spf1 a:%{P}.%{i}.%{p1}.x.example mx:%{pr}.x.example/24 ptr -all", (5, 0)),
        ("d.example TXT v=spf1 include:%{p}.x.example redirect=%{p}.y.example", (4, 0)),
        ("d.example TXT v=spf1 -all exists:%{p}.x.example exp=%{p}.e.example", (0, 0)),
        // An `mx` is one, however many exchanges it has (mail-auth#35, aboutmyemail#45).
        (
            "d.example TXT v=spf1 mx\nd.example MX 1 a.example.\nd.example MX 2 b.example.\na.example A 192.0.2.1",
            (1, 2),
        ),
        // What an include holds counts, each time that it is included (Internet.nl#1336).
        (
            "d.example TXT v=spf1 include:i.example include:i.example\ni.example TXT v=spf1 a:h.example\nh.example A 192.0.2.1\nh.example AAAA ::1",
            (4, 0),
        ),
        // What is never evaluated costs nothing: behind `all`, and a `redirect` beside one.
        (
            "d.example TXT v=spf1 a:h.example -all mx include:i.example redirect=r.example\nh.example A 192.0.2.1\nh.example AAAA ::1",
            (1, 0),
        ),
        (
            "d.example TXT v=spf1 redirect=r.example\nr.example TXT v=spf1 a:h.example\nh.example A 192.0.2.1\nh.example AAAA ::1",
            (2, 0),
        ),
        // Voids are those of the family that meets more.
        ("d.example TXT v=spf1 a:x.example a:y.example\nx.example A 192.0.2.1\ny.example A 192.0.2.1", (2, 2)),
        ("d.example TXT v=spf1 include:gone.example", (1, 1)),
        // Nothing is published: nothing is spent.
        ("d.example A 192.0.2.1", (0, 0)),
    ];
    for (world, expected) in cases {
        assert_eq!(worst(world), *expected, "{world}");
    }
}

/// RFC 7208, section 4.6.4: the PTR records of `%{p}` are part of the overall limit.
#[test]
fn whoever_counts_counts_the_names_of_the_client() {
    let client = Client {
        ip: "192.0.2.1".parse().expect("an address"),
        helo: "h.example".to_owned(),
        mail_from: "a@d.example".to_owned(),
        receiver: None,
        time: 0,
    };
    for (others, class) in [(8, Class::Fail), (9, Class::PermError)] {
        let asking = "a:h.example ".repeat(others);
        let text = format!(
            "d.example TXT v=spf1 {asking}a:%{{p}}.x.example -all\nh.example A 192.0.2.200\nh.example AAAA ::200"
        );
        let world = World::of(&text);
        let tree = tree(&text);
        assert_eq!(Cost::worst(&tree).lookups, others + 2);
        let ledger = Ledger::of(&tree);
        let entry = &ledger.entries[others];
        assert_eq!((entry.own.lookups, entry.whole.lookups, entry.nth), (2, 2, Some(others + 2)));
        assert_eq!(entry.passes_lookup_limit, class == Class::PermError);
        let (found, _) = world.run(None, |ask| Evaluation::of(ask, &client));
        assert_eq!((found.result, found.lookups), (class, others + 2));
        let coverage = Coverage::of(&tree);
        let region = coverage.regions(Family::V4).iter().find(|region| region.set.contains(client.ip));
        let region = region.expect("every address is somewhere");
        assert_eq!((region.class, region.lookups), (class, others + 2));
    }
}

#[test]
fn a_loop_costs_more_than_there_is() {
    assert!(worst("d.example TXT v=spf1 include:d.example").0 > LOOKUP_LIMIT);
    assert!(tree("d.example TXT v=spf1 include:d.example").has_loop());
    assert!(!tree("d.example TXT v=spf1 include:gone.example").has_loop());
    assert!(worst("d.example TXT v=spf1 redirect=r.example\nr.example TXT v=spf1 redirect=d.example").0 > LOOKUP_LIMIT);
}

#[test]
fn a_record_past_the_limit_is_counted_to_its_end() {
    let includes: Vec<String> = (0..14).map(|n| format!("include:i{n}.example")).collect();
    let mut world = format!("d.example TXT v=spf1 {} -all\n", includes.join(" "));
    (0..14).for_each(|n| world += &format!("i{n}.example TXT v=spf1 exists:%{{i}}.x.example\n"));
    let tree = tree(&world);
    assert_eq!(Cost::worst(&tree).lookups, 28);
    assert_eq!(Cost::of_term(&tree, 13).lookups, 2);
    assert_eq!(Cost::of_term(&tree, 14).lookups, 0, "`all`");
    assert_eq!(Cost::of_term(&tree, 99).lookups, 0, "no such term");
}
