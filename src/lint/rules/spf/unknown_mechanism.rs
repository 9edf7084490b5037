//! `spf-unknown-mechanism`: a term whose name is no mechanism makes the whole record a permerror.

use std::net::IpAddr;

use mailvouch_providers::dns::{Name, Rdata, escape_joined_text};

use super::own_records;

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::spf::{Directive, Keyword, MalformedKind, Mechanism, SpfRecord, Term};
use crate::record::{Edit, Span};
use crate::spf::Published;

pub(in crate::lint::rules) struct UnknownMechanism;

impl Rule for UnknownMechanism {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-unknown-mechanism",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-unknown-mechanism.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        own_records(facts).flat_map(|(owner, published)| self.about(facts, owner, published)).collect()
    }
}

impl UnknownMechanism {
    fn about(&self, facts: &Facts, owner: &Name, published: &Published) -> Vec<Diagnostic> {
        let record = &published.record;
        let torn = record.torn();
        let is_torn = |span: &Span| torn.iter().any(|torn| torn.span.start <= span.start && span.end <= torn.span.end);
        let place = Place::value(owner, &Rdata::Txt(published.value.clone()));
        let mut found = Vec::new();
        for (term, malformed) in record.malformed() {
            let MalformedKind::UnknownMechanism { name, argument, .. } = &malformed.kind else { continue };
            // `spf-syntax` mends what is torn apart or run together.
            if is_torn(&term.span) || record.separate(term).is_some() {
                continue;
            }
            let shown = escape_joined_text(&record.text()[name.clone()]);
            let message = format!("`{shown}` is no SPF mechanism");
            let mut diagnostic = Diagnostic::new(self.meta(), message, place.clone(), name.clone())
                .note("a permerror, for every sender")
                .help("the mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists (RFC 7208, section 5)");
            if let Some(meant) = meant(record, name, argument.as_ref()) {
                // The qualifier stands before the name and stays.
                let edit = Edit::replace(name.start..term.span.end, meant.clone());
                let operation = Operation::edit(owner, &published.value, edit);
                let sure = is_declared(facts, &meant);
                diagnostic = diagnostic.help(format!("`{meant}` is meant")).fix(if sure {
                    Fix::safe([operation])
                } else {
                    Fix::ask([operation])
                });
            }
            found.push(diagnostic);
        }
        found
    }
}

/// What was meant by a term, where it can have been only one thing.
fn meant(record: &SpfRecord, name: &Span, argument: Option<&Span>) -> Option<String> {
    let text = |span: &Span| String::from_utf8_lossy(&record.text()[span.clone()]).into_owned();
    let (name, argument) = (text(name).to_ascii_lowercase(), argument.map(text));
    let Some(argument) = argument else {
        // An address with no mechanism before it.
        return sound(format!("{}:{name}", address_keyword(&name)?));
    };
    // `192.0.2.0/24`: the name ends at the slash.
    if let Some(keyword) = address_keyword(&name) {
        return sound(format!("{keyword}:{name}/{argument}"));
    }
    sound(match name.as_str() {
        "ipv4" | "ipv6" | "ip" | "ip-4" | "ip-6" | "ipaddress" => format!("{}:{argument}", address_keyword(&argument)?),
        "redirect" | "exp" => format!("{name}={argument}"),
        _ => format!("{}:{argument}", nearest(&name)?),
    })
}

/// The mechanism that matches this address or network.
fn address_keyword(text: &str) -> Option<&'static str> {
    let address = text.split('/').next()?;
    match address.parse().ok()? {
        IpAddr::V4(_) => Some("ip4"),
        IpAddr::V6(_) => Some("ip6"),
    }
}

/// The mechanism that is one slip of the finger away; none where two are.
fn nearest(name: &str) -> Option<&'static str> {
    let close = |keyword: &&Keyword| {
        let word = keyword.as_str();
        // Short names are one slip away from everything.
        word.len() > 2 && !keyword.is_modifier() && strsim::osa_distance(word, name) <= 1 + usize::from(word.len() > 5)
    };
    let mut near = Keyword::ALL.iter().filter(close);
    match (near.next(), near.next()) {
        (Some(one), None) => Some(one.as_str()),
        _ => None,
    }
}

/// Only what is a sound term is proposed.
fn sound(meant: String) -> Option<String> {
    let record = SpfRecord::parse(format!("v=spf1 {meant}").as_bytes())?;
    (record.is_valid() && record.terms().len() == 1).then_some(meant)
}

/// Whether the declaration says that this may send.
fn is_declared(facts: &Facts, text: &str) -> bool {
    let Some(domain) = facts.declared_domain() else { return false };
    let record = SpfRecord::parse(format!("v=spf1 {text}").as_bytes());
    let term = record.as_ref().and_then(|record| record.terms().first()).map(|term| &term.node);
    let Some(Term::Directive(Directive { mechanism, .. })) = term else { return false };
    let network = match mechanism {
        Mechanism::Include(target) => {
            let target = target.literal();
            let mut includes = domain.senders.iter().flat_map(|sender| &sender.value.include);
            return includes.any(|include| Some(include) == target.as_ref());
        }
        Mechanism::Ip4(range) => range.network().into(),
        Mechanism::Ip6(range) => range.network().into(),
        _ => return false,
    };
    let network: ipnet::IpNet = network;
    let mut declared = domain.egress.iter().flat_map(|group| &group.value.addresses);
    declared.any(|address| address.value.contains(&network))
}
