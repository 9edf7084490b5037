//! What a plan does to who may send, by domain.

use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{ADDED, REMOVED, STRONG, WARNING, paint};
use crate::output::words::{addresses, some};
use crate::plan::{Addresses, Effect, Judged, Lookups, Plan};
use anstyle::Style;

/// Networks that are listed of a set; the plan's JSON has them all.
const MOST: usize = 8;

/// Each domain whose SPF changes, and in one line how many others keep what they have.
pub(in crate::output) fn effects(plan: &Plan) -> String {
    let (changed, same): (Vec<&Effect>, Vec<&Effect>) = plan.domains.iter().partition(|effect| effect.is_change());
    let mut text: String = changed.iter().map(|effect| of_domain(plan, effect) + "\n").collect();
    if !same.is_empty() && !plan.is_empty() {
        let names: Vec<String> = same.iter().map(|effect| effect.domain.to_string()).collect();
        let line = format!("{}: who may send stays as it is", some(&names, MOST));
        text.push_str(&remark("", STRONG, "SPF of", &line));
        text.push('\n');
    }
    text
}

fn of_domain(plan: &Plan, effect: &Effect) -> String {
    let Effect { domain, spf } = effect;
    let planned = plan.steps.iter().any(|step| step.domain == *domain);
    let through = if planned { "" } else { " (through the records above that it leads to)" };
    let mut text = format!("{} {domain}{through}\n", paint(STRONG, "SPF of"));
    text.push_str(&set("passes only afterwards:", ADDED, &spf.gained));
    text.push_str(&set("passes no longer:", REMOVED, &spf.lost));
    for Judged { from, to, ipv4, ipv6 } in &spf.judged {
        let line = format!("before, {to} afterwards: {}", numbers(*ipv4, ipv6));
        text.push_str(&remark(INDENT, Style::new(), &printable(from), &line));
    }
    let Lookups { before, after, limit } = spf.lookups;
    let lookups = if before == after {
        format!("{after} of {limit}, as before")
    } else {
        format!("{before}, then {after}, of {limit}")
    };
    let style = if after > limit { WARNING } else { Style::new() };
    text.push_str(&remark(INDENT, style, "look-ups:", &lookups));
    if spf.partly_unknown {
        let line = "a part depends on the message or could not be looked up; this is what is known";
        text.push_str(&remark(INDENT, WARNING, "note:", line));
    }
    text
}

const INDENT: &str = "   ";

fn set(word: &str, style: Style, set: &Addresses) -> String {
    if set.is_empty() {
        return String::new();
    }
    let networks: Vec<String> = set.networks.iter().map(ToString::to_string).collect();
    let line = format!("{} ({})", some(&networks, MOST), numbers(set.ipv4, &set.ipv6));
    remark(INDENT, style, word, &line)
}

/// The number of IPv6 addresses may be all there are, which is one more than a number holds.
fn numbers(ipv4: u64, ipv6: &str) -> String {
    let ipv6 = ipv6.parse().unwrap_or(if ipv6.is_empty() { 0 } else { u128::MAX });
    addresses(u128::from(ipv4), ipv6)
}
