//! Who passes against who is declared: what is missing, and what is too much.

use mailvouch::lint::Facts;

use super::bench::Bench;
use crate::support::world::World;

const DECLARED: &str = "[egress.hq]\naddresses = [\"192.0.2.0/30\", \"2001:db8::/64\"]
    [egress.old]\naddresses = [\"198.51.100.1\"]\nuntil = 2026-01-01
    [egress.soon]\naddresses = [\"198.51.100.2\"]\nfrom = 2027-01-01
    [senders.news]\ninclude = \"_spf.news.example\"
    [domains.\"example.com\"]\negress = [\"hq\", \"old\", \"soon\"]\nsenders = [\"news\"]\n";

/// What is missing and what is too much, of a record and what is behind it.
fn compared(zone: &str) -> (Vec<String>, Vec<String>) {
    let world = World::of(zone);
    let subject = Bench::new(&world, DECLARED).subjects().remove(0);
    let (facts, _) = world.run(None, |ask| Facts::of(ask, &subject));
    let declared = facts.declared.as_ref().expect("a declaration");
    let shown = |networks: Vec<ipnet::IpNet>| networks.iter().map(ToString::to_string).collect();
    (shown(facts.spf.missing(declared, facts.now)), shown(facts.spf.excess(declared)))
}

#[test]
fn both_are_told_in_ranges() {
    let news = "\n_spf.news.example TXT v=spf1 ip4:203.0.113.0/24 include:_more.news.example\n\
                _more.news.example TXT v=spf1 ip6:2001:db8:1::/48";
    let cases: [(&str, &[&str], &[&str]); 10] = [
        ("v=spf1 ip4:192.0.2.0/30 ip6:2001:db8::/64 include:_spf.news.example -all", &[], &[]),
        // Part of a range; and of dated groups only the current one has to pass, while all may.
        ("v=spf1 ip4:192.0.2.0 -all", &["192.0.2.1/32", "192.0.2.2/31", "2001:db8::/64"], &[]),
        (
            "v=spf1 ip4:192.0.2.0/30 ip6:2001:db8::/64 ip4:198.51.100.0/30 -all",
            &[],
            &["198.51.100.0/32", "198.51.100.3/32"],
        ),
        // First match counts.
        ("v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/29 ip6:2001:db8::/64 -all", &["192.0.2.1/32"], &["192.0.2.4/30"]),
        // A sender's ranges are declared with its include, not with its addresses.
        ("v=spf1 ip4:192.0.2.0/30 ip6:2001:db8::/64 ip4:203.0.113.0/24 -all", &[], &["203.0.113.0/24"]),
        ("v=spf1 ip4:192.0.2.0/30 ip6:2001:db8::/64 include:_more.news.example -all", &[], &["2001:db8:1::/48"]),
        // Nobody passes a broken record, and nobody one that is not there.
        ("v=spf1 ip4:192.0.2.0/30 ip6:2001:db8::/64 x:y", &["192.0.2.0/30", "2001:db8::/64"], &[]),
        ("nothing of the kind", &["192.0.2.0/30", "2001:db8::/64"], &[]),
        // What depends on the message or on a look-up that failed may pass.
        ("v=spf1 exists:%{i}.x.example -all", &[], &[]),
        ("v=spf1 include:failing.example -all", &[], &[]),
    ];
    for (record, missing, excess) in cases {
        let (got_missing, got_excess) = compared(&format!("example.com TXT {record}{news}\nfailing.example TXT !"));
        assert_eq!(
            (got_missing.as_slice(), got_excess.as_slice()),
            (&strings(missing)[..], &strings(excess)[..]),
            "{record}"
        );
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn everybody_is_too_much() {
    let (missing, excess) = compared("example.com TXT v=spf1 +all");
    assert_eq!(missing, [""; 0]);
    // All but the declared ones, as the fewest networks.
    assert!(excess.contains(&"128.0.0.0/2".to_owned()) && excess.contains(&"8000::/1".to_owned()), "{excess:?}");
    assert!(!excess.contains(&"192.0.2.0/30".to_owned()));
}
