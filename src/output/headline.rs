//! The answer to the question that brought whoever reads a report here.

use crate::lint::{Report, Verdict};
use crate::output::Tally;
use crate::output::words::{count, grouped};

/// The answer, as a sentence without a full stop.
pub(super) fn headline(reports: &[Report], tally: &Tally) -> String {
    let total = grouped(tally.domains() as u128);
    let of_all = |number: usize| match tally.domains() {
        all if all == number => format!("all {total} domains"),
        _ => format!("{} of {}", grouped(number as u128), count(tally.domains(), "domain")),
    };
    match (reports, tally.worst()) {
        ([], _) => "no domain was looked at".to_owned(),
        ([one], Verdict::Fail) => format!("mail from {} fails, or can be forged", one.facts.domain),
        ([one], Verdict::Unknown) => format!("could not tell whether mail from {} is believed", one.facts.domain),
        ([one], Verdict::Pass) => format!("mail from {} is believed", one.facts.domain),
        (_, Verdict::Fail) => format!("mail from {} fails, or can be forged", of_all(tally.fail)),
        (_, Verdict::Unknown) => format!("could not tell whether mail from {} is believed", of_all(tally.unknown)),
        (_, Verdict::Pass) => format!("mail from all {total} domains is believed"),
    }
}
