//! Who passes SPF: own ranges, and the records of others, each with the term that lets it pass.

use std::collections::BTreeSet;
use std::ops::Range as Octets;

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, RrType, escape_joined_text};

use super::remark::Remark;
use crate::declared::{Use, domain_argument, special_range};
use crate::lint::{SpfFacts, organizational_domain};
use crate::published::Ask;
use crate::record::spf::{Directive, DomainSpec, DualPrefix, Mechanism, Modifier, Qualifier, Term};
use crate::spf::{Addresses, Branch, Lead, Selection, Tree};

/// The widest prefixes that can be one owner's own, by family: `spf-range-too-wide` calls these an error.
const TOO_WIDE: [u8; 2] = [8, 19];

/// What a domain's SPF lets pass.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Its own records, in the order in which they are come to.
    pub records: Vec<Remark>,
    /// Own ranges, each once, none within another.
    pub ranges: Vec<Range>,
    /// Records of others.
    pub includes: Vec<Include>,
    /// What a declaration cannot say, and why.
    pub odd: Vec<Remark>,
}

/// Addresses that pass by the owner's own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The addresses.
    pub network: IpNet,
    /// The terms that let them pass, as written, each with the name whose record it stands in.
    pub terms: Vec<String>,
    /// What a group of such addresses could be called.
    pub group: String,
    /// Whether the name answered with several addresses: there may be more of them.
    pub is_sample: bool,
}

/// A record of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// Whose record it is.
    pub target: Name,
    /// The term, and the name whose record it stands in.
    pub term: String,
}

impl Sources {
    /// Walks the records that are the owner's: those below the domain's organizational domain, and where `redirect` leads,
    /// those of the domains of `given`.
    pub(super) fn of(ask: &Ask<'_>, domain: &Name, spf: &SpfFacts, given: &[Name]) -> Self {
        let mut walk = Walk { ask, domain, given, seen: BTreeSet::new(), found: Self::default() };
        match &spf.tree.selection {
            Selection::One(_) => walk.tree(&spf.tree),
            // None of several counts; what they were meant to say is all that there is to go by.
            Selection::Many(records) => spf.candidates.iter().take(records.len()).for_each(|tree| walk.record(tree)),
            Selection::None => spf.candidates.iter().for_each(|tree| walk.record(tree)),
            Selection::Unknown(_) => {}
        }
        walk.found.without_contained()
    }

    fn add(&mut self, range: Range) {
        match self.ranges.iter_mut().find(|other| other.network == range.network) {
            Some(other) => other.terms.extend(range.terms),
            None => self.ranges.push(range),
        }
    }

    /// Ranges within others say nothing more; the terms that name them stay as words.
    fn without_contained(mut self) -> Self {
        let all: Vec<IpNet> = self.ranges.iter().map(|range| range.network).collect();
        let (kept, within): (Vec<Range>, Vec<Range>) = std::mem::take(&mut self.ranges)
            .into_iter()
            .partition(|range| !all.iter().any(|other| other.contains(&range.network) && *other != range.network));
        self.ranges = kept;
        for range in within {
            if let Some(around) = self.ranges.iter_mut().find(|other| other.network.contains(&range.network)) {
                around.terms.extend(range.terms);
            }
        }
        self
    }
}

struct Walk<'a> {
    ask: &'a Ask<'a>,
    domain: &'a Name,
    given: &'a [Name],
    seen: BTreeSet<Name>,
    found: Sources,
}

impl Walk<'_> {
    /// A record, unless it was come to before.
    fn tree(&mut self, tree: &Tree) {
        if self.seen.insert(tree.name.clone()) {
            self.record(tree);
        }
    }

    fn record(&mut self, tree: &Tree) {
        let Some(published) = tree.selection.one() else { return };
        let text = published.record.text();
        self.found.records.push(Remark::seen(self.shown(&tree.name, text)));
        for (term, branch) in published.record.terms().iter().zip(&tree.branches) {
            let written = Written { owner: &tree.name, text: escape_joined_text(span(text, &term.span)) };
            match &term.node {
                Term::Directive(directive) => self.directive(directive, branch, &written),
                Term::Modifier(Modifier::Redirect(_)) => self.redirect(branch, &written),
                Term::Malformed(_) => {
                    self.found.odd.push(Remark::decide(format!("what {written} was meant to say: nobody can read it")));
                }
                Term::Modifier(_) => {}
            }
        }
    }

    /// `example.com. TXT (TTL 3600): v=spf1 …`.
    fn shown(&self, owner: &Name, text: &[u8]) -> String {
        let reply = self.ask.get(owner, RrType::TXT);
        let ttl = reply.and_then(|reply| Some(format!(" (TTL {})", reply.records()?.ttl))).unwrap_or_default();
        format!("{} TXT{ttl}: {}", owner.absolute(), escape_joined_text(text))
    }

    fn directive(&mut self, directive: &Directive, branch: &Branch, written: &Written<'_>) {
        let mechanism = &directive.mechanism;
        if *mechanism == Mechanism::All {
            return;
        }
        if directive.effective_qualifier() != Qualifier::Pass {
            let text = format!("{written} lets nobody pass: what it names is not declared");
            return self.found.odd.push(Remark::seen(text));
        }
        match (mechanism, branch) {
            (Mechanism::Ip4(range), _) => self.range(range.network().into(), self.outbound(written), false, written),
            (Mechanism::Ip6(range), _) => self.range(range.network().into(), self.outbound(written), false, written),
            (Mechanism::A { domain, prefix }, Branch::Addresses { v4, v6 }) => {
                let group = group_of(domain.as_ref(), self.domain, "apex");
                self.addresses(*prefix, [v4, v6], &group, written);
            }
            (Mechanism::Mx { domain, prefix }, Branch::Addresses { v4, v6 }) => {
                let group = group_of(domain.as_ref(), self.domain, "mx");
                self.addresses(*prefix, [v4, v6], &group, written);
            }
            (Mechanism::Include(target), Branch::Record(Lead::Tree(tree))) => {
                if self.is_own(&tree.name) {
                    self.tree(tree);
                } else {
                    self.include(target.literal(), written);
                }
            }
            (Mechanism::Include(target), Branch::PastLimit | Branch::Record(Lead::Loop(_))) => {
                // A loop leads back to what has been walked, or to a record of somebody else's that has one.
                if let Some(target) = target.literal().filter(|target| !self.is_own(target)) {
                    self.include(Some(target), written);
                }
            }
            (_, Branch::Dynamic(_) | Branch::Record(Lead::Dynamic(_))) => {
                let text = format!("who {written} lets pass: it depends on the message, and no address stands in it");
                self.found.odd.push(Remark::decide(text));
            }
            // Behind `all`, past the look-ups, or to no name: nobody passes by it.
            _ => self.found.odd.push(Remark::seen(format!("{written} is never come to, or leads nowhere"))),
        }
    }

    fn redirect(&mut self, branch: &Branch, written: &Written<'_>) {
        let Branch::Record(lead) = branch else { return };
        match lead {
            Lead::Tree(tree) if self.is_own(&tree.name) || self.is_given(&tree.name) => self.tree(tree),
            Lead::Tree(tree) => self.include(Some(tree.name.clone()), written),
            Lead::Dynamic(_) => {
                self.found.odd.push(Remark::decide(format!("where {written} leads: it depends on the message")));
            }
            Lead::Loop(_) | Lead::NoName => {}
        }
    }

    /// What a name that is asked for is: `mx` and `a` name hosts, whose addresses are theirs to change.
    fn addresses(&mut self, prefix: DualPrefix, families: [&Addresses; 2], group: &str, written: &Written<'_>) {
        for (addresses, bits) in families.into_iter().zip([prefix.v4_bits(), prefix.v6_bits()]) {
            for address in &addresses.found {
                if let Ok(network) = IpNet::new(*address, bits) {
                    self.range(network.trunc(), group.to_owned(), !addresses.samples.is_empty(), written);
                }
            }
            for (name, failure) in &addresses.unknown {
                let text = format!("the addresses of {name}, which {written} lets pass: {failure}");
                self.found.odd.push(Remark::unseen(text));
            }
        }
    }

    fn range(&mut self, network: IpNet, group: String, is_sample: bool, written: &Written<'_>) {
        let widest = if network.addr().is_ipv4() { TOO_WIDE[0] } else { TOO_WIDE[1] };
        if let Some(special) = special_range(network).filter(|special| special.use_in == Use::Nowhere) {
            let text = format!("{written} holds {}, {}: no mail comes from there", special.network, special.what);
            self.found.odd.push(Remark::seen(text));
        } else if network.prefix_len() <= widest {
            let text = format!("which addresses of {written} are yours: it is left out, since so many never are");
            self.found.odd.push(Remark::decide(text));
        } else {
            self.found.add(Range { network, terms: vec![written.to_string()], group, is_sample });
        }
    }

    fn include(&mut self, target: Option<Name>, written: &Written<'_>) {
        let Some(target) = target else { return };
        if let Err(why) = domain_argument(&target.to_string()) {
            let text = format!("what {written} is for: a declaration cannot name it ({why})");
            return self.found.odd.push(Remark::decide(text));
        }
        if !self.found.includes.iter().any(|include| include.target == target) {
            self.found.includes.push(Include { target, term: written.to_string() });
        }
    }

    fn is_own(&self, name: &Name) -> bool {
        organizational_domain(name) == organizational_domain(self.domain)
    }

    fn is_given(&self, name: &Name) -> bool {
        self.given.iter().any(|given| organizational_domain(given) == organizational_domain(name))
    }

    /// What ranges are called that a record lists: by the name of the record, where that says something.
    fn outbound(&self, written: &Written<'_>) -> String {
        if written.owner == self.domain { OUTBOUND.to_owned() } else { slug(&first_label(written.owner)) }
    }
}

/// What addresses are called of which nothing is known but that mail leaves from them.
const OUTBOUND: &str = "outbound";

/// A term as it is written, and the name whose record it stands in.
struct Written<'a> {
    owner: &'a Name,
    text: String,
}

impl std::fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` at {}", self.text, self.owner)
    }
}

fn span<'a>(text: &'a [u8], span: &Octets<usize>) -> &'a [u8] {
    text.get(span.clone()).unwrap_or_default()
}

/// What the addresses of a named host are called; `itself` where the term names the domain.
fn group_of(named: Option<&DomainSpec>, domain: &Name, itself: &str) -> String {
    match named.and_then(DomainSpec::literal).filter(|name| name != domain) {
        Some(name) => slug(&first_label(&name)),
        None => itself.to_owned(),
    }
}

fn first_label(name: &Name) -> String {
    name.labels().next().map(|label| String::from_utf8_lossy(label).into_owned()).unwrap_or_default()
}

/// A text as the name of a section: letters, digits and hyphens. What says no more than that it is SPF is no name.
pub(super) fn slug(text: &str) -> String {
    let kept: String =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect::<String>();
    let words: Vec<&str> = kept.split('-').filter(|word| !word.is_empty()).collect();
    let slug = words.join("-").to_ascii_lowercase();
    if matches!(slug.as_str(), "" | "spf" | "spf4" | "spf6" | "netblocks") { OUTBOUND.to_owned() } else { slug }
}
