//! `spf-overlapping-range`: a range inside another, or one that makes a larger range with its neighbour.

use ipnet::IpNet;

use super::{Own, network_term, own};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::Mechanism;
use crate::record::{Edit, Span};

pub(in crate::lint::rules) struct OverlappingRange;

impl Rule for OverlappingRange {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-overlapping-range",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-overlapping-range.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        own(facts).flat_map(|own| self.about(&own)).collect()
    }
}

/// A term that lists a network.
struct Listed<'a> {
    index: usize,
    span: &'a Span,
    network: IpNet,
}

/// Puts ranges that are one into one term, wherever the record has such.
pub(super) fn merged(own: &Own<'_>) -> Vec<Edit> {
    let merge = |run: &Vec<Listed<'_>>| {
        wholes(run).iter().flat_map(|(whole, within)| merge(own, whole, within)).collect::<Vec<_>>()
    };
    runs(own).iter().flat_map(merge).collect()
}

/// Each range that several of these terms make together, and those terms.
fn wholes<'a, 'b>(run: &'b [Listed<'a>]) -> Vec<(IpNet, Vec<&'b Listed<'a>>)> {
    if run.len() < 2 {
        return Vec::new();
    }
    let whole = |whole: IpNet| (whole, run.iter().filter(|listed| whole.contains(&listed.network)).collect::<Vec<_>>());
    let all = IpNet::aggregate(&run.iter().map(|listed| listed.network).collect()).into_iter().map(whole);
    all.filter(|(_, within)| within.len() > 1).collect()
}

/// The first of the terms becomes the whole, and the others go.
fn merge(own: &Own<'_>, whole: &IpNet, within: &[&Listed<'_>]) -> Vec<Edit> {
    let [first, others @ ..] = within else { return Vec::new() };
    let mut edits: Vec<Edit> = others.iter().filter_map(|listed| own.record().remove_term(listed.index)).collect();
    if first.network != *whole {
        let sign = usize::from(!own.record().text()[first.span.start].is_ascii_alphabetic());
        edits.push(Edit::replace(first.span.start + sign..first.span.end, network_term(whole)));
    }
    edits
}

impl OverlappingRange {
    fn about(&self, own: &Own<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for run in runs(own) {
            for (whole, within) in wholes(&run) {
                let [first, others @ ..] = within.as_slice() else { continue };
                let Some(second) = others.first() else { continue };
                let outer = within.iter().find(|listed| listed.network == whole);
                let (at, message, beside, note) = if let Some(outer) = outer {
                    let inner = if first.index == outer.index { second } else { first };
                    let what = match others.len() {
                        1 => format!("`{}` lies", own.shown(inner.span)),
                        count => format!("{count} ranges lie"),
                    };
                    (inner, format!("{what} inside another range"), outer, "the outer one")
                } else {
                    let message = format!("{} ranges are one: `{}`", within.len(), network_term(&whole));
                    (second, message, first, "the first of them")
                };
                let edits = merge(own, &whole, &within);
                found.push(
                    own.finding(self.meta(), message, at.span)
                        .context(own.place(), beside.span.clone(), note)
                        .fix(own.fix(Safety::Ask, edits)),
                );
            }
        }
        found
    }
}

/// The ranges of one qualifier that no term of another one stands between, run by run. A range that is listed twice is
/// there once: `spf-duplicate-term` speaks of that.
fn runs<'a>(own: &Own<'a>) -> Vec<Vec<Listed<'a>>> {
    let mut runs: Vec<Vec<Listed<'_>>> = Vec::new();
    let mut last = None;
    for (index, span, directive) in own.reached() {
        let qualifier = directive.effective_qualifier();
        if last.replace(qualifier) != Some(qualifier) {
            runs.push(Vec::new());
        }
        let network = match &directive.mechanism {
            Mechanism::Ip4(range) => IpNet::from(range.network()),
            Mechanism::Ip6(range) => IpNet::from(range.network()),
            _ => continue,
        };
        if let Some(run) = runs.last_mut().filter(|run| run.iter().all(|listed| listed.network != network)) {
            run.push(Listed { index, span, network });
        }
    }
    runs
}
