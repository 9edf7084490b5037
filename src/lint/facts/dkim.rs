//! DKIM keys: what stands at each selector, and what a declared alias would lead to.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType, Txt};

use super::{Subject, Values, asked, texts};
use crate::declared::{Selector, SelectorWant};
use crate::published::{Ask, Reply};
use crate::record::DkimRecord;
use crate::record::dkim::same_key;

/// One selector.
#[derive(Clone, Debug)]
pub struct DkimFacts {
    /// The selector.
    pub selector: String,
    /// `<selector>._domainkey.<domain>`.
    pub owner: Name,
    /// What is declared for it.
    pub declared: Option<Selector>,
    /// The TXT set there, aliases followed.
    pub reply: Arc<Reply>,
    /// Its values.
    pub records: Values<DkimRecord>,
    /// The alias at the name; asked for only where one is declared and another thing is published.
    pub alias: Option<Arc<Reply>>,
    /// What stands behind the declared alias; asked for only then.
    pub target: Option<(Arc<Reply>, Vec<DkimRecord>)>,
}

impl DkimFacts {
    /// The declared selectors, then those asked for besides.
    pub(super) fn all(ask: &Ask<'_>, subject: &Subject) -> Vec<Self> {
        let declared = subject.declared.as_ref().map_or(&[][..], |declared| &declared.domain().dkim);
        let mut all: Vec<Self> = declared
            .iter()
            .map(|selector| Self::of(ask, selector.name.value.clone(), selector.owner.clone(), Some(selector)))
            .collect();
        for selector in &subject.selectors {
            let owner = subject.domain.child(&format!("{selector}._domainkey"));
            match owner {
                Ok(owner) if !all.iter().any(|key| key.owner == owner) => {
                    all.push(Self::of(ask, selector.clone(), owner, None));
                }
                _ => {}
            }
        }
        all
    }

    fn of(ask: &Ask<'_>, selector: String, owner: Name, declared: Option<&Selector>) -> Self {
        let reply = asked(ask, &owner, RrType::TXT);
        let records = texts(&reply).into_iter().map(|(txt, text)| (txt, DkimRecord::parse(&text))).collect();
        let (mut alias, mut target) = (None, None);
        if let Some(SelectorWant::Cname(wanted)) = declared.map(|declared| &declared.want)
            && !reply.chain.contains(&wanted.value)
        {
            alias = Some(asked(ask, &owner, RrType::CNAME));
            let behind = asked(ask, &wanted.value, RrType::TXT);
            let keys = texts(&behind).into_iter().map(|(_, text)| DkimRecord::parse(&text)).collect();
            target = Some((behind, keys));
        }
        Self { selector, owner, declared: declared.cloned(), reply, records, alias, target }
    }

    /// The key, where exactly one TXT value stands there: with several, a verifier may take any.
    pub fn one(&self) -> Option<&(Txt, DkimRecord)> {
        match self.records.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Whether some verifier can check a signature with what stands there.
    pub fn is_usable(&self) -> bool {
        self.records.iter().any(|(_, record)| record.is_usable())
    }

    /// Whether both publish the same key.
    pub fn publishes_same_key(&self, other: &Self) -> bool {
        self.records.iter().any(|(_, one)| other.records.iter().any(|(_, other)| same_key(one, other)))
    }

    /// The target that the name is an alias of.
    pub fn alias_target(&self) -> Option<&Name> {
        self.reply.chain.first()
    }
}
