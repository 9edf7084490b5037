//! Domains that share a record: what a plan for one does to the other, and what happens where they do not agree.

use super::Folder;

const DECLARED: &str = r#"version = 1

[senders.a]
include = "a.vendor.example"

[senders.b]
include = "b.vendor.example"

[providers.zone]
kind = "zone-file"
file = "example.com.zone"

[domains."one.example.com"]
provider = "zone"
senders = ["a"]

[domains."two.example.com"]
provider = "zone"
senders = ["b"]
"#;

const ZONE: &str = r#"$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.53
one TXT "v=spf1 include:_spf.example.com -all"
two TXT "v=spf1 include:_spf.example.com -all"
_spf TXT "v=spf1 include:a.vendor.example include:b.vendor.example"
_dmarc TXT "v=DMARC1; p=none"
"#;

const VENDOR: &str = r#"$ORIGIN vendor.example.
$TTL 300
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.54
a TXT "v=spf1 ip4:192.0.2.1"
b TXT "v=spf1 ip4:198.51.100.0/28"
"#;

const OPTIONS: &str = "--accept spf-undeclared-sender --zone-file example.com.zone --zone-file vendor.example.zone";

fn folder() -> Folder {
    Folder::with(&[("mailvouch.toml", DECLARED), ("example.com.zone", ZONE), ("vendor.example.zone", VENDOR)])
}

#[test]
fn what_the_other_domain_would_lose_is_shown_in_ranges() {
    let folder = folder();
    let ran = folder.mailvouch(&format!("plan one.example.com {OPTIONS}")).exits(1);
    let _guard = super::snapshots();
    insta::assert_snapshot!("plan-shared", ran);
    let plan = folder.mailvouch(&format!("plan one.example.com {OPTIONS} --format json")).exits(1).json();
    assert_eq!(plan["version"], 1);
    let of = |index: usize| &plan["domains"][index];
    for (index, domain) in ["one.example.com", "two.example.com"].into_iter().enumerate() {
        assert_eq!(of(index)["domain"], domain);
        assert_eq!(of(index)["spf"]["lost"]["networks"], serde_json::json!(["198.51.100.0/28"]));
        assert_eq!(of(index)["spf"]["lost"]["ipv4"], 16);
        assert_eq!(of(index)["spf"]["lookups"], serde_json::json!({"before": 3, "after": 2, "limit": 10}));
    }
    assert_eq!(plan["steps"][0]["guards"][1]["domain"], "two.example.com");
}

#[test]
fn what_they_do_not_agree_on_is_not_written_for_either() {
    let folder = folder();
    let words = "one.example.com and two.example.com want _spf.example.com in different ways";
    let ran = folder.mailvouch(&format!("plan {OPTIONS}")).exits(1).says(words);
    assert!(!ran.stdout.contains("--allow"), "there is no step\n{ran}");
    let before = folder.files();
    let ran = folder.mailvouch(&format!("apply {OPTIONS} --yes --allow shrinks-spf")).exits(5).says(words);
    assert!(ran.stderr.contains("nothing was written"), "{ran}");
    assert_eq!(folder.files(), before);
}
