//! What is planned for a zone and a declaration, to the byte.

use super::bench::{Bench, lines};
use crate::support::world::World;

/// A zone, a declaration, the rules whose *ask* fixes are taken, and the steps.
struct Case {
    what: &'static str,
    zone: &'static str,
    declared: &'static str,
    accept: &'static [&'static str],
    steps: &'static [&'static str],
}

const HQ: &str = "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]\n";

const CASES: &[Case] = &[
    Case {
        what: "nothing to do",
        zone: "example.com TXT v=spf1 ip4:192.0.2.1 -all
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: HQ,
        accept: &[],
        steps: &[],
    },
    Case {
        what: "an address goes before the term that refuses it, and nothing else changes",
        zone: "example.com 600 TXT MS=ms1
               example.com 600 TXT v=spf1  mx  -all
               example.com 600 TXT google-site-verification=x
               example.com MX 10 mx.example.com.
               mx.example.com A 192.0.2.9
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: HQ,
        accept: &[],
        steps: &["example.com", "- 600 v=spf1  mx  -all", "+ 600 v=spf1  mx ip4:192.0.2.1  -all"],
    },
    Case {
        what: "strings keep their boundaries",
        zone: "example.com TXT \"v=spf1 ip4:192.0.2.7 \" \"ip4:192.0.2.8 \" \"-all\"
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: HQ,
        accept: &[],
        steps: &[
            "example.com",
            "- 300 \"v=spf1 ip4:192.0.2.7 \" \"ip4:192.0.2.8 \" \"-all\"",
            "+ 300 \"v=spf1 ip4:192.0.2.7 \" \"ip4:192.0.2.8 ip4:192.0.2.1 \" \"-all\"",
        ],
    },
    Case {
        what: "two records become one in one step",
        zone: "example.com TXT v=spf1 mx -all
               example.com TXT MS=ms1
               example.com TXT v=spf1 ip4:192.0.2.1 -all
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: HQ,
        accept: &["spf-multiple-records"],
        steps: &[
            "example.com",
            "- 300 v=spf1 mx -all",
            "- 300 v=spf1 ip4:192.0.2.1 -all",
            "+ 300 v=spf1 mx ip4:192.0.2.1 -all",
        ],
    },
    Case {
        what: "a near miss is mended in its place, and then made right",
        zone: "example.com TXT v=spf1;ip4:192.0.2.1;-all
               example.com TXT MS=ms1
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: "[egress.hq]\naddresses = [\"192.0.2.1\", \"192.0.2.2\"]
                   [domains.\"example.com\"]\negress = [\"hq\"]\nspf = { all = \"softfail\" }\n",
        accept: &[],
        steps: &["example.com", "- 300 v=spf1;ip4:192.0.2.1;-all", "+ 300 v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ~all"],
    },
    Case {
        what: "new sets have the declared TTL",
        zone: "example.com 600 MX 10 mx.example.com.
               mx.example.com A 192.0.2.9",
        declared: "[egress.hq]\naddresses = [\"192.0.2.1\", \"2001:db8::/64\"]
                   [senders.news]\ninclude = \"_spf.news.example\"
                   [domains.\"example.com\"]\negress = [\"hq\"]\nsenders = [\"news\"]\nttl = 900
                   dmarc = { policy = \"none\", rua = [\"mailto:d@example.com\"] }\n",
        accept: &[],
        steps: &[
            "example.com",
            "+ 900 v=spf1 ip4:192.0.2.1 ip6:2001:db8::/64 include:_spf.news.example ~all",
            "_dmarc.example.com",
            "+ 900 v=DMARC1; p=none; rua=mailto:d@example.com",
        ],
    },
    Case {
        what: "without a declared TTL it is an hour; beside others it is theirs",
        zone: "example.com 600 TXT MS=ms1",
        declared: "[egress.hq]\naddresses = [\"192.0.2.1\"]
                   [domains.\"example.com\"]\negress = [\"hq\"]\ndmarc = { policy = \"none\" }\n",
        accept: &[],
        steps: &["example.com", "+ 600 v=spf1 ip4:192.0.2.1 ~all", "_dmarc.example.com", "+ 3600 v=DMARC1; p=none"],
    },
    Case {
        what: "a set whose values have several TTLs has the least",
        zone: "example.com 900 TXT v=spf1 -all
               example.com 600 TXT MS=ms1
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: HQ,
        accept: &[],
        steps: &["example.com", "- 900 v=spf1 -all", "+ 600 v=spf1 ip4:192.0.2.1 -all"],
    },
    Case {
        what: "tags change by themselves",
        zone: "example.com TXT v=spf1 ip4:192.0.2.1 -all
               _dmarc.example.com TXT v=DMARC1 ;p=none;  x-odd=1; rua=mailto:old@example.com",
        declared: "[egress.hq]\naddresses = [\"192.0.2.1\"]
                   [domains.\"example.com\"]\negress = [\"hq\"]
                   dmarc = { policy = \"quarantine\", rua = [\"mailto:new@example.com\"] }\n",
        accept: &[],
        steps: &[
            "_dmarc.example.com",
            "- 300 v=DMARC1 ;p=none;  x-odd=1; rua=mailto:old@example.com",
            "+ 300 v=DMARC1 ;p=quarantine;  x-odd=1; rua=mailto:new@example.com",
        ],
    },
    Case {
        what: "a policy of its own where the parent's is another",
        zone: "_dmarc.example.com TXT v=DMARC1; p=reject
               sub.example.com TXT v=spf1 -all",
        declared: "[domains.\"sub.example.com\"]\ndmarc = { policy = \"quarantine\" }\n",
        accept: &[],
        steps: &["_dmarc.sub.example.com", "+ 3600 v=DMARC1; p=quarantine"],
    },
    Case {
        what: "an alias for a selector",
        zone: "example.com TXT v=spf1 ip4:192.0.2.1 -all
               _dmarc.example.com TXT v=DMARC1; p=none
               s1.vendor.example TXT v=DKIM1; p=AAAA",
        declared: "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]
                   [domains.\"example.com\".dkim]\ns1 = { cname = \"s1.vendor.example\" }\n",
        accept: &[],
        steps: &["s1._domainkey.example.com", "+ 3600 CNAME s1.vendor.example."],
    },
    Case {
        what: "a revoked key gives way to an alias in one step",
        zone: "example.com TXT v=spf1 ip4:192.0.2.1 -all
               _dmarc.example.com TXT v=DMARC1; p=none
               s1._domainkey.example.com TXT v=DKIM1; p=
               s1.vendor.example TXT v=DKIM1; p=AAAA",
        declared: "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]
                   [domains.\"example.com\".dkim]\ns1 = { cname = \"s1.vendor.example\" }\n",
        accept: &[],
        steps: &["s1._domainkey.example.com", "- 300 v=DKIM1; p=", "+ 3600 CNAME s1.vendor.example."],
    },
    Case {
        what: "a domain that sends nothing",
        zone: "parked.example MX 0 .",
        declared: "[domains.\"parked.example\"]\nsends = false\nreceives = false\n",
        accept: &[],
        steps: &["parked.example", "+ 3600 v=spf1 -all", "_dmarc.parked.example", "+ 3600 v=DMARC1; p=reject"],
    },
    Case {
        what: "an own record behind an include",
        zone: "example.com TXT v=spf1 include:_spf.example.com -all
               _spf.example.com 120 TXT v=spf1 ip4:192.0.2.1,ip4:192.0.2.2
               _dmarc.example.com TXT v=DMARC1; p=none",
        declared: HQ,
        accept: &["spf-syntax"],
        steps: &[
            "_spf.example.com",
            "- 120 v=spf1 ip4:192.0.2.1,ip4:192.0.2.2",
            "+ 120 v=spf1 ip4:192.0.2.1 ip4:192.0.2.2",
        ],
    },
];

#[tokio::test]
async fn the_steps_are_these_and_no_others() {
    for Case { what, zone, declared, accept, steps } in CASES {
        let world = World::of(zone);
        let bench = Bench::new(&world, declared).accepting(accept);
        let apex = if zone.contains("parked.example") { "parked.example" } else { "example.com" };
        let draft = bench.draft(&world.at_provider(apex)).await;
        assert_eq!(lines(&draft.steps), *steps, "{what}: {:#?}", draft.advice);
        // The plan is proved: nothing is left that could have been taken.
        let again = draft
            .desired
            .remaining
            .iter()
            .filter(|found| found.fix.as_ref().is_some_and(|fix| fix.safety == mailvouch::lint::Safety::Safe));
        assert_eq!(again.count(), 0, "{what}: {:#?}", draft.desired.remaining);
    }
}

#[tokio::test]
async fn planning_twice_gives_the_same_bytes() {
    for Case { what, zone, declared, accept, .. } in CASES {
        let world = World::of(zone);
        let bench = Bench::new(&world, declared).accepting(accept);
        let apex = if zone.contains("parked.example") { "parked.example" } else { "example.com" };
        let once = bench.plan(&world.at_provider(apex)).await.to_json().expect("JSON");
        let twice = bench.plan(&world.at_provider(apex)).await.to_json().expect("JSON");
        assert_eq!(once, twice, "{what}");
    }
}
