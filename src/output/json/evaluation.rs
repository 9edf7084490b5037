//! The JSON of `spf eval` (`docs/formats/spf-eval.md`), version 1.

use mailvouch_providers::dns::escape_joined_text;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::pretty;
use super::v1::reason;
use crate::output::schema::schema_of;
use crate::output::value::shown;
use crate::published::{Absence, Question, Reply, State};
use crate::spf;

#[derive(JsonSchema, Serialize)]
struct Evaluation {
    version: u32,
    result: String,
    explanation: Option<String>,
    domain: String,
    ip: String,
    lookups: usize,
    voids: usize,
    record: Option<Asked>,
    trace: Vec<Step>,
    decided_by: Option<Decider>,
    problem: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Step {
    owner: String,
    depth: usize,
    term: String,
    start: usize,
    end: usize,
    target: Option<String>,
    questions: Vec<Asked>,
    outcome: &'static str,
    result: Option<String>,
    lookups: usize,
    voids: usize,
}

#[derive(JsonSchema, Serialize)]
pub(in crate::output) struct Asked {
    owner: String,
    r#type: String,
    status: &'static str,
    values: Vec<String>,
    chain: Vec<String>,
    reason: Option<&'static str>,
}

#[derive(JsonSchema, Serialize)]
struct Decider {
    owner: Option<String>,
    record: String,
    start: usize,
    end: usize,
}

/// One evaluation as one document.
pub fn evaluation(evaluation: &spf::Evaluation) -> String {
    pretty(&Evaluation {
        version: 1,
        result: evaluation.result.to_string(),
        explanation: evaluation.explanation.clone(),
        domain: evaluation.domain.clone(),
        ip: evaluation.ip.to_string(),
        lookups: evaluation.lookups,
        voids: evaluation.voids,
        record: evaluation.record.as_ref().map(Asked::of),
        trace: evaluation.trace.steps().filter_map(Step::of).collect(),
        decided_by: evaluation.decided_by.as_ref().map(|decider| Decider {
            owner: decider.path.last().map(ToString::to_string),
            record: escape_joined_text(decider.published.record.text()),
            start: decider.span.start,
            end: decider.span.end,
        }),
        problem: evaluation.problem.as_ref().map(ToString::to_string),
    })
}

impl Step {
    fn of(step: spf::Step<'_>) -> Option<Self> {
        let span = step.term()?.span.clone();
        let (outcome, result) = match step.outcome() {
            spf::Outcome::Begun => ("pending", None),
            spf::Outcome::Match(class) => ("match", Some(class)),
            spf::Outcome::NoMatch => ("no-match", None),
            spf::Outcome::Redirected(class) => ("redirect", Some(class)),
            spf::Outcome::Error(class) => ("error", Some(class)),
            spf::Outcome::Explained => ("explanation", None),
            spf::Outcome::Unexplained => ("no-explanation", None),
        };
        Some(Self {
            owner: step.owner().to_string(),
            depth: step.depth(),
            term: escape_joined_text(&step.published().record.text()[span.clone()]),
            start: span.start,
            end: span.end,
            target: step.target().map(str::to_owned),
            questions: step.asked().iter().map(Asked::of).collect(),
            outcome,
            result: result.map(|class| class.to_string()),
            lookups: step.lookups(),
            voids: step.voids(),
        })
    }
}

impl Asked {
    fn of(asked: &spf::Asked) -> Self {
        Self::new(&asked.question, &asked.reply)
    }

    /// A question and what came of it.
    pub(in crate::output) fn new(question: &Question, reply: &Reply) -> Self {
        let (status, values, reason) = match &reply.state {
            State::Found(set) => ("found", set.values.iter().map(shown).collect(), None),
            State::Absent(Absence::NxDomain) => ("absent", Vec::new(), Some("nxdomain")),
            State::Absent(Absence::NoData) => ("absent", Vec::new(), Some("nodata")),
            State::Unknown(failure) => ("unknown", Vec::new(), Some(reason(failure.reason))),
        };
        Self {
            owner: question.name.to_string(),
            r#type: question.rtype.to_string(),
            status,
            values,
            chain: reply.chain.iter().map(ToString::to_string).collect(),
            reason,
        }
    }
}

/// The schema of `spf eval`.
pub fn evaluation_schema() -> Schema {
    schema_of::<Evaluation>()
}
