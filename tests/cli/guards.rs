//! Each guard through the program: it refuses until the guard is allowed, and is silent at the next best change.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mailvouch::declared::Guard;
use mailvouch::plan::{Plan, Step};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Rdata, RrType, Txt};
use serde_json::json;

use super::Folder;
use super::runner::Ran;
use crate::servers::program_of_peers;

const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10"]

[providers.zone]
kind = "zone-file"
file = "example.com.zone"

[domains."example.com"]
provider = "zone"
egress = ["office"]
"#;

const SELECTORS: &str = "\n[domains.\"example.com\".dkim]\ns1 = { present = true }\ns2 = { present = true }\n";

const ZONE: &str = "$ORIGIN example.com.\n$TTL 300\n@ SOA ns hostmaster 1 7200 900 1209600 300\n@ NS ns\n\
                    ns A 192.0.2.53\n@ A 203.0.113.10\n";

/// A change: the zone's lines, and the values that go and come, each as `OWNER TYPE DATA`.
struct Change {
    zone: &'static str,
    remove: &'static [&'static str],
    add: &'static [&'static str],
    /// The guards that it trips.
    trips: &'static [Guard],
}

const fn change(
    zone: &'static str,
    remove: &'static [&'static str],
    add: &'static [&'static str],
    trips: &'static [Guard],
) -> Change {
    Change { zone, remove, add, trips }
}

const KEY_1: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const KEY_2: &str = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";

/// What trips a guard, and what is next to it and does not.
const PAIRS: &[(Guard, Change, Change)] = &[
    (
        Guard::WidensSpf,
        change("", &["@ TXT v=spf1 -all"], &["@ TXT v=spf1 ip4:192.0.2.99 -all"], &[Guard::WidensSpf]),
        change("", &["@ TXT v=spf1 -all"], &["@ TXT v=spf1 ip4:203.0.113.10 -all"], &[]),
    ),
    (
        Guard::ShrinksSpf,
        change("", &["@ TXT v=spf1 a ip4:192.0.2.99 -all"], &["@ TXT v=spf1 a -all"], &[Guard::ShrinksSpf]),
        change("", &["@ TXT v=spf1 a ip4:203.0.113.10 -all"], &["@ TXT v=spf1 a -all"], &[]),
    ),
    (
        Guard::TightensSpf,
        change("", &["@ TXT v=spf1 a ~all"], &["@ TXT v=spf1 a -all"], &[Guard::TightensSpf]),
        change("", &[], &["@ TXT v=spf1 a -all"], &[]),
    ),
    (
        Guard::SpendsLookups,
        change(
            "",
            &["@ TXT v=spf1 a a a a a a a a a a -all"],
            &["@ TXT v=spf1 a a a a a a a a a a a -all"],
            &[Guard::SpendsLookups],
        ),
        change("", &["@ TXT v=spf1 a a a a a a a a a -all"], &["@ TXT v=spf1 a a a a a a a a a a -all"], &[]),
    ),
    (
        Guard::WeakensDmarc,
        change("", &["_dmarc TXT v=DMARC1; p=reject"], &["_dmarc TXT v=DMARC1; p=none"], &[Guard::WeakensDmarc]),
        change("", &["_dmarc TXT v=DMARC1; p=reject"], &["_dmarc TXT v=DMARC1; p=reject; sp=reject"], &[]),
    ),
    (
        Guard::TightensDmarc,
        change("", &["_dmarc TXT v=DMARC1; p=none"], &["_dmarc TXT v=DMARC1; p=reject"], &[Guard::TightensDmarc]),
        change("", &["_dmarc TXT v=DMARC1; p=none"], &["_dmarc TXT v=DMARC1; p=quarantine; t=y"], &[]),
    ),
    (
        Guard::ReplacesDkimKey,
        change(
            "s2._domainkey TXT \"v=DKIM1; k=ed25519; p=KEY_1\"",
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p=KEY_1"],
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p=KEY_2"],
            &[Guard::ReplacesDkimKey],
        ),
        change(
            "s2._domainkey TXT \"v=DKIM1; k=ed25519; p=KEY_1\"",
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p=KEY_1"],
            &["s1._domainkey TXT v=DKIM1; k=ed25519; s=email; p=KEY_1"],
            &[],
        ),
    ),
    (
        Guard::RemovesLastDkimKey,
        change(
            "",
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p=KEY_1"],
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p="],
            &[Guard::ReplacesDkimKey, Guard::RemovesLastDkimKey],
        ),
        change(
            "s2._domainkey TXT \"v=DKIM1; k=ed25519; p=KEY_2\"",
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p=KEY_1"],
            &["s1._domainkey TXT v=DKIM1; k=ed25519; p="],
            &[Guard::ReplacesDkimKey],
        ),
    ),
    (
        Guard::RemovesMx,
        change("@ MX 10 a.example.net.", &["@ MX 20 b.example.net."], &[], &[Guard::RemovesMx]),
        change("@ MX 10 a.example.net.", &[], &["@ MX 20 b.example.net."], &[]),
    ),
    (
        Guard::ShadowsWildcard,
        change("* TXT \"made\"", &[], &["_dmarc TXT v=DMARC1; p=none"], &[Guard::ShadowsWildcard]),
        change("*.sub TXT \"made\"", &[], &["_dmarc TXT v=DMARC1; p=none"], &[]),
    ),
];

fn with_keys(text: &str) -> String {
    text.replace("KEY_1", KEY_1).replace("KEY_2", KEY_2)
}

fn parts(line: &str) -> (String, RrType, String) {
    let line = with_keys(line);
    let mut words = line.splitn(3, ' ');
    let mut next = || words.next().expect("three parts").to_owned();
    let (owner, rtype, data) = (next(), next(), next());
    (owner, rtype.parse().expect("a type"), data)
}

fn value(rtype: RrType, data: &str) -> Value {
    let rdata = match rtype {
        RrType::TXT => Rdata::Txt(Txt::from_text(data.as_bytes())),
        other => Rdata::parse(other, data).expect("data"),
    };
    Value::new(rdata, 300)
}

/// A plan that says nothing of guards: the program looks for itself.
fn plan(change: &Change) -> Plan {
    let of = |lines: &[&str]| {
        let value_of = |line: &&str| {
            let (_, rtype, data) = parts(line);
            value(rtype, &data)
        };
        lines.iter().map(value_of).collect::<Vec<_>>()
    };
    let (owner, ..) = parts(change.remove.iter().chain(change.add).next().expect("a change"));
    Plan::new(vec![step(&owner, of(change.remove), of(change.add))], Vec::new())
}

fn step(owner: &str, remove: Vec<Value>, add: Vec<Value>) -> Step {
    let name = |text: &str| text.parse().expect("a name");
    let owner = if owner == "@" { "example.com".to_owned() } else { format!("{owner}.example.com") };
    Step {
        domain: name("example.com"),
        provider: Some("zone".to_owned()),
        zone: Some(name("example.com")),
        owner: name(&owner),
        before: remove.clone(),
        after: add.clone(),
        remove,
        add,
        rules: Vec::new(),
        guards: Vec::new(),
        waits: None,
        notes: Vec::new(),
        source: Vec::new(),
    }
}

fn folder(zone: &str, plan: &Plan) -> Folder {
    let declared = format!("{DECLARED}{SELECTORS}");
    Folder::with(&[
        ("mailvouch.toml", &declared),
        ("example.com.zone", zone),
        ("plan.json", &plan.to_json().expect("JSON")),
    ])
}

fn folder_of(change: &Change) -> Folder {
    let mut zone = format!("{ZONE}{}\n", with_keys(change.zone));
    for line in change.remove {
        let (owner, rtype, data) = parts(line);
        let rdata = value(rtype, &data).rdata;
        writeln!(zone, "{owner} {rtype} {rdata}").expect("a line");
    }
    folder(&zone, &plan(change))
}

fn apply(folder: &Folder, allow: &[Guard], code: i32) -> Ran {
    let allow: String = allow.iter().flat_map(|guard| [" --allow ", guard.name()]).collect();
    folder.mailvouch(&format!("apply plan.json --zone-file example.com.zone{allow}")).exits(code)
}

/// The guards that a refusal asks for.
fn asked(ran: &Ran) -> BTreeSet<Guard> {
    let words = ran.stderr.split("--allow ").skip(1);
    words.map(|words| Guard::from_name(words.split_whitespace().next().expect("a guard")).expect("a guard")).collect()
}

#[test]
fn each_guard_stops_the_program_until_it_is_allowed() {
    for (guard, fires, _) in PAIRS {
        let folder = folder_of(fires);
        let before = folder.files();
        let refused = apply(&folder, &[], 5);
        assert_eq!(asked(&refused), fires.trips.iter().copied().collect(), "{guard}\n{refused}");
        assert!(fires.trips.contains(guard));
        // To allow all the others is not enough.
        let others: Vec<Guard> = Guard::ALL.into_iter().filter(|other| other != guard).collect();
        assert_eq!(asked(&apply(&folder, &others, 5)), BTreeSet::from([*guard]));
        assert_eq!(folder.files(), before, "{guard}: nothing was written");
        apply(&folder, fires.trips, 0);
        assert_ne!(folder.read("example.com.zone"), String::from_utf8_lossy(&before_zone(&before)), "{guard}");
    }
}

fn before_zone(files: &[(std::path::PathBuf, Vec<u8>)]) -> Vec<u8> {
    files.iter().find(|(path, _)| path.ends_with("example.com.zone")).expect("the zone").1.clone()
}

#[test]
fn the_next_best_change_does_not_trip_it() {
    for (guard, _, silent) in PAIRS {
        let folder = folder_of(silent);
        assert!(!silent.trips.contains(guard));
        if !silent.trips.is_empty() {
            let refused = apply(&folder, &[], 5);
            assert_eq!(asked(&refused), silent.trips.iter().copied().collect(), "{guard}\n{refused}");
        }
        apply(&folder, silent.trips, 0);
    }
}

/// The declaration allows a guard as the option does, and the plan says which line it was.
#[test]
fn the_declaration_allows_a_guard_and_the_plan_says_where() {
    for (guard, fires, _) in PAIRS {
        let folder = folder_of(fires);
        let allowed: Vec<String> = fires.trips.iter().map(|guard| format!("\"{guard}\"")).collect();
        let declared = format!("{DECLARED}allow = [{}]\n{SELECTORS}", allowed.join(", "));
        folder.write("mailvouch.toml", &declared);
        let mut tripping = Plan::from_json(&folder.read("plan.json")).expect("a plan");
        tripping.steps[0].guards =
            vec![mailvouch::plan::Guarded { guard: *guard, why: "because".to_owned(), domain: None, allowed: None }];
        folder.write("plan.json", tripping.to_json().expect("JSON"));
        let line = declared.lines().position(|line| line.starts_with("allow")).expect("a line") + 1;
        let ran = apply(&folder, &[], 0).says(&format!("allowed (by mailvouch.toml:{line}) {guard}: because"));
        assert!(!ran.stdout.contains("--allow"), "nothing more is needed\n{ran}");
    }
}

#[test]
fn much_of_one_zone_at_once_is_guarded() {
    let many = |number: usize| {
        let revoked = || vec![value(RrType::TXT, "v=DKIM1; p=")];
        let steps = (0..number).map(|each| step(&format!("k{each}._domainkey"), Vec::new(), revoked()));
        Plan::new(steps.collect(), Vec::new())
    };
    apply(&folder(ZONE, &many(25)), &[], 0);
    let folder = folder(ZONE, &many(26));
    let before = folder.files();
    assert_eq!(asked(&apply(&folder, &[], 5)), BTreeSet::from([Guard::LargeChange]));
    assert_eq!(folder.files(), before);
    apply(&folder, &[Guard::LargeChange], 0);
}

/// The same zone behind a program that says how its host writes.
fn hosted(cas: &str, plan: &Plan) -> Folder {
    let [python, script] = [program_of_peers("python").display().to_string(), script("exec_zone.py")];
    let old = r#"kind = "zone-file"
file = "example.com.zone""#;
    let new = format!("kind = \"exec\"\ncommand = [{python:?}, {script:?}, \"zones.json\", \"{cas}\"]");
    let soa = "ns.example.com. hostmaster.example.com. 1 7200 900 1209600 300";
    let value = |rtype: &str, data: &str| json!({"rdata": {"type": rtype, "data": data}, "ttl": 300});
    let apex = json!([
        value("SOA", soa),
        value("NS", "ns.example.com."),
        value("A", "203.0.113.10"),
        value("TXT", "\"v=spf1 a ~all\""),
        value("TXT", "\"a token\""),
    ]);
    Folder::with(&[
        ("mailvouch.toml", &DECLARED.replace(old, &new)),
        ("zones.json", &json!({"example.com": {"example.com": apex}}).to_string()),
        ("example.com.zone", &format!("{ZONE}@ TXT \"v=spf1 a ~all\"\n@ TXT \"a token\"\n")),
        ("plan.json", &plan.to_json().expect("JSON")),
    ])
}

fn script(name: &str) -> String {
    format!("{}/tests/peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A set that can only be replaced whole and under no condition: a new name and an old one, in a plan that says nothing of
/// it, in one that is made here, and in a declaration that allows it.
#[test]
fn a_host_that_takes_no_condition_is_written_to_only_where_that_is_allowed() {
    let policy = || vec![value(RrType::TXT, "v=DMARC1; p=none")];
    let tighter =
        (vec![value(RrType::TXT, "v=spf1 a ~all")], vec![value(RrType::TXT, "v=spf1 a ip4:203.0.113.10 ~all")]);
    for steps in [vec![step("_dmarc", Vec::new(), policy())], vec![step("@", tighter.0, tighter.1)]] {
        let plan = Plan::new(steps, Vec::new());
        apply(&hosted("atomic", &plan), &[], 0);
        let folder = hosted("unconditional", &plan);
        let before = folder.files();
        assert_eq!(asked(&apply(&folder, &[], 5)), BTreeSet::from([Guard::UnconditionalWrite]));
        let others: Vec<Guard> = Guard::ALL.into_iter().filter(|guard| *guard != Guard::UnconditionalWrite).collect();
        assert_eq!(asked(&apply(&folder, &others, 5)), BTreeSet::from([Guard::UnconditionalWrite]));
        assert_eq!(folder.files(), before, "nothing was written");
        apply(&folder, &[Guard::UnconditionalWrite], 0);
        assert!(folder.read("zones.json").contains("a token"));
    }
    // As it is planned: the words say what can be lost, at each step.
    let folder = hosted("unconditional", &Plan::default());
    let declared = folder.read("mailvouch.toml");
    folder
        .write("mailvouch.toml", format!("{declared}{SELECTORS}[domains.\"example.com\".dmarc]\npolicy = \"none\"\n"));
    let made = folder.mailvouch("plan --zone-file example.com.zone --out plan.json").exits(1);
    made.says("needs --allow unconditional-write: the provider can only write the TXT set whole")
        .says("nothing stands there now");
    let made = Plan::from_json(&folder.read("plan.json")).expect("a plan");
    let has = |step: &Step| step.guards.iter().any(|guarded| guarded.guard == Guard::UnconditionalWrite);
    assert!(!made.steps.is_empty() && made.steps.iter().all(has));
    folder.write(
        "mailvouch.toml",
        folder
            .read("mailvouch.toml")
            .replace("egress = [\"office\"]", "egress = [\"office\"]\nallow = [\"unconditional-write\"]"),
    );
    apply(&folder, &[Guard::TightensSpf], 0).says("allowed (by mailvouch.toml:");
}

#[test]
fn every_guard_is_here() {
    let mut tested: BTreeSet<Guard> = PAIRS.iter().map(|(guard, ..)| *guard).collect();
    tested.extend([Guard::LargeChange, Guard::UnconditionalWrite]);
    assert_eq!(tested, Guard::ALL.into_iter().collect());
}

/// A record that another declared domain includes: what it loses stops the program, and its own section allows it.
#[test]
fn what_another_domain_would_lose_stops_the_program_too() {
    let shared = change(
        "_spf TXT \"v=spf1 a:example.com -all\"",
        &["@ TXT v=spf1 a ip4:192.0.2.99 -all"],
        &["@ TXT v=spf1 a -all"],
        &[Guard::ShrinksSpf],
    );
    let folder = folder_of(&shared);
    let zone = folder.read("example.com.zone");
    folder.write("example.com.zone", format!("{zone}other TXT \"v=spf1 include:example.com -all\"\n"));
    let other = "\n[domains.\"other.example.com\"]\nprovider = \"zone\"\negress = [\"office\"]\n";
    let own = format!("{DECLARED}allow = [\"shrinks-spf\"]\n");
    folder.write("mailvouch.toml", format!("{own}{other}"));
    let before = folder.files();
    assert_eq!(asked(&apply(&folder, &[], 5)), BTreeSet::from([Guard::ShrinksSpf]));
    assert_eq!(folder.files(), before);
    folder.write("mailvouch.toml", format!("{own}{other}allow = [\"shrinks-spf\"]\n"));
    apply(&folder, &[], 0);
}
