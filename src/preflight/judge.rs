//! What stands against a move, what could not be told, and what is worth knowing: in sentences.

use std::collections::BTreeSet;

use super::assess::shown;
use super::hosts::Host;
use super::{DomainReport, LossBy, Outcome, Preflight, Ptr, Row};
use crate::lint::Severity;
use crate::plan::Plan;
use crate::spf::{Class, LOOKUP_LIMIT};

/// Networks that one sentence names.
const NAMED: usize = 8;

/// The sentences, each once.
#[derive(Default)]
struct Said {
    obstacles: Vec<String>,
    unknowns: Vec<String>,
    notes: Vec<String>,
}

/// Judges what was found, and notes it.
pub(super) fn judge(preflight: &mut Preflight, hosts: &[Host], publish: &Plan) {
    let mut said = Said::default();
    preflight.domains.iter().for_each(|domain| said.of_domain(domain));
    said.of_new_hosts(preflight);
    said.of_losses(preflight);
    said.of_moving_hosts(preflight, hosts);
    said.of_siblings(preflight);
    said.of_plan(preflight, publish);
    preflight.obstacles = once(said.obstacles);
    preflight.unknowns = once(said.unknowns);
    preflight.notes = once(said.notes);
}

/// Each once, in the order in which they came.
fn once(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}

impl Said {
    fn of_domain(&mut self, report: &DomainReport) {
        for row in report.rows.iter().filter(|row| row.is_arriving) {
            self.of_arrival(report, row);
        }
        for row in report.rows.iter().filter(|row| !row.is_arriving && row.end.passes()) {
            let by = row.end.term.as_ref().map_or_else(String::new, |term| {
                let text = String::from_utf8_lossy(&term.text).replace('`', "'");
                format!(", by `{text}` in the record of {}", term.owner)
            });
            self.notes.push(format!("{} still passes for {} at the end{by}", shown(&row.network), report.domain));
        }
        if report.cost_planned.lookups > LOOKUP_LIMIT {
            self.notes.push(format!("SPF of {} may cost {} look-ups then", report.domain, report.cost_planned.lookups));
        }
    }

    fn of_arrival(&mut self, report: &DomainReport, row: &Row) {
        let who = format!("{} for {}", shown(&row.network), report.domain);
        let why = |outcome: &Outcome| outcome.problem.clone().unwrap_or_else(|| "a look-up failed".to_owned());
        if row.now.is_unknown() {
            self.unknowns.push(format!("SPF of {who}: {}", why(&row.now)));
        } else if !row.now.passes() {
            let then = match &row.planned {
                planned if planned.passes() => "the plan mends that".to_owned(),
                planned if planned.is_unknown() => format!("what a plan can do is not known: {}", why(planned)),
                _ => "no plan mends that".to_owned(),
            };
            self.obstacles.push(format!("SPF says `{}` of {who} now; {then}", row.now.class));
        } else if row.moved.is_unknown() {
            self.unknowns.push(format!("SPF of {who} once all is done: {}", why(&row.moved)));
        } else if !row.moved.passes() {
            self.obstacles.push(format!("SPF will say `{}` of {who} once all is done", row.moved.class));
        }
    }

    /// Reverse names, HELO names, and what the rules say of them.
    fn of_new_hosts(&mut self, preflight: &Preflight) {
        for row in &preflight.helo {
            match row.moved.class {
                Class::Fail | Class::SoftFail | Class::PermError => self.obstacles.push(format!(
                    "the HELO name {} gets `{}` from {}: bounces are judged by it",
                    row.name,
                    row.moved.class,
                    shown(&row.network)
                )),
                Class::TempError => self.unknowns.push(format!("SPF of the HELO name {}", row.name)),
                Class::Pass | Class::Neutral | Class::None => {}
            }
        }
        for found in &preflight.findings {
            match found.severity {
                Severity::Error | Severity::Warning => self.obstacles.push(found.message.clone()),
                Severity::Info => self.notes.push(found.message.clone()),
            }
        }
        for address in preflight.addresses.iter().filter(|address| !address.is_sample) {
            match &address.ptr {
                Ptr::Unknown(why) => self.unknowns.push(format!("the reverse name of {}: {why}", address.address)),
                Ptr::Names(names) if !address.is_confirmed() && names.iter().any(|(_, back)| back.is_none()) => {
                    self.unknowns.push(format!("whether the reverse name of {} leads back to it", address.address));
                }
                Ptr::Names(_) | Ptr::Absent => {}
            }
        }
    }

    fn of_losses(&mut self, preflight: &Preflight) {
        for loss in &preflight.losses {
            let networks: Vec<String> = loss.networks.iter().take(NAMED).map(shown).collect();
            let by = match loss.by {
                LossBy::Publishing => "with what is published first",
                LossBy::Host => "once the host has moved",
                LossBy::Removal => "with what is taken out afterwards",
            };
            let (networks, domain) = (networks.join(", "), &loss.domain);
            self.obstacles.push(format!("{networks} would lose its pass for {domain} {by}, and is in use"));
        }
    }

    fn of_moving_hosts(&mut self, preflight: &Preflight, hosts: &[Host]) {
        for host in hosts {
            self.unknowns.extend(host.unknown.clone());
            if let Some(target) = &host.alias_to {
                self.obstacles.push(format!("{} is an alias of {target}: what moves is {target}", host.name));
            }
            let report = preflight.hosts.iter().find(|report| report.name == host.name);
            if report.is_some_and(|report| report.effects.is_empty()) && host.unknown.is_none() {
                self.notes.push(format!("that {} moves changes nothing in who passes SPF", host.name));
            }
        }
    }

    fn of_siblings(&mut self, preflight: &Preflight) {
        for sibling in &preflight.siblings {
            let refused = sibling.refused.first();
            let spf = refused.map(|(domain, outcome)| format!("SPF of {domain} says `{}` of it", outcome.class));
            let ptr = (sibling.has_ptr == Some(false)).then(|| "it has no reverse name".to_owned());
            let lacks: Vec<String> = spf.into_iter().chain(ptr).collect();
            if !lacks.is_empty() {
                self.notes.push(format!(
                    "{} also has the IPv6 address {}, which is not among the new ones: {}. If the host sends from it, Gmail \
                     and Microsoft refuse: name it with `--add`, or have the host send over IPv4 alone",
                    sibling.name,
                    sibling.address,
                    lacks.join(", and ")
                ));
            }
        }
    }

    /// Why the plan does not do what it should.
    fn of_plan(&mut self, preflight: &Preflight, publish: &Plan) {
        let mut rows = preflight.domains.iter().flat_map(|domain| &domain.rows);
        if !rows.any(|row| row.is_arriving && !row.planned.passes()) {
            return;
        }
        let about = publish.advice.iter().filter(|advice| advice.severity == "error" && advice.rule != "lookup-failed");
        let about = about.filter(|advice| advice.rule.starts_with("egress-") || advice.rule.starts_with("spf-"));
        self.notes.extend(about.map(|advice| {
            let held = advice.held.as_ref().or(advice.help.as_ref());
            let held = held.map_or_else(String::new, |why| format!(" ({why})"));
            format!("{}: {}{held}", advice.domain, advice.message)
        }));
    }
}
