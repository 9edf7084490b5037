//! What receivers find: the result in a sentence, then the questions, then what follows from the answers.

use mailvouch_providers::dns::escape_joined_text;

use crate::dmarc::{Aligned, Basis, Discovery, Evaluation, Existence, IdentifierKind, Outcome, Place, Step};
use crate::output::columns::shortened;
use crate::output::printable::printable;
use crate::output::style::{DIM, ERROR, GOOD, INFO, STRONG, WARNING, paint};
use crate::published::{Absence, State};
use crate::record::dmarc::{Alignment, Policy, Standing};

/// Columns that an answer may take.
const ANSWER: usize = 88;
/// Columns of the words in front of what was found.
const LABEL: usize = 23;

/// All of it.
pub fn human(evaluation: &Evaluation) -> String {
    let discovery = &evaluation.discovery;
    let (head, style) = match evaluation.outcome {
        Outcome::None => ("none", INFO),
        Outcome::Pass => ("pass", GOOD),
        // Nobody said what passed: the policy is what is asked for.
        Outcome::Fail if evaluation.identifiers.is_empty() => (discovery.policy().map_or("none", Policy::as_str), INFO),
        Outcome::Fail => ("fail", ERROR),
        Outcome::TempError => ("temperror", WARNING),
    };
    let sentence = printable(&sentence(evaluation)).into_owned();
    let mut text = format!("{}: {}\n\n", paint(style, head), paint(STRONG, &sentence));
    for step in &discovery.walk.steps {
        text.push_str(&format!("{}\n", answer(step)));
    }
    text.push('\n');
    let mut line = |label: &str, words: &str| {
        text.push_str(&format!("{label:LABEL$} {}\n", printable(words)));
    };
    line("organizational domain", &organizational(discovery));
    line("policy", &policy(discovery));
    line("for older receivers", &older(evaluation));
    for found in &evaluation.identifiers {
        let label = match found.identifier.kind {
            IdentifierKind::Spf => "SPF passed for",
            IdentifierKind::Dkim => "DKIM signed by",
        };
        line(label, &format!("{}: {}", found.identifier.domain, aligned(found)));
    }
    text
}

/// The result in a sentence.
fn sentence(evaluation: &Evaluation) -> String {
    let discovery = &evaluation.discovery;
    let domain = &discovery.walk.domain;
    match evaluation.outcome {
        Outcome::None => format!("DMARC does not apply to mail from {domain}"),
        Outcome::Pass => format!("the message is aligned with {domain}"),
        Outcome::Fail if evaluation.identifiers.is_empty() => {
            format!("the policy for mail from {domain} that is not aligned")
        }
        Outcome::Fail => {
            let policy = discovery.policy().map_or("none", Policy::as_str);
            format!("nothing that passed is aligned with {domain}, whose policy is {policy}")
        }
        Outcome::TempError => match evaluation.failure() {
            Some((question, reason)) => format!("could not look up {question}: {reason}"),
            None => format!("DMARC of {domain} could not be evaluated"),
        },
    }
}

/// A question of the walk, and its answer.
fn answer(step: &Step) -> String {
    let (said, is_record) = match (&step.reply.state, &*step.records) {
        (State::Unknown(failure), _) => (failure.to_string(), false),
        (State::Absent(Absence::NxDomain), _) => ("no such name".to_owned(), false),
        (State::Absent(Absence::NoData), _) => ("none".to_owned(), false),
        (State::Found(_), []) => ("no DMARC record among what stands there".to_owned(), false),
        (State::Found(_), [(_, record)]) => (escape_joined_text(record.text()), true),
        (State::Found(_), records) => (format!("{} records, of which none counts", records.len()), false),
    };
    let line = printable(&format!("{}: {}", step.question, shortened(&said, ANSWER))).into_owned();
    if is_record { line } else { paint(DIM, &line) }
}

fn organizational(discovery: &Discovery) -> String {
    let name = &discovery.organizational.name;
    let why = match discovery.organizational.basis {
        Basis::NotSuffix => "its record says `psd=n`",
        Basis::BelowSuffix => "the record above it says `psd=y`",
        Basis::FewestLabels => "the shortest name with a record",
        Basis::NoRecord => "no record stands there or above",
    };
    let unseen = if discovery.walk.unknown().is_some() { "; not all was seen" } else { "" };
    format!("{name} ({why}{unseen})")
}

fn policy(discovery: &Discovery) -> String {
    let Some(found) = discovery.record() else {
        return if discovery.is_unknown() { "unknown".to_owned() } else { "none is published".to_owned() };
    };
    let at = match found.place {
        Place::Author => format!("of {}", found.name),
        Place::Organizational => format!("of {}, the organizational domain", found.name),
        Place::Suffix => format!("of {}, the public suffix", found.name),
    };
    let tag = match (found.place, discovery.existence) {
        (Place::Author, _) => "for the domain itself",
        (_, Some(Existence::DoesNot)) => "for names that do not exist",
        _ => "for subdomains",
    };
    let why = match (found.record.standing(), discovery.stated_policy(), discovery.policy()) {
        (Standing::Ignored, ..) => return format!("no receiver acts on the record {at}: its policy is bad or missing"),
        (Standing::ReportsOnly, ..) => "its policy is bad or missing: reports only".to_owned(),
        (Standing::Policy, Some(stated), Some(policy)) if stated != policy => format!("{stated}, and `t=y`"),
        (Standing::Policy, None, _) => return format!("{at}; whether the name exists is not known"),
        (Standing::Policy, ..) => tag.to_owned(),
    };
    let policy = discovery.policy().map_or("none", Policy::as_str);
    format!("{policy} ({why}), {at}")
}

fn older(evaluation: &Evaluation) -> String {
    let older = &evaluation.older;
    let found = match (&older.policy_domain, older.policy) {
        _ if older.is_unknown => "policy unknown".to_owned(),
        (Some(domain), Some(policy)) => format!("policy {policy} of {domain}"),
        (Some(domain), None) => format!("no policy, since that of {domain} is bad or missing"),
        (None, _) => "no policy".to_owned(),
    };
    format!("organizational domain {}, {found} (RFC 7489)", older.organizational)
}

fn aligned(found: &Aligned) -> String {
    let mode = match found.mode {
        None => return "no policy asks for alignment".to_owned(),
        Some(Alignment::Strict) => "strict",
        Some(Alignment::Relaxed) => "relaxed",
    };
    let theirs = found.walk.as_ref().map(|walk| walk.organizational_domain().name);
    let of = theirs.map_or_else(String::new, |name| format!(", organizational domain {name}"));
    match found.is_aligned {
        Some(true) => format!("aligned ({mode}{of})"),
        Some(false) => format!("not aligned ({mode}{of})"),
        None => format!("not known ({mode})"),
    }
}
