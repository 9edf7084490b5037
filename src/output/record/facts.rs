//! What a text says, tag by tag, for programs: the effective value, whether written or by default.

use std::collections::BTreeMap;

use mailvouch_providers::dns::escape_joined_text;
use serde_json::{Value, json};

use crate::lint::{Kind, Lone};
use crate::record::dkim::{KeyProblem, KeyType};
use crate::record::dmarc::ReportUri;
use crate::record::spf::Term;
use crate::record::{DkimRecord, DmarcRecord, Spanned, SpfRecord};
use crate::spf::{Class, lookups_of};

/// The facts by name; empty where the text is no such record.
pub(super) fn facts(lone: &Lone) -> BTreeMap<&'static str, Value> {
    match lone.kind {
        Kind::Spf => SpfRecord::parse(&lone.text).map(|record| spf(&record)).unwrap_or_default(),
        Kind::Dkim => dkim(&DkimRecord::parse(&lone.text)),
        Kind::Dmarc => DmarcRecord::parse(&lone.text).map(|record| dmarc(&record)).unwrap_or_default(),
    }
}

fn spf(record: &SpfRecord) -> BTreeMap<&'static str, Value> {
    // What stands behind `all` is never evaluated (RFC 7208, section 5.1).
    let end = record.all().map_or(usize::MAX, |(span, _)| span.start);
    let evaluated = |term: &&Spanned<Term>| match &term.node {
        // A `redirect` beside `all` is ignored (section 6.1), and so is a second one, which is an error (section 6).
        Term::Modifier(_) => record.effective_redirect().is_some_and(|(span, _)| *span == term.span),
        Term::Directive(_) | Term::Malformed(_) => term.span.start < end,
    };
    let own: usize = record.terms().iter().filter(evaluated).map(|term| lookups_of(&term.node)).sum();
    BTreeMap::from([
        ("all", record.all().map_or(Value::Null, |(_, qualifier)| json!(Class::from(qualifier).to_string()))),
        ("redirect", record.effective_redirect().map_or(Value::Null, |(_, domain)| json!(domain.to_string()))),
        ("exp", record.exp().map_or(Value::Null, |(_, domain)| json!(domain.to_string()))),
        ("lookups", json!(own)),
    ])
}

fn dkim(record: &DkimRecord) -> BTreeMap<&'static str, Value> {
    let items = |items: Vec<Spanned<Vec<u8>>>| -> Vec<String> {
        items.iter().map(|item| escape_joined_text(&item.node)).collect()
    };
    let key = match record.lenient_key() {
        Some(Ok(key) | Err(KeyProblem::Pkcs1(key) | KeyProblem::Wrapped(key) | KeyProblem::OtherType(key))) => {
            Some(key)
        }
        Some(Err(_)) | None => None,
    };
    let k = match record.key_type().effective {
        KeyType::Rsa => "rsa".to_owned(),
        KeyType::Ed25519 => "ed25519".to_owned(),
        KeyType::Other(name) => escape_joined_text(&name),
    };
    BTreeMap::from([
        ("k", json!(k)),
        ("bits", key.map_or(Value::Null, |key| json!(key.bits()))),
        ("t", json!(items(record.flags()))),
        ("h", record.hashes().map_or(Value::Null, |hashes| json!(items(hashes)))),
        ("s", record.services().map_or_else(|| json!(["*"]), |services| json!(items(services)))),
    ])
}

fn dmarc(record: &DmarcRecord) -> BTreeMap<&'static str, Value> {
    let uris =
        |uris: &[ReportUri]| -> Vec<String> { uris.iter().map(|uri| escape_joined_text(&uri.uri.node)).collect() };
    let options: Vec<&str> = record.failure_options().effective.iter().map(|option| option.as_str()).collect();
    let mut facts = BTreeMap::from([
        ("p", json!(record.policy().effective.as_str())),
        ("sp", json!(record.subdomain_policy().effective.as_str())),
        ("np", json!(record.nonexistent_policy().effective.as_str())),
        ("adkim", json!(record.adkim().effective.as_str())),
        ("aspf", json!(record.aspf().effective.as_str())),
        ("fo", json!(options.join(":"))),
        ("t", json!(if record.testing().effective { "y" } else { "n" })),
        ("psd", json!(record.public_suffix().effective.as_str())),
        ("rua", json!(uris(record.rua()))),
        ("ruf", json!(uris(record.ruf()))),
    ]);
    // Tags of RFC 7489: told only where they are written, since nobody goes by their defaults.
    if record.tag("pct").is_some() {
        facts.insert("pct", json!(record.percentage().effective));
    }
    if record.tag("ri").is_some() {
        facts.insert("ri", json!(record.report_interval().effective));
    }
    facts
}
