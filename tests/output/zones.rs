//! Zone texts as a source of answers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use mailvouch::published::{Absence, Question, Reason, Reply, Source};
use mailvouch_providers::dns::master::MasterText;
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

/// Zones that answer like their servers: what is not in them is absent, what is under none of them is unknown.
pub(crate) struct Zones {
    apexes: Vec<Name>,
    sets: BTreeMap<(Name, RrType), RecordSet>,
}

impl Zones {
    pub(crate) fn read(texts: &[&str]) -> Self {
        let mut zones = Self { apexes: Vec::new(), sets: BTreeMap::new() };
        for text in texts {
            let text = MasterText::parse(text.as_bytes(), None).expect("a zone");
            for record in text.records() {
                if record.rdata.rtype() == RrType::SOA {
                    zones.apexes.push(record.owner.clone());
                }
                let key = (record.owner.clone(), record.rdata.rtype());
                let set = zones.sets.entry(key).or_insert(RecordSet { ttl: record.ttl, values: Vec::new() });
                set.values.push(record.rdata.clone());
            }
        }
        zones
    }
}

#[async_trait]
impl Source for Zones {
    async fn ask(&self, question: &Question) -> Reply {
        let mut name = question.name.clone();
        let mut chain = Vec::new();
        loop {
            if !self.apexes.iter().any(|apex| name.is_at_or_below(apex)) {
                return Reply { chain: chain.into(), ..Reply::unknown(Reason::OutsideView) };
            }
            if let Some(set) = self.sets.get(&(name.clone(), question.rtype)) {
                return Reply { chain: chain.into(), ..Reply::found(set.clone()) };
            }
            let alias = self.sets.get(&(name.clone(), RrType::CNAME)).and_then(|set| set.values.first());
            if let Some(Rdata::Cname(target)) = alias {
                chain.push(target.clone());
                name = target.clone();
                continue;
            }
            let exists = self.sets.keys().any(|(owner, _)| owner.is_at_or_below(&name));
            let absence = if exists { Absence::NoData } else { Absence::NxDomain };
            return Reply { chain: chain.into(), ..Reply::absent(absence) };
        }
    }
}
