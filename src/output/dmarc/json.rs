//! The JSON of `dmarc policy` (`docs/formats/dmarc-policy.md`), version 1.

use mailvouch_providers::dns::escape_joined_text;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::dmarc::{Aligned, Basis, Discovery, Evaluation, Existence, IdentifierKind, Outcome, Place, Walk};
use crate::output::json::{Asked, pretty};
use crate::output::schema::schema_of;
use crate::record::dmarc::{Alignment, Policy};

#[derive(Default, JsonSchema, Serialize)]
struct Document {
    version: u32,
    domain: String,
    result: &'static str,
    aligned_spf: bool,
    aligned_dkim: bool,
    policy: Option<&'static str>,
    stated_policy: Option<&'static str>,
    policy_domain: Option<String>,
    policy_place: Option<&'static str>,
    organizational_domain: Option<String>,
    organizational_basis: Option<&'static str>,
    exists: Option<bool>,
    record: Option<String>,
    queries: Vec<Asked>,
    identifiers: Vec<Identifier>,
    rfc7489: Option<Older>,
    problem: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Identifier {
    kind: &'static str,
    domain: String,
    mode: Option<&'static str>,
    aligned: Option<bool>,
    organizational_domain: Option<String>,
    queries: Vec<Asked>,
}

#[derive(JsonSchema, Serialize)]
struct Older {
    organizational_domain: String,
    policy_domain: Option<String>,
    policy: Option<&'static str>,
}

/// What receivers find, as one document.
pub fn json(evaluation: &Evaluation) -> String {
    let Evaluation { discovery, older, .. } = evaluation;
    let found = discovery.record();
    pretty(&Document {
        version: 1,
        domain: discovery.walk.domain.to_string(),
        result: match evaluation.outcome {
            Outcome::None => "none",
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::TempError => "temperror",
        },
        aligned_spf: evaluation.is_aligned(IdentifierKind::Spf),
        aligned_dkim: evaluation.is_aligned(IdentifierKind::Dkim),
        policy: if discovery.is_unknown() { None } else { discovery.policy().map(Policy::as_str) },
        stated_policy: if discovery.is_unknown() { None } else { discovery.stated_policy().map(Policy::as_str) },
        policy_domain: found.map(|found| found.name.to_string()),
        policy_place: found.map(|found| match found.place {
            Place::Author => "author",
            Place::Organizational => "organizational",
            Place::Suffix => "suffix",
        }),
        organizational_domain: Some(discovery.organizational.name.to_string()),
        organizational_basis: Some(basis(discovery)),
        exists: match discovery.existence {
            Some(Existence::Exists) => Some(true),
            Some(Existence::DoesNot) => Some(false),
            Some(Existence::Unknown(_)) | None => None,
        },
        record: found.map(|found| escape_joined_text(found.record.text())),
        queries: queries(&discovery.walk),
        identifiers: evaluation.identifiers.iter().map(Identifier::of).collect(),
        rfc7489: Some(Older {
            organizational_domain: older.organizational.to_string(),
            policy_domain: older.policy_domain.as_ref().map(ToString::to_string),
            policy: older.policy.map(Policy::as_str),
        }),
        problem: evaluation.failure().map(|(question, reason)| format!("could not look up {question}: {reason}")),
    })
}

/// The document for an author's domain that is no domain name.
pub fn no_author_json(domain: &str, problem: &str) -> String {
    pretty(&Document {
        version: 1,
        domain: domain.to_owned(),
        result: "permerror",
        problem: Some(problem.to_owned()),
        ..Document::default()
    })
}

fn basis(discovery: &Discovery) -> &'static str {
    match discovery.organizational.basis {
        Basis::NotSuffix => "psd=n",
        Basis::BelowSuffix => "below psd=y",
        Basis::FewestLabels => "fewest labels",
        Basis::NoRecord => "no record",
    }
}

fn queries(walk: &Walk) -> Vec<Asked> {
    walk.steps.iter().map(|step| Asked::new(&step.question, &step.reply)).collect()
}

impl Identifier {
    fn of(found: &Aligned) -> Self {
        Self {
            kind: match found.identifier.kind {
                IdentifierKind::Spf => "spf",
                IdentifierKind::Dkim => "dkim",
            },
            domain: found.identifier.domain.to_string(),
            mode: found.mode.map(Alignment::as_str),
            aligned: found.is_aligned,
            organizational_domain: found.walk.as_ref().map(|walk| walk.organizational_domain().name.to_string()),
            queries: found.walk.as_ref().map(queries).unwrap_or_default(),
        }
    }
}

/// The schema of `dmarc policy`.
pub fn policy_schema() -> Schema {
    schema_of::<Document>()
}
