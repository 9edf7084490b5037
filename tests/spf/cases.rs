//! One line for each rule of evaluation: records, an address, the result, and where RFC 7208 says so.

use std::net::IpAddr;

use mailvouch::spf::{Branch, Class, Coverage, Family, Lead, Region, Tree};
use mailvouch_providers::dns::RrType;

use crate::support::world::{World, name};

fn tree(world: &str) -> Tree {
    World::of(world).run(None, |ask| Tree::of(ask, &name("d.example"))).0
}

fn region(world: &str, address: &str) -> Region {
    let address: IpAddr = address.parse().expect("an address");
    let coverage = Coverage::of(&tree(world));
    let regions = coverage.regions(Family::of(address)).iter();
    let mut holding = regions.filter(|region| region.set.contains(address));
    let found = holding.next().expect("every address is somewhere").clone();
    assert!(holding.next().is_none(), "{address} is in two regions");
    found
}

/// Section, world, address, result.
const CASES: &[(&str, &str, &str, Class)] = &[
    // Section 4.5: which record counts.
    ("4.5", "d.example TXT something else", "192.0.2.1", Class::None),
    ("4.5", "d.example A 192.0.2.1", "192.0.2.1", Class::None),
    ("4.5", "other.example A 192.0.2.1", "192.0.2.1", Class::None),
    ("4.5", "d.example TXT v=spf1 all\nd.example TXT v=spf1 all", "192.0.2.1", Class::PermError),
    ("4.5", "d.example TXT v=spf1 all\nd.example TXT v=spf10 -all", "192.0.2.1", Class::Pass),
    ("4.4", "d.example TXT !", "192.0.2.1", Class::TempError),
    // Section 4.6: one error spoils the whole, wherever it stands.
    ("4.6", "d.example TXT v=spf1 all ipv4:192.0.2.1", "192.0.2.1", Class::PermError),
    ("6", "d.example TXT v=spf1 all redirect=a.example redirect=a.example", "192.0.2.1", Class::PermError),
    ("6", "d.example TXT v=spf1 all exp=a.example exp=b.example", "192.0.2.1", Class::PermError),
    // Section 4.6.2: first match, and what it yields.
    ("4.6.2", "d.example TXT v=spf1 ip4:192.0.2.1 -all", "192.0.2.1", Class::Pass),
    ("4.6.2", "d.example TXT v=spf1 -ip4:192.0.2.1 +ip4:192.0.2.0/24 -all", "192.0.2.1", Class::Fail),
    ("4.6.2", "d.example TXT v=spf1 ~ip4:192.0.2.1 ip4:192.0.2.0/24", "192.0.2.1", Class::SoftFail),
    ("4.6.2", "d.example TXT v=spf1 ?ip4:192.0.2.1 ip4:192.0.2.0/24", "192.0.2.1", Class::Neutral),
    ("4.7", "d.example TXT v=spf1", "192.0.2.1", Class::Neutral),
    ("5.1", "d.example TXT v=spf1 -all ip4:192.0.2.1", "192.0.2.1", Class::Fail),
    // Section 5: families never mix.
    ("5", "d.example TXT v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", Class::Fail),
    ("5", "d.example TXT v=spf1 ip6:::/0 -all", "192.0.2.1", Class::Fail),
    ("5", "d.example TXT v=spf1 a -all\nd.example AAAA 2001:db8::1", "192.0.2.1", Class::Fail),
    ("5", "d.example TXT v=spf1 a -all\nd.example AAAA 2001:db8::1", "2001:db8::1", Class::Pass),
    ("5.6", "d.example TXT v=spf1 ip4:192.0.2.9/24 -all", "192.0.2.200", Class::Pass),
    // Section 5.2: include.
    ("5.2", "d.example TXT v=spf1 include:i.example ~all\ni.example TXT v=spf1 -all", "192.0.2.1", Class::SoftFail),
    ("5.2", "d.example TXT v=spf1 -include:i.example ~all\ni.example TXT v=spf1 all", "192.0.2.1", Class::Fail),
    ("5.2", "d.example TXT v=spf1 include:i.example all\ni.example A 192.0.2.1", "192.0.2.1", Class::PermError),
    ("5.2", "d.example TXT v=spf1 include:i.example all", "192.0.2.1", Class::PermError),
    ("5.2", "d.example TXT v=spf1 include:i.example all\ni.example TXT !", "192.0.2.1", Class::TempError),
    ("5.2", "d.example TXT v=spf1 include:i.example all\ni.example TXT v=spf1 x:y", "192.0.2.1", Class::PermError),
    ("5.2", "d.example TXT v=spf1 ip4:192.0.2.1 include:i.example -all", "192.0.2.1", Class::Pass),
    ("5.2", "d.example TXT v=spf1 include:d.example -all", "192.0.2.1", Class::PermError),
    ("5.2", "d.example TXT v=spf1 ip4:192.0.2.1 include:d.example -all", "192.0.2.1", Class::Pass),
    ("4.3", "d.example TXT v=spf1 include:a..example -all", "192.0.2.1", Class::PermError),
    ("4.8", "d.example TXT v=spf1 a:a..example -all", "192.0.2.1", Class::Fail),
    // Section 5.3: a, with a prefix length for each family.
    ("5.3", "d.example TXT v=spf1 a/24//64 -all\nd.example A 192.0.2.1", "192.0.2.77", Class::Pass),
    ("5.3", "d.example TXT v=spf1 a/24//64 -all\nd.example AAAA 2001:db8::1", "2001:db8::7:7", Class::Pass),
    ("5.3", "d.example TXT v=spf1 a//64 -all\nd.example A 192.0.2.1", "192.0.2.77", Class::Fail),
    ("5.3", "d.example TXT v=spf1 a:h.example -all\nh.example A !", "192.0.2.1", Class::TempError),
    ("5.3", "d.example TXT v=spf1 a:h.example -all\nh.example A !\nh.example AAAA ::2", "::2", Class::Pass),
    (
        "5.3",
        "d.example TXT v=spf1 a:h.example -all\nh.example CNAME x.example.\nx.example A 192.0.2.1",
        "192.0.2.1",
        Class::Pass,
    ),
    // Section 5.4: mx, never the domain's own address.
    ("5.4", "d.example TXT v=spf1 mx -all\nd.example A 192.0.2.1", "192.0.2.1", Class::Fail),
    ("5.4", "d.example TXT v=spf1 mx -all\nd.example MX 5 h.example.\nh.example A 192.0.2.1", "192.0.2.1", Class::Pass),
    ("5.4", "d.example TXT v=spf1 mx -all\nd.example MX !", "192.0.2.1", Class::TempError),
    ("5.4", "d.example TXT v=spf1 mx -all\nd.example MX 0 .", "192.0.2.1", Class::Fail),
    // Section 6.1: redirect.
    ("6.1", "d.example TXT v=spf1 redirect=r.example\nr.example TXT v=spf1 -all", "192.0.2.1", Class::Fail),
    ("6.1", "d.example TXT v=spf1 redirect=r.example", "192.0.2.1", Class::PermError),
    ("6.1", "d.example TXT v=spf1 redirect=r.example ?all", "192.0.2.1", Class::Neutral),
    (
        "6.1",
        "d.example TXT v=spf1 redirect=r.example ip4:192.0.2.1\nr.example TXT v=spf1 -all",
        "192.0.2.1",
        Class::Pass,
    ),
    ("6.1", "d.example TXT v=spf1 redirect=d.example", "192.0.2.1", Class::PermError),
    ("6.1", "d.example TXT v=spf1 redirect=a..example", "192.0.2.1", Class::PermError),
    ("6.1", "d.example TXT v=spf1 redirect=r.example\nr.example TXT !", "192.0.2.1", Class::TempError),
    // `-all` behind a redirect counts (letsencrypt/spf-flattener#25), and inside an include it does not fail the
    // parent; an include without `all` still gives its ranges (dnscontrol#4630).
    (
        "6.1",
        "d.example TXT v=spf1 include:i.example redirect=r.example\ni.example TXT v=spf1 ip4:192.0.2.1\nr.example TXT v=spf1 -all",
        "192.0.2.1",
        Class::Pass,
    ),
    (
        "6.1",
        "d.example TXT v=spf1 include:i.example redirect=r.example\ni.example TXT v=spf1 ip4:192.0.2.1\nr.example TXT v=spf1 -all",
        "192.0.2.2",
        Class::Fail,
    ),
    // `+mx` and `?a` are terms like others (dnscontrol#4062).
    (
        "4.6.1",
        "d.example TXT v=spf1 +mx ?a -all\nd.example MX 5 h.example.\nh.example A 192.0.2.1",
        "192.0.2.1",
        Class::Pass,
    ),
    // Two voids, counted for the family that asks.
    ("4.6.4", "d.example TXT v=spf1 a:x.example a:y.example ip4:192.0.2.1 -all", "192.0.2.1", Class::Pass),
    ("4.6.4", "d.example TXT v=spf1 a:x.example a:y.example a:z.example ip4:192.0.2.1", "192.0.2.1", Class::PermError),
    ("4.6.4", "d.example TXT v=spf1 a:x.example a:y.example a:z.example all\nz.example AAAA ::5", "::1", Class::Pass),
    (
        "4.6.4",
        "d.example TXT v=spf1 a:x.example a:y.example a:z.example all\nz.example AAAA ::5",
        "192.0.2.1",
        Class::PermError,
    ),
    // An alias with nothing at its end is void; one whose name holds another type is as well.
    (
        "4.6.4",
        "d.example TXT v=spf1 a:x.example a:y.example a:z.example all\nz.example CNAME gone.example.",
        "192.0.2.1",
        Class::PermError,
    ),
    (
        "4.6.4",
        "d.example TXT v=spf1 a:x.example a:y.example a:z.example all\nz.example TXT text",
        "192.0.2.1",
        Class::PermError,
    ),
];

#[test]
fn each_rule_of_evaluation_holds() {
    for (section, world, address, expected) in CASES {
        assert_eq!(region(world, address).class, *expected, "section {section}: {address} under\n{world}");
    }
}

#[test]
fn ten_terms_may_ask_and_ten_exchanges_may_be_asked_for() {
    let includes: Vec<String> = (0..10).map(|n| format!("include:i{n}.example")).collect();
    let mut ten = format!("d.example TXT v=spf1 {} ip4:192.0.2.1 -all\n", includes.join(" "));
    (0..10).for_each(|n| ten += &format!("i{n}.example TXT v=spf1 ?all\n"));
    let eleven = ten.replace(" ip4:192.0.2.1", " a:d.example ip4:192.0.2.1");
    assert_eq!(region(&ten, "192.0.2.1").class, Class::Pass);
    assert_eq!(region(&eleven, "192.0.2.1").class, Class::PermError);
    // The tenth may ask for addresses too.
    let last = format!("{}d.example A 192.0.2.1\n", ten.replace("include:i9.example ip4:192.0.2.1", "a"));
    assert_eq!(region(&last, "192.0.2.1").class, Class::Pass);
    let mx = |count: usize| {
        let mut text = "d.example TXT v=spf1 mx -all\n".to_owned();
        (1..=count).for_each(|n| text += &format!("d.example MX {n} m{n}.example.\nm{n}.example A 192.0.2.{n}\n"));
        text
    };
    assert_eq!(region(&mx(10), "192.0.2.10").class, Class::Pass);
    assert_eq!(region(&mx(11), "192.0.2.1").class, Class::PermError);
}

#[test]
fn a_mapped_address_is_never_one_of_ipv6() {
    let coverage = Coverage::of(&tree("d.example TXT v=spf1 ip6:::ffff:192.0.2.0/120 ip6:2001:db8::/64 -all"));
    let shown: Vec<String> = coverage.passing_networks().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["2001:db8::/64"]);
}

#[test]
fn what_is_dynamic_is_named_and_nothing_is_concluded_from_it() {
    let world = "d.example TXT v=spf1 ip4:192.0.2.1 exists:%{i}.ok.example ptr include:%{d2}.example -all";
    let before = region(world, "192.0.2.1");
    assert!(before.dynamic.is_empty(), "it matched before");
    let after = region(world, "192.0.2.2");
    assert_eq!((after.class, after.dynamic.len(), after.lookups), (Class::Fail, 3, 3));
    assert!(!after.is_certain());
    let redirected = region("d.example TXT v=spf1 redirect=%{d2}.example", "192.0.2.1");
    assert_eq!((redirected.class, redirected.is_certain()), (Class::Neutral, false));
}

#[test]
fn the_term_that_decides_is_told_with_the_way_there() {
    let world = "d.example TXT v=spf1 mx include:i.example -all
        i.example TXT v=spf1 ?ip4:192.0.2.9 include:j.example
        j.example TXT v=spf1 ip4:192.0.2.0/24
        d.example MX 5 h.example.
        h.example A 203.0.113.1";
    let found = region(world, "192.0.2.1");
    let decider = found.decided_by.expect("a term");
    let path: Vec<String> = decider.path.iter().map(ToString::to_string).collect();
    assert_eq!(path, ["d.example", "i.example", "j.example"]);
    let text = decider.published.record.text();
    assert_eq!(&text[decider.span], b"ip4:192.0.2.0/24");
    let own = tree(world);
    let own = own.selection.one().expect("a record").record.text();
    assert_eq!(&own[decider.entry], b"include:i.example");
    // What no term of an include matches goes on in the record that includes it.
    let refused = region(world, "192.0.2.9").decided_by.expect("a term");
    assert_eq!((&own[refused.span], refused.path.len()), (b"-all".as_slice(), 1));
}

#[test]
fn what_no_evaluation_comes_to_is_not_asked_for() {
    let asked = |world: &str| {
        let (tree, asked) = World::of(world).run(None, |ask| Tree::of(ask, &name("d.example")));
        (tree, asked.into_iter().filter(|question| question.rtype != RrType::TXT || question.name != name("d.example")))
    };
    let (tree, questions) = asked("d.example TXT v=spf1 redirect=r.example -all include:i.example a mx");
    assert_eq!(questions.count(), 0);
    assert!(tree.branches.iter().all(|branch| matches!(branch, Branch::Leaf)));
    // An exchange too many: the result is an error whatever the addresses.
    let exchanges: Vec<String> = (0..11).map(|n| format!("d.example MX 5 m{n}.example.")).collect();
    let (_, questions) = asked(&format!("d.example TXT v=spf1 mx\n{}", exchanges.join("\n")));
    assert_eq!(questions.count(), 1);
}

#[test]
fn leads_are_told_apart() {
    let tree = tree("d.example TXT v=spf1 include:d.example include:%{d} include:a..example include:i.example");
    let leads: Vec<&Lead> = tree
        .branches
        .iter()
        .map(|branch| match branch {
            Branch::Record(lead) => lead,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(matches!(leads.as_slice(), [Lead::Loop(_), Lead::Dynamic(1), Lead::NoName, Lead::Tree(_)]), "{leads:?}");
}
