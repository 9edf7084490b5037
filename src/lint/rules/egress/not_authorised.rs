//! `egress-not-authorised`: mail leaves from a declared address, and SPF does not let it pass.

use ipnet::IpNet;
use mailvouch_providers::dns::{Rdata, RrType};

use crate::declared::{At, EgressState};
use crate::lint::rules::spf::{insert_term, network_term};
use crate::lint::{Declared, Diagnostic, Facts, Fix, Meta, Place, Rule, Severity};
use crate::spf::{Class, Decider, Family, Published, RangeSet, Region};

pub(in crate::lint::rules) struct NotAuthorised;

impl Rule for NotAuthorised {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-not-authorised",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/egress-not-authorised.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let groups = declared.domain().egress.iter().map(|group| &group.value);
        let current = groups.filter(|group| group.state_at(facts.now) == EgressState::Current);
        let addresses = current.flat_map(|group| &group.addresses);
        addresses.filter_map(|address| self.about(facts, declared, address)).collect()
    }
}

impl NotAuthorised {
    fn about(&self, facts: &Facts, declared: &Declared, address: &At<IpNet>) -> Option<Diagnostic> {
        let refused = refused(facts, &address.value);
        let worst = refused.first()?;
        let message = message(&address.value, &refused);
        let (declaration, declared_at) = declared.at(address);
        let found = match (&worst.decided_by, facts.spf.one()) {
            (Some(decider), _) => {
                let place = place(decider);
                let note = format!("this term decides: {}", worst.class);
                Diagnostic::new(self.meta(), message, place, decider.span.clone()).note(note)
            }
            (None, Some(published)) => {
                let place = Place::value(&facts.domain, &Rdata::Txt(published.value.clone()));
                let whole = 0..published.record.text().len();
                Diagnostic::new(self.meta(), message, place, whole).note("no term matches it")
            }
            (None, None) => Diagnostic::about_nothing(self.meta(), message, &facts.domain, RrType::TXT),
        };
        let found = found.context(declaration, declared_at, "mail leaves from here");
        let place = facts.spf.one().and_then(|published| Some((published, term_before(facts, published, &refused)?)));
        Some(match place {
            Some((published, index)) => {
                let term = network_term(&address.value);
                found.fix(Fix::safe([insert_term(&facts.domain, published, index, &term)]))
            }
            None => found,
        })
    }
}

/// The parts of the network that do not pass, for certain; the largest first.
fn refused(facts: &Facts, network: &IpNet) -> Vec<Region> {
    let family = Family::of(network.addr());
    let wanted = RangeSet::from_networks(family, [network]);
    let certain = |region: &&Region| {
        // What depends on a failed look-up, or on the message, may pass for all that is known.
        !matches!(region.class, Class::Pass | Class::TempError) && region.dynamic.is_empty()
    };
    let regions = facts.spf.coverage.regions(family).iter().filter(certain);
    let parts = regions.map(|region| Region { set: region.set.intersection(&wanted), ..region.clone() });
    let mut parts: Vec<Region> = parts.filter(|region| !region.set.is_empty()).collect();
    parts.sort_by_key(|region| std::cmp::Reverse(region.set.size()));
    parts
}

fn message(network: &IpNet, refused: &[Region]) -> String {
    let single = network.prefix_len() == network.max_prefix_len();
    let shown = if single { network.addr().to_string() } else { network.to_string() };
    let mut classes: Vec<Class> = refused.iter().map(|region| region.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let classes: Vec<String> = classes.iter().map(|class| format!("`{class}`")).collect();
    let family = Family::of(network.addr());
    let parts = RangeSet::from_ranges(refused.iter().flat_map(|region| region.set.ranges().iter().cloned()));
    let whole = parts == RangeSet::from_networks(family, [network]);
    if whole {
        format!("mail leaves from {shown}, and SPF says {}", classes.join(" and "))
    } else {
        let parts = parts.networks(family);
        let listed: Vec<String> = parts.iter().take(3).map(ToString::to_string).collect();
        let more = if parts.len() > 3 { ", …" } else { "" };
        format!(
            "mail leaves from {shown}, and SPF says {} for {}{more} of it",
            classes.join(" and "),
            listed.join(", ")
        )
    }
}

fn place(decider: &Decider) -> Place {
    let owner = decider.path.last().cloned().unwrap_or_else(mailvouch_providers::dns::Name::root);
    Place::value(&owner, &Rdata::Txt(decider.published.value.clone()))
}

/// The term of the domain's own record before which the address has to stand, so that nothing before it decides.
///
/// None where a new term would not help: a broken record stays a permerror whatever it holds.
fn term_before(facts: &Facts, published: &Published, refused: &[Region]) -> Option<usize> {
    let record = &published.record;
    if !record.is_valid() {
        return None;
    }
    let entries = refused.iter().filter_map(|region| {
        let decider = region.decided_by.as_ref().filter(|decider| decider.path.first() == Some(&facts.domain))?;
        record.terms().iter().position(|term| term.span == decider.entry)
    });
    entries.chain([record.place_for_directive()]).min()
}
