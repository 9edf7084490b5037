//! What the two rules about differing servers share: the values in question, and who has them.

use std::net::SocketAddr;

use mailvouch_providers::dns::{Name, Rdata, RrType};

use crate::lint::facts::Standing;
use crate::lint::{Diagnostic, Meta, Place};

/// Values that are shown, at most.
const SHOWN: usize = 4;

/// A finding that points at the values that not all have; `who` says of each who has it.
pub(super) fn about(
    meta: &Meta,
    message: String,
    owner: &Name,
    all: &[&Standing],
    who: impl Fn(&Rdata) -> String,
) -> Diagnostic {
    let mut differing: Vec<&Rdata> =
        all.iter().flat_map(|one| one.iter()).filter(|value| all.iter().any(|one| !one.contains(value))).collect();
    differing.sort_unstable();
    differing.dedup();
    let place = |value: &Rdata| {
        let place = Place::value(owner, value);
        let length = place.bytes().len();
        (place, 0..length)
    };
    let Some((first, others)) = differing.split_first() else {
        return Diagnostic::about_nothing(meta, message, owner, RrType::TXT);
    };
    let (at, span) = place(first);
    let found = Diagnostic::new(meta, message, at, span).note(who(first));
    others.iter().take(SHOWN - 1).fold(found, |found, value| {
        let (at, span) = place(value);
        found.context(at, span, who(value))
    })
}

/// `192.0.2.53:53 and 192.0.2.54:53`.
pub(super) fn servers(all: &[SocketAddr]) -> String {
    let words: Vec<String> = all.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}
