//! Flattening: not one range lost or gained, whatever the includes are like, and nothing that leads nowhere for a moment.

use std::fmt::Write as _;

use mailvouch::plan::{Outcome, Watch, apply, combined};
use mailvouch::spf::{Class, Coverage, Family, LOOKUP_LIMIT, Tree};
use mailvouch_providers::Provider as _;
use mailvouch_providers::dns::{Rdata, RrType};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::bench::{Bench, held, lines, providers};
use super::scripted::{Scripted, journal};
use crate::support::world::{World, name};

const ACCEPT: &[&str] = &["spf-lookup-limit"];

/// Twelve look-ups in two services, which are declared, and what stands at `_spf1` and on.
fn twelve(names: &str) -> (String, String) {
    let zone = format!(
        "example.com TXT MS=ms1
         example.com TXT V=spf1  include:_spf.a.example ip4:192.0.2.1 INCLUDE:_spf.b.example   -all
         _dmarc.example.com TXT v=DMARC1; p=none
         _spf.a.example TXT v=spf1 include:a1.example include:a2.example include:a3.example include:a4.example ~all
         a1.example TXT v=spf1 ip4:198.51.100.0/28 -all
         a2.example TXT v=spf1 ip4:198.51.100.16/28
         a3.example TXT v=spf1 ip6:2001:db8:a::/48 ?all
         a4.example TXT v=spf1 -ip4:198.51.100.64/28 ip4:198.51.100.64/27 -all
         _spf.b.example TXT v=spf1 include:b1.example include:b2.example include:b3.example include:b4.example
         b1.example TXT v=spf1 include:b5.example redirect=b4.example
         b2.example TXT v=spf1 ip4:203.0.113.0/28
         b3.example TXT v=spf1 ip4:203.0.113.16/28
         b4.example TXT v=spf1 ip4:203.0.113.32/28 ip4:203.0.113.64/28 ip4:203.0.113.96/28
         b5.example TXT v=spf1 ip4:203.0.113.128/28
         {names}"
    );
    let declared = "[egress.hq]\naddresses = [\"192.0.2.1\"]
        [senders.a]\ninclude = \"_spf.a.example\"\n[senders.b]\ninclude = \"_spf.b.example\"
        [domains.\"example.com\"]\negress = [\"hq\"]\nsenders = [\"a\", \"b\"]\nspf = { all = \"fail\" }\n";
    (zone, declared.to_owned())
}

async fn planned(names: &str) -> (Vec<String>, Vec<String>) {
    let (zone, declared) = twelve(names);
    let world = World::of(&zone);
    let plan = Bench::new(&world, &declared).accepting(ACCEPT).plan(&world.at_provider("example.com")).await;
    let advice = plan.advice.iter().map(|advice| format!("{} {:?} {:?}", advice.rule, advice.help, advice.held));
    (lines(&plan.steps), advice.collect())
}

#[tokio::test]
async fn the_ranges_come_first_and_the_owner_keeps_order_and_style() {
    let (steps, _) = planned("").await;
    assert_eq!(
        steps,
        [
            "_spf1.example.com",
            "+ 3600 v=spf1 ip4:198.51.100.0/27 ip4:198.51.100.80/28 ip6:2001:db8:a::/48 -all",
            "example.com",
            "- 300 V=spf1  include:_spf.a.example ip4:192.0.2.1 INCLUDE:_spf.b.example   -all",
            "+ 300 v=spf1  include:_spf1.example.com ip4:192.0.2.1 include:_spf.b.example   -all",
        ]
    );
}

#[tokio::test]
async fn names_that_are_taken_are_left_alone() {
    for (taken, expected) in [
        ("_spf1.example.com TXT somebody's", "_spf2.example.com"),
        ("_spf1.example.com CNAME x.example.", "_spf2.example.com"),
        ("_spf1.example.com TXT v=spf1 -all\n_spf2.example.com TXT !", "_spf3.example.com"),
        // It stands beside what is of other types.
        ("_spf1.example.com A 192.0.2.9", "_spf1.example.com"),
    ] {
        let (steps, advice) = planned(taken).await;
        assert_eq!(steps.first().map(String::as_str), Some(expected), "{taken}: {advice:?}");
    }
    let all: String = (1..=8).fold(String::new(), |mut all, number| {
        let _ = writeln!(all, "_spf{number}.example.com TXT taken");
        all
    });
    for taken in [all.as_str(), "*.example.com TXT wild"] {
        let (steps, advice) = planned(taken).await;
        assert!(
            !steps.iter().any(|line| line.contains("_spf")) || !steps.concat().contains("include:_spf1"),
            "{steps:?}"
        );
        assert!(advice.iter().any(|advice| advice.contains("no names `_spf1` and on are free")), "{advice:?}");
    }
}

#[tokio::test]
async fn what_an_apply_left_there_is_used() {
    let there = "_spf3.example.com 600 TXT v=spf1 ip4:198.51.100.0/27 ip4:198.51.100.80/28 ip6:2001:db8:a::/48 -all";
    let (steps, _) = planned(there).await;
    assert_eq!(steps.first().map(String::as_str), Some("example.com"));
    assert!(steps[2].contains("include:_spf3.example.com ip4:192.0.2.1"), "{steps:?}");
}

#[tokio::test]
async fn what_has_no_fixed_ranges_is_never_written_down() {
    for (line, broken, reason) in [
        (
            "a1.example TXT v=spf1 ip4:198.51.100.0/28 -all",
            "a1.example TXT v=spf1 exists:%{i}.x.example -all",
            "nobody can list",
        ),
        ("a1.example TXT v=spf1 ip4:198.51.100.0/28 -all", "a1.example TXT v=spf1 ptr -all", "nobody can list"),
        ("a1.example TXT v=spf1 ip4:198.51.100.0/28 -all", "a1.example TXT !", "could not be looked up"),
        ("a1.example TXT v=spf1 ip4:198.51.100.0/28 -all", "a1.example TXT v=spf1 +all", "too many networks"),
        (
            "a1.example TXT v=spf1 ip4:198.51.100.0/28 -all",
            "a1.example TXT v=spf1 a -all\na1.example A 192.0.2.5\na1.example A 192.0.2.6",
            "there may be more",
        ),
    ] {
        let (zone, declared) = twelve("");
        let world = World::of(
            &zone.replace(line, broken).replace("b1.example TXT v=spf1", "b1.example TXT v=spf1 exists:%{i}.b"),
        );
        let plan = Bench::new(&world, &declared).accepting(ACCEPT).plan(&world.at_provider("example.com")).await;
        assert!(plan.steps.iter().all(|step| !step.owner.to_string().starts_with("_spf")), "{broken}");
        let limit = plan.advice.iter().find(|advice| advice.rule == "spf-lookup-limit").expect("the finding");
        assert!(limit.help.as_deref().is_some_and(|help| help.contains(reason)), "{broken}: {:?}", limit.help);
    }
}

#[tokio::test]
async fn what_came_since_is_told_and_added_where_the_ranges_are() {
    let (zone, declared) = twelve("");
    let flat = "_spf1.example.com TXT v=spf1 ip4:198.51.100.0/28 ip4:198.51.100.80/28 ip6:2001:db8:a::/48 -all";
    let zone = zone.replace("include:_spf.a.example ip4", "include:_spf1.example.com ip4");
    let zone = zone.replace("V=spf1", "v=spf1").replace("INCLUDE", "include") + "\n" + flat;
    let world = World::of(&zone);
    let draft = Bench::new(&world, &declared).draft(&world.at_provider("example.com")).await;
    let told: Vec<&str> = draft.desired.found.iter().map(|found| found.message.as_str()).collect();
    assert!(told.iter().any(|told| told.contains("_spf.a.example lets 198.51.100.16/28 pass by now")), "{told:?}");
    assert_eq!(
        lines(&draft.steps),
        [
            "_spf1.example.com",
            "- 300 v=spf1 ip4:198.51.100.0/28 ip4:198.51.100.80/28 ip6:2001:db8:a::/48 -all",
            "+ 300 v=spf1 ip4:198.51.100.0/28 ip4:198.51.100.80/28 ip6:2001:db8:a::/48 ip4:198.51.100.16/28 -all",
        ]
    );
}

/// A tree of includes: what the record of each name holds.
#[derive(Clone, Debug)]
enum Part {
    Network(char, u8, u8),
    V6(u16),
    Include(Vec<Self>),
    Host(u8),
}

fn part() -> impl Strategy<Value = Part> {
    let leaf = prop_oneof![
        6 => (prop_oneof![8 => Just('+'), 1 => Just('-'), 1 => Just('~')], any::<u8>(), 24_u8..=32).prop_map(|(sign, at, length)| Part::Network(sign, at, length)),
        2 => any::<u16>().prop_map(Part::V6),
        1 => any::<u8>().prop_map(Part::Host),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| proptest::collection::vec(inner, 1..5).prop_map(Part::Include))
}

/// Writes a record at `owner`, and those below it.
fn write(zone: &mut String, owner: &str, parts: &[Part], end: &str, next: &mut usize) {
    let mut text = format!("{owner} TXT v=spf1");
    let mut below: Vec<(String, &Vec<Part>)> = Vec::new();
    for part in parts {
        *next += 1;
        match part {
            Part::Network(sign, at, length) => {
                let network: ipnet::Ipv4Net = format!("198.51.{}.{at}/{length}", at % 4).parse().expect("a network");
                let sign = if *sign == '+' { String::new() } else { sign.to_string() };
                let _ = write!(text, " {sign}ip4:{}", network.trunc());
            }
            Part::V6(at) => {
                let _ = write!(text, " ip6:2001:db8:{at:x}::/48");
            }
            Part::Host(at) => {
                let _ = writeln!(zone, "h{next}.there.example A 203.0.113.{at}");
                let _ = write!(text, " a:h{next}.there.example");
            }
            Part::Include(parts) => {
                let target = format!("i{next}.there.example");
                let _ = write!(text, " include:{target}");
                below.push((target, parts));
            }
        }
    }
    let _ = writeln!(zone, "{text}{end}");
    for (number, (target, parts)) in below.into_iter().enumerate() {
        write(zone, &target, parts, ["", " ~all", " -all", " ?all"][number % 4], next);
    }
}

fn coverage(world: &World) -> Coverage {
    Coverage::without_limits(&world.run(None, |ask| Tree::of(ask, &name("example.com"))).0)
}

async fn holds(parts: &[Part]) -> Result<(), TestCaseError> {
    let mut zone = "_dmarc.example.com TXT v=DMARC1; p=none\nexample.com TXT MS=ms1\n".to_owned();
    write(&mut zone, "example.com", parts, " -all", &mut 0);
    let world = World::of(&zone);
    let declared = "[domains.\"example.com\"]\nspf = { all = \"fail\" }\n";
    let bench = Bench::new(&world, declared).accepting(ACCEPT);
    let provider = Scripted::over(world.at_provider("example.com"));
    let draft = bench.draft(&provider).await;
    let (plan, _) = combined(&bench.gatherer(), vec![draft.clone()], &[]).await;
    let flattens = plan.steps.iter().any(|step| step.waits.is_some());
    for step in plan.steps.iter().filter(|step| step.waits.is_none()) {
        for value in &step.add {
            let Rdata::Txt(txt) = &value.rdata else { continue };
            // Header, question, answer, OPT.
            let size = 12 + step.owner.wire_len() + 4 + 12 + txt.wire_len() + 11;
            prop_assert!(size <= 1232 || step.owner == name("example.com"), "{size}");
        }
    }
    let applied =
        apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 999)).await;
    let applied = applied.expect("a journal");
    prop_assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    // DNS follows.
    let zone_now = provider.zone_of(&name("example.com")).await.expect("a zone");
    let owners: Vec<_> = std::iter::once("example.com".to_owned())
        .chain((1..=8).map(|number| format!("_spf{number}.example.com")))
        .chain(["_dmarc.example.com".to_owned()])
        .collect();
    let mut followed = String::new();
    for owner in &owners {
        let _ = zone_now;
        for value in held(&provider, owner).await {
            let _ = writeln!(followed, "{owner} {}", value.replacen(' ', &format!(" {} ", RrType::TXT), 1));
        }
    }
    followed.extend(
        zone.lines()
            .filter(|line| line.contains(".there.example ") && !line.starts_with("example.com "))
            .map(|line| format!("{line}\n")),
    );
    let after = World::of(&followed);
    if flattens {
        let (old, new) = (coverage(&world), coverage(&after));
        for family in Family::BOTH {
            for class in [Class::Pass, Class::Fail, Class::SoftFail, Class::Neutral, Class::PermError] {
                prop_assert_eq!(old.class(family, class), new.class(family, class), "{:?}\n{}", class, followed);
            }
        }
        prop_assert!(draft.desired.after.spf.cost.lookups <= LOOKUP_LIMIT);
    }
    let again = Bench::new(&after, declared).accepting(ACCEPT).draft(&provider).await;
    prop_assert_eq!(lines(&again.steps), Vec::<String>::new());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn not_one_range_is_lost_or_gained(parts in proptest::collection::vec(part(), 3..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(holds(&parts))?;
    }
}
