//! The JSON of `check`, held to the shape that programs rely on (version 1). More may stand there; this has to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mailvouch::lint::ALL;
use mailvouch_providers::dns::escape_joined_text;
use serde_json::Value;

/// Looks at a whole document, and at every object in it.
pub(super) fn holds(document: &Value) {
    assert_eq!(document["version"], 1);
    assert_eq!(document["tool"]["name"], "mailvouch");
    assert_eq!(document["tool"]["version"], env!("CARGO_PKG_VERSION"));
    let mut counted = [0; 6];
    for report in list(document, "domains") {
        domain(report);
        let verdict = ["pass", "fail", "unknown"].iter().position(|verdict| report["verdict"] == **verdict);
        counted[verdict.expect("a verdict")] += 1;
        for found in list(report, "diagnostics") {
            let severity = ["error", "warning", "info"].iter().position(|severity| found["severity"] == **severity);
            counted[3 + severity.expect("a severity")] += 1;
        }
    }
    let summary =
        ["pass", "fail", "unknown", "errors", "warnings", "infos"].map(|key| number(&document["summary"], key));
    assert_eq!(summary, counted);
}

/// One domain: an element of a document, or a line.
pub(super) fn domain(report: &Value) {
    text(report, "domain");
    let errors = list(report, "diagnostics").iter().any(|found| found["severity"] == "error");
    assert_eq!(report["verdict"] == "fail", errors, "a domain fails where an error stands, and only there");
    list(report, "records").iter().for_each(record);
    let roles: Vec<&str> = list(report, "records").iter().map(|record| text(record, "role")).collect();
    assert!(["spf", "mx", "dmarc"].iter().all(|role| roles.contains(role)), "{roles:?}");
    if !report["spf"].is_null() {
        spf(&report["spf"]);
    }
    list(report, "diagnostics").iter().for_each(finding);
}

fn record(record: &Value) {
    text(record, "owner");
    text(record, "type");
    let (values, strings) = (list(record, "values"), list(record, "strings"));
    match text(record, "status") {
        "found" => {
            assert!(!values.is_empty(), "{record}");
            assert!(record["ttl"].is_u64() && record["reason"].is_null(), "{record}");
        }
        "absent" => assert!(values.is_empty() && record["ttl"].is_null() && record["reason"].is_null(), "{record}"),
        "unknown" => assert!(values.is_empty() && record["reason"].is_string(), "{record}"),
        other => panic!("status {other}"),
    }
    if record["type"] == "TXT" {
        assert_eq!(values.len(), strings.len(), "{record}");
        for (value, strings) in values.iter().zip(strings) {
            let string = |string: &Value| BASE64.decode(string.as_str().expect("text")).expect("base64");
            let strings: Vec<Vec<u8>> = strings.as_array().expect("strings").iter().map(string).collect();
            assert!(strings.iter().all(|string| string.len() <= 255), "{record}");
            // The value is what its strings make, so that either can be relied on.
            assert_eq!(*value, escape_joined_text(&strings.concat()), "{record}");
        }
    }
}

fn spf(spf: &Value) {
    for cost in ["lookups", "voids"] {
        number(&spf[cost], "worst");
        assert_eq!(number(&spf[cost], "limit"), if cost == "lookups" { 10 } else { 2 });
    }
    networks(&spf["coverage"], "pass");
    assert!(spf["coverage"]["dynamic"].is_boolean(), "{spf}");
    if !spf["declared"].is_null() {
        networks(&spf["declared"], "missing");
        networks(&spf["declared"], "excess");
    }
}

fn networks(object: &Value, key: &str) {
    for network in list(object, key) {
        network.as_str().expect("text").parse::<ipnet::IpNet>().unwrap_or_else(|error| panic!("{network}: {error}"));
    }
}

fn finding(found: &Value) {
    assert!(ALL.iter().any(|rule| found["rule"] == rule.meta().id), "{found}");
    assert!(!text(found, "message").is_empty());
    assert!(found["help"].is_null() || found["help"].is_string(), "{found}");
    let labels = list(found, "labels");
    labels.iter().for_each(label);
    let primary: Vec<&Value> = labels.iter().filter(|label| label["primary"] == true).collect();
    let [primary] = primary[..] else { panic!("not one primary label: {found}") };
    // A finding about a name points there, also where nothing stands.
    let (owner, rtype) =
        text(primary, "source").split_once(' ').unwrap_or_else(|| panic!("no owner and type: {found}"));
    assert!(owner.ends_with('.') && rtype.bytes().all(|byte| byte.is_ascii_uppercase()), "{found}");
    if !found["fix"].is_null() {
        fix(&found["fix"]);
    }
}

fn label(label: &Value) {
    let (start, end) = (number(label, "start"), number(label, "end"));
    let marked = text(label, "text");
    assert!(start <= end, "{label}");
    assert!(label["primary"].is_boolean(), "{label}");
    // Octets that are not printable take four characters and are one.
    if !marked.contains('\\') {
        assert_eq!(marked.len(), end - start, "{label}");
    }
}

fn fix(fix: &Value) {
    assert!(["safe", "ask", "never"].contains(&text(fix, "safety")), "{fix}");
    for operation in list(fix, "operations") {
        text(operation, "owner");
        text(operation, "type");
        let (value, content) = (operation["value"].is_string(), operation["content"].is_string());
        let span = operation["start"].is_u64() && operation["end"].is_u64();
        match text(operation, "op") {
            "edit" => assert!(value && content && span, "{operation}"),
            "create" => assert!(content && !value, "{operation}"),
            "delete" => assert!(value && !content, "{operation}"),
            "replace" => assert!(value && content, "{operation}"),
            other => panic!("op {other}"),
        }
    }
}

fn list<'v>(object: &'v Value, key: &str) -> &'v [Value] {
    object[key].as_array().unwrap_or_else(|| panic!("no list `{key}`: {object}"))
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object[key].as_str().unwrap_or_else(|| panic!("no text `{key}`: {object}"))
}

fn number(object: &Value, key: &str) -> usize {
    let number = object[key].as_u64().unwrap_or_else(|| panic!("no number `{key}`: {object}"));
    number.try_into().expect("a small number")
}
