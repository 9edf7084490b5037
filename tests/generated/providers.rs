//! The table of what each provider can and cannot do, `docs/providers/README.md`, from their own limits.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use mailvouch_providers::azure_dns::{self, AzureDns};
use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::desec::DeSec;
use mailvouch_providers::digitalocean::DigitalOcean;
use mailvouch_providers::gandi::Gandi;
use mailvouch_providers::google_cloud_dns::{self, GoogleCloudDns};
use mailvouch_providers::hetzner::Hetzner;
use mailvouch_providers::octodns::{Layout, OctoDns};
use mailvouch_providers::powerdns::PowerDns;
use mailvouch_providers::rfc2136::{Rfc2136, TsigKey, TsigSecret};
use mailvouch_providers::route53::{Credentials, Route53};
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Limits, Provider, Rate};

use super::assert_committed;
use super::schemas::schema;
use crate::providers::contract::{Clause, for_each_clause};
use crate::providers::fixture::{Fixture, txt};

/// The kinds that have no limits of their own: a program says them when it is asked, and a person has none.
const WITHOUT: [&str; 4] = ["exec", "dnscontrol", "terraform", "manual"];

/// Every other kind, as it is where nothing is declared but what has to be. None of them is spoken to.
fn providers() -> Vec<(&'static str, Box<dyn Provider>)> {
    let timeout = Duration::from_secs(1);
    let key = TsigKey {
        name: "key.example".parse().expect("a name"),
        algorithm: "hmac-sha256".parse().expect("an algorithm"),
        secret: TsigSecret::from_base64("c2VjcmV0LXNlY3JldC1zZWNyZXQ=").expect("a secret"),
    };
    let server = "127.0.0.1:53".parse().expect("an address");
    let credentials = Credentials::new("key", "secret", None);
    let application = azure_dns::Credentials::new("tenant", "client", "secret", None);
    let azure = AzureDns::new(None, "subscription", None, application, timeout, None);
    let token = google_cloud_dns::Credentials::access_token("token");
    let google = GoogleCloudDns::new(None, "project", None, token, timeout, None);
    let local = "http://127.0.0.1:8081";
    vec![
        ("zone-file", Box::new(ZoneFile::folder("/zones"))),
        ("octodns", Box::new(OctoDns::folder("/zones", Layout::default()))),
        ("rfc2136", Box::new(Rfc2136::new(server, key, timeout, None))),
        ("powerdns", Box::new(PowerDns::new(local, "localhost", "key", timeout, None).expect("powerdns"))),
        ("cloudflare", Box::new(Cloudflare::new(None, "token", timeout, None).expect("cloudflare"))),
        ("desec", Box::new(DeSec::new(None, "token", timeout, None).expect("desec"))),
        ("gandi", Box::new(Gandi::new(None, "token", timeout, None).expect("gandi"))),
        ("hetzner", Box::new(Hetzner::new(None, "token", timeout, None).expect("hetzner"))),
        ("route53", Box::new(Route53::new(None, None, None, credentials, timeout, None).expect("route53"))),
        ("google-cloud-dns", Box::new(google.expect("google-cloud-dns"))),
        ("azure-dns", Box::new(azure.expect("azure-dns"))),
        ("digitalocean", Box::new(DigitalOcean::new(None, "token", timeout, None).expect("digitalocean"))),
    ]
}

/// Which of its steps trip the guard `unconditional-write`.
fn leave(limits: &Limits) -> &'static str {
    let (one, other) = (txt("one"), txt("other"));
    let asks = |remove: &[_], add: &[_]| limits.cas.is_unconditional(remove, add);
    match (asks(&[], &[&one]), asks(&[&one], &[&other])) {
        (true, _) => "each step",
        (false, true) => "a step that replaces a value",
        (false, false) => "–",
    }
}

/// How fast it may be asked, as it is published.
fn rate(rate: Option<Rate>) -> String {
    let Some(Rate { requests, per }) = rate else { return "–".to_owned() };
    let (seconds, minute, hour) = (per.as_secs(), 60, 3600);
    let time = match seconds {
        1 => "a second".to_owned(),
        60 => "a minute".to_owned(),
        3600 => "an hour".to_owned(),
        _ if seconds % hour == 0 => format!("in {} hours", seconds / hour),
        _ if seconds % minute == 0 => format!("in {} minutes", seconds / minute),
        _ => format!("in {seconds} seconds"),
    };
    format!("{requests} {time}")
}

fn row(kind: &str, limits: &Limits) -> String {
    let batch = if limits.batch == usize::MAX { "any".to_owned() } else { limits.batch.to_string() };
    let mut types: Vec<String> = limits.types.iter().map(ToString::to_string).collect();
    types.sort();
    let cells = [
        format!("[`{kind}`]({kind}.md)"),
        limits.cas.name().to_owned(),
        leave(limits).to_owned(),
        batch,
        rate(limits.rate),
        limits.min_ttl.to_string(),
        if limits.per_value_ttl { "value" } else { "set" }.to_owned(),
        types.join(", "),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn page() -> String {
    let clauses: &[Clause] = &for_each_clause! { listed_clauses Fixture };
    let mut page = format!(
        "# Providers\n\n\
         What each can and cannot do, as it says of itself. All of them are held to the same {} clauses\n\
         ([tests/providers/contract.rs](../../tests/providers/contract.rs)), and each page says against what: a real server, or\n\
         a stand-in for the host.\n\n\
         | kind | two writers | asks for leave | names in a group | requests | least TTL | a TTL for each | writes |\n\
         |---|---|---|---|---|---|---|---|\n",
        clauses.len()
    );
    for (kind, provider) in providers() {
        page += &row(kind, &provider.limits());
    }
    let rest = "| [`exec`](exec.md) | as the program says of its host | as the program says | as the program says | kept by the \
                program | as the program says | as the program says | as the program says |\n\
                | [`dnscontrol`](dnscontrol.md) | a person | – | any | – | – | – | A, AAAA, CNAME, MX, TXT |\n\
                | [`terraform`](terraform.md) | a person | – | any | – | – | – | CNAME, MX, TXT |\n\
                | [`manual`](manual.md) | a person | – | any | – | – | – | any |\n\n";
    page += rest;
    for (word, meaning) in [
        (
            "atomic",
            "a group happens as a whole if what it rests on still stands, or not at all: nobody else's value can be lost",
        ),
        (
            "per-value",
            "each value is addressed by itself: no other value can be lost; a group may end half done, and is taken back",
        ),
        (
            "per-value, but replacing unconditional",
            "values come and go each by itself; one that replaces another is written with its whole set",
        ),
        (
            "read-then-write",
            "sets are read and written whole, at a server of your own: what somebody else puts into the same set in the moment \
             between is lost",
        ),
        ("unconditional", "the same at a host on the Internet, where others write too"),
    ] {
        writeln!(page, "- **{word}**: {meaning}.").expect("a text");
    }
    page += "\nLeave is `--allow unconditional-write`, or `allow` in the declaration ([plans](../formats/plan.md#guards)). Where a \
             least TTL is that of\nthe domain, its page says so. The rate is the published one, kept for each credential. `apply` \
             reads back what it wrote at each of them.\n";
    page
}

#[test]
fn the_table_of_providers_is_what_they_say_of_themselves() {
    assert_committed("docs/providers/README.md", &page());
}

#[test]
fn every_kind_is_in_the_table_and_has_a_page() {
    let schema = schema("declaration");
    let declared = schema["$defs"]["Provider"]["oneOf"].as_array().expect("kinds").iter();
    let kinds: BTreeSet<&str> =
        declared.map(|kind| kind["properties"]["kind"]["const"].as_str().expect("a name")).collect();
    let listed: BTreeSet<&str> = providers().into_iter().map(|(kind, _)| kind).chain(WITHOUT).collect();
    assert_eq!(listed, kinds);
    let readme = include_str!("../../README.md");
    for kind in kinds {
        let file = format!("docs/providers/{kind}.md");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).exists(), "{file}");
        assert!(readme.contains(&format!("[`{kind}`]({file})")), "the README has no line for {kind}");
    }
}
