//! Finds the answer as a name server does (RFC 1034, section 4.3.2; RFC 4592 for wildcards; RFC 6672 for DNAME).

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::ZoneFiles;
use super::zones::{Types, Zone};
use crate::published::reply::MAX_CHAIN;
use crate::published::{Absence, Question, Reason, Reply, Source, State};

/// What the files say about one name, no alias followed.
struct Step {
    said: Said,
    /// The wildcard that it was made from.
    wildcard: Option<Name>,
}

enum Said {
    Found(RecordSet),
    Alias(Name),
    Absent(Absence),
    /// Nothing, for this reason.
    Nothing(Reason),
}

impl From<Said> for Step {
    fn from(said: Said) -> Self {
        Self { said, wildcard: None }
    }
}

#[async_trait]
impl Source for ZoneFiles {
    async fn ask(&self, question: &Question) -> Reply {
        self.answer(question)
    }
}

impl ZoneFiles {
    /// The answer to a question.
    pub(super) fn answer(&self, question: &Question) -> Reply {
        if !question.via.is_usual() {
            // A file is no server.
            return Reply::unknown(Reason::OutsideView);
        }
        let mut chain: Vec<Name> = Vec::new();
        let mut wildcard = None;
        let state = loop {
            let name = chain.last().unwrap_or(&question.name);
            let step = self.step(name, question.rtype);
            wildcard = step.wildcard.or(wildcard);
            match step.said {
                Said::Found(set) => break State::Found(set),
                Said::Absent(absence) => break State::Absent(absence),
                Said::Nothing(reason) => break Reply::unknown(reason).state,
                Said::Alias(target) => {
                    let again = target == question.name || chain.contains(&target);
                    chain.push(target);
                    // Resolvers answer a loop of aliases with a failure, or not at all.
                    if again || chain.len() >= MAX_CHAIN {
                        break Reply::unknown(Reason::ServFail).state;
                    }
                }
            }
        };
        let at = wildcard.as_ref().or(chain.last()).unwrap_or(&question.name);
        let long_strings = self.long_strings(at, &state);
        Reply { chain: chain.into(), wildcard, long_strings, state }
    }

    fn step(&self, name: &Name, rtype: RrType) -> Step {
        let in_zone = self.zone_of(name).map(|(apex, zone)| zone.step(&apex, name, rtype));
        match in_zone {
            Some(step) if matches!(step.said, Said::Found(_) | Said::Alias(_)) => step,
            // A record that stands in another zone's file is served where its own zone does not hold one.
            in_zone => match self.stray(name).and_then(|types| held(types, rtype)) {
                Some(said) => said.into(),
                None => in_zone.unwrap_or_else(|| Said::Nothing(Reason::OutsideView).into()),
            },
        }
    }
}

impl Zone {
    /// What the zone says about a name at or below its apex.
    fn step(&self, apex: &Name, name: &Name, rtype: RrType) -> Step {
        // From the apex down: whatever comes first, a delegation or a DNAME, hides what is below it.
        let mut path: Vec<Name> = name.ancestors().take_while(|above| above != apex).collect();
        path.push(apex.clone());
        for node in path.iter().rev() {
            let Some(types) = self.at(node) else {
                continue;
            };
            if node != apex && types.contains_key(&RrType::NS) {
                return self.below_cut(node, name, rtype).into();
            }
            if let Some(dname) = types.get(&RrType::DNAME)
                && node != name
            {
                return redirected(name, node, dname, rtype).into();
            }
        }
        if let Some(types) = self.at(name) {
            return held(types, rtype).unwrap_or(Said::Absent(Absence::NoData)).into();
        }
        if self.has(name) {
            return Said::Absent(Absence::NoData).into();
        }
        let encloser = path.iter().find(|above| self.has(above)).unwrap_or(apex);
        match encloser.child("*").ok().filter(|source| self.has(source)) {
            Some(source) => {
                // With names below it only, it is a source of nothing (RFC 4592, section 2.2.2).
                let said = self.at(&source).and_then(|types| held(types, rtype));
                Step { said: said.unwrap_or(Said::Absent(Absence::NoData)), wildcard: Some(source) }
            }
            None => Said::Absent(Absence::NxDomain).into(),
        }
    }

    /// What the zone says about a name at or below a delegation. It holds glue and the delegation itself; the rest is
    /// the child's to say.
    fn below_cut(&self, cut: &Name, name: &Name, rtype: RrType) -> Said {
        let said = self.at(name).and_then(|types| held(types, rtype));
        // The parent alone answers for DS (RFC 4035, section 3.1.4.1).
        let parents = name == cut && rtype == RrType::DS;
        let otherwise = if parents { Said::Absent(Absence::NoData) } else { Said::Nothing(Reason::OutsideView) };
        said.unwrap_or(otherwise)
    }
}

/// What an owner's records say: an alias comes before all that stands beside it (RFC 1034, section 4.3.2, step 3a).
fn held(types: &Types, rtype: RrType) -> Option<Said> {
    let alias = types.get(&RrType::CNAME).filter(|_| rtype != RrType::CNAME);
    match alias.map(|set| set.values.as_slice()) {
        Some([Rdata::Cname(target)]) => Some(Said::Alias(target.clone())),
        // Two aliases at one name (RFC 2181, section 10.1): no server loads such a zone.
        Some(_) => Some(Said::Nothing(Reason::Garbage)),
        None => types.get(&rtype).cloned().map(Said::Found),
    }
}

/// What a DNAME above a name says: it makes the name an alias (RFC 6672, section 2.2).
fn redirected(name: &Name, owner: &Name, dname: &RecordSet, rtype: RrType) -> Said {
    let target = match dname.values.as_slice() {
        [Rdata::Other { text, .. }] if !text.starts_with('\\') => text.parse::<Name>().ok(),
        _ => None,
    };
    let Some(target) = target else {
        return Said::Nothing(Reason::Garbage);
    };
    let kept = name.labels().take(name.label_count() - owner.label_count());
    match Name::from_labels(kept.chain(target.labels())) {
        // The alias is a record of its own, with the TTL of the DNAME (RFC 6672, section 3.1).
        Ok(target) if rtype == RrType::CNAME => {
            Said::Found(RecordSet { ttl: dname.ttl, values: vec![Rdata::Cname(target)] })
        }
        Ok(target) => Said::Alias(target),
        // Too long a name is YXDOMAIN, which resolvers pass on as a failure.
        Err(_) => Said::Nothing(Reason::ServFail),
    }
}
