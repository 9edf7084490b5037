//! Version 1. A field is never renamed, removed or given another meaning; new ones may come.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ipnet::IpNet;
use mailvouch_providers::dns::{Rdata, escape_joined_text};
use serde::Serialize;

use crate::lint::{self, Diagnostic, Facts, Known, Operation, Place, PublishedSet, Report, Role};
use crate::output::value::shown;
use crate::output::{Note, Tally};
use crate::published::{Reason, State};
use crate::spf::{Class, Family, LOOKUP_LIMIT, VOID_LIMIT};

const VERSION: u32 = 1;

#[derive(Serialize)]
pub(super) struct Document {
    version: u32,
    tool: Tool,
    domains: Vec<DomainReport>,
    summary: Summary,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    pass: usize,
    fail: usize,
    unknown: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

#[derive(Serialize)]
pub(super) struct DomainReport {
    domain: String,
    verdict: &'static str,
    records: Vec<Record>,
    spf: Option<Spf>,
    diagnostics: Vec<Finding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known: Vec<KnownFinding>,
}

/// A finding that may stand: the same fields, and why.
#[derive(Serialize)]
struct KnownFinding {
    #[serde(flatten)]
    finding: Finding,
    reason: String,
    expires: String,
    source: &'static str,
}

#[derive(Serialize)]
struct Record {
    role: &'static str,
    owner: String,
    r#type: String,
    status: &'static str,
    values: Vec<String>,
    strings: Vec<Vec<String>>,
    ttl: Option<u32>,
    reason: Option<&'static str>,
    chain: Vec<String>,
}

#[derive(Serialize)]
struct Spf {
    lookups: Lookups,
    voids: Spent,
    coverage: Coverage,
    declared: Option<Declared>,
}

#[derive(Serialize)]
struct Lookups {
    #[serde(flatten)]
    spent: Spent,
    /// Whether a loop spends them without end.
    endless: bool,
}

#[derive(Serialize)]
struct Spent {
    worst: usize,
    limit: usize,
}

#[derive(Serialize)]
struct Coverage {
    pass: Vec<String>,
    temperror: Vec<String>,
    dynamic: bool,
}

#[derive(Serialize)]
struct Declared {
    missing: Vec<String>,
    excess: Vec<String>,
}

#[derive(Serialize)]
pub(in crate::output) struct Finding {
    rule: &'static str,
    severity: &'static str,
    message: String,
    labels: Vec<Label>,
    help: Option<String>,
    fix: Option<Fix>,
}

#[derive(Serialize)]
struct Label {
    source: String,
    start: usize,
    end: usize,
    text: String,
    primary: bool,
    note: String,
    value: Option<String>,
}

#[derive(Serialize)]
struct Fix {
    safety: &'static str,
    operations: Vec<Change>,
}

#[derive(Default, Serialize)]
struct Change {
    op: &'static str,
    owner: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
}

impl Document {
    pub(super) fn of(reports: &[Report], notes: &[Note]) -> Self {
        let Tally { pass, fail, unknown, errors, warnings, infos } = reports.iter().collect();
        Self {
            version: VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            domains: reports.iter().map(DomainReport::of).collect(),
            summary: Summary { pass, fail, unknown, errors, warnings, infos },
            notes: notes.to_vec(),
        }
    }
}

impl DomainReport {
    pub(super) fn of(report: &Report) -> Self {
        let facts = &report.facts;
        Self {
            domain: facts.domain.to_string(),
            verdict: report.verdict().name(),
            records: facts.published().iter().map(Record::of).collect(),
            spf: Spf::of(facts),
            diagnostics: report.diagnostics.iter().map(Finding::of).collect(),
            known: report.known.iter().map(KnownFinding::of).collect(),
        }
    }
}

impl Record {
    fn of(set: &PublishedSet) -> Self {
        let found = set.reply.records();
        let (status, reason) = match &set.reply.state {
            State::Found(_) => ("found", None),
            State::Absent(_) => ("absent", None),
            State::Unknown(failure) => ("unknown", Some(reason(failure.reason))),
        };
        let values = found.map_or(&[][..], |set| &set.values);
        let base64 = |rdata: &Rdata| {
            let strings = rdata.as_txt()?.strings();
            Some(strings.iter().map(|string| BASE64.encode(string)).collect())
        };
        Self {
            role: set.role.name(),
            owner: set.question.name.to_string(),
            r#type: set.question.rtype.to_string(),
            status,
            values: values.iter().map(shown).collect(),
            strings: values.iter().filter_map(base64).collect(),
            ttl: found.map(|set| set.ttl),
            reason,
            chain: set.reply.chain.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Spf {
    fn of(facts: &Facts) -> Option<Self> {
        let spf = &facts.spf;
        spf.one()?;
        let declared = facts.declared.as_ref().filter(|declared| declared.domain().says_who_sends);
        let unclear = |family: Family| spf.coverage.class(family, Class::TempError).networks(family);
        Some(Self {
            lookups: Lookups {
                spent: Spent { worst: spf.cost.lookups, limit: LOOKUP_LIMIT },
                endless: spf.tree.has_loop(),
            },
            voids: Spent { worst: spf.cost.voids, limit: VOID_LIMIT },
            coverage: Coverage {
                pass: cidrs(&spf.coverage.passing_networks()),
                temperror: cidrs(&Family::BOTH.into_iter().flat_map(unclear).collect::<Vec<_>>()),
                dynamic: spf.coverage.is_dynamic(),
            },
            declared: declared.map(|declared| Declared {
                missing: cidrs(&spf.missing(declared, facts.now)),
                excess: cidrs(&spf.excess(declared)),
            }),
        })
    }
}

impl Finding {
    pub(in crate::output) fn of(found: &Diagnostic) -> Self {
        Self {
            rule: found.rule,
            severity: found.severity.name(),
            message: found.message.clone(),
            labels: found.labels.iter().map(Label::of).collect(),
            help: found.help.clone(),
            fix: found.fix.as_ref().map(Fix::of),
        }
    }
}

impl KnownFinding {
    fn of(known: &Known) -> Self {
        let Known { finding, leave, by } = known;
        let (reason, expires) = (leave.reason.clone(), leave.expires.to_string());
        Self { finding: Finding::of(finding), reason, expires, source: by.name() }
    }
}

impl Label {
    fn of(label: &lint::Label) -> Self {
        let (text, value) = match &label.place {
            Place::Record { text, .. } => (label.excerpt(), Some(escape_joined_text(text))),
            Place::Declaration(file) => (file.slice(&label.span).to_owned(), None),
        };
        Self {
            source: label.place.source(),
            start: label.span.start,
            end: label.span.end,
            text,
            primary: label.role == Role::Primary,
            note: label.note.clone(),
            value,
        }
    }
}

impl Fix {
    fn of(fix: &lint::Fix) -> Self {
        let safety = match fix.safety {
            lint::Safety::Safe => "safe",
            lint::Safety::Ask => "ask",
            lint::Safety::Never => "never",
        };
        Self { safety, operations: fix.operations.iter().map(Change::of).collect() }
    }
}

impl Change {
    fn of(operation: &Operation) -> Self {
        let at =
            Self { owner: operation.owner().to_string(), r#type: operation.rtype().to_string(), ..Self::default() };
        match operation {
            Operation::Edit { value, span, content, .. } => Self {
                op: "edit",
                value: Some(escape_joined_text(&value.joined())),
                start: Some(span.start),
                end: Some(span.end),
                content: Some(escape_joined_text(content)),
                ..at
            },
            Operation::Create { content, .. } => Self { op: "create", content: Some(shown(content)), ..at },
            Operation::Delete { value, .. } => Self { op: "delete", value: Some(shown(value)), ..at },
            Operation::Replace { value, content, .. } => Self {
                op: "replace",
                value: Some(shown(value)),
                content: Some(shown(content)),
                content_type: (value.rtype() != content.rtype()).then(|| content.rtype().to_string()),
                ..at
            },
        }
    }
}

fn cidrs(networks: &[IpNet]) -> Vec<String> {
    networks.iter().map(ToString::to_string).collect()
}

/// Written out here, so that no change elsewhere changes what programs read.
pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Timeout => "timeout",
        Reason::Unreachable => "unreachable",
        Reason::ServFail => "serv-fail",
        Reason::Refused => "refused",
        Reason::Garbage => "garbage",
        Reason::Truncated => "truncated",
        Reason::Deadline => "deadline",
        Reason::Budget => "budget",
        Reason::OutsideView => "outside-view",
        Reason::NotInSnapshot => "not-in-snapshot",
    }
}
