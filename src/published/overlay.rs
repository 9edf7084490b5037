//! Records that are not published yet, laid over a snapshot: what-if.
//!
//! The overlay knows that names exist. Creating `s1._domainkey.sub` makes `sub` exist: it turns NXDOMAIN into an empty
//! answer (RFC 8020) and ends a wildcard's cover (RFC 4592, section 2.2.1), for it and for its siblings.

use std::collections::BTreeMap;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::reply::MAX_CHAIN;
use super::{Absence, Question, Reply, State};

/// Statements about owners: this set stands there, or no set of this type does. It is silent about all else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    owners: BTreeMap<Name, BTreeMap<RrType, Option<RecordSet>>>,
}

impl Overlay {
    /// States what stands at an owner and type: a set, or nothing. A set without values is nothing.
    pub fn state(&mut self, owner: &Name, rtype: RrType, set: Option<RecordSet>) {
        let set = set.filter(|set| !set.values.is_empty());
        self.owners.entry(owner.clone()).or_default().insert(rtype, set);
    }

    /// What the overlay states there; the outer none where it is silent.
    pub fn stated(&self, owner: &Name, rtype: RrType) -> Option<Option<&RecordSet>> {
        self.owners.get(owner)?.get(&rtype).map(Option::as_ref)
    }

    /// All statements, in order of owner and type.
    pub fn statements(&self) -> impl Iterator<Item = (&Name, RrType, Option<&RecordSet>)> {
        self.owners
            .iter()
            .flat_map(|(owner, types)| types.iter().map(move |(rtype, set)| (owner, *rtype, set.as_ref())))
    }

    /// Whether it states nothing.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Lays all statements of `other` over these.
    pub fn extend(&mut self, other: &Self) {
        for (owner, rtype, set) in other.statements() {
            self.state(owner, rtype, set.cloned());
        }
    }

    /// The answer with the overlay in place; `base` answers what lies beneath, or says that it does not know yet.
    pub(super) fn answer(
        &self,
        question: &Question,
        base: &dyn Fn(&Question) -> Option<Arc<Reply>>,
    ) -> Option<Arc<Reply>> {
        let mut name = question.name.clone();
        let mut chain: Vec<Name> = Vec::new();
        while chain.len() <= MAX_CHAIN {
            if question.rtype != RrType::CNAME
                && let Some(target) = self.stated_alias(&name)
            {
                chain.push(target.clone());
                name = target;
                continue;
            }
            if let Some(stated) = self.stated(&name, question.rtype) {
                let state = match stated {
                    Some(set) => State::Found(set.clone()),
                    // Whether the name is still there for other types is not known: an empty answer claims less.
                    None => State::Absent(Absence::NoData),
                };
                return Some(Arc::new(Reply { chain: chain.into(), wildcard: None, state }));
            }
            let below = base(&Question::new(&name, question.rtype))?;
            let alias_withdrawn = self.stated(&name, RrType::CNAME) == Some(None);
            match below.chain.first() {
                Some(_) if alias_withdrawn => {
                    return Some(Arc::new(Reply { chain: chain.into(), ..Reply::absent(Absence::NoData) }));
                }
                // The alias lies beneath, what it leads to may not: each link is looked at with the overlay on.
                Some(target) if !self.is_empty() => {
                    chain.push(target.clone());
                    name = target.clone();
                }
                _ => {
                    let reply = self.with_existence(&name, &below);
                    chain.extend(reply.chain.iter().cloned());
                    return Some(Arc::new(Reply { chain: chain.into(), ..reply }));
                }
            }
        }
        // A loop of aliases: resolvers answer it with a failure, or not at all.
        Some(Arc::new(Reply { chain: chain.into(), ..Reply::unknown(super::Reason::ServFail) }))
    }

    /// The target of the alias that the overlay puts at `name`.
    fn stated_alias(&self, name: &Name) -> Option<Name> {
        let set = self.stated(name, RrType::CNAME)??;
        set.values.iter().find_map(|value| match value {
            Rdata::Cname(target) => Some(target.clone()),
            _ => None,
        })
    }

    /// An answer from beneath, corrected for names that exist only in the overlay.
    fn with_existence(&self, name: &Name, below: &Reply) -> Reply {
        let exists = self.makes_exist(name);
        if let Some(wildcard) = &below.wildcard {
            // A wildcard answers only for names whose closest encloser is its own parent.
            let ends_cover = |ancestor: &Name| self.makes_exist(ancestor);
            let encloser = wildcard.parent().unwrap_or_else(Name::root);
            if name.ancestors().take_while(|ancestor| *ancestor != encloser).any(|ancestor| ends_cover(&ancestor)) {
                return Reply::absent(if exists { Absence::NoData } else { Absence::NxDomain });
            }
        }
        match below.state {
            State::Absent(Absence::NxDomain) if exists => {
                Reply { state: State::Absent(Absence::NoData), ..below.clone() }
            }
            _ => below.clone(),
        }
    }

    /// Whether the overlay puts a record at `name` or below it.
    fn makes_exist(&self, name: &Name) -> bool {
        // Names under a name follow it directly: the order is canonical.
        let at_or_below = self.owners.range(name.clone()..).take_while(|(owner, _)| owner.is_at_or_below(name));
        at_or_below.into_iter().any(|(_, types)| types.values().any(Option::is_some))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailvouch_providers::dns::Txt;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn txt(text: &str) -> RecordSet {
        RecordSet { ttl: 60, values: vec![Rdata::Txt(Txt::from_text(text.as_bytes()))] }
    }

    fn alias(target: &str) -> RecordSet {
        RecordSet { ttl: 60, values: vec![Rdata::Cname(name(target))] }
    }

    fn ask(overlay: &Overlay, question: &str, beneath: impl Fn(&Question) -> Reply) -> Reply {
        let question = Question::new(&name(question), RrType::TXT);
        let reply = overlay.answer(&question, &|question| Some(Arc::new(beneath(question))));
        Reply::clone(&reply.expect("an answer"))
    }

    #[test]
    fn a_new_name_makes_its_parents_exist() {
        let mut overlay = Overlay::default();
        overlay.state(&name("s1._domainkey.sub.example.com"), RrType::TXT, Some(txt("v=DKIM1; p=")));
        let nothing = |_: &Question| Reply::absent(Absence::NxDomain);
        assert_eq!(ask(&overlay, "sub.example.com", nothing), Reply::absent(Absence::NoData));
        assert_eq!(ask(&overlay, "other.example.com", nothing), Reply::absent(Absence::NxDomain));
    }

    #[test]
    fn a_new_name_ends_the_cover_of_a_wildcard() {
        let mut overlay = Overlay::default();
        overlay.state(&name("a.sub.example.com"), RrType::TXT, Some(txt("mine")));
        let wildcard =
            |_: &Question| Reply { wildcard: Some(name("*.example.com")), ..Reply::found(txt("from the wildcard")) };
        assert_eq!(ask(&overlay, "sub.example.com", wildcard), Reply::absent(Absence::NoData));
        assert_eq!(ask(&overlay, "b.sub.example.com", wildcard), Reply::absent(Absence::NxDomain));
        assert!(ask(&overlay, "c.example.com", wildcard).records().is_some(), "another branch stays covered");
    }

    #[test]
    fn an_alias_beneath_leads_to_what_lies_above() {
        let mut overlay = Overlay::default();
        overlay.state(&name("target.example.net"), RrType::TXT, Some(txt("new")));
        let reply = ask(&overlay, "alias.example.com", |question| {
            assert_eq!(question.name, name("alias.example.com"));
            Reply { chain: Box::new([name("target.example.net")]), ..Reply::found(txt("old")) }
        });
        assert_eq!(reply.records(), Some(&txt("new")));
        assert_eq!(*reply.chain, [name("target.example.net")]);
    }

    #[test]
    fn an_alias_that_goes_leaves_nothing_behind() {
        let mut overlay = Overlay::default();
        overlay.state(&name("s1._domainkey.example.com"), RrType::CNAME, None);
        let beneath = |_: &Question| Reply { chain: Box::new([name("vendor.example")]), ..Reply::found(txt("theirs")) };
        assert_eq!(ask(&overlay, "s1._domainkey.example.com", beneath), Reply::absent(Absence::NoData));
    }

    #[test]
    fn aliases_that_loop_are_a_failure_not_an_absence() {
        let mut overlay = Overlay::default();
        overlay.state(&name("a.example"), RrType::CNAME, Some(alias("b.example")));
        overlay.state(&name("b.example"), RrType::CNAME, Some(alias("a.example")));
        let reply = ask(&overlay, "a.example", |_| unreachable!("the overlay states both"));
        assert!(reply.failure().is_some());
    }
}
