//! Records that are not published yet, laid over a snapshot: what-if.
//!
//! The overlay knows that names exist. Creating `s1._domainkey.sub` makes `sub` exist: it turns NXDOMAIN into an empty
//! answer (RFC 8020) and ends a wildcard's cover (RFC 4592, section 2.2.1), for it and for its siblings.

use std::collections::BTreeMap;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::reply::MAX_CHAIN;
use super::{Absence, LongString, Question, Reason, Reply, State};

/// Statements about owners: this set stands there, or no set of this type does. It is silent about all else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    owners: BTreeMap<Name, BTreeMap<RrType, Option<RecordSet>>>,
    /// Names at which nothing stands, and the wildcard that answers there.
    covered: BTreeMap<Name, Name>,
}

impl Overlay {
    /// States what stands at an owner and type: a set, or nothing. A set without values is nothing.
    pub fn state(&mut self, owner: &Name, rtype: RrType, set: Option<RecordSet>) {
        let set = set.filter(|set| !set.values.is_empty());
        self.owners.entry(owner.clone()).or_default().insert(rtype, set);
    }

    /// States that nothing stands at an owner, and that what is answered there is made from `wildcard`. Resolvers do
    /// not tell.
    pub fn state_covered(&mut self, owner: &Name, wildcard: &Name) {
        self.covered.insert(owner.clone(), wildcard.clone());
    }

    /// What the overlay states there; the outer none where it is silent.
    pub fn stated(&self, owner: &Name, rtype: RrType) -> Option<Option<&RecordSet>> {
        self.owners.get(owner)?.get(&rtype).map(Option::as_ref)
    }

    /// All statements about sets, in order of owner and type.
    pub fn statements(&self) -> impl Iterator<Item = (&Name, RrType, Option<&RecordSet>)> {
        self.owners
            .iter()
            .flat_map(|(owner, types)| types.iter().map(move |(rtype, set)| (owner, *rtype, set.as_ref())))
    }

    /// Whether it states nothing about any set.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Lays all statements of `other` over these.
    pub fn extend(&mut self, other: &Self) {
        for (owner, rtype, set) in other.statements() {
            self.state(owner, rtype, set.cloned());
        }
        self.covered.extend(other.covered.clone());
    }

    /// The answer with the overlay in place; `base` answers what lies beneath, or says that it does not know yet.
    ///
    /// Only what the overlay does not state is asked of `base`: a saved snapshot holds the answers to the questions
    /// that were asked, and not one for each link of a chain of aliases.
    pub(super) fn answer(
        &self,
        question: &Question,
        base: &dyn Fn(&Question) -> Option<Arc<Reply>>,
    ) -> Option<Arc<Reply>> {
        if !question.via.is_resolver() {
            // What lies here is not published yet: a server that is asked by name does not serve it.
            return base(question);
        }
        let mut chain: Vec<Name> = Vec::new();
        let mut wildcard = None;
        let mut long_strings = Box::default();
        let mut at = question.clone();
        while chain.len() <= MAX_CHAIN {
            let link = match self.said(&at) {
                Some(link) => link,
                None => self.corrected(&at, base, &mut chain, (&mut wildcard, &mut long_strings))?,
            };
            match link {
                Link::Alias(target) => {
                    chain.push(target.clone());
                    at.name = target;
                }
                Link::End(state) => {
                    return Some(Arc::new(Reply { chain: chain.into(), wildcard, long_strings, ..Reply::from(state) }));
                }
            }
        }
        // A loop of aliases: resolvers answer it with a failure, or not at all.
        Some(Arc::new(Reply { chain: chain.into(), ..Reply::unknown(Reason::ServFail) }))
    }

    /// What the overlay itself says to a question, no alias followed; none where it is silent.
    fn said(&self, question: &Question) -> Option<Link> {
        let target = self
            .stated(&question.name, RrType::CNAME)
            .flatten()
            .and_then(|set| set.values.iter().find_map(Rdata::as_cname))
            .cloned();
        if let (Some(target), true) = (target, question.rtype != RrType::CNAME) {
            return Some(Link::Alias(target));
        }
        Some(Link::End(match self.stated(&question.name, question.rtype)? {
            Some(set) => State::Found(set.clone()),
            // Whether the name is still there for other types is not known: an empty answer claims less.
            None => State::Absent(Absence::NoData),
        }))
    }

    /// What lies beneath, up to the first link of its chain of aliases about which the overlay knows better. The links
    /// before that go into `chain`, what else is known of the records into the others. None where it is not known yet.
    fn corrected(
        &self,
        question: &Question,
        base: &dyn Fn(&Question) -> Option<Arc<Reply>>,
        chain: &mut Vec<Name>,
        (wildcard, long_strings): (&mut Option<Name>, &mut Box<[LongString]>),
    ) -> Option<Link> {
        let below = base(question)?;
        let mut name = &question.name;
        // Of a chain it is not told which link a wildcard made: then it is followed link by link.
        let alone = if below.is_alias() && below.wildcard.is_some() {
            Some(base(&Question::new(name, RrType::CNAME))?)
        } else {
            None
        };
        let alone = alone.filter(|alone| alone.records().is_some());
        let made_from = alone.as_ref().unwrap_or(&below).wildcard.as_ref();
        let made_from = made_from.or_else(|| self.covers(name, &below));
        if let Some(absence) = made_from.and_then(|wildcard| self.ends_cover(name, wildcard)) {
            return Some(Link::End(State::Absent(absence)));
        }
        *wildcard = made_from.cloned().or(wildcard.take());
        for target in &below.chain {
            if self.stated(name, RrType::CNAME) == Some(None) {
                // The alias goes, and nothing is stated in its place.
                return Some(Link::End(State::Absent(Absence::NoData)));
            }
            if alone.is_some() {
                return Some(Link::Alias(target.clone()));
            }
            chain.push(target.clone());
            name = target;
            if let Some(link) = self.said(&Question::new(name, question.rtype)) {
                return Some(link);
            }
        }
        long_strings.clone_from(&below.long_strings);
        Some(Link::End(match &below.state {
            State::Absent(Absence::NxDomain) if self.makes_exist(name) => State::Absent(Absence::NoData),
            state => state.clone(),
        }))
    }

    /// The wildcard that an answer beneath is made from, where it was stated.
    fn covers(&self, name: &Name, below: &Reply) -> Option<&Name> {
        let is_answer = matches!(below.state, State::Found(_) | State::Absent(Absence::NoData)) || below.is_alias();
        self.covered.get(name).filter(|_| is_answer)
    }

    /// How a name is absent that a wildcard covers beneath and no longer does: it, or a name between it and the
    /// wildcard's parent, exists in the overlay (RFC 4592, section 3.3.1). None where the cover stands.
    fn ends_cover(&self, name: &Name, wildcard: &Name) -> Option<Absence> {
        let encloser = wildcard.parent().filter(|encloser| name.is_at_or_below(encloser))?;
        let ends = name.ancestors().take_while(|above| *above != encloser).any(|above| self.makes_exist(&above));
        ends.then(|| if self.makes_exist(name) { Absence::NoData } else { Absence::NxDomain })
    }

    /// Whether the overlay puts a record at `name` or below it.
    fn makes_exist(&self, name: &Name) -> bool {
        // Names under a name follow it directly: the order is canonical.
        let mut at_or_below = self.owners.range(name.clone()..).take_while(|(owner, _)| owner.is_at_or_below(name));
        at_or_below.any(|(_, types)| types.values().any(Option::is_some))
    }
}

/// What stands at one name.
enum Link {
    /// An alias of this name.
    Alias(Name),
    /// The answer.
    End(State),
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
    fn what_the_overlay_is_silent_about_is_asked_once() {
        let mut overlay = Overlay::default();
        overlay.state(&name("elsewhere.example.com"), RrType::TXT, Some(txt("new")));
        let theirs = Reply {
            chain: Box::new([name("one.example.net"), name("two.example.net")]),
            ..Reply::found(txt("theirs"))
        };
        // A saved snapshot holds no answer for each link.
        let reply = ask(&overlay, "alias.example.com", |question| {
            assert_eq!(question.name, name("alias.example.com"));
            theirs.clone()
        });
        assert_eq!(reply, theirs);
    }

    #[test]
    fn an_alias_in_the_middle_that_is_restated_leads_elsewhere() {
        let mut overlay = Overlay::default();
        overlay.state(&name("one.example.net"), RrType::CNAME, Some(alias("three.example.net")));
        let beneath = |question: &Question| {
            if question.name == name("three.example.net") {
                return Reply::found(txt("third"));
            }
            let chain = Box::new([name("one.example.net"), name("two.example.net")]);
            Reply { chain, ..Reply::found(txt("second")) }
        };
        let reply = ask(&overlay, "alias.example.com", beneath);
        assert_eq!(reply.records(), Some(&txt("third")));
        assert_eq!(*reply.chain, [name("one.example.net"), name("three.example.net")]);
        overlay.state(&name("one.example.net"), RrType::CNAME, None);
        let reply = ask(&overlay, "alias.example.com", beneath);
        assert_eq!((reply.chain.len(), reply.state), (1, State::Absent(Absence::NoData)));
    }

    #[test]
    fn the_end_of_a_chain_can_come_into_being_too() {
        let mut overlay = Overlay::default();
        overlay.state(&name("a.target.example.net"), RrType::TXT, Some(txt("new")));
        let beneath =
            |_: &Question| Reply { chain: Box::new([name("target.example.net")]), ..Reply::absent(Absence::NxDomain) };
        assert_eq!(ask(&overlay, "alias.example.com", beneath).state, State::Absent(Absence::NoData));
    }

    #[test]
    fn a_new_name_ends_the_cover_of_a_wildcard_alias() {
        let mut overlay = Overlay::default();
        overlay.state(&name("a.sub.example.com"), RrType::TXT, Some(txt("mine")));
        let made = Reply {
            chain: Box::new([name("target.example.net")]),
            wildcard: Some(name("*.example.com")),
            ..Reply::found(txt("theirs"))
        };
        // A saved snapshot need not hold the alias by itself.
        let beneath = |question: &Question| match question.rtype {
            RrType::CNAME => Reply::unknown(Reason::NotInSnapshot),
            _ => made.clone(),
        };
        assert_eq!(ask(&overlay, "sub.example.com", beneath), Reply::absent(Absence::NoData));
        assert_eq!(ask(&overlay, "b.sub.example.com", beneath), Reply::absent(Absence::NxDomain));
        assert_eq!(ask(&overlay, "c.example.com", beneath), made);
    }

    #[test]
    fn a_wildcard_that_resolvers_do_not_tell_of_can_be_stated() {
        let mut overlay = Overlay::default();
        overlay.state_covered(&name("sub.example.com"), &name("*.example.com"));
        let found = |_: &Question| Reply::found(txt("made"));
        assert_eq!(ask(&overlay, "sub.example.com", found).wildcard, Some(name("*.example.com")));
        assert_eq!(ask(&overlay, "other.example.com", found).wildcard, None);
        let nothing = |_: &Question| Reply::absent(Absence::NxDomain);
        assert_eq!(ask(&overlay, "sub.example.com", nothing).wildcard, None);
        let unknown = |_: &Question| Reply::unknown(Reason::Timeout);
        assert_eq!(ask(&overlay, "sub.example.com", unknown), Reply::unknown(Reason::Timeout));
        // What is planned below it ends the cover.
        overlay.state(&name("_dmarc.sub.example.com"), RrType::TXT, Some(txt("v=DMARC1; p=none")));
        assert_eq!(ask(&overlay, "sub.example.com", found), Reply::absent(Absence::NoData));
    }

    #[test]
    fn a_set_that_goes_is_absent_and_its_siblings_stay() {
        let mut overlay = Overlay::default();
        overlay.state(&name("example.com"), RrType::TXT, None);
        let beneath = |_: &Question| Reply::found(txt("old"));
        assert_eq!(ask(&overlay, "example.com", beneath), Reply::absent(Absence::NoData));
        let question = Question::new(&name("example.com"), RrType::MX);
        let reply = overlay.answer(&question, &|question| Some(Arc::new(beneath(question)))).expect("an answer");
        assert!(reply.records().is_some());
        // An overlay that takes away makes nothing exist.
        let nothing = |_: &Question| Reply::absent(Absence::NxDomain);
        assert_eq!(ask(&overlay, "com", nothing), Reply::absent(Absence::NxDomain));
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
