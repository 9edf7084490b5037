//! Differences and plans, as people read them.

use mailvouch::declared::Guard;
use mailvouch::output::{diff, plan};
use mailvouch::plan::{Holder, Plan, Taking, combined, draft};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, Rdata, Txt};
use mailvouch_providers::memory::Memory;

use super::{COM, Case, plain, zone};
use crate::support::snapshots;

const DECLARATION: &str = r#"version = 1

[egress.hq]
addresses = ["203.0.113.10", "198.51.100.7"]

[providers.dns]
kind = "zone-file"
dir = "zones"

[domains."example.com"]
provider = "dns"
egress = ["hq"]
ttl = 300
spf = { all = "fail" }
dmarc = { policy = "quarantine", rua = ["mailto:dmarc@example.com"] }

[domains."example.com".dkim]
k1 = { cname = "k1.vendor.example" }
"#;

const RECORDS: &str = "@ TXT \"token one\"\n@ TXT \"v=spf1 ip4:203.0.113.10 ?all\"\n@ TXT \"token two\"\n@ A 203.0.113.10\n\
                       _dmarc TXT \"v=DMARC1; p=none; rua=mailto:dmarc@example.com\"";

const VENDOR: &str = "$ORIGIN vendor.example.\n@ 300 SOA ns host 1 2 3 4 5\n\
                      spf 300 TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
                      k1 300 TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n";

fn case(records: &str) -> Case {
    Case::zones(&[&zone(records), COM, VENDOR]).declared(DECLARATION)
}

fn txt(text: &str) -> Value {
    Value::new(Rdata::Txt(Txt::from_text(text.as_bytes())), 3600)
}

/// A domain whose changes are all made, and that lets somebody send whom nobody declared.
const ADVISED: &str = "@ TXT \"v=spf1 ip4:203.0.113.10 ip4:198.51.100.7 include:spf.vendor.example -all\"\n\
                       _dmarc TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com\"\n\
                       k1._domainkey CNAME k1.vendor.example.";

/// What the provider holds: the zone of the case.
pub(crate) fn memory() -> Memory {
    let name = |text: &str| text.parse::<Name>().expect("a name");
    Memory::with_zone(
        name("example.com"),
        [
            (name("example.com"), txt("token one")),
            (name("example.com"), txt("v=spf1 ip4:203.0.113.10 ?all")),
            (name("example.com"), txt("token two")),
            (name("_dmarc.example.com"), txt("v=DMARC1; p=none; rua=mailto:dmarc@example.com")),
        ],
    )
}

/// The plan for the case, against what the provider holds.
pub(crate) async fn planned(memory: &Memory) -> Plan {
    let case = case(RECORDS);
    let holder = Holder { name: "dns", provider: memory };
    let gatherer = case.gatherer();
    let draft = draft(&gatherer, &case.subject("example.com"), Some(holder), &Taking::default()).await;
    combined(&gatherer, vec![draft.expect("a plan")], &[]).await.0
}

#[tokio::test]
async fn a_difference_is_told_by_term_and_tag() {
    let _guard = snapshots("output");
    let desired = case(RECORDS).desired("example.com", &[]).await;
    insta::assert_snapshot!("diff", plain(&diff::desired(&desired)));
    insta::assert_snapshot!("diff-json", diff::json(std::slice::from_ref(&desired)));
}

#[tokio::test]
async fn only_the_changed_pieces_are_marked() {
    let desired = case(RECORDS).desired("example.com", &[]).await;
    let text = diff::desired(&desired);
    // Bold and underlined: what changed.
    let marked = text.split("\u{1b}[1m\u{1b}[4m").skip(1);
    let marked: Vec<&str> = marked.filter_map(|piece| piece.split("\u{1b}[").find(|text| !text.is_empty())).collect();
    let expected = ["?all", "ip4:198.51.100.7", "-all", "p=none", "p=quarantine"];
    let marked: Vec<&str> = marked.iter().map(|piece| piece.split_once('m').map_or(*piece, |(_, text)| text)).collect();
    assert_eq!(marked, expected, "{text:?}");
}

#[tokio::test]
async fn nothing_to_change_is_said() {
    let records = "@ TXT \"v=spf1 ip4:203.0.113.10 ip4:198.51.100.7 -all\"\n\
                   _dmarc TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com\"\nk1._domainkey CNAME k1.vendor.example.";
    let desired = case(records).desired("example.com", &[]).await;
    assert_eq!(diff::desired(&desired), "example.com: nothing to change\n");
    let none: serde_json::Value = serde_json::from_str(&diff::json(&[desired])).expect("JSON");
    assert_eq!(none["domains"][0]["sets"], serde_json::json!([]));
    assert_eq!(plan::human(&Plan::new(Vec::new(), Vec::new())), "nothing to change\n");
}

#[tokio::test]
async fn boundaries_of_strings_and_times_are_told_in_words() {
    let _guard = snapshots("output");
    let long = (0..20).map(|number| format!("ip4:192.0.2.{number} ")).collect::<Vec<_>>().concat();
    let whole = format!("v=spf1 ip4:203.0.113.10 {long}ip4:198.51.100.7 -all");
    let (first, second) = whole.split_at(100);
    let name: Name = "example.com".parse().expect("a name");
    let cut = Txt::from_strings([first.as_bytes(), second.as_bytes()]).expect("strings");
    let step = |before: Vec<Value>, after: Vec<Value>| mailvouch::plan::Step {
        domain: name.clone(),
        provider: None,
        zone: None,
        owner: name.clone(),
        remove: Vec::new(),
        add: Vec::new(),
        before,
        after,
        rules: vec!["spf-string-boundaries".to_owned()],
        guards: Vec::new(),
        waits: None,
        notes: Vec::new(),
        source: Vec::new(),
    };
    let cut = Value::new(Rdata::Txt(cut), 3600);
    let steps = vec![
        step(vec![cut.clone()], vec![txt(&whole)]),
        step(vec![txt("v=spf1 -all")], vec![Value { ttl: 60, ..txt("v=spf1 -all") }]),
        step(vec![txt("v=spf1 -all")], vec![cut.clone()]),
        step(Vec::new(), vec![cut]),
    ];
    insta::assert_snapshot!("plan-strings", plain(&plan::human(&Plan::new(steps, Vec::new()))));
}

#[tokio::test]
async fn a_plan_says_what_it_needs() {
    let _guard = snapshots("output");
    let memory = memory();
    let before = planned(&memory).await;
    insta::assert_snapshot!("plan", plain(&plan::human(&before)));
    // What is allowed already is not asked for, and where that stands is said.
    let mut allowed = before;
    allowed.note_allowed(|_, guard| (guard == Guard::TightensSpf).then(|| "by mailvouch.toml:17".to_owned()));
    insta::assert_snapshot!("plan-allowed", plain(&plan::human(&allowed)));
    // DNS serves what the case has; the provider holds something else.
    let apex: Name = "example.com".parse().expect("a name");
    memory.overwrite(&apex, &apex, vec![txt("token one"), txt("v=spf1 mx ~all")]);
    let differs = planned(&memory).await;
    insta::assert_snapshot!("plan-differs", plain(&plan::human(&differs)));
}

#[tokio::test]
async fn what_is_left_for_people_comes_last() {
    let _guard = snapshots("output");
    let case = case(ADVISED);
    let gatherer = case.gatherer();
    let draft = draft(&gatherer, &case.subject("example.com"), None, &Taking::default()).await.expect("a plan");
    let plan = combined(&gatherer, vec![draft], &[]).await.0;
    insta::assert_snapshot!("plan-advice", plain(&plan::human(&plan)));
}
