//! DMARC: the record at `_dmarc`, and the one that a name without its own falls back to.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType, Txt};

use super::dmarc_reports::DestinationFacts;
use super::dmarc_senders::SenderFacts;
use super::{Declared, Depth, Values, asked, texts};
use crate::dmarc::{Discovery, Older, Place, Walk, policy_name, records};
use crate::published::{Ask, ReadAs, Reply};
use crate::record::DmarcRecord;
use crate::record::dmarc::{NearMiss, Policy, near_miss};

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
    /// All other texts there.
    pub others: Values<Vec<u8>>,
    /// What receivers find by the tree walk. No verdict rests on what stands above a domain with a record of its own.
    pub discovery: Discovery,
    /// What receivers find that go by the public suffix list.
    pub older: Older,
    /// DMARC records at `_dmarc.<domain>.<domain>`, where nobody looks; asked for only where the domain has none.
    pub doubled: Option<(Name, Values<DmarcRecord>)>,
    /// Where the reports of the domain's own record go.
    pub destinations: Vec<DestinationFacts>,
    /// Whether the declared senders can be aligned.
    pub senders: Vec<SenderFacts>,
}

/// The texts at `_dmarc`, read.
#[derive(Clone)]
struct Texts {
    records: Values<DmarcRecord>,
    near_misses: Values<NearMiss>,
    others: Values<Vec<u8>>,
}

impl Texts {
    fn of(reply: &Reply) -> Self {
        // Those that the tree walk reads here, too; in the order of the texts.
        let records = records(reply);
        let mut known = records.iter().peekable();
        let (mut near_misses, mut others) = (Vec::new(), Vec::new());
        for (txt, text) in texts(reply).iter() {
            if known.next_if(|(record, _)| record == txt).is_some() {
                continue;
            }
            match near_miss(text) {
                Some(near_miss) => near_misses.push((txt.clone(), near_miss)),
                None => others.push((txt.clone(), text.clone())),
            }
        }
        Self { records, near_misses: near_misses.into(), others: others.into() }
    }
}

impl DmarcFacts {
    pub(super) fn of(ask: &Ask<'_>, domain: &Name, declared: Option<&Declared>, depth: Depth) -> Self {
        let owner = policy_name(domain);
        let reply = asked(ask, &owner, RrType::TXT);
        let texts = reply.readings.get(ReadAs::Dmarc, || Texts::of(&reply));
        let Texts { records, near_misses, others } = Texts::clone(&texts);
        let has_own = records.len() == 1;
        // What stands above matters to the policy only where it is known that nothing stands here.
        let beside = has_own || reply.failure().is_some();
        let above = |name: &Name| {
            if beside { ask.get_thorough(name, RrType::TXT) } else { ask.get(name, RrType::TXT) }
        };
        let walk = Walk::of(domain, |name| if *name == owner { Some(reply.clone()) } else { above(name) });
        let discovery = Discovery::from_walk(ask, walk);
        let older = Older::of(domain, |name| if *name == owner { Some(reply.clone()) } else { above(name) });
        let doubled = (records.is_empty() && near_misses.is_empty() && reply.failure().is_none())
            .then(|| doubled(ask, domain))
            .flatten();
        let own = if has_own { records.first().map(|(_, record)| record) } else { None };
        let destinations =
            own.map_or_else(Vec::new, |record| DestinationFacts::all(ask, &discovery.walk, record, depth));
        let senders = declared.map_or_else(Vec::new, |declared| SenderFacts::all(ask, &discovery, declared));
        Self { owner, reply, records, near_misses, others, discovery, older, doubled, destinations, senders }
    }

    /// Asks for what the answer at the domain leads to. A record that has its reports sent to the domain itself leads nowhere: what
    /// stands above it is asked for with the rest, and is what many domains share.
    pub(super) fn ask_ahead(ask: &Ask<'_>, domain: &Name, declared: Option<&Declared>, depth: Depth) {
        let reply = asked(ask, &policy_name(domain), RrType::TXT);
        let texts = reply.readings.get(ReadAs::Dmarc, || Texts::of(&reply));
        let leads_nowhere = match &*texts.records {
            [(_, record)] => record.report_hosts().all(|(host, _)| host == domain),
            _ => false,
        };
        if !leads_nowhere {
            let _ = Self::of(ask, domain, declared, depth);
        }
    }

    /// The domain's own record, where there is exactly one.
    pub fn own_record(&self) -> Option<&DmarcRecord> {
        self.own().map(|(_, record)| record)
    }

    /// The domain's own record and the value that it is read from, where there is exactly one.
    pub fn own(&self) -> Option<&(Txt, DmarcRecord)> {
        match &*self.records {
            [own] => Some(own),
            _ => None,
        }
    }

    /// The record that a domain without one of its own falls back to (RFC 9989, section 4.10.1).
    pub fn inherited(&self) -> Option<(&Name, &DmarcRecord)> {
        let found = self.discovery.record().filter(|found| found.place != Place::Author)?;
        Some((found.name, found.record))
    }

    /// What receivers do with mail of the domain; none where no policy is found.
    pub fn policy(&self) -> Option<Policy> {
        self.discovery.policy()
    }

    /// Whether what the policy depends on is not all known.
    pub fn is_partly_unknown(&self) -> bool {
        self.discovery.is_unknown()
    }

    /// Whether the organizational domain is known for certain.
    pub fn knows_organization(&self) -> bool {
        self.discovery.walk.unknown().is_none()
    }
}

/// Records that a panel put at `_dmarc.<domain>.<domain>`, by adding the zone's name to a whole one.
fn doubled(ask: &Ask<'_>, domain: &Name) -> Option<(Name, Values<DmarcRecord>)> {
    let labels = domain.labels().chain(domain.labels());
    let owner = policy_name(&Name::from_labels(labels).ok()?);
    let reply = asked(ask, &owner, RrType::TXT);
    // What a wildcard answers stands at no name.
    if reply.wildcard.is_some() {
        return None;
    }
    let records = records(&reply);
    (!records.is_empty()).then_some((owner, records))
}
