//! SPF, DKIM and DMARC of the message, as DNS has them now.

use mailvouch_providers::dns::{Name, RrType, escape_joined_text};

use super::case::Case;
use super::check::{State, check};
use super::relevance::relevance;
use crate::declared::domain_argument;
use crate::dmarc::{self, Discovery, Identifier, IdentifierKind, Outcome};
use crate::observed::bounce::{Check, CheckId};
use crate::published::{Ask, Failure, Question, Reason};
use crate::record::DkimRecord;
use crate::record::dmarc::Policy;
use crate::spf::{Class, Client, Evaluation, Problem};

/// What SPF says for the envelope sender, with the domain that it is said of.
pub(super) fn spf(ask: &Ask<'_>, case: &Case) -> Option<(Check, Class)> {
    let envelope = case.envelope.clone().or_else(|| case.author.as_ref().map(ToString::to_string))?;
    Some(evaluated(ask, case, CheckId::Spf, &envelope))
}

/// What it says for the name in HELO.
pub(super) fn spf_helo(ask: &Ask<'_>, case: &Case) -> Option<Check> {
    let helo = case.helo.as_deref().filter(|helo| helo.contains('.') && !helo.starts_with('['))?;
    Some(evaluated(ask, case, CheckId::SpfHelo, helo).0)
}

fn evaluated(ask: &Ask<'_>, case: &Case, id: CheckId, sender: &str) -> (Check, Class) {
    let relevance = relevance(id, &case.reason, case.direction);
    let Some(ip) = case.address else {
        let text =
            format!("SPF of {sender} was not evaluated: the bounce does not say which address the message came from");
        return (check(id, sender, State::Unknown, text, relevance), Class::None);
    };
    let helo = case.helo.clone().unwrap_or_default();
    let mail_from = if id == CheckId::SpfHelo { String::new() } else { sender.to_owned() };
    let helo = if id == CheckId::SpfHelo { sender.to_owned() } else { helo };
    let client = Client { ip, helo, mail_from, receiver: None, time: case.now.as_second() };
    let evaluation = Evaluation::of(ask, &client);
    let term = evaluation.decided_by.as_ref().map(|decider| {
        let text = decider.published.record.text().get(decider.span.clone()).unwrap_or_default();
        let owner = decider.path.last().map(ToString::to_string).unwrap_or_default();
        format!(", by `{}` at {owner}", escape_joined_text(text))
    });
    let why = evaluation.problem.as_ref().map(|problem| format!(": {problem}"));
    let what = if id == CheckId::SpfHelo { "SPF of the HELO name" } else { "SPF" };
    let text = format!(
        "{what} for {} from {ip}: `{}`{}",
        evaluation.domain,
        evaluation.result,
        term.or(why).unwrap_or_default()
    );
    let failed = match &evaluation.problem {
        Some(Problem::LookUpFailed { question, failure }) => vec![(question.clone(), failure.clone())],
        _ => Vec::new(),
    };
    let state = match evaluation.result {
        Class::Pass => State::Good,
        Class::TempError => State::Unknown,
        // Without a record the HELO name proves nothing, and nothing against anybody.
        Class::None if id == CheckId::SpfHelo => State::Plain,
        Class::Fail | Class::SoftFail | Class::Neutral | Class::None | Class::PermError => State::Bad,
    };
    let check = Check { failed, ..check(id, evaluation.domain.clone(), state, text, relevance) };
    (check, evaluation.result)
}

/// The keys of the signatures that came back with the message, each with how it came out.
pub(super) fn dkim(ask: &Ask<'_>, case: &Case) -> Vec<(Check, State)> {
    let relevance = relevance(CheckId::Dkim, &case.reason, case.direction);
    case.signatures
        .iter()
        .map(|(domain, selector)| {
            let subject = format!("{selector}._domainkey.{domain}");
            let Ok(owner) = domain.child(&format!("{selector}._domainkey")) else {
                let text = format!("{subject} is no name that a key could stand at");
                return (check(CheckId::Dkim, subject, State::Bad, text, relevance), State::Bad);
            };
            let (state, text, failed) = key(ask, &owner);
            let mut check =
                Check { failed: failed.into_iter().collect(), ..check(CheckId::Dkim, subject, state, text, relevance) };
            if state == State::Good {
                // Its message did not come back whole.
                check.means.push_str("; whether the signature itself verified, only the receiver knows");
            }
            (check, state)
        })
        .collect()
}

fn key(ask: &Ask<'_>, owner: &Name) -> (State, String, Option<(Question, Failure)>) {
    let question = Question::new(owner, RrType::TXT);
    let not_yet = Failure { reason: Reason::NotInSnapshot, server: None };
    let Some(reply) = ask.get(owner, RrType::TXT) else {
        return (State::Unknown, format!("the key at {owner}: {not_yet}"), Some((question, not_yet)));
    };
    if let Some(failure) = reply.failure() {
        return (
            State::Unknown,
            format!("the key at {owner} could not be looked up: {failure}"),
            Some((question, failure.clone())),
        );
    }
    let texts: Vec<Vec<u8>> = reply
        .records()
        .into_iter()
        .flat_map(mailvouch_providers::dns::RecordSet::txts)
        .map(mailvouch_providers::dns::Txt::joined)
        .collect();
    let records: Vec<DkimRecord> = texts.iter().map(|text| DkimRecord::parse(text)).collect();
    let (state, text) = match records.as_slice() {
        [] => (State::Bad, format!("no key stands at {owner}: the signature cannot be verified")),
        records if records.iter().any(DkimRecord::is_usable) => {
            (State::Good, format!("a usable key stands at {owner}"))
        }
        records if records.iter().any(DkimRecord::is_revoked) => {
            (State::Bad, format!("the key at {owner} is withdrawn: what is signed with it fails"))
        }
        _ => (State::Bad, format!("what stands at {owner} is no key that verifiers take")),
    };
    (state, text, None)
}

/// The policy of the author's domain, and whether anything could be aligned with it. `spf` is what SPF says now, and
/// `signers` are the domains whose signatures may verify.
pub(super) fn dmarc(ask: &Ask<'_>, case: &Case, spf: Option<Class>, signers: &[Name]) -> Option<Check> {
    let author = case.author.as_ref()?;
    let relevance = relevance(CheckId::Dmarc, &case.reason, case.direction);
    let envelope = case.envelope.as_deref().and_then(|envelope| domain_argument(envelope.rsplit('@').next()?).ok());
    let mut identifiers: Vec<Identifier> = Vec::new();
    if spf == Some(Class::Pass) {
        identifiers.extend(envelope.map(|domain| Identifier { kind: IdentifierKind::Spf, domain }));
    }
    let signed = |domain: &Name| Identifier { kind: IdentifierKind::Dkim, domain: domain.clone() };
    identifiers.extend(signers.iter().map(signed));
    let evaluation = dmarc::Evaluation::of(ask, author, &identifiers);
    let policy = policy(&evaluation.discovery);
    let by: Vec<String> = evaluation
        .identifiers
        .iter()
        .filter(|found| found.is_aligned == Some(true))
        .map(|found| match found.identifier.kind {
            IdentifierKind::Spf => format!("SPF of {}", found.identifier.domain),
            IdentifierKind::Dkim => format!("a signature of {}, if it verifies", found.identifier.domain),
        })
        .collect();
    let (state, text) = match evaluation.outcome {
        Outcome::Pass => (State::Good, format!("DMARC of {author}: {policy}; aligned is {}", by.join(" and "))),
        Outcome::None => (State::Bad, format!("DMARC of {author}: no policy is published")),
        Outcome::TempError => (State::Unknown, format!("DMARC of {author} could not be told")),
        Outcome::Fail if case.address.is_none() && spf.is_none_or(|class| class != Class::Pass) => (
            State::Unknown,
            format!(
                "DMARC of {author}: {policy}; no signature is aligned, and without an address nobody can tell of SPF"
            ),
        ),
        Outcome::Fail => {
            (State::Bad, format!("DMARC of {author}: {policy}; nothing that passes now is aligned with it"))
        }
    };
    let failed = evaluation.failure().map(|(question, reason)| (question, Failure { reason, server: None }));
    Some(Check {
        failed: failed.into_iter().collect(),
        ..check(CheckId::Dmarc, author.to_string(), state, text, relevance)
    })
}

fn policy(discovery: &Discovery) -> String {
    let found = discovery.record().map(|found| found.name.to_string());
    match (discovery.policy().map(Policy::as_str), found) {
        (Some(policy), Some(name)) if name != discovery.walk.domain.to_string() => format!("`p={policy}`, from {name}"),
        (Some(policy), _) => format!("`p={policy}`"),
        (None, _) => "no policy".to_owned(),
    }
}
