//! `init`: what is published becomes a declaration that says the same, and nothing that was not seen is called absent.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::runner::Ran;
use super::{Folder, snapshots};

/// A domain with own servers, two services and somebody nobody knows; the other shares its servers; the third is parked.
const ZONE: &str = r#"$ORIGIN example.com.
$TTL 3600
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS amir.ns.cloudflare.com.
@ NS uma.ns.cloudflare.com.
@ MX 10 mail
@ TXT "v=spf1 mx ip4:198.51.100.0/28 ip6:2001:db8:10::/64 include:spf.protection.outlook.com include:_spf.news.example ~all"
mail A 203.0.113.10
mail AAAA 2001:db8:10::25
_dmarc 7200 TXT "v=DMARC1; p=quarantine; sp=reject; adkim=s; rua=mailto:dmarc@example.com; ruf=mailto:dmarc@example.com; fo=1:d"
selector1._domainkey CNAME selector1-example-com._domainkey.contoso.onmicrosoft.com.
k2._domainkey CNAME dkim2.mcsv.net.
mail._domainkey TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
default._domainkey TXT "v=DKIM1; p="
s2026._domainkey TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"#;
const OTHERS: &str = r#"$ORIGIN .
$TTL 300
. SOA a.root hostmaster.root 1 7200 900 1209600 300
. NS a.root.
example.net. TXT "v=spf1 mx:example.com ip6:2001:db8:10::/64 ip4:198.51.100.0/28 -all"
example.net. MX 10 mail.example.com.
parked.example. TXT "v=spf1 -all"
parked.example. MX 0 .
_dmarc.parked.example. TXT "v=DMARC1; p=reject"
spf.protection.outlook.com. TXT "v=spf1 ip4:40.92.0.0/15 -all"
_spf.news.example. TXT "v=spf1 ip4:192.0.2.64/28 -all"
selector1-example-com._domainkey.contoso.onmicrosoft.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
dkim2.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
10.113.0.203.in-addr.arpa. PTR mail.example.com.
"#;
const FILES: &str = "--zone-file example.com.zone --zone-file others.zone";

fn folder() -> Folder {
    Folder::with(&[("example.com.zone", ZONE), ("others.zone", OTHERS)])
}

/// The errors of a check, sorted.
fn errors(ran: &Ran) -> BTreeSet<String> {
    let document = ran.json();
    let domains = document["domains"].as_array().expect("domains");
    let all = domains.iter().flat_map(|domain| domain["diagnostics"].as_array().expect("findings"));
    let serious = all.filter(|found| found["severity"] == "error");
    serious.map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect()
}

fn without_date(text: &str) -> String {
    text.lines()
        .map(|line| line.split(" by `mailvouch init` on ").next().unwrap_or_default().to_owned() + "\n")
        .collect()
}

#[test]
fn what_is_published_is_declared() {
    let _area = snapshots();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"init` on \d{4}-\d\d-\d\d", "init` on [DAY]");
    let _day = settings.bind_to_scope();
    let folder = folder();
    let line = format!("init example.com example.net parked.example --selector s2026 {FILES}");
    let ran = folder.mailvouch(&line).exits(0);
    insta::assert_snapshot!("init", ran);
    insta::assert_snapshot!("init-file", folder.read("mailvouch.toml"));
    // The same again, to the letter; and nothing is overwritten.
    let to_stdout = folder.mailvouch(&line).arg("-o").arg("-").exits(0);
    assert_eq!(to_stdout.stdout, folder.read("mailvouch.toml"));
    let before = folder.files();
    folder.mailvouch(&line).exits(2).says("mailvouch.toml exists, and `init` overwrites nothing");
    assert_eq!(folder.files(), before);
    // It says what is published: there is nothing to change, and nothing wrong that was not so before.
    folder.mailvouch(&format!("plan {FILES}")).exits(0).says("nothing to change");
    folder.mailvouch(&format!("diff {FILES}")).exits(0);
    let check = folder.mailvouch(&format!("check --format json --exit-zero {FILES}")).exits(0);
    assert_eq!(errors(&check), BTreeSet::new(), "{check}");
}

#[test]
fn the_answers_that_it_rests_on_are_kept() {
    let folder = folder();
    folder.mailvouch(&format!("init example.com --save-answers seen.json {FILES}")).exits(0);
    let text = folder.read("mailvouch.toml");
    folder.mailvouch("init example.com --answers seen.json -o again.toml").exits(0);
    assert_eq!(folder.read("again.toml"), text);
}

/// Each well-run world, from what is published alone.
#[test]
fn a_well_run_domain_is_declared_as_it_is() {
    let worlds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/well-run");
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(worlds).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    assert!(folders.len() >= 6);
    for world in folders {
        let (domains, selectors) = declared(&world.join("mailvouch.toml"));
        let zone = world.join("world.zone").display().to_string();
        let names = domains.join(" ");
        let selectors = selectors.iter().fold(String::new(), |all, selector| format!("{all} --selector {selector}"));
        let folder = Folder::new();
        let before = folder
            .mailvouch(&format!("check --format json --exit-zero {names}{selectors} --zone-file {zone}"))
            .exits(0);
        let ran = folder.mailvouch(&format!("init {names}{selectors} --zone-file {zone}")).exits(0);
        let text = folder.read("mailvouch.toml");
        let check = folder.mailvouch(&format!("check --format json --exit-zero --zone-file {zone}")).exits(0);
        let mut new: BTreeSet<String> = errors(&check).difference(&errors(&before)).cloned().collect();
        // Addresses that nobody had declared before have no names in that world, and the file asks about each.
        if new.remove("egress-no-ptr") {
            assert!(text.contains("decide: does mail leave from here at all? It has no reverse name"), "{text}");
        }
        assert_eq!(new, BTreeSet::new(), "{names}: {text}\n{ran}");
        let plan = folder.mailvouch(&format!("plan --zone-file {zone}")).exits(0);
        assert!(plan.stdout.contains("nothing to change"), "{names}: {text}\n{plan}");
    }
}

/// The domains of a declaration, and all their selectors.
fn declared(path: &Path) -> (Vec<String>, Vec<String>) {
    let text = std::fs::read_to_string(path).expect("a declaration");
    let table: toml::Table = text.parse().expect("TOML");
    let domains = table["domains"].as_table().expect("domains");
    let selectors = domains.values().filter_map(|domain| domain.get("dkim")?.as_table());
    let selectors: BTreeSet<String> = selectors.flat_map(|table| table.keys().cloned()).collect();
    (domains.keys().cloned().collect(), selectors.into_iter().collect())
}

#[test]
fn what_could_not_be_seen_is_not_called_absent() {
    let folder = folder();
    // A snapshot that lacks the policy, a selector, and an own record that the SPF record leads to.
    folder.mailvouch(&format!("init example.com --save-answers seen.json -o whole.toml {FILES}")).exits(0);
    let mut seen: Value = serde_json::from_str(&folder.read("seen.json")).expect("JSON");
    let answers = seen["answers"].as_array_mut().expect("answers");
    let length = answers.len();
    answers.retain(|answer| {
        let name = answer["name"].as_str().expect("a name");
        !["_dmarc.example.com", "mail._domainkey.example.com"].contains(&name.trim_end_matches('.'))
    });
    assert_eq!(answers.len(), length - 2);
    folder.write("part.json", seen.to_string());
    let ran = folder.mailvouch("init example.com --answers part.json").exits(3);
    ran.says("marked `not seen:`");
    let text = folder.read("mailvouch.toml");
    assert!(text.contains("not seen: _dmarc.example.com. TXT: the saved snapshot does not hold it"), "{text}");
    assert!(text.contains("not seen: mail._domainkey: the saved snapshot does not hold it"), "{text}");
    assert!(text.contains("PART OF IT COULD NOT BE SEEN"), "{text}");
    assert!(!text.contains("_dmarc.example.com. TXT: nothing"), "{text}");
}

#[test]
fn an_unseen_spf_record_says_nothing_of_who_sends() {
    let folder =
        Folder::with(&[("a.zone", "$ORIGIN a.example.\n@ 300 SOA ns h 1 2 3 4 5\n@ 300 TXT \"v=spf1 -all\"\n")]);
    folder.mailvouch("init b.example --zone-file a.zone").exits(3);
    let text = folder.read("mailvouch.toml");
    let table: toml::Table = text.parse().expect("TOML");
    assert_eq!(table["domains"]["b.example"].as_table().expect("a section").len(), 0, "{text}");
}

#[test]
fn hostile_records_stay_in_comments() {
    let zone = r#"$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 1 7200 900 1209600 300
@ TXT "v=spf1 ip4:203.0.113.1 include:a\".example x=\010[domains.\"evil\"]\010 \027[31m ~all"
@ TXT "v=spf1 include:_spf.a\010b.example ip4:203.0.113.2 -all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:a\"@example.com,mailto:b@example.com; \010[evil]"
mail._domainkey TXT "v=DKIM1; \010p=1\226\128\174\""
"#;
    let folder = Folder::with(&[("z.zone", zone)]);
    let ran = folder.mailvouch("init example.com --zone-file z.zone").exits(0);
    let text = folder.read("mailvouch.toml");
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}: {text}"));
    let domains: Vec<&String> = table["domains"].as_table().expect("domains").keys().collect();
    assert_eq!(domains, ["example.com"], "{text}");
    for text in [&text, &ran.stdout, &ran.stderr] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }
    // Both records are meant by somebody: what they let pass is there to choose from.
    assert!(text.contains("\"203.0.113.1\"") && text.contains("\"203.0.113.2\""), "{text}");
}

#[test]
fn a_wildcard_is_no_key() {
    let zone = "$ORIGIN example.com.\n$TTL 300\n@ SOA ns h 1 2 3 4 5\n@ TXT \"v=spf1 -all\"\n* TXT \"v=DKIM1; k=ed25519; \
                p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n";
    let folder = Folder::with(&[("z.zone", zone)]);
    folder.mailvouch("init example.com --zone-file z.zone").exits(0);
    let text = folder.read("mailvouch.toml");
    assert!(text.contains("a wildcard stands there") && !text.contains("present"), "{text}");
}

#[test]
fn wrong_usage_leaves_nothing() {
    let folder = folder();
    let before = folder.files();
    for (arguments, words) in [
        ("", "<DOMAIN>"),
        ("example", "single label"),
        ("example.com --selector s1._domainkey", "write the part before"),
        ("example.com -o nowhere/mailvouch.toml", "cannot write nowhere/mailvouch.toml"),
        ("example.com --zone-file no.zone", "no.zone"),
    ] {
        let files = if arguments.contains("--zone-file") { "" } else { FILES };
        folder.mailvouch(&format!("init {arguments} {files}")).exits(2).says(words);
        assert_eq!(folder.files(), before, "{arguments}");
    }
    let twice = folder.mailvouch(&format!("init example.com EXAMPLE.com. -o - {FILES}")).exits(0);
    assert_eq!(without_date(&twice.stdout).matches("[domains.\"example.com\"]").count(), 1);
}
