//! Record sets as DNS hosts keep them: a name, a type, one TTL, and records in presentation form. What the APIs of
//! several hosts share; no request is made here.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::dns::{Name, Rdata, RrType};
use crate::{Change, Owner, ProviderError, Value};

/// A record set, as a host told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostedSet {
    pub(crate) owner: Name,
    /// The type, in the host's word.
    pub(crate) rtype: String,
    pub(crate) ttl: u32,
    /// The records, to the letter: what is not ours goes back as it came.
    pub(crate) records: Vec<String>,
}

/// All sets of a zone, as they were read at one time.
pub(crate) struct Holding {
    apex: Name,
    sets: Vec<HostedSet>,
    by_name: HashMap<Name, Vec<usize>>,
    /// Names below the apex that are delegated.
    cuts: HashSet<Name>,
}

/// A set as it shall be; without records it goes.
#[cfg(any(feature = "desec", feature = "gandi"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct After {
    /// The type, in the host's word.
    pub(crate) rtype: String,
    pub(crate) ttl: u32,
    pub(crate) records: Vec<String>,
}

impl HostedSet {
    /// What it says in DNS. Names in it that have no dot at the end stand below the zone.
    pub(crate) fn values(&self, apex: &Name) -> Result<Vec<Value>, ProviderError> {
        // A word that DNS does not know (`ALIAS`) is looked up by the host, and served as addresses.
        let Ok(rtype) = self.rtype.parse::<RrType>() else { return Ok(Vec::new()) };
        let value = |text: &String| Ok(Value::new(rdata(&self.owner, rtype, text, apex)?, self.ttl));
        self.records.iter().map(value).collect()
    }

    pub(crate) fn is_of(&self, owner: &Name, rtype: RrType) -> bool {
        self.owner == *owner && self.rtype.parse() == Ok(rtype)
    }
}

fn rdata(owner: &Name, rtype: RrType, text: &str, apex: &Name) -> Result<Rdata, ProviderError> {
    match Rdata::parse_below(rtype, text, apex) {
        Ok(rdata) => Ok(rdata),
        Err(error) if WRITABLE.contains(&rtype) || matches!(rtype, RrType::NS | RrType::SOA) => Err(
            ProviderError::Unavailable(format!("the API gave {owner} {rtype} `{text}`, which cannot be read: {error}")),
        ),
        // Never written, so what it says exactly does not matter; that it stands there does.
        Err(_) => Ok(Rdata::Other { rtype, text: text.to_owned() }),
    }
}

/// The types that are written where a host has all of them.
pub(crate) const WRITABLE: [RrType; 7] =
    [RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::SPF, RrType::TXT];

impl Holding {
    pub(crate) fn of(apex: &Name, sets: Vec<HostedSet>) -> Self {
        let mut by_name: HashMap<Name, Vec<usize>> = HashMap::with_capacity(sets.len());
        let mut cuts = HashSet::new();
        for (index, set) in sets.iter().enumerate() {
            by_name.entry(set.owner.clone()).or_default().push(index);
            if set.rtype == "NS" && set.owner != *apex {
                cuts.insert(set.owner.clone());
            }
        }
        Self { apex: apex.clone(), sets, by_name, cuts }
    }

    /// What stands at `name`.
    pub(crate) fn owner(&self, name: &Name) -> Result<Owner, ProviderError> {
        let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
        for set in self.sets_at(name) {
            owner.values.extend(set.values(&self.apex)?);
        }
        // The highest cut is the one that counts: what is below it is not in this zone.
        owner.delegated_at = name.ancestors().filter(|above| self.cuts.contains(above)).last();
        Ok(owner)
    }

    fn sets_at(&self, name: &Name) -> impl Iterator<Item = &HostedSet> {
        self.by_name.get(name).into_iter().flatten().map(|index| &self.sets[*index])
    }

    /// The set of this name and type.
    #[cfg(any(feature = "desec", feature = "gandi"))]
    pub(crate) fn set(&self, owner: &Name, rtype: RrType) -> Option<&HostedSet> {
        self.sets_at(owner).find(|set| set.is_of(owner, rtype))
    }

    /// The sets that a change is about, as they will be: what stands there as the host wrote it, without what goes, with
    /// what comes. Those that go come first: they make room for an alias, or for what an alias stood in the way of.
    #[cfg(any(feature = "desec", feature = "gandi"))]
    pub(crate) fn after(&self, change: &Change) -> Vec<After> {
        let touched = change.remove.iter().chain(&change.add);
        let types: BTreeSet<RrType> = touched.map(|value| value.rdata.rtype()).collect();
        let mut sets: Vec<After> = types.into_iter().map(|rtype| self.set_after(change, rtype)).collect();
        sets.sort_by_key(|set| !set.records.is_empty());
        sets
    }

    /// All sets that will stand at the name of a change, also those that it is not about.
    #[cfg(feature = "gandi")]
    pub(crate) fn all_after(&self, change: &Change) -> Vec<After> {
        let changed = self.after(change);
        let is_changed = |set: &&HostedSet| changed.iter().any(|after| after.rtype.eq_ignore_ascii_case(&set.rtype));
        let others = self.sets_at(&change.owner).filter(|set| !is_changed(set));
        let kept = others.map(|set| After { rtype: set.rtype.clone(), ttl: set.ttl, records: set.records.clone() });
        let mut all: Vec<After> = kept.collect();
        all.extend(changed.into_iter().filter(|set| !set.records.is_empty()));
        all
    }

    #[cfg(any(feature = "desec", feature = "gandi"))]
    fn set_after(&self, change: &Change, rtype: RrType) -> After {
        let held = self.set(&change.owner, rtype);
        let goes = |text: &String| {
            let held = Rdata::parse_below(rtype, text, &self.apex);
            held.is_ok_and(|rdata| change.remove.iter().any(|value| value.rdata == rdata))
        };
        let stays = held.iter().flat_map(|set| &set.records).filter(|text| !goes(text)).cloned();
        let added: Vec<&Value> = change.add.iter().filter(|value| value.rdata.rtype() == rtype).collect();
        let records = stays.chain(added.iter().map(|value| value.rdata.to_string())).collect();
        // All of a set have one TTL: that of what comes, which is that of what stays (`check_one_ttl`).
        let ttl = added.first().map(|value| value.ttl).or(held.map(|set| set.ttl)).unwrap_or_default();
        After { rtype: rtype.to_string(), ttl, records }
    }

    /// Whether a change only makes sets of which there is none.
    #[cfg(any(feature = "desec", feature = "gandi"))]
    pub(crate) fn is_new(&self, change: &Change) -> bool {
        change.remove.is_empty()
            && change.add.iter().all(|value| self.set(&change.owner, value.rdata.rtype()).is_none())
    }
}

/// What must hold before the first change of a group is made that are made one by one. One alone is looked at where it is
/// made.
#[cfg(any(feature = "gandi", feature = "hetzner"))]
pub(crate) fn check_all(group: &[Change], holding: &Holding) -> Result<(), Vec<ProviderError>> {
    let checked: Vec<_> = group.iter().map(|change| check(change, &holding.owner(&change.owner)?)).collect();
    match crate::refused_together(&checked) {
        Some(refused) => Err(refused.into_iter().filter_map(Result::err).collect()),
        None => Ok(()),
    }
}

/// The answer to a change behind one that was not made, which is not sent: it may lead to what that would have made.
#[cfg(any(feature = "gandi", feature = "hetzner"))]
pub(crate) fn unsent_behind(answers: &[Result<crate::Receipt, ProviderError>]) -> Option<ProviderError> {
    let is_made = |answer: &Result<_, _>| matches!(answer, Ok(_) | Err(ProviderError::Unfinished(_)));
    (!answers.iter().all(is_made)).then(unsent)
}

/// The answer to a change that was not sent because another one was not made.
pub(crate) fn unsent() -> ProviderError {
    ProviderError::Unavailable("it was not sent, since another change was not made".to_owned())
}

/// The parts of a change by type: those that only take something away come first.
#[cfg(any(feature = "gandi", feature = "hetzner"))]
pub(crate) fn by_type(change: &Change) -> Vec<Change> {
    let types: BTreeSet<RrType> = change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect();
    let of = |rtype: RrType| Change {
        owner: change.owner.clone(),
        remove: change.remove.iter().filter(|value| value.rdata.rtype() == rtype).cloned().collect(),
        add: change.add.iter().filter(|value| value.rdata.rtype() == rtype).cloned().collect(),
        seen: change.seen.clone(),
    };
    let mut parts: Vec<Change> = types.into_iter().map(of).collect();
    parts.sort_by_key(|part| !part.add.is_empty());
    parts
}

/// What must hold at an owner whose sets have one TTL each.
pub(crate) fn check(change: &Change, now: &Owner) -> Result<(), ProviderError> {
    change.check(now)?;
    change.check_one_ttl(now)
}

/// The part of a name that stands before the zone's; empty for the apex.
pub(crate) fn relative(owner: &Name, apex: &Name) -> String {
    owner.relative_to(apex).unwrap_or_else(|| owner.to_string())
}

#[cfg(all(test, feature = "desec"))]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn set(owner: &str, rtype: &str, records: &[&str]) -> HostedSet {
        let records = records.iter().map(|text| (*text).to_owned()).collect();
        HostedSet { owner: name(owner), rtype: rtype.to_owned(), ttl: 3600, records }
    }

    fn txt(text: &str) -> Value {
        Value::new(Rdata::parse(RrType::TXT, text).expect("a text"), 3600)
    }

    #[test]
    fn what_is_not_ours_goes_back_to_the_letter() {
        let texts = [r#""MS=ms1""#, r#""v=spf1 -all""#, r#""odd \065" """#];
        let holding = Holding::of(&name("example.com"), vec![set("example.com", "TXT", &texts)]);
        let owner = name("example.com");
        let (remove, add) = (vec![txt(r#""v=spf1 -all""#)], vec![txt(r#""v=spf1 mx -all""#)]);
        let change = Change { owner, remove, add, seen: vec![] };
        let [after] = &holding.after(&change)[..] else { panic!("one set") };
        assert_eq!(after.records, [r#""MS=ms1""#, r#""odd \065" """#, r#""v=spf1 mx -all""#]);
        assert!(!holding.is_new(&change));
        let fresh = Change { owner: name("_dmarc.example.com"), remove: vec![], ..change };
        assert!(holding.is_new(&fresh));
    }

    #[test]
    fn what_cannot_be_read_is_no_absent_record() {
        let sets = vec![
            set("example.com", "ALIAS", &["elsewhere.example."]),
            set("example.com", "HTTPS", &["1 . alpn=h3"]),
            set("broken.example.com", "MX", &["ten mail"]),
        ];
        let holding = Holding::of(&name("example.com"), sets);
        let owner = holding.owner(&name("example.com")).expect("readable");
        assert_eq!(owner.values.len(), 1, "an alias of the host's is no record of DNS: {owner:?}");
        assert!(matches!(holding.owner(&name("broken.example.com")), Err(ProviderError::Unavailable(_))));
    }

    #[test]
    fn names_are_relative_to_their_zone() {
        let apex = name("example.com");
        for (owner, expected) in [
            ("example.com", ""),
            ("_dmarc.EXAMPLE.com", "_dmarc"),
            ("*.a.example.com", "*.a"),
            ("S1.example.com", "s1"),
        ] {
            assert_eq!(relative(&name(owner), &apex), expected);
        }
    }
}
