//! A record that asks DNS thirteen times, has two typing errors and lacks an address: the plan that mends all of it, and
//! the apply that waits before the record leads to what is new.

use mailvouch::plan::{Entry, Journal, Plan};

use super::job::{BOTH, records, reverse_zones};
use super::runner::{Folder, Ran};
use super::snapshots;
use crate::servers::{Server, Setup};

/// The owner's zone. Absence is held for a second: a test waits as long.
const ZONE: &str = r#"$ORIGIN example.com.
$TTL 3600
@ SOA ns hostmaster 2026010100 7200 900 1209600 NEGATIVE
@ NS ns
@ MX 10 mail
@ TXT "MS=ms41770329"
@ TXT "v=spf1  mx ipv4:203.0.113.10 includes:_spf.crm.example  include:_spf.news.example " "include:spf.desk.example include:spf.shop.example -all"
@ TXT "google-site-verification=4Jd0vQmPqT7yZ1bR8sWc2XnE5uHk9LfAo3GiVtYx6Ml"
ns A 192.0.2.53
mail A 203.0.113.10
firewall A 198.51.100.7
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
"#;

/// Four services: eleven look-ups with one for the owner's own include of each.
const SERVICES: &str = r#"$ORIGIN example.
$TTL 300
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.54
_spf.crm TXT "v=spf1 include:_a.crm.example include:_b.crm.example include:_c.crm.example -all"
_a.crm TXT "v=spf1 ip4:192.0.2.128/27 ip4:192.0.2.160/28 -all"
_b.crm TXT "v=spf1 ip4:192.0.2.192/28 ip6:2001:db8:c::/48"
_c.crm TXT "v=spf1 ip4:198.51.100.64/26 ?all"
_spf.news TXT "v=spf1 include:_n1.news.example include:_n2.news.example"
_n1.news TXT "v=spf1 ip4:198.51.100.128/26"
_n2.news TXT "v=spf1 -ip4:198.51.100.200 ip4:198.51.100.192/27 ~all"
spf.desk TXT "v=spf1 include:_d.desk.example -all"
_d.desk TXT "v=spf1 ip4:192.0.2.16/28 -all"
spf.shop TXT "v=spf1 a:out.shop.example include:_s.shop.example -all"
_s.shop TXT "v=spf1 ip4:192.0.2.32/28 ip4:192.0.2.64/29 ip6:2001:db8:5::/48 -all"
out.shop A 192.0.2.81
"#;

const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10"]

[egress.new-firewall]
addresses = ["198.51.100.7"]

[senders.crm]
include = "_spf.crm.example"

[senders.news]
include = "_spf.news.example"

[senders.desk]
include = "spf.desk.example"

[senders.shop]
include = "spf.shop.example"

[providers.dns]
PROVIDER

[domains."example.com"]
provider = "dns"
egress = ["office", "new-firewall"]
senders = ["crm", "news", "desk", "shop"]
spf = { all = "fail" }
dmarc = { policy = "reject", rua = ["mailto:dmarc@example.com"] }
"#;

const FILES: &str = "--zone-file example.com.zone --zone-file example.zone";

fn on_files() -> Folder {
    let folder = Folder::new();
    let provider = "kind = \"zone-file\"\nfile = \"example.com.zone\"";
    folder.write("mailvouch.toml", DECLARED.replace("PROVIDER", provider));
    folder.write("example.com.zone", ZONE.replace("NEGATIVE", "300"));
    folder.write("example.zone", SERVICES);
    folder
}

#[test]
fn the_plan_of_thirteen_look_ups_two_typing_errors_and_a_missing_address() {
    let _area = snapshots();
    let folder = on_files();
    let plan = |arguments: &str| folder.mailvouch(&format!("plan {arguments} {FILES}")).exits(1);
    insta::assert_snapshot!("plan-thirteen-look-ups", plan(""));
    insta::assert_snapshot!("plan-thirteen-look-ups-accepted", plan("--accept spf-lookup-limit"));
    insta::assert_snapshot!("plan-thirteen-look-ups-json", plan("--accept spf-lookup-limit --format json"));
}

/// The whole of it on a real server.
fn on_a_server(start: fn(&Setup) -> Server) {
    let mut setup = Setup::new("example.com", &ZONE.replace("NEGATIVE", "1"));
    setup.zones.push(("example".to_owned(), SERVICES.to_owned()));
    setup.zones.extend(reverse_zones());
    let server = start(&setup);
    let (address, key) = (server.address(), server.key().name.clone());
    let folder = Folder::new();
    let provider = format!(
        "kind = \"rfc2136\"\nserver = \"{address}\"\nkey-name = \"{key}\"\nkey-env = \"TSIG\"\nauthoritative = [\"{address}\"]"
    );
    folder.write("mailvouch.toml", DECLARED.replace("PROVIDER", &provider));
    let run = |command: &str, code: i32| -> Ran {
        let command = format!("{command} --resolver {address} --timeout 20");
        folder.mailvouch(&command).env("TSIG", &server.key().secret).exits(code)
    };
    let before = records(&server.dump("example.com"));
    run("plan --accept spf-lookup-limit --out plan.json", 1);
    let plan = Plan::from_json(&folder.read("plan.json")).expect("a plan");
    let owners: Vec<String> = plan.steps.iter().map(|step| step.owner.to_string()).collect();
    assert_eq!(owners, ["_spf1.example.com", "example.com"]);
    run("apply plan.json --journal journal", 0).says("waits 1 s");
    super::job::assert_only_the_plan(&plan, &before, &records(&server.dump("example.com")));

    // Announced in the order in which it is safe.
    let told: Vec<String> = Journal::read(&folder.read("journal")).expect("a journal").iter().map(short).collect();
    assert_eq!(told, ["begin", "intent 0", "written 0", "waiting 1", "intent 1", "written 1", "end"]);
    run("check", 0);
    run("plan --accept spf-lookup-limit", 0).says("nothing to change");
}

fn short(entry: &Entry) -> String {
    match entry {
        Entry::Begin { .. } => "begin".to_owned(),
        Entry::Intent { step, .. } => format!("intent {step}"),
        Entry::Waiting { step, names, seconds } => {
            assert_eq!((names.len(), *seconds), (1, 1));
            format!("waiting {step}")
        }
        Entry::Written { step } => format!("written {step}"),
        Entry::End { complete: true } => "end".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_applied_to_bind_the_ranges_first() {
    on_a_server(BOTH[0]);
}

#[test]
fn it_is_applied_to_knot_the_ranges_first() {
    on_a_server(BOTH[1]);
}
