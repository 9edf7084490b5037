//! What holds of every plan, whatever stands in the zone and whatever is declared.

use std::collections::BTreeMap;

use mailvouch::declared::Guard;
use mailvouch::lint::Safety;
use mailvouch::plan::{Effect, Lookups, Outcome, Step, Watch, apply, combined};
use mailvouch::record::{DmarcRecord, SpfRecord};
use mailvouch_providers::dns::Name;
use mailvouch_providers::{Provider as _, Value};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;

use super::bench::{Bench, providers};
use super::scripted::{Scripted, journal};
use crate::support::world::{World, name};

/// Texts that are nobody's but their owner's.
const TOKENS: &[&str] = &[
    "MS=ms12345678",
    "google-site-verification=abcDEF_-123",
    "\"apple-domain-verification=\" \"cut in two\"",
    "\"quotes \\\" and \\\\ and ; and \\009\"",
    "spf-verification=9",
    "v=spf10 -all",
    "v=verifydomain MS=1",
    "",
    "our mail policy is at https://example.com/spf",
    "dmarc=yes",
];

/// Texts that are SPF, or were meant to be.
const SPF: &[&str] = &[
    "v=spf1 -all",
    "v=spf1 ~all",
    "v=spf1 +all",
    "v=spf1",
    "v=spf1 mx -all",
    "v=spf1 ip4:192.0.2.1 -all",
    "v=spf1 ip4:192.0.2.0/24 include:_spf.a.example ?all",
    "v=spf1 include:_spf.a.example include:_spf.b.example ~all",
    "v=spf1 include:_spf.example.com -all",
    "v=spf1 redirect=_spf.example.com",
    "v=spf1 redirect=_spf.a.example -all",
    "v=spf1 ipv4:192.0.2.1 -all",
    "v=spf1 ip4:192.0.2.1,ip4:192.0.2.2,-all",
    "v=spf1 include:gone.example -all",
    "v=spf1 include:failing.example -all",
    "v=spf1 exists:%{i}.x.example -all",
    "v=spf1 include:example.com -all",
    "v=spf1 -all mx",
    "v=spf1 a a a a a a a a a a a -all",
    " v=spf1 mx -all",
    "v=spf1;mx;-all",
    "\"v=spf1 ip4:192.0.2.1\" \"ip4:192.0.2.2 -all\"",
    "spf2.0/mfrom mx -all",
    "v=spf1\u{a0}mx -all",
];

const DMARC: &[&str] = &[
    "v=DMARC1; p=none",
    "v=DMARC1; p=reject; rua=mailto:a@example.com",
    "v=DMARC1;p=quarantine;pct=20;sp=none",
    "v=DMARC1; p=quarentine",
    "v=dmarc1; p=none",
    "v=DMARC1 p=none",
    "v=DMARC1",
];

const KEYS: &[&str] = &["v=DKIM1; p=", "v=DKIM1; k=rsa; p=AAAA", "p=not a key", "v=spf1 -all"];

#[derive(Clone, Debug)]
struct Input {
    zone: String,
    declared: String,
    accept: Vec<String>,
}

fn lines(owner: &'static str, texts: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec((select(texts), select(vec![60_u32, 300, 300, 300])), 0..=most).prop_map(move |texts| {
        let line = |(text, ttl): &(&str, u32)| format!("{owner} {ttl} TXT {text}");
        let mut lines: Vec<String> = texts.iter().map(line).collect();
        // A set holds a value once.
        lines.sort_by_key(|line| line.split_once("TXT").map(|(_, text)| text.to_owned()));
        lines.dedup_by_key(|line| line.split_once("TXT").map(|(_, text)| text.to_owned()));
        lines
    })
}

fn zone() -> impl Strategy<Value = String> {
    let other = select(vec!["", "example.com MX 10 mx.example.com.", "example.com MX 0 .", "*.example.com TXT wild"]);
    let alias = select(vec![
        "",
        "",
        "",
        "_dmarc.example.com CNAME d.vendor.example.",
        "s1._domainkey.example.com CNAME s1.vendor.example.",
    ]);
    let apex = (lines("example.com", TOKENS, 4), lines("example.com", SPF, 2))
        .prop_map(|(tokens, spf)| [tokens, spf].concat())
        .prop_shuffle();
    let dmarc = lines("_dmarc.example.com", DMARC, 2);
    let dkim = lines("s1._domainkey.example.com", KEYS, 1);
    let below = lines("_spf.example.com", SPF, 1);
    (apex, dmarc, dkim, below, other, alias).prop_map(|(apex, dmarc, dkim, below, other, alias)| {
        let mut lines = [apex, dmarc, dkim, below, vec![other.to_owned()]].concat();
        if let Some((owner, _)) = alias.split_once(' ') {
            lines.retain(|line| line.split(' ').next() != Some(owner));
            lines.push(alias.to_owned());
        }
        lines.join("\n")
    })
}

fn declared() -> impl Strategy<Value = String> {
    let egress = select(vec!["", "192.0.2.1", "192.0.2.0/28", "2001:db8::1"]);
    let senders = select(vec!["", "\"a\"", "\"b\"", "\"a\", \"b\""]);
    let all = select(vec!["", "neutral", "softfail", "fail"]);
    let dmarc = select(vec!["", "none", "quarantine", "reject"]);
    let dkim = select(vec![
        "",
        "{ cname = \"s1.vendor.example\" }",
        "{ key-file = \"rsa2048.pub.pem\" }",
        "{ revoked = true }",
    ]);
    let parked = prop_oneof![5 => Just(false), 1 => Just(true)];
    (egress, senders, all, dmarc, dkim, any::<bool>(), parked).prop_map(
        |(egress, senders, all, dmarc, dkim, exclusive, parked)| {
            if parked {
                return "[domains.\"example.com\"]\nsends = false\n".to_owned();
            }
            let mut text = format!(
                "[egress.hq]\naddresses = [\"{}\"]\n[senders.a]\ninclude = \"_spf.a.example\"
                [senders.b]\ninclude = \"_spf.b.example\"\n[domains.\"example.com\"]\n",
                if egress.is_empty() { "192.0.2.1" } else { egress }
            );
            if !egress.is_empty() {
                text += "egress = [\"hq\"]\n";
            }
            if !senders.is_empty() {
                text += &format!("senders = [{senders}]\n");
            }
            let all = if all.is_empty() { String::new() } else { format!("all = \"{all}\", ") };
            text += &format!("spf = {{ {all}exclusive = {exclusive} }}\n");
            if !dmarc.is_empty() {
                text += &format!("dmarc = {{ policy = \"{dmarc}\" }}\n");
            }
            if !dkim.is_empty() {
                text += &format!("[domains.\"example.com\".dkim]\ns1 = {dkim}\n");
            }
            text
        },
    )
}

fn input() -> impl Strategy<Value = Input> {
    let rules: Vec<String> = mailvouch::lint::ALL.iter().map(|rule| rule.meta().id.to_owned()).collect();
    let accept = prop_oneof![
        Just(Vec::new()),
        Just(rules.clone()),
        proptest::sample::subsequence(rules.clone(), 0..=rules.len()),
    ];
    (zone(), declared(), accept).prop_map(|(zone, declared, accept)| Input { zone, declared, accept })
}

/// What the rest of DNS says.
const ELSEWHERE: &str = "
    mx.example.com A 192.0.2.99
    example.com A 192.0.2.98
    _spf.a.example TXT v=spf1 ip4:198.51.100.0/25 ~all
    _spf.b.example TXT v=spf1 ip4:198.51.100.128/25 ~all
    failing.example TXT !
    s1.vendor.example TXT v=DKIM1; p=AAAA
    d.vendor.example TXT v=DMARC1; p=none";

type Sets = BTreeMap<Name, Vec<Value>>;

async fn read(provider: &Scripted) -> Sets {
    let zone = provider.zone_of(&name("example.com")).await.expect("a zone");
    let owners = ["example.com", "_dmarc.example.com", "s1._domainkey.example.com", "_spf.example.com"].map(name);
    let read = provider.read(&zone, &owners).await.expect("an answer");
    read.into_iter().map(|owner| (owner.name, owner.values)).collect()
}

fn of_kind(values: &[Value], is: fn(&[u8]) -> bool) -> Vec<&Value> {
    values.iter().filter(|value| value.rdata.as_txt().is_some_and(|txt| is(&txt.joined()))).collect()
}

fn is_spf(text: &[u8]) -> bool {
    SpfRecord::parse(text).is_some()
}

fn is_dmarc(text: &[u8]) -> bool {
    DmarcRecord::parse(text).is_some()
}

/// The values of an owner that are nobody's but their owner's, in order.
fn strangers(values: &[Value]) -> Vec<&Value> {
    let tokens = World::of(&TOKENS.iter().map(|token| format!("x.example TXT {token}\n")).collect::<Vec<_>>().concat());
    let tokens = tokens.at(&name("x.example"));
    values.iter().filter(|value| tokens.iter().any(|token| token.rdata == value.rdata)).collect()
}

/// What one step may do to the values of its owner.
fn keeps_promises(owner: &Name, before: &[Value], after: &[Value]) -> Result<(), TestCaseError> {
    prop_assert_eq!(strangers(before), strangers(after));
    if *owner == name("s1._domainkey.example.com") {
        return Ok(());
    }
    for is in [is_spf as fn(&[u8]) -> bool, is_dmarc] {
        let (had, has) = (of_kind(before, is), of_kind(after, is));
        prop_assert!(has.len() <= 1 || has.len() < had.len() || had == has, "{:?}, then {:?}", had, has);
        prop_assert!(had.is_empty() || !has.is_empty(), "none is left");
    }
    Ok(())
}

/// What a step says, against what it says that it rests on.
fn is_sound(step: &Step, held: &Sets) -> Result<(), TestCaseError> {
    let now = held.get(&step.owner).map_or(&[][..], Vec::as_slice);
    prop_assert!(!step.remove.is_empty() || !step.add.is_empty(), "an empty step");
    prop_assert!(step.remove.iter().all(|value| now.contains(value)));
    prop_assert!(step.before.iter().all(|value| now.contains(value)));
    let stay = step.before.iter().filter(|value| !step.remove.contains(value));
    prop_assert!(stay.into_iter().all(|value| step.after.contains(value)), "a value is not told of");
    prop_assert_eq!(step.after.len(), step.before.len() - step.remove.len() + step.add.len());
    prop_assert!(!step.rules.is_empty(), "nobody asked for it");
    Ok(())
}

async fn holds(input: &Input) -> Result<(), TestCaseError> {
    let world = World::of(&format!("{}\n{ELSEWHERE}", input.zone));
    let accept: Vec<&str> = input.accept.iter().map(String::as_str).collect();
    let bench = Bench::new(&world, &input.declared).accepting(&accept);
    let provider = Scripted::over(world.at_provider("example.com"));
    let before = read(&provider).await;
    let draft = bench.draft(&provider).await;
    for step in &draft.steps {
        is_sound(step, &before)?;
    }
    let desired = draft.desired.clone();
    let (plan, _) = combined(&bench.gatherer(), vec![draft], &[]).await;
    let applied =
        apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 999)).await;
    let applied = applied.expect("a journal");
    prop_assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    let after = read(&provider).await;
    for (owner, now) in &after {
        keeps_promises(owner, &before[owner], now)?;
    }
    // DNS follows: planned again, there is nothing left to do.
    let followed = World::of(&format!("{}\n{ELSEWHERE}", written(&after, &world)));
    let again = Bench::new(&followed, &input.declared).accepting(&accept);
    let second = again.draft(&provider).await;
    prop_assert_eq!(super::bench::lines(&second.steps), Vec::<String>::new());
    // What the plan was proved by is what is then found.
    let told =
        |found: &[mailvouch::lint::Diagnostic]| found.iter().map(|found| found.message.clone()).collect::<Vec<_>>();
    prop_assert_eq!(told(&second.desired.found), told(&desired.remaining));
    // Who may send is what the plan said, and who loses that was guarded.
    let effect = Effect::of(&desired.before, &second.desired.before);
    prop_assert_eq!(plan.domains.as_slice(), std::slice::from_ref(&effect));
    let is_guarded = |guard| plan.steps.iter().flat_map(|step| &step.guards).any(|told| told.guard == guard);
    prop_assert!(effect.spf.lost.is_empty() || is_guarded(Guard::ShrinksSpf), "{:?}", effect);
    let Lookups { before: was, after: is, limit } = effect.spf.lookups;
    prop_assert!(is <= limit || is <= was || is_guarded(Guard::SpendsLookups), "{:?}", effect);
    // Whatever could have been mended and is not has its reason.
    for (found, held) in desired.remaining.iter().zip(&desired.held) {
        prop_assert_eq!(found.fix.is_some(), held.is_some(), "{}: {:?}", found.rule, held);
    }
    // Nothing stays that could be mended; but what holds several records is not touched until they become one.
    let several = |owner: &Name| {
        let values = after.get(owner).map_or(&[][..], Vec::as_slice);
        of_kind(values, is_spf).len() > 1 || of_kind(values, is_dmarc).len() > 1
    };
    let mendable = desired.remaining.iter().filter(|found| {
        found.fix.as_ref().is_some_and(|fix| {
            let taken = fix.safety == Safety::Safe || (fix.safety == Safety::Ask && accept.contains(&found.rule));
            taken && !fix.operations.iter().any(|operation| several(operation.owner()))
        })
    });
    let mendable: Vec<&str> = mendable.map(|found| found.rule).collect();
    prop_assert_eq!(mendable, Vec::<&str>::new());
    Ok(())
}

/// The zone as lines, from what the provider holds, and what else stood in it.
fn written(held: &Sets, world: &World) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (owner, values) in held {
        lines.extend(
            values.iter().map(|value| format!("{owner} {} {} {}", value.ttl, value.rdata.rtype(), value.rdata)),
        );
    }
    for wild in world.at(&name("*.example.com")) {
        lines.push(format!("*.example.com {} {} {}", wild.ttl, wild.rdata.rtype(), wild.rdata));
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_there_and_whatever_is_declared(input in input()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(holds(&input))?;
    }
}
