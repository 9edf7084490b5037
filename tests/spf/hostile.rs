//! Records that somebody wrote to make us work: what is asked, how often, and what is held is counted.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use mailvouch::published::{Gatherer, Reason};
use mailvouch::record::spf::Term;
use mailvouch::spf::{Branch, Class, Cost, Coverage, Family, Lead, Ledger, Selection, Tree};

use crate::support::world::{World, name};

/// What looking at `d.example` took.
struct Looked {
    tree: Tree,
    questions: usize,
    rounds: usize,
}

impl Looked {
    /// Looks as the program does: so many questions and rounds, and no more.
    async fn at(world: &str) -> Self {
        let gatherer = Gatherer::new(Arc::new(World::of(world)), 64, Duration::from_mins(1));
        let run = gatherer.run(None, |ask| Tree::of(ask, &name("d.example"))).await;
        Self { tree: run.result, questions: run.answers.len(), rounds: run.passes }
    }

    /// Terms that are held in memory, the records counted as often as they stand in the tree.
    fn terms(&self) -> usize {
        self.tree.walk().iter().map(|tree| tree.branches.len()).sum()
    }

    fn class(&self, class: Class) -> u128 {
        Coverage::of(&self.tree).class(Family::V4, class).size()
    }
}

#[tokio::test]
async fn includes_in_a_ring() {
    for length in [1, 2, 7, 12] {
        let mut world = String::new();
        for place in 0..length {
            let owner = if place == 0 { "d.example".to_owned() } else { format!("r{place}.example") };
            let next = if place + 1 == length { "d.example".to_owned() } else { format!("r{}.example", place + 1) };
            writeln!(world, "{owner} TXT v=spf1 include:{next} -all").expect("a string");
        }
        let looked = Looked::at(&world).await;
        assert_eq!(looked.questions, length, "each record is asked for once");
        assert_eq!(looked.rounds, length + 1, "one round for each link");
        assert_eq!(looked.class(Class::PermError), 1 << 32);
        let ledger = Ledger::of(&looked.tree);
        let crossing = ledger.crossing().expect("the limit is passed");
        let (record, index) = crossing.last().expect("a term");
        let closes = matches!(record.tree.branches[*index], Branch::Record(Lead::Loop(_)));
        assert!(closes || length > 10, "a ring of {length} is called one");
    }
}

#[tokio::test]
async fn a_thousand_includes_in_one_record() {
    let terms: Vec<String> = (0..1000).map(|n| format!("include:i{n}.example")).collect();
    let mut world = format!("d.example TXT v=spf1 {} -all\n", terms.join(" "));
    (0..1000).for_each(|n| writeln!(world, "i{n}.example TXT v=spf1 ip4:192.0.2.{} -all", n % 256).expect("a string"));
    let looked = Looked::at(&world).await;
    // The record, ten includes that evaluation reaches, and some beyond for the report.
    assert!(looked.questions <= 1 + 10 + 64, "{} questions", looked.questions);
    assert_eq!(looked.rounds, 3);
    assert_eq!(Cost::worst(&looked.tree).lookups, 1000);
    let ledger = Ledger::of(&looked.tree);
    assert_eq!(ledger.crossing().and_then(|path| Some(path.last()?.1)), Some(10), "the eleventh term");
    assert_eq!(looked.class(Class::Pass), 10);
}

#[tokio::test]
async fn records_of_64_kilobytes_that_include_each_other() {
    // Eleven names; each record names the next one nine times, and goes on with as many terms as fit.
    let mut world = String::new();
    for level in 0..11 {
        let owner = if level == 0 { "d.example".to_owned() } else { format!("l{level}.example") };
        let next = format!(" include:l{}.example", level + 1).repeat(9);
        writeln!(world, "{owner} TXT v=spf1{next}{} -all", " a".repeat(32_000)).expect("a string");
    }
    let looked = Looked::at(&world).await;
    assert!(looked.terms() <= 1 << 16, "{} terms", looked.terms());
    assert!(looked.questions < 512 && looked.rounds <= 12, "{} in {}", looked.questions, looked.rounds);
    let is_cut =
        |tree: &&Tree| matches!(&tree.selection, Selection::Unknown(failure) if failure.reason == Reason::Budget);
    assert!(looked.tree.walk().iter().any(is_cut), "what is not followed is called unknown");
    assert_eq!(looked.class(Class::Pass), 0);
    assert_eq!(looked.class(Class::Fail), 0, "nothing is concluded from what was not seen");
}

#[tokio::test]
async fn a_record_is_parsed_once_however_often_it_is_included() {
    let world = format!(
        "d.example TXT v=spf1{} -all\ni.example TXT v=spf1{} -all",
        " include:i.example".repeat(9),
        " ip4:192.0.2.1".repeat(4000)
    );
    let looked = Looked::at(&world).await;
    assert_eq!(looked.questions, 2);
    let records = looked.tree.walk();
    let shared: Vec<_> = records.iter().skip(1).filter_map(|tree| tree.selection.one()).collect();
    assert_eq!(shared.len(), 9);
    assert!(shared.iter().all(|published| Arc::ptr_eq(published, shared[0])));
}

#[tokio::test]
async fn names_of_253_octets() {
    let long = format!("{}.{}.example", ["a".repeat(63).as_str(); 3].join("."), "b".repeat(53));
    assert_eq!(long.len(), 253);
    let world = format!(
        "d.example TXT v=spf1 include:{long} a:{long} include:x{long} -all\n{long} TXT v=spf1 ip4:192.0.2.1 -all\n{long} A 192.0.2.2"
    );
    let looked = Looked::at(&world).await;
    assert_eq!(looked.class(Class::Pass), 2);
    // One octet more is no name: no question, and an error for whoever gets there.
    assert!(matches!(looked.tree.branches[2], Branch::Record(Lead::NoName)));
    assert_eq!(looked.class(Class::PermError), (1 << 32) - 2);
    assert_eq!(looked.questions, 4);
}

#[tokio::test]
async fn thousands_of_exchanges() {
    let mut world = "d.example TXT v=spf1 mx -all\n".to_owned();
    (0..3000).for_each(|n| writeln!(world, "d.example MX {n} m{n}.example.").expect("a string"));
    let looked = Looked::at(&world).await;
    assert_eq!((looked.questions, looked.rounds), (2, 3), "none of them is looked up");
    let Branch::Addresses { v4, .. } = &looked.tree.branches[0] else { panic!("an `mx`") };
    assert!(v4.past_mx_limit && v4.exchanges == 3000);
    assert_eq!(looked.class(Class::PermError), 1 << 32);
}

#[tokio::test]
async fn the_ledger_comes_to_the_worst_case() {
    let worlds = [
        "d.example TXT v=spf1 a:x.example include:i.example mx redirect=r.example\ni.example TXT v=spf1 redirect=r.example a:x.example\nr.example TXT v=spf1 exists:%{i}.x a -all mx",
        "d.example TXT v=spf1 redirect=r.example a:gone.example a:gone2.example\nr.example TXT v=spf1 a:gone3.example",
        "d.example TXT v=spf1 include:gone.example include:gone2.example include:d.example -all a",
        "d.example TXT v=spf1 redirect=a.example redirect=b.example exp=x.example junk",
    ];
    for world in worlds {
        let Looked { tree, .. } = Looked::at(world).await;
        let ledger = Ledger::of(&tree);
        let lookups: usize = ledger.entries.iter().map(|entry| entry.whole.lookups).sum();
        assert_eq!(lookups, Cost::worst(&tree).lookups, "{world}");
        for (index, entry) in ledger.entries.iter().enumerate() {
            assert_eq!(entry.whole, Cost::of_term(&tree, index), "term {index} of {world}");
        }
    }
    // A `redirect` is counted last, wherever it stands.
    let Looked { tree, .. } = Looked::at(worlds[1]).await;
    let ledger = Ledger::of(&tree);
    assert_eq!(ledger.entries.iter().map(|entry| entry.nth).collect::<Vec<_>>(), [Some(3), Some(1), Some(2)]);
    let below = ledger.entries[0].below.as_ref().expect("a record");
    assert_eq!(below.entries[0].passes_void_limit, Family::BOTH);
    assert!(matches!(below.tree.selection.one().map(|one| &one.record.terms()[0].node), Some(Term::Directive(_))));
}
