//! An overlay over DNS answers as a zone does that holds its statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt as _;
use mailvouch::published::{Answers, Ask, Overlay, Question, Reply, Source as _, State, ZoneFiles};
use mailvouch_providers::dns::{Rdata, RecordSet, RrType};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::world::{name, txt};

/// Wildcards, names that exist only because of others, and aliases between all of them.
const OWNERS: [&str; 9] = [
    "example",
    "a.example",
    "b.a.example",
    "c.b.a.example",
    "d.example",
    "e.d.example",
    "*.example",
    "*.a.example",
    "*.b.a.example",
];

/// What one owner holds: an alias, or sets.
#[derive(Clone, Debug)]
enum Held {
    Alias(&'static str),
    Sets { txt: bool, mx: bool },
}

fn held() -> impl Strategy<Value = Held> {
    prop_oneof![
        1 => select(OWNERS.to_vec()).prop_filter("no alias of a wildcard", |owner| !owner.starts_with('*')).prop_map(Held::Alias),
        2 => (any::<bool>(), any::<bool>()).prop_filter("something", |(txt, mx)| *txt || *mx).prop_map(|(txt, mx)| Held::Sets { txt, mx }),
    ]
}

type Zone = BTreeMap<&'static str, Held>;

fn zone() -> impl Strategy<Value = Zone> {
    proptest::collection::vec(proptest::option::of(held()), OWNERS.len())
        .prop_map(|all| OWNERS.into_iter().zip(all).filter_map(|(owner, held)| Some((owner, held?))).collect())
}

/// The sets of an owner; `mark` tells one zone's from another's.
fn sets(held: &Held, mark: &str) -> [(RrType, Option<RecordSet>); 3] {
    let set = |values| Some(RecordSet { ttl: 300, values });
    let (cname, txt_set, mx) = match held {
        Held::Alias(target) => (set(vec![Rdata::Cname(name(target))]), None, None),
        Held::Sets { txt: has_txt, mx } => {
            let exchange = Rdata::Mx { preference: 10, exchange: name(&format!("{mark}.host.example")) };
            (None, has_txt.then(|| set(vec![txt(mark)])).flatten(), mx.then(|| set(vec![exchange])).flatten())
        }
    };
    [(RrType::CNAME, cname), (RrType::TXT, txt_set), (RrType::MX, mx)]
}

fn serve<'a>(owners: impl IntoIterator<Item = (&'a &'static str, &'a Held, &'static str)>) -> ZoneFiles {
    let mut served = Vec::new();
    for (owner, held, mark) in owners {
        let sets = sets(held, mark).into_iter().filter_map(|(rtype, set)| Some((name(owner), rtype, set?)));
        served.extend(sets);
    }
    let mut files = ZoneFiles::default();
    files.add(Some(&name("example")), served).expect("one zone");
    files
}

fn ask(files: &ZoneFiles, question: &Question) -> Reply {
    files.ask(question).now_or_never().expect("memory answers at once")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 768, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_overlay_answers_as_the_zone_would(before in zone(), changes in zone()) {
        // Wildcards are not planned.
        let changes: Zone = changes.into_iter().filter(|(owner, _)| !owner.starts_with('*')).collect();
        let mut overlay = Overlay::default();
        for (owner, held) in &changes {
            for (rtype, set) in sets(held, "new") {
                overlay.state(&name(owner), rtype, set);
            }
        }
        let mut after: BTreeMap<_, _> = before.iter().map(|(owner, held)| (owner, (held, "old"))).collect();
        after.extend(changes.iter().map(|(owner, held)| (owner, (held, "new"))));
        let base = serve(before.iter().map(|(owner, held)| (owner, held, "old")));
        let wanted = serve(after.into_iter().map(|(owner, (held, mark))| (owner, held, mark)));
        let asked = ["x.example", "x.a.example", "x.b.a.example", "y.x.d.example"];
        for owner in OWNERS.iter().chain(&asked) {
            for rtype in [RrType::TXT, RrType::MX, RrType::CNAME] {
                let question = Question::new(&name(owner), rtype);
                let got = with(&overlay, &base, &question);
                let wanted = ask(&wanted, &question);
                // Where aliases go round it is a failure; who tells first is of no interest.
                if matches!(wanted.state, State::Unknown(_)) {
                    prop_assert!(matches!(got.state, State::Unknown(_)), "{question}: {got:?}");
                } else {
                    prop_assert_eq!((&got.chain, &got.state), (&wanted.chain, &wanted.state), "{}", question);
                }
                // Of a chain nobody needs to know which link a wildcard made.
                if wanted.chain.is_empty() {
                    prop_assert_eq!(got.wildcard, wanted.wildcard, "{}", question);
                }
            }
        }
    }
}

/// The answer with the overlay in place, as an analysis gets it.
fn with(overlay: &Overlay, base: &ZoneFiles, question: &Question) -> Reply {
    let mut answers = Answers::default();
    loop {
        let ask_of = Ask::new(&answers, Some(overlay));
        if let Some(reply) = ask_of.get(&question.name, question.rtype) {
            return Reply::clone(&reply);
        }
        let wanted = ask_of.wanted();
        answers.extend(wanted.into_iter().map(|question| {
            let reply = ask(base, &question);
            (question, Arc::new(reply))
        }));
    }
}
