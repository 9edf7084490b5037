//! The JSON of `spf coverage` (`docs/formats/spf-coverage.md`), version 1: a field keeps its name and its meaning.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::results::{self, Outcome, Part, dynamic, key};
use super::term::word;
use super::tree_json::{Decided, Unknown, class, decided, unknown};
use super::view::View;
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::spf::RangeSet;

/// Networks of one result and family that are written out.
const NETWORKS: usize = 20_000;

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    domain: String,
    results: Vec<Outcomes>,
    terms: Vec<DecidingTerm>,
    dynamic: Vec<Decided>,
    declared: Option<Declared>,
    unknown: Vec<Unknown>,
}

#[derive(JsonSchema, Serialize)]
struct Outcomes {
    result: &'static str,
    family: &'static str,
    /// As text: JSON's numbers end before those of IPv6.
    addresses: String,
    networks: Vec<Piece>,
    networks_left_out: usize,
}

#[derive(JsonSchema, Serialize)]
struct Piece {
    network: String,
    addresses: String,
    terms: Vec<usize>,
}

#[derive(JsonSchema, Serialize)]
struct DecidingTerm {
    decides: Option<Decided>,
    sample: bool,
}

#[derive(JsonSchema, Serialize)]
struct Declared {
    missing: Vec<String>,
    open: Vec<String>,
    excess: Option<Vec<String>>,
}

/// The addresses and their results as one document.
pub fn json(view: &View) -> String {
    let outcomes = Outcome::all(view);
    // A term stands once, however many results and families it decides for.
    let mut terms: Vec<DecidingTerm> = Vec::new();
    let mut places = BTreeMap::new();
    let mut results = Vec::new();
    for outcome in &outcomes {
        let mut place = |part: &Part| {
            *places.entry(part.decider.as_ref().map(key)).or_insert_with(|| {
                terms.push(DecidingTerm { decides: part.decider.as_ref().map(decided), sample: part.is_sample });
                terms.len() - 1
            })
        };
        let places: Vec<usize> = outcome.parts.iter().map(&mut place).collect();
        let pieces = outcome.pieces(&outcome.set);
        let network = |piece: &results::Piece| Piece {
            network: piece.network.to_string(),
            addresses: size(&RangeSet::from_networks(outcome.family, [&piece.network])),
            terms: piece.parts.iter().filter_map(|part| places.get(*part).copied()).collect(),
        };
        results.push(Outcomes {
            result: class(outcome.class),
            family: word(outcome.family),
            addresses: size(&outcome.set),
            networks: pieces.iter().take(NETWORKS).map(network).collect(),
            networks_left_out: pieces.len().saturating_sub(NETWORKS),
        });
    }
    let networks = |networks: Vec<ipnet::IpNet>| networks.iter().map(ToString::to_string).collect();
    pretty(&Document {
        version: 1,
        domain: view.domain.to_string(),
        results,
        terms,
        dynamic: dynamic(view).iter().map(decided).collect(),
        declared: view.declared.as_ref().map(|declared| Declared {
            missing: networks(view.spf.missing(declared, view.now)),
            open: networks(view.open_addresses()),
            excess: declared.domain().says_who_sends.then(|| networks(view.spf.excess(declared))),
        }),
        unknown: unknown(view),
    })
}

/// Exactly; of all addresses of IPv6 there is one more than the number type holds.
fn size(set: &RangeSet) -> String {
    match set.ranges() {
        [all] if *all.start() == 0 && *all.end() == u128::MAX => "340282366920938463463374607431768211456".to_owned(),
        _ => set.size().to_string(),
    }
}

/// The schema of `spf coverage`.
pub fn coverage_schema() -> Schema {
    schema_of::<Document>()
}
