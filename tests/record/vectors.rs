//! The parsers against material that was not written for this project. It is read where `MAILVOUCH_VECTORS` points
//! to, and not committed. What a source contests is not in its `expect`, and so not asked.

use std::collections::BTreeSet;

use mailvouch::record::dkim::{KeyType, PublicKey};
use mailvouch::record::dmarc::{Destination, FailureOption, Standing};
use mailvouch::record::{DkimRecord, DmarcRecord, SpfRecord};
use serde_json::{Value, json};

use crate::support::vectors::cases;

fn text(case: &Value) -> &str {
    case["input"]["record"].as_str().expect("a record")
}

/// Compares what is expected with what is found, for each case that expects anything; reports all that differ.
fn check(file: &str, expected: impl Fn(&Value) -> Value, found: impl Fn(&str) -> Value) {
    let mut differences = Vec::new();
    let mut checked = 0;
    for case in cases(file) {
        let Value::Object(facts) = expected(&case["expect"]) else {
            continue;
        };
        let found = found(text(&case));
        for (name, wanted) in facts.into_iter().filter(|(_, wanted)| !wanted.is_null()) {
            checked += 1;
            if found[&name] != wanted {
                differences.push(format!("{}: {name} is {}, not {wanted}: {}", case["id"], found[&name], text(&case)));
            }
        }
    }
    assert!(differences.is_empty(), "{} of {checked} differ:\n{}", differences.len(), differences.join("\n"));
    assert!(checked > 0 || std::env::var_os("MAILVOUCH_VECTORS").is_none(), "{file} expects nothing");
}

#[test]
fn real_spf_records_are_valid_where_others_find_them_so() {
    let found = |text: &str| json!({ "parses": SpfRecord::parse(text.as_bytes()).is_some_and(|spf| spf.is_valid()) });
    check("real/real-spf-open.jsonl", |expect| json!({ "parses": expect["parses"] }), found);
}

/// Lists are compared as sets: what is expected and what is found are brought into the same form.
fn as_set(value: &Value) -> Value {
    let items = match value {
        Value::Null => return Value::Null,
        Value::Array(items) => items.clone(),
        item => vec![item.clone()],
    };
    let items: BTreeSet<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    json!(items)
}

fn dmarc_facts(text: &str) -> Value {
    let Some(record) = DmarcRecord::parse(text.as_bytes()) else {
        return json!({ "usable": false });
    };
    let rua: Vec<String> = record
        .rua()
        .iter()
        .filter(|uri| matches!(uri.destination, Ok(Destination::Mail { .. } | Destination::Other { .. })))
        .map(|uri| String::from_utf8_lossy(&uri.uri.node).into_owned())
        .collect();
    let options = record.failure_options().effective;
    let options: Vec<&str> = options.into_iter().map(FailureOption::as_str).collect();
    json!({
        "usable": record.standing() != Standing::Ignored,
        "p": record.policy().effective.as_str(),
        "sp": record.subdomain_policy().effective.as_str(),
        "np": record.nonexistent_policy().effective.as_str(),
        "adkim": record.adkim().effective.as_str(),
        "aspf": record.aspf().effective.as_str(),
        "psd": record.public_suffix().effective.as_str(),
        "t": if record.testing().effective { "y" } else { "n" },
        "fo": as_set(&json!(options)),
        "rua": as_set(&json!(rua)),
    })
}

fn dmarc_expected(expect: &Value) -> Value {
    let mut facts = expect["facts"].clone();
    if !facts.is_object() {
        facts = json!({});
    }
    for name in ["fo", "rua"] {
        facts[name] = as_set(&facts[name]);
    }
    facts["usable"] = expect["usable"].clone();
    facts
}

#[test]
fn dmarc_records_say_what_others_read_in_them() {
    check("dmarc/dmarc-records-open.jsonl", dmarc_expected, dmarc_facts);
}

#[test]
fn real_dmarc_records_say_what_others_read_in_them() {
    check("real/real-dmarc-open.jsonl", dmarc_expected, dmarc_facts);
}

/// Whether the parser holds anything that a rule of syntax would speak of.
fn dmarc_has_fault(record: &DmarcRecord) -> bool {
    let list = record.list();
    let has_bad_uri = record.rua().iter().chain(record.ruf()).any(|uri| uri.destination.is_err());
    list.malformed().next().is_some()
        || !list.duplicates().is_empty()
        || list.tags().any(|tag| !tag.foreign.is_empty())
        || record.unknown_tags().next().is_some()
        || has_bad_uri
        || record.standing() == Standing::Ignored
        || record.policy().is_absent()
        || record.adkim().is_invalid()
        || record.aspf().is_invalid()
        || record.failure_options().is_invalid()
        || record.testing().is_invalid()
        || record.public_suffix().is_invalid()
        || record.percentage().is_invalid()
        || record.report_interval().is_invalid()
}

#[test]
fn dmarc_faults_are_in_the_parsed_record_and_sound_records_have_none() {
    let found = |text: &str| {
        let record = DmarcRecord::parse(text.as_bytes());
        let fault = record.as_ref().is_none_or(dmarc_has_fault);
        // A removed tag is a fault to some sources and none to others.
        let removed = record.is_some_and(|record| record.removed_tags().next().is_some());
        json!({ "sound": !fault, "faulty": fault || removed })
    };
    let expected = |expect: &Value| match (&expect["problem"], expect["level"].as_str()) {
        (Value::Bool(false), _) => json!({ "sound": true }),
        (Value::Bool(true), Some("error" | "any")) => json!({ "faulty": true }),
        _ => Value::Null,
    };
    check("dmarc/dmarc-records-open.jsonl", expected, found);
}

fn dkim_facts(text: &str) -> Value {
    let record = DkimRecord::parse(text.as_bytes());
    let items = |items: Vec<mailvouch::record::Spanned<Vec<u8>>>| {
        let items = items.into_iter().map(|item| String::from_utf8_lossy(&item.node).to_ascii_lowercase());
        items.collect::<BTreeSet<String>>()
    };
    // Only the flags that RFC 6376 knows are facts.
    let mut flags = items(record.flags());
    flags.retain(|flag| flag == "y" || flag == "s");
    let key_type = match record.key_type().effective {
        KeyType::Rsa => "rsa".to_owned(),
        KeyType::Ed25519 => "ed25519".to_owned(),
        KeyType::Other(name) => String::from_utf8_lossy(&name).into_owned(),
    };
    json!({
        "usable": record.is_usable(),
        "revoked": record.is_revoked(),
        "k": key_type,
        "bits": record.key().and_then(Result::ok).as_ref().map(PublicKey::bits),
        "t": flags,
        "h": record.hashes().map(items),
    })
}

fn dkim_expected(expect: &Value) -> Value {
    // A source lists its facts, or what was computed of the key.
    let source = if expect["facts"].is_object() { &expect["facts"] } else { &expect["computed"] };
    json!({
        "usable": expect["usable"],
        "revoked": expect["revoked"],
        "k": source["k"],
        "bits": source["bits"],
        "t": as_set(&source["t"]),
        "h": as_set(&source["h"]),
    })
}

#[test]
fn dkim_keys_say_what_others_read_in_them() {
    check("dkim/dkim-keys-open.jsonl", dkim_expected, dkim_facts);
}

#[test]
fn real_dkim_keys_say_what_others_read_in_them() {
    check("real/real-dkim-open.jsonl", dkim_expected, dkim_facts);
}
