//! What trips each guard, and what does not.

use mailvouch::declared::Guard;
use mailvouch::plan::judge_again;
use mailvouch::plan::{Holder, Plan, Step};
use mailvouch_providers::dns::Name;

use super::bench::Bench;
use crate::support::world::{World, name};

/// What trips over a change of DNS for `example.com`, from one world to another.
struct Case {
    guard: Guard,
    declared: &'static str,
    before: &'static str,
    after: &'static str,
}

const HQ: &str = "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]\n";
const NEWS: &str = "[senders.news]\ninclude = \"_spf.news.example\"\n[domains.\"example.com\"]\nsenders = [\"news\"]\n";
const KEYS: &str =
    "[domains.\"example.com\"]\n[domains.\"example.com\".dkim]\ns1 = { present = true }\ns2 = { present = true }\n";
/// Retired for long, with and without a week gone by; the second selector signs.
const RETIRED: &str = "[domains.\"example.com\"]\n[domains.\"example.com\".dkim]
s1 = { key-file = \"rsa2048.pub.pem\", retire = 2026-11-01 }\ns2 = { present = true }\n";
const RETIRING: &str = "[domains.\"example.com\"]\n[domains.\"example.com\".dkim]
s1 = { key-file = \"rsa2048.pub.pem\", retire = 2026-11-20 }\ns2 = { present = true }\n";
const TWO_KEYS: &str = "s1._domainkey.example.com TXT v=DKIM1; p=KEY1\ns2._domainkey.example.com TXT v=DKIM1; p=KEY2";
const ONE_KEY: &str = "s1._domainkey.example.com TXT v=DKIM1; p=KEY1\ns2._domainkey.example.com TXT v=DKIM1; p=";
const WITHDRAWN: &str = "s1._domainkey.example.com TXT v=DKIM1; p=\ns2._domainkey.example.com TXT v=DKIM1; p=KEY2";
const PARKED: &str = "[domains.\"example.com\"]\nsends = false\n";
const BARE: &str = "[domains.\"example.com\"]\n";

const fn case(guard: Guard, declared: &'static str, before: &'static str, after: &'static str) -> Case {
    Case { guard, declared, before, after }
}

const FIRES: &[Case] = &[
    case(Guard::WidensSpf, HQ, "example.com TXT v=spf1 -all", "example.com TXT v=spf1 ip4:192.0.2.2 -all"),
    case(Guard::WidensSpf, HQ, "example.com TXT v=spf1 -all", "example.com TXT v=spf1 ~all"),
    case(Guard::WidensSpf, BARE, "example.com TXT v=spf1 -all", "example.com TXT v=spf1 exists:%{i}.x.example -all"),
    case(Guard::WidensSpf, BARE, "example.com TXT v=spf1 -exists:%{i}.x.example mx", "example.com TXT v=spf1 mx"),
    case(
        Guard::WidensSpf,
        BARE,
        "example.com TXT v=spf1 -all",
        "example.com TXT v=spf1 include:f.example -all\nf.example TXT !",
    ),
    case(
        Guard::WidensSpf,
        BARE,
        "example.com TXT v=spf1 -all",
        "example.com TXT v=spf1 a:f.example -all\nf.example A !",
    ),
    case(Guard::ShrinksSpf, HQ, "example.com TXT v=spf1 ip4:192.0.2.2 -all", "example.com TXT v=spf1 -all"),
    case(Guard::ShrinksSpf, BARE, "example.com TXT v=spf1 exists:%{i}.x.example -all", "example.com TXT v=spf1 -all"),
    // One dynamic term of two is enough.
    case(
        Guard::ShrinksSpf,
        BARE,
        "example.com TXT v=spf1 ptr exists:%{i}.x.example -all",
        "example.com TXT v=spf1 ptr -all",
    ),
    // Who passes by it cannot be told now: it may be somebody.
    case(
        Guard::ShrinksSpf,
        BARE,
        "example.com TXT v=spf1 include:f.example -all\nf.example TXT !",
        "example.com TXT v=spf1 -all\nf.example TXT !",
    ),
    case(
        Guard::TightensSpf,
        HQ,
        "example.com TXT v=spf1 ip4:192.0.2.1 ~all",
        "example.com TXT v=spf1 ip4:192.0.2.1 -all",
    ),
    case(
        Guard::SpendsLookups,
        HQ,
        "example.com TXT v=spf1 a a a a a a a a a a -all\nexample.com A 192.0.2.1",
        "example.com TXT v=spf1 a a a a a a a a a a a -all\nexample.com A 192.0.2.1",
    ),
    case(
        Guard::WeakensDmarc,
        BARE,
        "_dmarc.example.com TXT v=DMARC1; p=reject",
        "_dmarc.example.com TXT v=DMARC1; p=none",
    ),
    case(
        Guard::WeakensDmarc,
        BARE,
        "_dmarc.example.com TXT v=DMARC1; p=reject",
        "_dmarc.example.com TXT v=DMARC1; p=reject; sp=none",
    ),
    case(
        Guard::WeakensDmarc,
        BARE,
        "_dmarc.example.com TXT v=DMARC1; p=reject",
        "_dmarc.example.com TXT v=DMARC1; p=reject; t=y",
    ),
    // A record of its own, weaker than the one that it falls back to now.
    case(
        Guard::WeakensDmarc,
        BARE,
        "_dmarc.com TXT v=DMARC1; p=reject",
        "_dmarc.com TXT v=DMARC1; p=reject\n_dmarc.example.com TXT v=DMARC1; p=none",
    ),
    case(
        Guard::TightensDmarc,
        HQ,
        "_dmarc.example.com TXT v=DMARC1; p=none",
        "_dmarc.example.com TXT v=DMARC1; p=reject",
    ),
    case(
        Guard::TightensDmarc,
        HQ,
        "example.com MX 0 .",
        "example.com MX 0 .\n_dmarc.example.com TXT v=DMARC1; p=reject",
    ),
    // Somebody passes SPF for a domain that is said to send nothing.
    case(
        Guard::TightensDmarc,
        PARKED,
        "example.com TXT v=spf1 ip4:192.0.2.1 -all",
        "example.com TXT v=spf1 ip4:192.0.2.1 -all\n_dmarc.example.com TXT v=DMARC1; p=reject",
    ),
    case(
        Guard::ReplacesDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1",
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY2",
    ),
    case(
        Guard::ReplacesDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1",
        "s1._domainkey.example.com CNAME gone.example.",
    ),
    case(
        Guard::RemovesLastDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1",
        "s1._domainkey.example.com TXT v=DKIM1; p=",
    ),
    // Mail that it signed is on its way still.
    case(Guard::ReplacesDkimKey, RETIRING, TWO_KEYS, WITHDRAWN),
    // The key that takes over has signed nothing yet.
    case(Guard::ReplacesDkimKey, RETIRED, ONE_KEY, WITHDRAWN),
    // To be withdrawn is not to be replaced.
    case(
        Guard::ReplacesDkimKey,
        RETIRED,
        TWO_KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY2\ns2._domainkey.example.com TXT v=DKIM1; p=KEY2",
    ),
    case(Guard::RemovesLastDkimKey, RETIRED, ONE_KEY, "s1._domainkey.example.com TXT v=DKIM1; p="),
    case(
        Guard::RemovesMx,
        BARE,
        "example.com MX 10 a.example.\nexample.com MX 20 b.example.",
        "example.com MX 10 a.example.",
    ),
    case(
        Guard::ShadowsWildcard,
        BARE,
        "*.example.com TXT x",
        "*.example.com TXT x\n_dmarc.example.com TXT v=DMARC1; p=none",
    ),
];

const SILENT: &[Case] = &[
    // What is declared is what the owner wants.
    case(Guard::WidensSpf, HQ, "example.com TXT v=spf1 -all", "example.com TXT v=spf1 ip4:192.0.2.1 -all"),
    case(
        Guard::WidensSpf,
        NEWS,
        "example.com TXT v=spf1 -all\n_spf.news.example TXT v=spf1 ip4:198.51.100.0/24 exists:%{i}.x.example ~all",
        "example.com TXT v=spf1 include:_spf.news.example -all\n_spf.news.example TXT v=spf1 ip4:198.51.100.0/24 exists:%{i}.x.example ~all",
    ),
    case(
        Guard::WidensSpf,
        NEWS,
        "example.com TXT v=spf1 -all\n_spf.news.example TXT v=spf1 include:b.news.example\nb.news.example TXT !",
        "example.com TXT v=spf1 include:_spf.news.example -all\n_spf.news.example TXT v=spf1 include:b.news.example\nb.news.example TXT !",
    ),
    case(Guard::WidensSpf, HQ, "example.com TXT v=spf1 ?all", "example.com TXT v=spf1 ip4:192.0.2.1 -all"),
    case(Guard::WidensSpf, HQ, "example.com TXT x", "example.com TXT v=spf1 ip4:192.0.2.1 ~all"),
    case(
        Guard::ShrinksSpf,
        HQ,
        "example.com TXT v=spf1 ip4:192.0.2.0/24 -all",
        "example.com TXT v=spf1 ip4:192.0.2.0/23 -all",
    ),
    case(
        Guard::ShrinksSpf,
        HQ,
        "example.com TXT v=spf1 include:f.example -all\nf.example TXT !",
        "example.com TXT v=spf1 ip4:192.0.2.1 include:f.example -all\nf.example TXT !",
    ),
    // A broken record lets nobody pass: it cannot shrink.
    case(Guard::ShrinksSpf, HQ, "example.com TXT v=spf1 mx ip4:x -all", "example.com TXT v=spf1 -all"),
    case(
        Guard::TightensSpf,
        HQ,
        "example.com TXT v=spf1 ip4:192.0.2.1 -all",
        "example.com TXT v=spf1 ip4:192.0.2.1 ~all",
    ),
    case(Guard::TightensSpf, HQ, "example.com TXT x", "example.com TXT v=spf1 -all"),
    case(
        Guard::SpendsLookups,
        HQ,
        "example.com TXT v=spf1 -all\nexample.com A 192.0.2.1",
        "example.com TXT v=spf1 a a a a a a a a a a -all\nexample.com A 192.0.2.1",
    ),
    // Already past the limit, and one less.
    case(
        Guard::SpendsLookups,
        HQ,
        "example.com TXT v=spf1 a a a a a a a a a a a a -all\nexample.com A 192.0.2.1",
        "example.com TXT v=spf1 a a a a a a a a a a a -all\nexample.com A 192.0.2.1",
    ),
    case(
        Guard::WeakensDmarc,
        BARE,
        "_dmarc.example.com TXT v=DMARC1; p=none",
        "_dmarc.example.com TXT v=DMARC1; p=reject",
    ),
    case(Guard::WeakensDmarc, BARE, "example.com A 192.0.2.1", "_dmarc.example.com TXT v=DMARC1; p=none"),
    case(
        Guard::TightensDmarc,
        BARE,
        "_dmarc.example.com TXT v=DMARC1; p=reject",
        "_dmarc.example.com TXT v=DMARC1; p=none",
    ),
    case(
        Guard::TightensDmarc,
        BARE,
        "_dmarc.com TXT v=DMARC1; p=reject",
        "_dmarc.com TXT v=DMARC1; p=reject\n_dmarc.example.com TXT v=DMARC1; p=reject",
    ),
    // Nobody sends, and nobody could.
    case(Guard::TightensDmarc, PARKED, "example.com TXT v=spf1 -all", "_dmarc.example.com TXT v=DMARC1; p=reject"),
    case(
        Guard::ReplacesDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1",
        "s1._domainkey.example.com TXT v=DKIM1; k=rsa; p=KE Y1",
    ),
    case(
        Guard::ReplacesDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1",
        "s1._domainkey.example.com CNAME k.example.\nk.example TXT v=DKIM1; p=KEY1",
    ),
    case(
        Guard::ReplacesDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=",
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1",
    ),
    case(Guard::ReplacesDkimKey, RETIRED, TWO_KEYS, WITHDRAWN),
    case(Guard::RemovesLastDkimKey, RETIRED, TWO_KEYS, WITHDRAWN),
    case(
        Guard::RemovesLastDkimKey,
        KEYS,
        "s1._domainkey.example.com TXT v=DKIM1; p=KEY1\ns2._domainkey.example.com TXT v=DKIM1; p=KEY2",
        "s1._domainkey.example.com TXT v=DKIM1; p=\ns2._domainkey.example.com TXT v=DKIM1; p=KEY2",
    ),
    case(
        Guard::RemovesMx,
        BARE,
        "example.com MX 10 a.example.",
        "example.com MX 10 a.example.\nexample.com MX 20 b.example.",
    ),
    case(
        Guard::ShadowsWildcard,
        BARE,
        "*.other.example TXT x",
        "*.other.example TXT x\n_dmarc.example.com TXT v=DMARC1; p=none",
    ),
];

impl Case {
    /// The guards that the change trips, when it is judged as a saved plan is.
    async fn tripped(&self) -> Vec<Guard> {
        let key = |text: &str| {
            text.replace("KE Y1", &format!("{} {}", &key(1)[..8], &key(1)[8..]))
                .replace("KEY1", &key(1))
                .replace("KEY2", &key(2))
        };
        let (before, after) = (World::of(&key(self.before)), World::of(&key(self.after)));
        // What is not the domain's is as it will be: only its own names are changed.
        let mut dns = after.clone();
        dns.replace_below(&name("example.com"), &before);
        let bench = Bench::new(&dns, self.declared);
        let provider = before.at_provider("example.com");
        let holder = Holder { name: "dns", provider: &provider };
        let steps = steps_between(&before, &after);
        let steps: Vec<&Step> = steps.iter().collect();
        let subject = bench.subjects().remove(0);
        let tripped = judge_again(&bench.gatherer(), &subject, holder, &steps).await.expect("it can be judged");
        tripped.into_iter().map(|tripped| tripped.guard).collect()
    }
}

/// A key that verifiers take.
fn key(number: usize) -> String {
    let file = ["rsa2048.pub.pem", "rsa1024.pub.pem"][number - 1];
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared/keys").join(file);
    let text = std::fs::read_to_string(path).expect("a key");
    text.lines().filter(|line| !line.starts_with('-')).collect()
}

/// The values that differ, owner by owner.
fn steps_between(before: &World, after: &World) -> Vec<Step> {
    let apex = name("example.com");
    let mut owners: Vec<Name> =
        before.owners().chain(after.owners()).filter(|owner| owner.is_at_or_below(&apex)).collect();
    owners.sort();
    owners.dedup();
    let step = |owner: Name| {
        let (old, new) = (before.at(&owner), after.at(&owner));
        Step {
            domain: apex.clone(),
            provider: Some("dns".to_owned()),
            zone: Some(apex.clone()),
            remove: old.iter().filter(|value| !new.contains(value)).cloned().collect(),
            add: new.iter().filter(|value| !old.contains(value)).cloned().collect(),
            owner,
            before: Vec::new(),
            after: Vec::new(),
            rules: Vec::new(),
            guards: Vec::new(),
            waits: None,
            notes: Vec::new(),
            source: Vec::new(),
        }
    };
    owners.into_iter().map(step).filter(|step| !step.remove.is_empty() || !step.add.is_empty()).collect()
}

#[tokio::test]
async fn each_guard_fires() {
    for case in FIRES {
        let tripped = case.tripped().await;
        assert!(tripped.contains(&case.guard), "{}: {tripped:?}\n{}\n->\n{}", case.guard, case.before, case.after);
    }
}

#[tokio::test]
async fn each_guard_is_silent() {
    for case in SILENT {
        let tripped = case.tripped().await;
        assert!(!tripped.contains(&case.guard), "{}: {tripped:?}\n{}\n->\n{}", case.guard, case.before, case.after);
    }
}

#[test]
fn every_guard_has_both() {
    // Two are about how much is written, and how.
    let elsewhere = [Guard::LargeChange, Guard::UnconditionalWrite];
    for guard in Guard::ALL.into_iter().filter(|guard| !elsewhere.contains(guard)) {
        assert!(FIRES.iter().any(|case| case.guard == guard), "{guard}");
        assert!(SILENT.iter().any(|case| case.guard == guard), "{guard}");
    }
}

#[test]
fn much_of_one_zone_is_a_large_change() {
    let step = |number: usize, zone: &str| Step {
        domain: name("example.com"),
        provider: Some("dns".to_owned()),
        zone: Some(name(zone)),
        owner: name(&format!("s{number}._domainkey.{zone}")),
        remove: Vec::new(),
        add: Vec::new(),
        before: Vec::new(),
        after: Vec::new(),
        rules: Vec::new(),
        guards: Vec::new(),
        waits: None,
        notes: Vec::new(),
        source: Vec::new(),
    };
    let plan = |steps: Vec<Step>| Plan::new(steps, Vec::new());
    let some: Vec<Step> = (0..25).map(|number| step(number, "example.com")).collect();
    assert_eq!(plan(some.clone()).large_changes(), []);
    // Many zones with a few changes each are no large change of any.
    let spread = some.iter().cloned().chain((0..25).map(|number| step(number, "example.net"))).collect();
    assert_eq!(plan(spread).large_changes(), []);
    let many: Vec<Step> =
        [step(0, "example.net")].into_iter().chain((0..26).map(|number| step(number, "example.com"))).collect();
    let large = plan(many).large_changes();
    assert_eq!(large, [(1, "26 names in the zone example.com change at once".to_owned())]);
}
