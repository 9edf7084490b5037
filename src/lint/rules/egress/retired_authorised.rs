//! `egress-retired-authorised`: an address that is declared as gone still passes.

use ipnet::IpNet;

use super::fate::{place, shown};
use crate::declared::{EgressGroup, EgressState};
use crate::lint::{Declared, Diagnostic, Facts, Fix, Meta, Operation, Rule, Severity};
use crate::record::spf::{Mechanism, Term};
use crate::spf::{Class, Decider, Family, RangeSet, Region};

pub(in crate::lint::rules) struct RetiredAuthorised;

impl Rule for RetiredAuthorised {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-retired-authorised",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/egress-retired-authorised.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let groups = || declared.domain().egress.iter().map(|group| &group.value);
        let (gone, wanted): (Vec<_>, Vec<_>) =
            groups().partition(|group| group.state_at(facts.now) == EgressState::Retired);
        let wanted: Vec<IpNet> =
            wanted.iter().flat_map(|group| &group.addresses).map(|address| address.value).collect();
        let mut found = Vec::new();
        for (group, address) in gone.iter().flat_map(|group| group.addresses.iter().map(move |at| (group, at))) {
            let passing = passing(facts, declared, &address.value, &wanted);
            let Some(decider) = passing.iter().find_map(|region| region.decided_by.as_ref()) else { continue };
            let until = group.until.as_ref().map_or_else(String::new, |until| until.value.to_string());
            let message =
                format!("no mail leaves from {} since {until}, and SPF still lets it pass", shown(&address.value));
            let (declaration, declared_at) = declared.at(address);
            let diagnostic = Diagnostic::new(self.meta(), message, place(decider), decider.span.clone())
                .note("this term lets it pass")
                .context(declaration, declared_at, "declared as gone");
            found.push(match removal(facts, decider, &address.value, &wanted) {
                // The declaration says literally that it goes. Until everybody has seen the last record of its time,
                // mail that left before may still be judged: then it is a person's to say.
                Some(operation) if has_run_out(facts, group) => diagnostic.fix(Fix::safe([operation])),
                Some(operation) => diagnostic.fix(Fix::ask([operation])).help(format!(
                    "mail that left from there until {until} may still be on its way: one TTL later a plan takes the term \
                     out by itself"
                )),
                None => diagnostic.help("the term matches more than this address: narrow it by hand"),
            });
        }
        found
    }
}

/// Whether the group is gone for as long as the record may be cached.
fn has_run_out(facts: &Facts, group: &EgressGroup) -> bool {
    let ends = group.until.as_ref().map(|until| until.value.ends());
    ends.is_some_and(|ends| facts.lead().remove_from(ends) <= facts.now)
}

/// The regions that let the network pass, without what is declared otherwise and what a declared sender brings along.
fn passing(facts: &Facts, declared: &Declared, network: &IpNet, wanted: &[IpNet]) -> Vec<Region> {
    let family = Family::of(network.addr());
    let gone = RangeSet::from_networks(family, [network]).difference(&RangeSet::from_networks(family, wanted));
    let senders = || declared.domain().senders.iter().flat_map(|sender| &sender.value.include);
    let regions = facts.spf.coverage().regions(family).iter().filter(|region| region.class == Class::Pass);
    let own = regions.filter(|region| {
        let path = region.decided_by.as_ref().map(|decider| &*decider.path).unwrap_or_default();
        !path.iter().any(|name| senders().any(|include| include == name))
    });
    let parts = own.map(|region| Region { set: region.set.intersection(&gone), ..region.clone() });
    parts.filter(|region| !region.set.is_empty()).collect()
}

/// Takes the term out, where it is an own `ip4` or `ip6` that holds nothing else.
fn removal(facts: &Facts, decider: &Decider, network: &IpNet, wanted: &[IpNet]) -> Option<Operation> {
    let owner = decider.path.last().filter(|owner| facts.is_own(owner))?;
    let record = &decider.published.record;
    let index = record.terms().iter().position(|term| term.span == decider.span)?;
    let Term::Directive(directive) = &record.terms()[index].node else { return None };
    let held: IpNet = match &directive.mechanism {
        Mechanism::Ip4(range) => range.network().into(),
        Mechanism::Ip6(range) => range.network().into(),
        _ => return None,
    };
    let still_wanted = wanted.iter().any(|wanted| held.contains(wanted) || wanted.contains(&held));
    if !network.contains(&held) || still_wanted {
        return None;
    }
    Some(Operation::edit(owner, &decider.published.value, record.remove_term(index)?))
}
