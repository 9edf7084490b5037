//! The JSON of `observe` (`docs/formats/observe.md`), version 1.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::declared::{EgressState, SelectorState};
use crate::observed::delivery::{Delivery, Finding, Place, Standing};
use crate::observed::trace::{Method, Origin, Received};
use crate::output::json::pretty;
use crate::output::schema::schema_of;

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    verdict: &'static str,
    author_domain: Option<String>,
    envelope_domain: Option<String>,
    helo: Option<String>,
    address: Option<Address>,
    other_addresses: Vec<Address>,
    place: Option<Whose>,
    front_door: Option<usize>,
    hops: Vec<Hop>,
    results: Vec<ResultOf>,
    signatures: Vec<Signature>,
    findings: Vec<Compared>,
}

#[derive(JsonSchema, Serialize)]
#[expect(clippy::struct_field_names, reason = "the words of the JSON")]
struct Address {
    address: String,
    field: &'static str,
    certainty: &'static str,
}

#[derive(JsonSchema, Serialize)]
struct Whose {
    kind: &'static str,
    group: Option<String>,
    state: Option<&'static str>,
    sender: Option<String>,
    record: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Hop {
    helo: Option<String>,
    reverse: Option<String>,
    address: Option<String>,
    by: Option<String>,
    with: Option<String>,
    date: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct ResultOf {
    method: String,
    result: String,
    properties: Vec<Property>,
}

#[derive(JsonSchema, Serialize)]
struct Property {
    name: String,
    value: String,
}

#[derive(JsonSchema, Serialize)]
struct Signature {
    domain: String,
    selector: String,
    result: Option<String>,
    declared: Option<&'static str>,
}

#[derive(JsonSchema, Serialize)]
struct Compared {
    subject: &'static str,
    standing: &'static str,
    text: String,
}

/// What is known of the message, as one document.
pub fn json(delivery: &Delivery) -> String {
    let trace = &delivery.trace;
    pretty(&Document {
        version: 1,
        verdict: match delivery.standing() {
            Standing::Differs => "differs",
            Standing::Unknown => "unknown",
            Standing::Matches | Standing::Note => "matches",
        },
        author_domain: trace.author.clone(),
        envelope_domain: trace.envelope.clone(),
        helo: trace.helo.clone(),
        address: trace.origins.first().map(Address::of),
        other_addresses: trace.origins.iter().skip(1).map(Address::of).collect(),
        place: delivery.place.as_ref().map(Whose::of),
        front_door: trace.front_door,
        hops: trace.hops.iter().map(Hop::of).collect(),
        results: trace.results.iter().map(ResultOf::of).collect(),
        signatures: delivery
            .keys
            .iter()
            .map(|key| Signature {
                domain: key.signature.domain.to_string(),
                selector: key.signature.selector.clone(),
                result: key.result.clone(),
                declared: key.state.map(|state| match state {
                    SelectorState::InUse => "in-use",
                    SelectorState::Retiring => "retiring",
                    SelectorState::Revoked => "revoked",
                }),
            })
            .collect(),
        findings: delivery.findings.iter().map(Compared::of).collect(),
    })
}

/// The schema of `observe`.
pub fn schema() -> Schema {
    schema_of::<Document>()
}

impl Address {
    fn of(origin: &Origin) -> Self {
        Self { address: origin.address.to_string(), field: origin.source.field(), certainty: origin.certainty.name() }
    }
}

impl Whose {
    fn of(place: &Place) -> Self {
        let kind = |kind| Self { kind, group: None, state: None, sender: None, record: None };
        match place {
            Place::Group(group, state) => Self {
                group: Some(group.name.value.clone()),
                state: Some(match state {
                    EgressState::Planned => "planned",
                    EgressState::Current => "current",
                    EgressState::Retired => "retired",
                }),
                ..kind("group")
            },
            Place::OtherGroup(group) => Self { group: Some(group.name.value.clone()), ..kind("other-group") },
            Place::Sender(sender, include) => Self {
                sender: Some(sender.id.clone()),
                record: include.as_ref().map(ToString::to_string),
                ..kind("sender")
            },
            Place::Undeclared(_, owner) => Self { record: Some(owner.to_string()), ..kind("undeclared") },
            Place::Nobody => kind("nobody"),
            Place::Unknown(_) => kind("unknown"),
        }
    }
}

impl Hop {
    fn of(hop: &Received) -> Self {
        Self {
            helo: hop.helo.clone(),
            reverse: hop.reverse.as_ref().map(ToString::to_string),
            address: hop.address.map(|address| address.to_string()),
            by: hop.by.as_ref().map(ToString::to_string),
            with: hop.with.clone(),
            date: hop.date.clone(),
        }
    }
}

impl ResultOf {
    fn of(method: &Method) -> Self {
        let property = |(name, value): &(String, String)| Property { name: name.clone(), value: value.clone() };
        Self {
            method: method.name.clone(),
            result: method.result.clone(),
            properties: method.properties.iter().map(property).collect(),
        }
    }
}

impl Compared {
    fn of(finding: &Finding) -> Self {
        Self { subject: finding.subject.name(), standing: finding.standing.name(), text: finding.text.clone() }
    }
}
