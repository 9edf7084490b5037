//! DMARC: the record at `_dmarc`, and the one that a name without its own falls back to.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};

use super::{Values, asked, is_public_suffix, texts};
use crate::published::{Ask, Reason, Reply};
use crate::record::DmarcRecord;
use crate::record::dmarc::{NearMiss, Policy, PublicSuffix, near_miss};

/// Labels of the longest name that the tree walk asks above the domain itself (RFC 9989, section 4.10).
const WALK_FROM: usize = 7;

/// A domain's DMARC policy.
#[derive(Clone, Debug)]
pub struct DmarcFacts {
    /// `_dmarc.<domain>`.
    pub owner: Name,
    /// The TXT set there.
    pub reply: Arc<Reply>,
    /// The DMARC records in it; more than one are none (RFC 9989, section 4.10).
    pub records: Values<DmarcRecord>,
    /// Values that are meant as DMARC and are not read as it.
    pub near_misses: Values<NearMiss>,
    /// What stands at the parents, the nearest first; asked for only where the domain has no single record.
    pub parents: Vec<(Name, Arc<Reply>)>,
}

impl DmarcFacts {
    pub(super) fn of(ask: &Ask<'_>, domain: &Name) -> Self {
        let owner = policy_name(domain);
        let reply = asked(ask, &owner, RrType::TXT);
        let (records, near_misses) = read(&reply);
        let mut parents = Vec::new();
        if records.len() != 1 && reply.failure().is_none() {
            // All at once: the walk would take a round trip for each label.
            let names = domain.ancestors().skip(1).filter(|name| name.label_count() <= WALK_FROM);
            parents.extend(names.map(|name| {
                let reply = asked(ask, &policy_name(&name), RrType::TXT);
                (name, reply)
            }));
        }
        Self { owner, reply, records, near_misses, parents }
    }

    /// The domain's own record, where there is exactly one.
    pub fn own_record(&self) -> Option<&DmarcRecord> {
        match self.records.as_slice() {
            [(_, record)] => Some(record),
            _ => None,
        }
    }

    /// The record of the organizational domain, for a domain without one of its own (RFC 9989, section 4.10.2):
    /// the nearest that says `psd=n`, else the one below a `psd=y`, else the one with the fewest labels.
    pub fn inherited(&self) -> Option<(&Name, DmarcRecord)> {
        let found = self.parents.iter().filter_map(|(name, reply)| {
            let (mut records, _) = read(reply);
            // Several records at one name are all left out of account.
            (records.len() == 1).then(|| (name, records.remove(0).1))
        });
        let mut chosen = None;
        for (name, record) in found {
            match record.public_suffix().effective {
                PublicSuffix::No => return Some((name, record)),
                // The organizational domain is one label below: if it has no record, this one counts.
                PublicSuffix::Yes => return chosen.or(Some((name, record))),
                PublicSuffix::Unknown => chosen = Some((name, record)),
            }
        }
        chosen
    }

    /// What receivers do with mail of the domain; none where no policy is found.
    pub fn policy(&self) -> Option<Policy> {
        let (policy, testing) = if let Some(record) = self.own_record() {
            (record.policy().effective, record.testing().effective)
        } else {
            let (_, record) = self.inherited()?;
            (record.subdomain_policy().effective, record.testing().effective)
        };
        Some(if testing { policy.while_testing() } else { policy })
    }

    /// Whether part of the walk is not known.
    pub fn is_partly_unknown(&self) -> bool {
        // With zone files the registries' zones are out of sight, and hardly one publishes a policy.
        let is_unseen_registry = |name: &Name, reply: &Reply| {
            let outside = reply.failure().is_some_and(|failure| failure.reason == Reason::OutsideView);
            outside && is_public_suffix(name)
        };
        let unknown =
            |(name, reply): &(Name, Arc<Reply>)| reply.failure().is_some() && !is_unseen_registry(name, reply);
        self.reply.failure().is_some() || self.parents.iter().any(unknown)
    }
}

/// Where a domain's policy stands. A domain too long for the label has none, and asks at itself, where none can be.
fn policy_name(domain: &Name) -> Name {
    domain.child("_dmarc").unwrap_or_else(|_| domain.clone())
}

/// The DMARC records of a reply, and the values that were meant as such.
fn read(reply: &Reply) -> (Values<DmarcRecord>, Values<NearMiss>) {
    let (mut records, mut near_misses) = (Vec::new(), Vec::new());
    for (txt, text) in texts(reply) {
        match DmarcRecord::parse(&text) {
            Some(record) => records.push((txt, record)),
            None => near_misses.extend(near_miss(&text).map(|near_miss| (txt, near_miss))),
        }
    }
    (records, near_misses)
}
