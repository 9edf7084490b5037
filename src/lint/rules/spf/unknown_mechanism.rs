//! `spf-unknown-mechanism`: a term whose name is no mechanism makes the whole record a permerror.

use std::net::IpAddr;

use mailvouch_providers::dns::{Rdata, escape_joined_text};

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::Span;
use crate::record::spf::{Directive, Keyword, MalformedKind, Mechanism, SpfRecord, Term};

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
        let mut found = Vec::new();
        let mut seen = Vec::new();
        for tree in facts.spf.own_trees(|name| facts.is_own(name)) {
            let Some(published) = tree.selection.one().filter(|_| !seen.contains(&&tree.name)) else { continue };
            seen.push(&tree.name);
            let record = &published.record;
            let torn = record.torn();
            for (term, malformed) in record.malformed() {
                let MalformedKind::UnknownMechanism { name, argument, .. } = &malformed.kind else { continue };
                if torn.iter().any(|torn| torn.span.start <= term.span.start && term.span.end <= torn.span.end) {
                    continue; // `spf-syntax` mends the whole.
                }
                let shown = escape_joined_text(&record.text()[name.clone()]);
                let message = format!("`{shown}` is no SPF mechanism");
                let place = Place::value(&tree.name, &Rdata::Txt(published.value.clone()));
                let mut diagnostic = Diagnostic::new(self.meta(), message, place, name.clone())
                    .note("a permerror, for every sender")
                    .help("the mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists (RFC 7208, section 5)");
                if let Some(meant) = meant(record, name, argument.as_ref()) {
                    // The qualifier stands before the name and stays.
                    let operation = Operation::Edit {
                        owner: tree.name.clone(),
                        value: published.value.clone(),
                        span: name.start..term.span.end,
                        content: meant.text.clone().into_bytes(),
                    };
                    let sure = meant.sure && is_declared(facts, &meant.text);
                    diagnostic = diagnostic.help(format!("`{}` is meant", meant.text));
                    diagnostic = diagnostic.fix(if sure { Fix::safe([operation]) } else { Fix::ask([operation]) });
                }
                found.push(diagnostic);
            }
        }
        found
    }
}

/// What was probably meant by a term.
struct Meant {
    text: String,
    /// Whether it has one possible meaning.
    sure: bool,
}

fn meant(record: &SpfRecord, name: &Span, argument: Option<&Span>) -> Option<Meant> {
    let text = |span: &Span| String::from_utf8_lossy(&record.text()[span.clone()]).into_owned();
    let (name, argument) = (text(name).to_ascii_lowercase(), argument.map(text));
    let Some(argument) = argument else {
        // An address with no mechanism before it.
        let written = address_keyword(&name)?;
        return sound(Meant { text: format!("{written}:{name}"), sure: true });
    };
    let keyword = match name.as_str() {
        "ipv4" | "ipv6" | "ip" | "ip-4" | "ip-6" | "ipaddress" => address_keyword(&argument)?.to_owned(),
        // `192.0.2.0/24`: the name ends at the slash.
        _ if address_keyword(&name).is_some() => {
            let keyword = address_keyword(&name)?;
            return sound(Meant { text: format!("{keyword}:{name}/{argument}"), sure: true });
        }
        "redirect" => return sound(Meant { text: format!("redirect={argument}"), sure: true }),
        "exp" => return sound(Meant { text: format!("exp={argument}"), sure: true }),
        _ => nearest(&name)?.to_owned(),
    };
    sound(Meant { text: format!("{keyword}:{argument}"), sure: true })
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
fn sound(meant: Meant) -> Option<Meant> {
    let record = SpfRecord::parse(format!("v=spf1 {}", meant.text).as_bytes())?;
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
