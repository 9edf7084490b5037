//! `dmarc-differs`: the published policy is not the declared one.

use mailvouch_providers::dns::{Rdata, RrType, Txt};

use super::write::{declared_record, tags};
use crate::declared::DmarcPolicy;
use crate::lint::{Declared, Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::tag_list::TagList;
use crate::record::{DmarcRecord, Edit};

pub(in crate::lint::rules) struct Differs;

impl Rule for Differs {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-differs",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-differs.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let Some(policy) = &declared.domain().dmarc else { return Vec::new() };
        match &*facts.dmarc.records {
            [(txt, record)] => self.own(facts, declared, policy, txt, record).into_iter().collect(),
            // Several are another rule's.
            [] => self.inherited(facts, declared, policy).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl Differs {
    /// The domain's own record against the declaration, tag by tag.
    fn own(
        &self,
        facts: &Facts,
        declared: &Declared,
        policy: &DmarcPolicy,
        txt: &Txt,
        record: &DmarcRecord,
    ) -> Option<Diagnostic> {
        let wanted = tags(policy);
        let differing: Vec<&(&str, String)> =
            wanted.iter().filter(|(name, value)| !says(record, name, value)).collect();
        let (first, value) = differing.first().map(|(name, value)| (*name, value.as_str()))?;
        let severity = severity(record, policy);
        let owner = &facts.dmarc.owner;
        let place = Place::value(owner, &Rdata::Txt(txt.clone()));
        let names: Vec<String> = differing.iter().map(|(name, _)| format!("`{name}`")).collect();
        let than = match severity {
            Severity::Error => "weaker than declared",
            Severity::Warning | Severity::Info => "not what is declared",
        };
        let message = format!("the DMARC record of {} is {than}: {}", facts.domain, names.join(", "));
        let span = record.tag(first).map_or(0..record.text().len(), crate::record::tag_list::Tag::span);
        let operations = edits(record, &differing).into_iter().map(|edit| Operation::Edit {
            owner: owner.clone(),
            value: txt.clone(),
            span: edit.span,
            content: edit.content,
        });
        let found = Diagnostic::new(self.meta(), message, place, span)
            .severity(severity)
            .note(format!("`{first}={value}` is declared"))
            .context(declared.place(), policy.span.clone(), "declared here")
            .fix(Fix::safe(operations));
        Some(found)
    }

    /// No record of the domain's own: what it falls back to, against the declaration.
    fn inherited(&self, facts: &Facts, declared: &Declared, policy: &DmarcPolicy) -> Option<Diagnostic> {
        let (from, record) = facts.dmarc.inherited()?;
        if facts.dmarc.is_partly_unknown() || !facts.dmarc.near_misses.is_empty() {
            return None;
        }
        let effective = record.subdomain_policy().effective;
        let wanted = policy.policy.value;
        let only_policy = tags(policy).len() == 1;
        if effective == wanted && only_policy {
            return None;
        }
        let owner = &facts.dmarc.owner;
        let message = format!(
            "{} has no DMARC record of its own, and falls back to that of {from} (`{}`): not what is declared",
            facts.domain,
            effective.as_str()
        );
        let severity = if effective < wanted { Severity::Error } else { Severity::Warning };
        let content = declared_record(declared.domain())?;
        Some(
            Diagnostic::about_nothing(self.meta(), message, owner, RrType::TXT)
                .severity(severity)
                .context(declared.place(), policy.span.clone(), "declared here")
                .fix(Fix::safe([Operation::Create { owner: owner.clone(), content }])),
        )
    }
}

/// Whether the record says this of a tag, in whatever words.
fn says(record: &DmarcRecord, name: &str, value: &str) -> bool {
    // Read through the parser, so that defaults, case and order count as they do for receivers.
    let Some(wanted) = DmarcRecord::parse(format!("v=DMARC1; {name}={value}").as_bytes()) else { return false };
    let uris = |record: &DmarcRecord, name: &str| {
        let list = if name == "rua" { record.rua() } else { record.ruf() };
        let mut uris: Vec<Vec<u8>> = list.iter().map(|uri| uri.uri.node.to_ascii_lowercase()).collect();
        uris.sort();
        uris
    };
    match name {
        // A policy that is missing or broken is not one that says `none`.
        "p" => record.policy().declared() == wanted.policy().declared(),
        "sp" => record.subdomain_policy().effective == wanted.subdomain_policy().effective,
        "np" => record.nonexistent_policy().effective == wanted.nonexistent_policy().effective,
        "adkim" => record.adkim().effective == wanted.adkim().effective,
        "aspf" => record.aspf().effective == wanted.aspf().effective,
        "t" => record.testing().effective == wanted.testing().effective,
        "psd" => record.public_suffix().effective == wanted.public_suffix().effective,
        "fo" => record.failure_options().effective == wanted.failure_options().effective,
        _ => uris(record, name) == uris(&wanted, name),
    }
}

/// Weaker is an error: what is declared is not in force. Stricter, or different in what it reports, is a warning.
fn severity(record: &DmarcRecord, policy: &DmarcPolicy) -> Severity {
    let text: Vec<String> = tags(policy).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let Some(wanted) = DmarcRecord::parse(format!("v=DMARC1; {}", text.join("; ")).as_bytes()) else {
        return Severity::Error;
    };
    let in_force = |record: &DmarcRecord| {
        let testing = record.testing().effective;
        let policies = [record.policy(), record.subdomain_policy(), record.nonexistent_policy()];
        policies.map(|policy| if testing { policy.effective.while_testing() } else { policy.effective })
    };
    let weaker = in_force(record).iter().zip(in_force(&wanted)).any(|(published, wanted)| *published < wanted);
    if weaker { Severity::Error } else { Severity::Warning }
}

/// Each differing tag gets its declared value: in its place where it stands, else behind `v` or at the end.
fn edits(record: &DmarcRecord, differing: &[&(&str, String)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (name, value) in differing {
        edits.push(match record.tag(name) {
            Some(tag) => TagList::replace_value(tag, value),
            None => match (*name, record.tag("p").or_else(|| record.tag("v"))) {
                // Old parsers want `p` second (RFC 7489, section 6.3), and its companions beside it.
                ("p" | "sp" | "np", Some(tag)) => TagList::insert_after(tag, name, value),
                _ => record.list().append(name, value),
            },
        });
    }
    edits
}
