//! Version 1. A field is never renamed, removed or given another meaning; new ones may come.

use base64_simd::STANDARD as BASE64;
use ipnet::IpNet;
use mailvouch_providers::dns::{Txt, escape_joined_text};
use schemars::JsonSchema;
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

use crate::lint::{self, Diagnostic, Facts, Known, Operation, Place, PublishedSet, Report, Role};
use crate::output::value::shown;
use crate::output::{Note, Tally};
use crate::published::{Reason, State};
use crate::spf::{Class, Family, LOOKUP_LIMIT, VOID_LIMIT};

const VERSION: u32 = 1;

#[derive(JsonSchema, Serialize)]
pub(super) struct Document {
    /// The version of this format; it grows only when a field changes its meaning.
    version: u32,
    tool: Tool,
    /// The domains, in the order in which they were asked for.
    domains: Vec<DomainReport>,
    /// How many there are of each kind.
    summary: Summary,
    /// What is to be said of entries of `ignore` and of the baseline; left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
}

#[derive(JsonSchema, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(JsonSchema, Serialize)]
struct Summary {
    /// Domains that pass.
    pass: usize,
    /// Domains with an error.
    fail: usize,
    /// Domains of which it could not be told.
    unknown: usize,
    /// Findings that are errors.
    errors: usize,
    /// Findings that are warnings.
    warnings: usize,
    /// Findings that are informations.
    infos: usize,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct DomainReport {
    /// The domain, in A-labels, without the final dot.
    domain: String,
    /// Whether its mail is believed.
    #[schemars(extend("enum" = ["pass", "unknown", "fail"]))]
    verdict: &'static str,
    /// The record sets that the verdict rests on.
    records: Vec<Record>,
    /// What its SPF record comes to; `null` where there is not exactly one.
    spf: Option<Spf>,
    /// The findings, by record, place and rule; those about the declaration come last.
    diagnostics: Vec<Finding>,
    /// Findings that may stand; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known: Vec<KnownFinding>,
}

/// A finding that may stand: the same fields, and why.
#[derive(JsonSchema, Serialize)]
struct KnownFinding {
    #[serde(flatten)]
    finding: Finding,
    /// Why it may stand.
    reason: String,
    /// The last day on which it may, in UTC: `2027-03-31`.
    expires: String,
    /// Where that is written.
    #[schemars(extend("enum" = ["baseline", "declaration"]))]
    source: &'static str,
}

#[derive(JsonSchema, Serialize)]
struct Record {
    /// What it is for.
    role: &'static str,
    /// The name.
    owner: String,
    /// The type.
    r#type: String,
    /// Whether it is there; `unknown` is never absent.
    #[schemars(extend("enum" = ["found", "absent", "unknown"]))]
    status: &'static str,
    /// Its values: the joined text of TXT, the presentation form of all else; what is not printable ASCII as `\\DDD`.
    values: Vec<String>,
    /// For each TXT value its character-strings, in Base64.
    #[schemars(with = "Vec<Vec<String>>")]
    strings: Vec<Strings>,
    /// Seconds.
    ttl: Option<u32>,
    /// Why nothing is known; `null` but with `unknown`.
    reason: Option<&'static str>,
    /// The aliases that were followed, in order.
    chain: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
struct Spf {
    lookups: Lookups,
    voids: Spent,
    coverage: Coverage,
    declared: Option<Declared>,
}

#[derive(JsonSchema, Serialize)]
struct Lookups {
    #[serde(flatten)]
    spent: Spent,
    /// Whether a loop spends them without end.
    endless: bool,
}

#[derive(JsonSchema, Serialize)]
struct Spent {
    /// How many in the worst case.
    worst: usize,
    /// How many there may be (RFC 7208, section 4.6.4).
    limit: usize,
}

#[derive(JsonSchema, Serialize)]
struct Coverage {
    /// The networks that pass, the fewest that make them up.
    #[schemars(with = "Vec<String>")]
    pass: Vec<Cidr>,
    /// Those of which it is not known, since a look-up failed.
    #[schemars(with = "Vec<String>")]
    temperror: Vec<Cidr>,
    /// Whether a part depends on the message.
    dynamic: bool,
}

#[derive(JsonSchema, Serialize)]
struct Declared {
    /// Declared networks that do not pass.
    #[schemars(with = "Vec<String>")]
    missing: Vec<Cidr>,
    /// Networks that pass and nobody declared.
    #[schemars(with = "Vec<String>")]
    excess: Vec<Cidr>,
}

#[derive(JsonSchema, Serialize)]
pub(in crate::output) struct Finding {
    /// The id of the rule.
    rule: &'static str,
    /// How bad it is.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    severity: &'static str,
    /// What is wrong, in one sentence without a full stop.
    message: String,
    /// Where; the primary one comes first.
    labels: Vec<Label>,
    /// What a person can do.
    help: Option<String>,
    /// What the program can do.
    fix: Option<Fix>,
}

#[derive(JsonSchema, Serialize)]
struct Label {
    /// The record (`example.com. TXT`) or the path of the declaration.
    source: String,
    /// The first byte, counted from 0 in the joined text of the value or in the file.
    start: usize,
    /// The byte after the last one.
    end: usize,
    /// These bytes.
    text: String,
    /// Whether it is what the finding is about.
    primary: bool,
    /// A few words; may be empty.
    note: String,
    /// The whole value; `null` for a label on a file.
    value: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Fix {
    /// Who decides: a plan takes a `safe` one, an `ask` one with `--accept`, a `never` one never.
    #[schemars(extend("enum" = ["safe", "ask", "never"]))]
    safety: &'static str,
    /// What is to be done, in order.
    operations: Vec<Change>,
}

#[derive(Default, JsonSchema, Serialize)]
struct Change {
    /// What is done.
    #[schemars(extend("enum" = ["edit", "create", "delete", "replace"]))]
    op: &'static str,
    /// The name.
    owner: String,
    /// The type.
    r#type: String,
    /// The value as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Of an edit: the first byte of the joined text that changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    /// Of an edit: the byte after the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    /// What takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// The type of `content` where that is another.
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
        Self {
            role: set.role.name(),
            owner: set.question.name.to_string(),
            r#type: set.question.rtype.to_string(),
            status,
            values: values.iter().map(shown).collect(),
            strings: values.iter().filter_map(|value| Some(Strings(value.as_txt()?.clone()))).collect(),
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
        let unclear = |family: Family| spf.coverage().class(family, Class::TempError).networks(family);
        Some(Self {
            lookups: Lookups {
                spent: Spent { worst: spf.cost.lookups, limit: LOOKUP_LIMIT },
                endless: spf.tree.has_loop(),
            },
            voids: Spent { worst: spf.cost.voids, limit: VOID_LIMIT },
            coverage: Coverage {
                pass: cidrs(spf.coverage().passing_networks()),
                temperror: cidrs(Family::BOTH.into_iter().flat_map(unclear).collect()),
                dynamic: spf.coverage().is_dynamic(),
            },
            declared: declared.map(|declared| Declared {
                missing: cidrs(spf.missing(declared, facts.now)),
                excess: cidrs(spf.excess(declared)),
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

/// A network as a text. Lists of big senders are long, and stand in every line: no string is made for each.
struct Cidr(IpNet);

impl Serialize for Cidr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let IpNet::V4(network) = self.0 else { return serializer.collect_str(&self.0) };
        let octets = network.addr().octets();
        let numbers =
            [(octets[0], b'.'), (octets[1], b'.'), (octets[2], b'.'), (octets[3], b'/'), (network.prefix_len(), 0)];
        let mut text = [0; "255.255.255.255/32".len() + 1];
        let mut end = 0;
        for (number, behind) in numbers {
            for (least, by) in [(100, 100), (10, 10), (0, 1)] {
                if number >= least {
                    text[end] = b'0' + number / by % 10;
                    end += 1;
                }
            }
            text[end] = behind;
            end += 1;
        }
        serializer.serialize_str(std::str::from_utf8(&text[..end - 1]).unwrap_or_default())
    }
}

fn cidrs(networks: Vec<IpNet>) -> Vec<Cidr> {
    networks.into_iter().map(Cidr).collect()
}

/// The character-strings of a TXT value, in Base64.
struct Strings(Txt);

impl Serialize for Strings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        let mut all = serializer.serialize_seq(Some(self.0.strings().len()))?;
        for string in self.0.strings() {
            text.clear();
            BASE64.encode_append(string, &mut text);
            all.serialize_element(&text)?;
        }
        all.end()
    }
}

/// Written out here, so that no change elsewhere changes what programs read.
pub(in crate::output) fn reason(reason: Reason) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_network_is_written_as_it_is_shown(bits: u32, length in 0_u8..=32) {
            let network = IpNet::new(std::net::Ipv4Addr::from_bits(bits).into(), length).expect("a network");
            prop_assert_eq!(serde_json::to_string(&Cidr(network)).expect("text"), format!("\"{network}\""));
        }
    }
}
