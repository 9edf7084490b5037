//! The steps until records are published.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::{
    FOR_CONNECTOR, FOR_PARTNERS, FOR_PTR, LONG_TEXT, Maker, State, Step, StepKind, When, allowing, lines, names,
    networks, words,
};
use crate::preflight::{Arrival, SpfChange};

impl Maker<'_> {
    /// The move is written down, so that plans know of it.
    pub(super) fn declare(&self) -> Option<Step> {
        let request = &self.preflight.request;
        let quoted = |texts: Vec<String>| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
        let mut lines = Vec::new();
        let first = request.arrivals.first();
        if let Some(first) = first {
            let addresses = request.arrivals.iter().map(|arrival| super::shown(&arrival.network)).collect();
            lines.push("[egress.new]".to_owned());
            lines.push(format!("addresses = [{}]", quoted(addresses)));
            if !first.helo.is_empty() {
                lines.push(format!("helo = [{}]", quoted(first.helo.iter().map(ToString::to_string).collect())));
            }
            lines.push(format!("from = {}", words::toml_from(first.from)));
        }
        let leaving = request.departures.first();
        let mut what = vec![format!("add the lines below, and name the groups in `egress` of {}", self.domains)];
        if let Some(leaving) = leaving {
            let all: Vec<String> =
                request.departures.iter().map(|departure| super::shown(&departure.network)).collect();
            what.push(format!("take {} out of the group where it stands now", words::list(&all)));
            lines.extend((!lines.is_empty()).then(String::new));
            lines.push("[egress.old]".to_owned());
            lines.push(format!("addresses = [{}]", quoted(all)));
            lines.push(format!("until = {}", words::toml_until(leaving.until)));
        }
        let begins = first.map(|arrival| self.lead.due_from(arrival.from)).or(leaving.map(|leaving| leaving.until))?;
        Some(Step {
            kind: StepKind::Declare,
            about: String::new(),
            when: When::by(begins),
            who: "you",
            what: format!("in the declaration: {}", what.join("; ")),
            lines,
            commands: Vec::new(),
            why: "plans are made from the declaration: with these dates each takes in what is due on its day"
                .to_owned(),
            source: "docs/declaration.md",
            state: State::Open,
        })
    }

    /// The reverse names of new addresses.
    pub(super) fn ptr(&self, arrivals: &[&Arrival], at: Timestamp) -> Option<Step> {
        let without = self.without_ptr(arrivals);
        let singles: Vec<String> = arrivals
            .iter()
            .filter(|arrival| is_single(&arrival.network))
            .map(|arrival| super::shown(&arrival.network))
            .collect();
        if singles.is_empty() {
            return None;
        }
        let is_done = without.is_empty();
        let name = self.helo(arrivals).map_or("the name of the host".to_owned(), |name| name.absolute());
        let shown = if is_done { &singles } else { &without };
        let lines = shown.iter().flat_map(|address| {
            let rtype = if address.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6()) { "AAAA" } else { "A" };
            [format!("{address} PTR {name}"), format!("{name} {rtype} {address}")]
        });
        let what = if is_done {
            format!("the reverse name of {} leads back to it", words::list(&singles))
        } else if self.is_ptr_unknown(arrivals) {
            format!(
                "see that {} has a reverse name that leads back to it: it could not be looked up",
                words::list(&without)
            )
        } else {
            format!("have whoever gave you {} set its reverse name, and the name's address", words::list(&without))
        };
        Some(Step {
            kind: StepKind::Ptr,
            about: networks(arrivals.iter().map(|arrival| &arrival.network)),
            when: When::by(super::sooner(at, FOR_PTR)),
            who: "your provider of addresses (ISP, hoster)",
            what,
            lines: if is_done { Vec::new() } else { lines.collect() },
            commands: Vec::new(),
            why: "Gmail refuses addresses whose reverse name is missing or does not lead back (550 5.7.25), Microsoft does so \
                  over IPv6; a provider may take days"
                .to_owned(),
            source: "Google, Email sender guidelines; Microsoft, NDR 5.7.25; RFC 1912, section 2.1",
            state: if is_done { State::Done } else { State::Open },
        })
    }

    /// Whoever knows the old addresses by heart.
    pub(super) fn told(&self, arrivals: &[&Arrival], at: Timestamp) -> Vec<Step> {
        let all = networks(arrivals.iter().map(|arrival| &arrival.network));
        let mut steps = vec![Step {
            kind: StepKind::AllowLists,
            about: all.clone(),
            when: When::by(super::sooner(at, FOR_PARTNERS)),
            who: "you, and whoever lets your mail in by address",
            what: format!(
                "tell partners with allow lists, smart hosts, relays and scanners about {all}, beside the old ones until \
                 those are gone"
            ),
            lines: Vec::new(),
            commands: Vec::new(),
            why: "what goes by address refuses the new one, whatever DNS says (550 5.7.1: relay access denied)"
                .to_owned(),
            source: "RFC 3463, code 5.7.1",
            state: State::Open,
        }];
        let mut declared = self.subjects.iter().filter_map(|subject| subject.declared.as_ref());
        if declared.any(|declared| declared.domain().senders.iter().any(|sender| sender.value.id == "microsoft-365")) {
            let v4 = arrivals.iter().filter(|arrival| arrival.network.addr().is_ipv4());
            let v4: Vec<String> = v4.map(|arrival| format!("\"{}\"", super::shown(&arrival.network))).collect();
            let command =
                format!("Set-InboundConnector -Identity \"NAME\" -SenderIPAddresses @{{Add={}}}", v4.join(","));
            steps.push(Step {
                kind: StepKind::Connector,
                about: all.clone(),
                when: When::by(super::sooner(at, FOR_CONNECTOR)),
                who: "the administrator of Microsoft 365",
                what: format!(
                    "add {all} to the inbound connector that knows your servers by address (Exchange admin center, Mail \
                     flow, Connectors); one that goes by certificate needs nothing"
                ),
                lines: Vec::new(),
                commands: if v4.is_empty() { Vec::new() } else { vec![command] },
                why: "mail from an address that no connector knows is not attributed to your tenant (5.7.64)".to_owned(),
                source: "Microsoft, Set up connectors to route mail; NDR 5.7.64",
                state: State::Open,
            });
        }
        steps
    }

    /// Sets of texts with a long TTL.
    pub(super) fn lowered(changes: &[SpfChange], by: Timestamp) -> Vec<Step> {
        let long = changes.iter().filter(|change| change.ttl > LONG_TEXT);
        let step = |change: &SpfChange| {
            let ttl = i64::from(change.ttl);
            Step {
                kind: StepKind::LowerTtl,
                about: format!("{} {}", change.owner, change.rtype),
                when: When::by(super::sooner(by, jiff::SignedDuration::from_secs(ttl))),
                who: "whoever keeps the zone",
                what: format!(
                    "lower the TTL of the {} set at {} from {ttl} to {LONG_TEXT} seconds",
                    change.rtype, change.owner
                ),
                lines: Vec::new(),
                commands: Vec::new(),
                why: format!(
                    "what is wrong is held by caches for {}; it takes as long until the lower TTL counts everywhere",
                    words::seconds(ttl)
                ),
                source: "RFC 1035, section 3.2.1; RFC 2308, section 5",
                state: State::Open,
            }
        };
        long.map(step).collect()
    }

    /// The new addresses in SPF.
    pub(super) fn publish(&self, arrivals: &[&Arrival], at: Timestamp, changes: &[SpfChange]) -> Step {
        let all = networks(arrivals.iter().map(|arrival| &arrival.network));
        let is_done = self.pass_now(arrivals);
        let (due, by) = (self.lead.due_from(at), self.lead.publish_by(at));
        let allow = allowing(changes);
        let early = if self.preflight.now < due { format!(" --as-of {due}") } else { String::new() };
        let mut commands = vec![
            format!("{}{early} --out publish.json", self.commands.plan),
            format!("{} publish.json{}{}{}", self.commands.apply, early, self.commands.apply_with, allow),
        ];
        commands.extend((!self.commands.wait.is_empty()).then(|| self.commands.wait.clone()));
        let lead = self.lead;
        Step {
            kind: StepKind::Publish,
            about: all.clone(),
            when: When::between(due, by),
            who: "whoever keeps the zone, or the nightly pipeline",
            what: if is_done {
                format!("{all} passes SPF of {} already", self.domains)
            } else {
                format!("let {all} pass SPF of {}", words::list(&names(self.subjects)))
            },
            lines: if is_done { Vec::new() } else { lines(changes) },
            commands: if is_done { Vec::new() } else { commands },
            why: format!(
                "caches hold the old record: two TTLs ({} each) and the time for which an absence is held ({}) before the \
                 first message; a plan takes it in a day before that",
                words::seconds(lead.ttl.as_secs()),
                words::seconds(lead.absence.as_secs())
            ),
            source: "RFC 7208, section 4.4; RFC 1035, section 3.2.1; RFC 2308, section 5; `mailvouch explain egress-change-due`",
            state: if is_done { State::Done } else { State::Open },
        }
    }
}

fn is_single(network: &IpNet) -> bool {
    network.prefix_len() == network.max_prefix_len()
}
