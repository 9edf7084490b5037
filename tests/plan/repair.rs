//! Records with many findings at once: one change, in the owner's order and style, with nothing rewritten that no
//! finding is about.

use super::bench::{Bench, lines};
use crate::support::world::World;

struct Case {
    what: &'static str,
    zone: &'static str,
    declared: &'static str,
    accept: &'static [&'static str],
    steps: &'static [&'static str],
}

const HQ: &str = "[egress.hq]\naddresses = [\"203.0.113.10\", \"203.0.113.12\", \"198.51.100.7\"]
[senders.a]\ninclude = \"_spf.a.example\"\n[senders.b]\ninclude = \"_spf.b.example\"
[domains.\"example.com\"]\negress = [\"hq\"]\nsenders = [\"a\", \"b\"]\nspf = { all = \"fail\" }\n";

const ELSEWHERE: &str = "
    _dmarc.example.com TXT v=DMARC1; p=none
    mail.example.com A 203.0.113.10
    _spf.a.example TXT v=spf1 ip4:192.0.2.128/26 -all
    _spf.b.example TXT v=spf1 ip4:192.0.2.192/26 ~all";

const CASES: &[Case] = &[
    Case {
        what: "two typing errors, a duplicate, punctuation, what stands behind all, missing addresses, another end",
        zone: "example.com TXT MS=ms1
               example.com TXT \"v=spf1  ipv4:203.0.113.10 a:mail.example.com includes:_spf.a.example \" \"include:_spf.b.example   include:_spf.b.example ~all ip4:203.0.113.12;\"",
        declared: HQ,
        accept: &["spf-term-after-all"],
        steps: &[
            "example.com",
            "- 300 \"v=spf1  ipv4:203.0.113.10 a:mail.example.com includes:_spf.a.example \" \"include:_spf.b.example   include:_spf.b.example ~all ip4:203.0.113.12;\"",
            "+ 300 \"v=spf1  ip4:203.0.113.10 a:mail.example.com include:_spf.a.example \" \"include:_spf.b.example ip4:203.0.113.12 ip4:198.51.100.7 -all\"",
        ],
    },
    Case {
        what: "two broken records become one sound one",
        zone: "example.com TXT v=spf1 ipv4:203.0.113.10 include:_spf.a.example ~all
               example.com TXT MS=ms1
               example.com TXT v=spf1 +include:_spf.a.example includes:_spf.b.example ip4:203.0.113.12 -all mx",
        declared: HQ,
        accept: &["spf-multiple-records", "spf-term-after-all"],
        steps: &[
            "example.com",
            "- 300 v=spf1 ipv4:203.0.113.10 include:_spf.a.example ~all",
            "- 300 v=spf1 +include:_spf.a.example includes:_spf.b.example ip4:203.0.113.12 -all mx",
            "+ 300 v=spf1 +include:_spf.a.example include:_spf.b.example ip4:203.0.113.12 ip4:203.0.113.10 ip4:198.51.100.7 -all",
        ],
    },
    Case {
        what: "a redirect beside a record with an end becomes an include",
        zone: "example.com TXT v=spf1 redirect=_spf.a.example
               example.com TXT v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ip4:198.51.100.7 include:_spf.b.example -all",
        declared: HQ,
        accept: &["spf-multiple-records"],
        steps: &[
            "example.com",
            "- 300 v=spf1 redirect=_spf.a.example",
            "- 300 v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ip4:198.51.100.7 include:_spf.b.example -all",
            "+ 300 v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ip4:198.51.100.7 include:_spf.b.example include:_spf.a.example -all",
        ],
    },
    Case {
        what: "of two ends the stricter, where none is declared",
        zone: "example.com TXT v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ?all
               example.com TXT v=spf1 ip4:203.0.113.10 ~all",
        declared: "[egress.hq]\naddresses = [\"203.0.113.10\", \"203.0.113.12\"]
                   [domains.\"example.com\"]\negress = [\"hq\"]\n",
        accept: &["spf-multiple-records"],
        steps: &[
            "example.com",
            "- 300 v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ?all",
            "- 300 v=spf1 ip4:203.0.113.10 ~all",
            "+ 300 v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ~all",
        ],
    },
    Case {
        what: "a record that only redirects: the addresses go where it leads",
        zone: "example.com TXT v=spf1 redirect=_spf.example.com
               _spf.example.com 600 TXT v=spf1 ip4:203.0.113.10 -ip4:203.0.113.14  include:_spf.a.example include:_spf.b.example -all",
        declared: HQ,
        accept: &[],
        steps: &[
            "_spf.example.com",
            "- 600 v=spf1 ip4:203.0.113.10 -ip4:203.0.113.14  include:_spf.a.example include:_spf.b.example -all",
            "+ 600 v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ip4:198.51.100.7 -ip4:203.0.113.14  include:_spf.a.example include:_spf.b.example -all",
        ],
    },
    Case {
        what: "a record that lists no address and includes the one that does",
        zone: "example.com TXT v=spf1 include:_spf.a.example include:_spf.b.example include:ours.example.com -all
               ours.example.com 600 TXT v=spf1 ip4:203.0.113.10 ?all",
        declared: HQ,
        accept: &[],
        steps: &[
            "ours.example.com",
            "- 600 v=spf1 ip4:203.0.113.10 ?all",
            "+ 600 v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ip4:198.51.100.7 ?all",
        ],
    },
    Case {
        what: "a record that lists addresses itself has one more, whatever it includes",
        zone: "example.com TXT v=spf1 ip4:203.0.113.10 include:_spf.a.example include:_spf.b.example include:ours.example.com -all
               ours.example.com 600 TXT v=spf1 ip4:203.0.113.12 ?all",
        declared: HQ,
        accept: &[],
        steps: &[
            "example.com",
            "- 300 v=spf1 ip4:203.0.113.10 include:_spf.a.example include:_spf.b.example include:ours.example.com -all",
            "+ 300 v=spf1 ip4:203.0.113.10 include:_spf.a.example include:_spf.b.example include:ours.example.com ip4:198.51.100.7 -all",
        ],
    },
    Case {
        what: "what refuses before the shared record is reached decides: the address goes before it",
        zone: "example.com TXT v=spf1 mx -a:old.example.com include:_spf.a.example include:_spf.b.example include:ours.example.com -all
               example.com MX 10 mail.example.com.
               old.example.com A 198.51.100.7
               ours.example.com 600 TXT v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 ?all",
        declared: HQ,
        accept: &[],
        steps: &[
            "example.com",
            "- 300 v=spf1 mx -a:old.example.com include:_spf.a.example include:_spf.b.example include:ours.example.com -all",
            "+ 300 v=spf1 mx ip4:198.51.100.7 -a:old.example.com include:_spf.a.example include:_spf.b.example include:ours.example.com -all",
        ],
    },
];

#[tokio::test]
async fn whoever_shares_the_record_is_told() {
    let zone = "example.com TXT v=spf1 redirect=_spf.example.com\nother.example.com TXT v=spf1 include:_spf.example.com -all
        _spf.example.com TXT v=spf1 ip4:203.0.113.10 ip4:203.0.113.12 include:_spf.a.example include:_spf.b.example -all";
    let world = World::of(&format!("{zone}\n{ELSEWHERE}"));
    let declared = format!(
        "{HQ}[egress.small]\naddresses = [\"203.0.113.10\", \"203.0.113.12\"]
        [domains.\"other.example.com\"]\negress = [\"small\"]\nsenders = [\"a\", \"b\"]\n"
    );
    let (plan, _) = Bench::new(&world, &declared).plan_first(1, &world.at_provider("example.com")).await;
    let [step] = plan.steps.as_slice() else { panic!("{:?}", lines(&plan.steps)) };
    assert_eq!(step.owner.to_string(), "_spf.example.com");
    assert!(step.notes.iter().any(|note| note.contains("only redirects to _spf.example.com")), "{:?}", step.notes);
    let told: Vec<String> =
        step.guards.iter().map(|guarded| format!("{} {}", guarded.guard, guarded.domain_of(step))).collect();
    assert_eq!(told, ["widens-spf other.example.com"]);
}

#[tokio::test]
async fn many_findings_are_one_change() {
    for Case { what, zone, declared, accept, steps } in CASES {
        let world = World::of(&format!("{zone}\n{ELSEWHERE}"));
        let bench = Bench::new(&world, declared).accepting(accept);
        let draft = bench.draft(&world.at_provider("example.com")).await;
        assert_eq!(lines(&draft.steps), *steps, "{what}: {:#?}", draft.advice);
        assert!(draft.desired.after.spf.one().is_some_and(|published| published.record.is_valid()), "{what}");
    }
}
