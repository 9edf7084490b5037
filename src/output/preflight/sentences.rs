//! What every form says, in words.

use jiff::Timestamp;
use mailvouch_providers::dns::escape_joined_text;

use crate::output::words::count;
use crate::preflight::{AddressReport, Outcome, Preflight, Ptr, Readiness, Step, When};
use crate::spf::{LOOKUP_LIMIT, VOID_LIMIT};

/// The verdict in a sentence.
pub(in crate::output) fn verdict(preflight: &Preflight) -> String {
    let when = preflight.at.map_or_else(String::new, |at| format!(" for {}", time(at)));
    match preflight.readiness() {
        Readiness::Ready if preflight.request.arrivals.is_empty() && preflight.at.is_none() => {
            "nothing moves any more: what has left passes nowhere".to_owned()
        }
        Readiness::Ready => {
            format!("ready{when}: mail passes from the new addresses now, and nobody in use loses anything")
        }
        Readiness::Unknown => format!("could not tell whether all is ready{when}"),
        Readiness::NotReady => {
            let number = preflight.obstacles.len();
            format!(
                "not ready{when}: {} in the way",
                if number == 1 { "1 thing is".to_owned() } else { format!("{} are", count(number, "thing")) }
            )
        }
    }
}

/// The word of the verdict.
pub(in crate::output) fn word(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ready",
        Readiness::Unknown => "unknown",
        Readiness::NotReady => "not-ready",
    }
}

/// A time: ISO 8601, in UTC, to the second.
pub(in crate::output) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// When a step is to be done.
pub(in crate::output) fn when(when: &When) -> String {
    match (when.from, when.until) {
        (Some(from), Some(until)) if from == until => format!("at {}", time(from)),
        (Some(from), Some(until)) => format!("{} to {}", time(from), time(until)),
        (Some(from), None) => format!("from {} on", time(from)),
        (None, Some(until)) => format!("by {}", time(until)),
        (None, None) => "any time".to_owned(),
    }
}

/// The term that decides, as it is read.
pub(in crate::output) fn term(outcome: &Outcome) -> Option<(String, String)> {
    let term = outcome.term.as_ref()?;
    Some((escape_joined_text(&term.text), term.owner.to_string()))
}

/// What stands at a reverse name.
pub(in crate::output) fn ptr(address: &AddressReport) -> String {
    match &address.ptr {
        Ptr::Absent => "no reverse name".to_owned(),
        Ptr::Unknown(why) => format!("not known: {why}"),
        Ptr::Names(names) => {
            let each = names.iter().map(|(name, back)| {
                let leads = match back {
                    Some(true) => "leads back",
                    Some(false) => "does not lead back",
                    None => "not known whether it leads back",
                };
                format!("{name} ({leads})")
            });
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

/// What evaluation costs, now and then.
pub(in crate::output) fn cost(domain: &crate::preflight::DomainReport) -> String {
    let (now, then) = (domain.cost_now, domain.cost_planned);
    let part = |now: usize, then: usize, limit: usize| {
        if now == then { format!("{then} of {limit}") } else { format!("{now}, then {then}, of {limit}") }
    };
    format!(
        "look-ups {}; void look-ups {}; TTL {} s, absence {} s",
        part(now.lookups, then.lookups, LOOKUP_LIMIT),
        part(now.voids, then.voids, VOID_LIMIT),
        domain.lead.ttl.as_secs(),
        domain.lead.absence.as_secs()
    )
}

/// One line about a step: what a calendar shows of it.
pub(in crate::output) fn title(step: &Step) -> String {
    step.what.clone()
}
