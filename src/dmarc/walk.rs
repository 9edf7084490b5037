//! The tree walk (RFC 9989, section 4.10), and the organizational domain that it leads to (section 4.10.2).

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType, Txt};

use super::suffix::is_public_suffix;
use crate::published::{Question, ReadAs, Reason, Reply, State};
use crate::record::DmarcRecord;
use crate::record::dmarc::PublicSuffix;

/// Questions that one walk asks at most (RFC 9989, section 4.10).
pub const MAX_QUESTIONS: usize = 8;

/// Labels of the longest name above the domain itself that is asked (RFC 9989, section 4.10, step 4).
const WALK_FROM: usize = MAX_QUESTIONS - 1;

/// What was asked on the way from a domain to the top.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Where it began.
    pub domain: Name,
    /// The questions, the longest name first, up to the one that ended the walk; at most [`MAX_QUESTIONS`].
    pub steps: Vec<Step>,
}

/// One question of a walk.
#[derive(Clone, Debug)]
pub struct Step {
    /// The domain.
    pub name: Name,
    /// TXT at `_dmarc` below it.
    pub question: Question,
    /// What DNS said.
    pub reply: Arc<Reply>,
    /// The DMARC records among it; of several none counts.
    pub records: Arc<[(Txt, DmarcRecord)]>,
}

/// An organizational domain, and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organizational {
    /// The domain.
    pub name: Name,
    /// What made it so.
    pub basis: Basis,
}

/// What makes a domain the organizational one (RFC 9989, section 4.10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Its record says `psd=n`.
    NotSuffix,
    /// The record one label above it says `psd=y`.
    BelowSuffix,
    /// Of all names on the way that have a record, it has the fewest labels.
    FewestLabels,
    /// There is no record on the way: it is where the walk began.
    NoRecord,
}

/// Where a domain's policy stands. A domain too long for the label has none, and asks at itself, where none can be.
pub fn policy_name(domain: &Name) -> Name {
    domain.child("_dmarc").unwrap_or_else(|_| domain.clone())
}

impl Walk {
    /// The walk from `domain`. `look_up` is given each name that is asked for TXT, all of them before any is judged: the
    /// walk would take a round trip for each label. What it does not know reads as unknown.
    pub fn of(domain: &Name, mut look_up: impl FnMut(&Name) -> Option<Arc<Reply>>) -> Self {
        let above = domain.ancestors().skip(1).filter(|name| name.label_count() <= WALK_FROM);
        let names: Vec<Name> = std::iter::once(domain.clone()).chain(above).collect();
        let mut steps: Vec<Step> = names.into_iter().map(|name| Step::of(name, &mut look_up)).collect();
        let end = steps.iter().position(|step| {
            let answer = step.record().map(|record| record.public_suffix().effective);
            matches!(answer, Some(PublicSuffix::Yes | PublicSuffix::No))
        });
        steps.truncate(end.map_or(steps.len(), |end| end + 1));
        Self { domain: domain.clone(), steps }
    }

    /// The organizational domain, as far as the answers tell.
    pub fn organizational_domain(&self) -> Organizational {
        let found = |name: &Name, basis| Organizational { name: name.clone(), basis };
        let mut with_record = self.steps.iter().filter_map(|step| Some((step, step.record()?)));
        let mut last = None;
        for (step, record) in with_record.by_ref() {
            match record.public_suffix().effective {
                PublicSuffix::No => return found(&step.name, Basis::NotSuffix),
                PublicSuffix::Yes if step.name != self.domain => {
                    let labels = step.name.label_count() + 1;
                    let below = self.domain.ancestors().find(|name| name.label_count() == labels);
                    return found(&below.unwrap_or_else(|| self.domain.clone()), Basis::BelowSuffix);
                }
                PublicSuffix::Yes | PublicSuffix::Unknown => last = Some(step),
            }
        }
        match last {
            Some(step) => found(&step.name, Basis::FewestLabels),
            None => found(&self.domain, Basis::NoRecord),
        }
    }

    /// The step at a name; none where the walk did not ask there.
    pub fn at(&self, name: &Name) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == *name)
    }

    /// The first step that told nothing.
    ///
    /// With zone files the registries' zones are out of sight, and hardly one publishes a policy: those do not count.
    pub fn unknown(&self) -> Option<&Step> {
        self.steps.iter().find(|step| {
            let failure = step.reply.failure();
            failure.is_some_and(|failure| failure.reason != Reason::OutsideView || !is_public_suffix(&step.name))
        })
    }
}

impl Step {
    fn of(name: Name, look_up: &mut impl FnMut(&Name) -> Option<Arc<Reply>>) -> Self {
        let question = Question::new(&policy_name(&name), RrType::TXT);
        let reply = look_up(&question.name).unwrap_or_else(|| Arc::new(Reply::unknown(Reason::NotInSnapshot)));
        let records = records(&reply);
        Self { name, question, reply, records }
    }

    /// The record, where there is exactly one (RFC 9989, section 4.10, step 2).
    pub fn record(&self) -> Option<&DmarcRecord> {
        match &*self.records {
            [(_, record)] => Some(record),
            _ => None,
        }
    }
}

/// The DMARC records of a reply.
pub fn records(reply: &Reply) -> Arc<[(Txt, DmarcRecord)]> {
    let read = || -> Arc<[(Txt, DmarcRecord)]> {
        match &reply.state {
            State::Found(set) => {
                set.txts().filter_map(|txt| Some((txt.clone(), DmarcRecord::parse(&txt.joined())?))).collect()
            }
            State::Absent(_) | State::Unknown(_) => Arc::default(),
        }
    };
    Arc::clone(&reply.readings.get(ReadAs::DmarcRecords, read))
}
