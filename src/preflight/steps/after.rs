//! The steps from the switch on.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};

use super::{LONG_HOST, Maker, State, Step, StepKind, WATCHED, When, allowing, later, lines, networks, sooner, words};
use crate::declared::DmarcPolicy;
use crate::preflight::{Arrival, HostReport, SpfChange};

impl Maker<'_> {
    /// A host gets its new addresses.
    pub(super) fn host(host: &HostReport) -> Vec<Step> {
        let ttl = SignedDuration::from_secs(host.ttl.into());
        let addresses = |all: &[IpAddr]| words::list(&all.iter().map(ToString::to_string).collect::<Vec<_>>());
        let over = later(host.at, ttl);
        let mut steps = Vec::new();
        if host.ttl > LONG_HOST {
            steps.push(Step {
                kind: StepKind::LowerTtl,
                about: format!("{} A/AAAA", host.name),
                when: When::by(sooner(host.at, ttl)),
                who: "whoever keeps the zone",
                what: format!(
                    "lower the TTL of the addresses of {} from {} to {LONG_HOST} seconds",
                    host.name, host.ttl
                ),
                lines: Vec::new(),
                commands: Vec::new(),
                why: format!(
                    "for {} after the change some receivers know the old address, some the new one",
                    words::seconds(host.ttl.into())
                ),
                source: "RFC 1035, section 3.2.1",
                state: State::Open,
            });
        }
        let new = host.after.iter().map(|address| {
            let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
            format!("+ {address} ({rtype})")
        });
        let old =
            host.before.iter().filter(|address| !host.after.contains(address)).map(|address| format!("- {address}"));
        let effects = host.effects.iter().map(|effect| {
            let part = |verb: &str, set: &[IpNet]| {
                if set.is_empty() { String::new() } else { format!("; {} {verb}", networks(set)) }
            };
            format!(
                "{}{}{}",
                effect.domain,
                part(&format!("passes by then at the latest ({over}), and not everywhere before"), &effect.gained),
                part(&format!("may still pass until {over}, and not everywhere"), &effect.lost)
            )
        });
        steps.push(Step {
            kind: StepKind::Host,
            about: host.name.to_string(),
            when: When::at(host.at),
            who: "whoever keeps the zone",
            what: format!("give {} the addresses {}, in place of {}", host.name, addresses(&host.after), addresses(&host.before)),
            lines: std::iter::once(format!("{} A/AAAA", host.name.absolute())).chain(old).chain(new).chain(effects).collect(),
            commands: Vec::new(),
            why: format!(
                "from {} to {over} caches hold the old addresses or the new ones: what passes by `a` or `mx` passes at some \
                 receivers and not at others",
                host.at
            ),
            source: "RFC 7208, sections 5.3 and 5.4; RFC 1035, section 3.2.1",
            state: State::Open,
        });
        steps
    }

    /// Mail leaves from the new addresses.
    pub(super) fn switch(&self, arrivals: &[&Arrival], at: Timestamp) -> Step {
        let all = networks(arrivals.iter().map(|arrival| &arrival.network));
        Step {
            kind: StepKind::Switch,
            about: all.clone(),
            when: When::at(at),
            who: "whoever runs the firewall",
            what: format!("send mail from {all}: only if the command ends with 0"),
            lines: Vec::new(),
            commands: vec![self.commands.again.clone()],
            why: "what is not in order by now bounces from the first message on".to_owned(),
            source: "docs/exit-codes.md",
            state: State::Open,
        }
    }

    /// Bounces and reports.
    pub(super) fn watch(&self, at: Timestamp) -> Step {
        let policies = self.subjects.iter().filter_map(|subject| subject.declared.as_ref()?.domain().dmarc.as_ref());
        let reports: Vec<String> = policies.flat_map(report_addresses).collect();
        let to = if reports.is_empty() { String::new() } else { format!(" ({})", words::list(&deduped(reports))) };
        Step {
            kind: StepKind::Watch,
            about: String::new(),
            when: When::between(at, later(at, WATCHED)),
            who: "you",
            what: format!("look at bounces, and at the DMARC reports{to} for addresses that are not declared"),
            lines: Vec::new(),
            commands: vec![self.commands.check.clone()],
            why: "aggregate reports come a day later, and show hosts that still send from elsewhere".to_owned(),
            source: "RFC 9990, section 3.1",
            state: State::Open,
        }
    }

    /// Old addresses leave SPF.
    pub(super) fn remove(&self, leaving: &[IpNet], until: Timestamp, changes: &[SpfChange]) -> Step {
        let all = networks(leaving);
        let from = self.lead.remove_from(until);
        let allow = allowing(changes);
        let is_done = !self.preflight.domains.iter().flat_map(|domain| &domain.rows).any(|row| {
            !row.is_arriving && leaving.contains(&row.network) && (row.now.passes() || row.now.is_unknown())
        });
        let by_hand = changes.is_empty() && !is_done;
        let what = if is_done {
            format!("{all} passes SPF of none of them any more")
        } else if by_hand {
            format!("take {all} out of SPF of {} by hand: a term matches more than that", self.domains)
        } else {
            format!("take {all} out of SPF of {}", self.domains)
        };
        let mut commands = vec![
            format!("{} --out remove.json", self.commands.plan),
            format!("{} remove.json{}{}", self.commands.apply, self.commands.apply_with, allow),
        ];
        commands.extend((!self.commands.wait.is_empty()).then(|| self.commands.wait.clone()));
        Step {
            kind: StepKind::Remove,
            about: all,
            when: When::from(from),
            who: "whoever keeps the zone, or the nightly pipeline",
            what,
            lines: if is_done { Vec::new() } else { lines(changes) },
            commands: if is_done || by_hand { Vec::new() } else { commands },
            why: format!(
                "mail that left before {until} may still be judged for {}; afterwards whoever gets the address next could send as you",
                words::seconds(self.lead.ttl.as_secs())
            ),
            source: "RFC 7208, section 10.1.2; `mailvouch explain egress-retired-authorised`",
            state: if is_done { State::Done } else { State::Open },
        }
    }

    /// TTLs that were lowered get their old value.
    pub(super) fn restored(&self, steps: &[Step], over: Option<Timestamp>) -> Vec<Step> {
        let lowered = steps.iter().filter(|step| step.kind == StepKind::LowerTtl);
        let last = over.into_iter().chain(self.preflight.hosts.iter().map(|host| host.at)).max();
        let restored = lowered.filter_map(|step| {
            Some(Step {
                kind: StepKind::RestoreTtl,
                about: step.about.clone(),
                when: When::from(last?),
                what: format!("set the TTL of {} back to what it was", step.about),
                why: "a longer TTL costs receivers fewer look-ups, and bridges an outage of name servers".to_owned(),
                source: "RFC 1912, section 2.2",
                lines: Vec::new(),
                commands: Vec::new(),
                state: State::Open,
                who: step.who,
            })
        });
        restored.collect()
    }
}

fn report_addresses(policy: &DmarcPolicy) -> Vec<String> {
    policy.rua.iter().map(|address| address.value.trim_start_matches("mailto:").to_owned()).collect()
}

fn deduped(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts.dedup();
    texts
}
