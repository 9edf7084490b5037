//! A flattened record in a zone that is published from a repository: what leads to it waits until it was published.

use mailvouch::plan::Plan;
use mailvouch_providers::dns::Rdata;

use super::runner::{Folder, Ran};
use crate::servers::{Server, Setup, bind};

/// What the source publishes. A test that goes on waits for as long as absence is held: a second.
const ZONE: &str = r#"$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 2026010100 7200 900 1209600 1
@ NS ns
@ TXT "v=spf1 include:_spf.big.example -all"
; Nobody answers there: it is where the servers are that are not named.
ns A 127.99.0.53
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
"#;

const YAML: &str = "---\n'':\n  ttl: 300\n  type: TXT\n  value: v=spf1 include:_spf.big.example -all\n\
                    _dmarc:\n  ttl: 300\n  type: TXT\n  value: v=DMARC1\\; p=reject\\; rua=mailto:dmarc@example.com\n";

const DECLARED: &str = r#"version = 1

[senders.big]
include = "_spf.big.example"

[providers.dns]
kind = "octodns"
dir = "config"
AUTHORITATIVE

[domains."example.com"]
provider = "dns"
senders = ["big"]
spf = { all = "fail" }
dmarc = { policy = "reject", rua = ["mailto:dmarc@example.com"] }
"#;

/// One service: thirteen look-ups, and more ranges than one character-string holds.
fn service() -> String {
    let mut zone =
        "$ORIGIN example.\n$TTL 300\n@ SOA ns hostmaster 1 7200 900 1209600 300\n@ NS ns\nns A 192.0.2.54\n".to_owned();
    zone.push_str("_spf.big TXT \"v=spf1 \"");
    for number in 0..12 {
        zone.push_str(&format!(" \"include:s{number}.big.example \""));
    }
    zone.push_str(" \"-all\"\n");
    for number in 0..12 {
        let [one, two, three] = [0, 2, 4].map(|nth| format!("ip4:198.51.100.{}", number * 20 + nth));
        zone.push_str(&format!("s{number}.big TXT \"v=spf1 {one} {two} {three} -all\"\n"));
    }
    zone
}

/// A server of both zones, the first one with these lines more.
fn server(more: &str) -> Server {
    let mut setup = Setup::new("example.com", &format!("{ZONE}{more}"));
    setup.zones.push(("example".to_owned(), service()));
    bind::start_with(&setup)
}

fn folder(authoritative: &str) -> Folder {
    let declared = DECLARED.replace("AUTHORITATIVE", authoritative);
    Folder::with(&[("mailvouch.toml", &declared), ("config/example.com.yaml", YAML)])
}

fn apply(folder: &Folder, from: &str, code: i32) -> Ran {
    let allow = "--allow large-change --allow spends-lookups --allow widens-spf --allow shrinks-spf";
    folder.mailvouch(&format!("apply --accept spf-lookup-limit --yes {allow} {from}")).exits(code)
}

fn source(folder: &Folder) -> String {
    folder.read("config/example.com.yaml")
}

#[test]
fn nothing_leads_to_a_record_that_nobody_has_published() {
    let server = server("");
    let address = server.address();
    let named = format!("authoritative = [\"{address}\"]");
    for (authoritative, options, words) in [
        // Whether this machine has a way to the server that the zone names is not for the test to say.
        ("", "--timeout 2", "nothing leads to it yet"),
        (&named, "--wait 0.5", "not every authoritative server serves what it would lead to"),
    ] {
        let folder = folder(authoritative);
        let stopped = apply(&folder, &format!("--resolver {address} {options}"), 4);
        let stopped = stopped.says("example.com is not changed yet").says(words).says("written: 1 change");
        stopped.says("have it published; `mailvouch apply` then goes on from there");
        let source = source(&folder);
        assert!(
            source.contains("\n_spf1:\n") && source.contains("value: v=spf1 include:_spf.big.example -all"),
            "{source}"
        );
        // Once more, and nobody has published it.
        apply(&folder, &format!("--resolver {address} {options}"), 4).says("written: 0 changes");
        assert_eq!(self::source(&folder), source);
    }
}

#[test]
fn without_a_server_to_ask_it_is_said_how_to_name_one() {
    let folder = folder("");
    folder.write("example.com.zone", ZONE);
    folder.write("example.zone", service());
    let stopped = apply(&folder, "--zone-file example.com.zone --zone-file example.zone", 4);
    stopped.says("no authoritative server is known").says("`authoritative = [\"IP:PORT\"]`");
    assert!(source(&folder).contains("value: v=spf1 include:_spf.big.example -all"));
}

#[test]
fn it_goes_on_once_all_servers_serve_it() {
    let unpublished = server("");
    let folder = folder("");
    folder.write("mailvouch.toml", DECLARED.replace("AUTHORITATIVE", ""));
    let plan = format!("plan --accept spf-lookup-limit --resolver {} --out plan.json", unpublished.address());
    folder.mailvouch(&plan).exits(1);
    let plan = Plan::from_json(&folder.read("plan.json")).expect("a plan");
    let Rdata::Txt(flat) = &plan.steps[0].add[0].rdata else { panic!("{plan:?}") };
    // The source can have it: it is cut as octoDNS cuts it.
    assert!(flat.strings().len() > 1 && flat.strings()[0].len() == 255, "{flat}");
    apply(&folder, &format!("--resolver {} --timeout 2", unpublished.address()), 4);

    let published = server(&format!("_spf1 TXT {flat}\n"));
    let address = published.address();
    folder.write("mailvouch.toml", DECLARED.replace("AUTHORITATIVE", &format!("authoritative = [\"{address}\"]")));
    let done = apply(&folder, &format!("--resolver {address} --wait 0.5"), 0);
    done.says("waits 1 s").says("DNS stays as it is until octoDNS");
    assert!(source(&folder).contains("value: v=spf1 include:_spf1.example.com -all"), "{}", source(&folder));
}
