//! The JSON of `check`, held to the fields that the contract names.

use mailvouch::lint::Report;
use mailvouch::output::json;
use serde_json::Value;

use super::{COM, Case, zone};

const DECLARATION: &str = r#"version = 1
[egress.hq]
addresses = ["203.0.113.10", "198.51.100.7"]
[domains."example.com"]
egress = ["hq"]
spf = { all = "fail" }
dmarc = { policy = "reject" }
[domains."example.com".dkim]
k1 = { cname = "k1.vendor.example" }
"#;

async fn reports() -> Vec<Report> {
    let records = "@ 300 TXT \"caf\\195\\169 \\\\ \\\"x\\\"\" \"second\"\n\
                   @ 300 TXT \"v=spf1 ip4:203.0.113.0/28 ip6:2001:db8::/126 include:news.example.com ~all\"\n\
                   news TXT \"v=spf1 exists:%{i}.example.com -all\"\n@ MX 10 mail\n\
                   _dmarc CNAME policy.example.com.\npolicy TXT \"v=DMARC1; p=none\"\n\
                   s1._domainkey TXT \"v=DKIM1; p=\"";
    let case = Case::zones(&[&zone(records), COM]).declared(DECLARATION).selector("s1");
    let mut reports = vec![case.report("example.com").await];
    reports.push(Case::source(mailvouch::published::Answers::default()).report("example.net").await);
    let parked = zone("@ TXT \"v=spf1 -all\"\n@ MX 0 .\n_dmarc TXT \"v=DMARC1; p=reject\"");
    reports.push(Case::zones(&[&parked]).report("example.com").await);
    reports
}

async fn document() -> Value {
    serde_json::from_str(&json::document(&reports().await, &[])).expect("JSON")
}

/// The keys of an object; `optional` may be missing, all others must be there.
fn assert_keys(value: &Value, required: &[&str], optional: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("an object: {value}"));
    for key in required {
        assert!(object.contains_key(*key), "`{key}` is missing in {value}");
    }
    for key in object.keys() {
        assert!(
            required.contains(&key.as_str()) || optional.contains(&key.as_str()),
            "`{key}` is not documented: {value}"
        );
    }
}

fn items(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("a list: {value}"))
}

fn is_word(value: &Value, words: &[&str]) -> bool {
    value.as_str().is_some_and(|word| words.contains(&word))
}

#[tokio::test]
async fn every_field_is_there() {
    let document = document().await;
    assert_keys(&document, &["version", "tool", "domains", "summary"], &[]);
    assert_eq!(document["version"], 1);
    assert_eq!(document["tool"], serde_json::json!({"name": "mailvouch", "version": env!("CARGO_PKG_VERSION")}));
    assert_keys(&document["summary"], &["pass", "fail", "unknown", "errors", "warnings", "infos"], &[]);
    for domain in items(&document["domains"]) {
        assert_keys(domain, &["domain", "verdict", "records", "spf", "diagnostics"], &[]);
        assert!(is_word(&domain["verdict"], &["pass", "fail", "unknown"]));
        for record in items(&domain["records"]) {
            let required = ["role", "owner", "type", "status", "values", "strings", "ttl", "reason"];
            assert_keys(record, &required, &["chain"]);
            assert!(is_word(&record["role"], &["spf", "mx", "dkim", "dmarc", "ptr"]), "{record}");
            assert!(is_word(&record["status"], &["found", "absent", "unknown"]), "{record}");
            assert_eq!(record["status"] == "found", record["ttl"].is_u64(), "{record}");
            assert_eq!(record["status"] == "unknown", record["reason"].is_string(), "{record}");
            assert_eq!(record["status"] == "found", !items(&record["values"]).is_empty(), "{record}");
        }
        if !domain["spf"].is_null() {
            assert_keys(&domain["spf"], &["lookups", "voids", "coverage", "declared"], &[]);
            assert_keys(&domain["spf"]["lookups"], &["worst", "limit", "endless"], &[]);
            assert_keys(&domain["spf"]["voids"], &["worst", "limit"], &[]);
            assert_keys(&domain["spf"]["coverage"], &["pass", "dynamic"], &["temperror"]);
        }
        for finding in items(&domain["diagnostics"]) {
            assert_finding(finding);
        }
    }
}

fn assert_finding(finding: &Value) {
    assert_keys(finding, &["rule", "severity", "message", "labels", "help", "fix"], &[]);
    assert!(is_word(&finding["severity"], &["error", "warning", "info"]));
    let labels = items(&finding["labels"]);
    assert_eq!(labels.iter().filter(|label| label["primary"] == true).count(), 1, "{finding}");
    for label in labels {
        assert_keys(label, &["source", "start", "end", "text", "primary"], &["note", "value"]);
        let (start, end) = (label["start"].as_u64().expect("a number"), label["end"].as_u64().expect("a number"));
        assert!(start <= end, "{label}");
        if label["value"] == "" {
            assert_eq!((start, end, &label["text"]), (0, 0, &Value::from("")), "{label}");
        }
    }
    if finding["fix"].is_null() {
        return;
    }
    assert_keys(&finding["fix"], &["safety", "operations"], &[]);
    assert!(is_word(&finding["fix"]["safety"], &["safe", "ask", "never"]));
    for operation in items(&finding["fix"]["operations"]) {
        let required: &[&str] = match operation["op"].as_str() {
            Some("edit") => &["op", "owner", "type", "value", "start", "end", "content"],
            Some("create") => &["op", "owner", "type", "content"],
            Some("delete") => &["op", "owner", "type", "value"],
            Some("replace") => &["op", "owner", "type", "value", "content"],
            _ => panic!("{operation}"),
        };
        assert_keys(operation, required, &["content_type"]);
        assert!(!operation["owner"].as_str().expect("a name").ends_with('.'), "{operation}");
    }
}

#[tokio::test]
async fn values_are_what_is_published() {
    let document = document().await;
    let domain = &document["domains"][0];
    assert_eq!((&domain["domain"], &domain["verdict"]), (&Value::from("example.com"), &Value::from("fail")));
    let spf = &domain["records"][0];
    assert_eq!((&spf["role"], &spf["owner"], &spf["type"]), (&"spf".into(), &"example.com".into(), &"TXT".into()));
    assert_eq!((&spf["ttl"], &spf["reason"]), (&300.into(), &Value::Null));
    assert_eq!(spf["values"][0], r#"caf\195\169 \ "x"second"#);
    assert_eq!(spf["strings"][0], serde_json::json!(["Y2Fmw6kgXCAieCI=", "c2Vjb25k"]));
    let of_role =
        |role: &str| items(&domain["records"]).iter().filter(|record| record["role"] == role).collect::<Vec<_>>();
    assert_eq!(of_role("mx")[0]["values"], serde_json::json!(["10 mail.example.com."]));
    assert_eq!(of_role("mx")[0]["strings"], serde_json::json!([]));
    let owners: Vec<&Value> = of_role("dkim").iter().map(|record| &record["owner"]).collect();
    assert_eq!(owners, ["k1._domainkey.example.com", "s1._domainkey.example.com"]);
    assert_eq!(of_role("dkim")[0]["status"], "absent");
    assert_eq!(of_role("dmarc")[0]["owner"], "_dmarc.example.com");
    assert_eq!(of_role("dmarc")[0]["chain"], serde_json::json!(["policy.example.com"]));
    let unknown = &document["domains"][1];
    assert_eq!((&unknown["verdict"], &unknown["spf"]), (&Value::from("unknown"), &Value::Null));
    assert_eq!(unknown["records"][0]["reason"], "not-in-snapshot");
    assert_eq!(document["domains"][2]["verdict"], "pass");
}

#[tokio::test]
async fn coverage_is_in_networks() {
    let document = document().await;
    let spf = &document["domains"][0]["spf"];
    assert_eq!(spf["lookups"], serde_json::json!({"worst": 2, "limit": 10, "endless": false}));
    assert_eq!(spf["voids"], serde_json::json!({"worst": 0, "limit": 2}));
    assert_eq!(spf["coverage"]["pass"], serde_json::json!(["203.0.113.0/28", "2001:db8::/126"]));
    assert_eq!(spf["coverage"]["dynamic"], true);
    // A term whose matches nobody can list stands before `all`: what it may let pass is not called missing.
    assert_eq!(spf["declared"]["missing"], serde_json::json!([]));
    assert_eq!(items(&spf["declared"]["excess"])[0], "203.0.113.0/29");
    // Nobody said who sends for the parked name.
    assert_eq!(document["domains"][2]["spf"]["declared"], Value::Null);
}

#[tokio::test]
async fn an_edit_made_as_told_gives_the_record_that_is_meant() {
    let document = document().await;
    let findings = items(&document["domains"][0]["diagnostics"]);
    let finding = findings.iter().find(|finding| finding["rule"] == "spf-all-differs").expect("a finding");
    let edit = &finding["fix"]["operations"][0];
    let number = |key: &str| usize::try_from(edit[key].as_u64().expect("a number")).expect("it fits");
    let mut value = edit["value"].as_str().expect("a text").to_owned();
    value.replace_range(number("start")..number("end"), edit["content"].as_str().expect("a text"));
    assert!(value.ends_with("include:news.example.com -all"), "{value}");
    let label = &finding["labels"][0];
    assert_eq!((&label["source"], &label["text"]), (&"example.com. TXT".into(), &"~all".into()));
    let declared = &finding["labels"][1];
    assert_eq!((&declared["source"], &declared["text"]), (&"mailvouch.toml".into(), &"\"fail\"".into()));
}

#[tokio::test]
async fn a_line_is_one_domain_and_the_summary_counts_all() {
    let reports = reports().await;
    let document: Value = serde_json::from_str(&json::document(&reports, &[])).expect("JSON");
    for (report, domain) in reports.iter().zip(items(&document["domains"])) {
        let line = json::line(report);
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Value>(&line).expect("JSON"), *domain);
    }
    let summary = &document["summary"];
    assert_eq!((&summary["pass"], &summary["fail"], &summary["unknown"]), (&1.into(), &1.into(), &1.into()));
    let errors = items(&document["domains"]).iter().flat_map(|domain| items(&domain["diagnostics"]));
    assert_eq!(summary["errors"], errors.filter(|finding| finding["severity"] == "error").count());
}
