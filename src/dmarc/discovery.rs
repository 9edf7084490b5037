//! Which record applies to an author's domain, and which policy is taken from it (RFC 9989, section 4.10.1).

use mailvouch_providers::dns::{Name, RrType};

use super::walk::{Basis, Organizational, Walk};
use crate::published::{Absence, Ask, Question, Reason, State};
use crate::record::DmarcRecord;
use crate::record::dmarc::{Policy, Standing};

/// What receivers find out about an author's domain.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// What was asked.
    pub walk: Walk,
    /// The organizational domain.
    pub organizational: Organizational,
    /// Whether the domain exists; asked for only where a policy depends on it.
    pub existence: Option<Existence>,
}

/// A record that applies to a domain.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRecord<'a> {
    /// Where it stands.
    pub name: &'a Name,
    /// What that is to the domain.
    pub place: Place,
    /// The record.
    pub record: &'a DmarcRecord,
}

/// What the domain of a record is to an author's domain. In order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The author's domain itself: `p`.
    Author,
    /// Its organizational domain: `sp`, or `np`.
    Organizational,
    /// The public suffix above: `sp`, or `np`.
    Suffix,
}

/// Whether a name exists (RFC 8020): any record does, at it or below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It does.
    Exists,
    /// DNS says that it does not.
    DoesNot,
    /// Nobody said.
    Unknown(Reason),
}

impl Discovery {
    /// What the snapshot knows of it.
    pub fn of(ask: &Ask<'_>, domain: &Name) -> Self {
        Self::from_walk(ask, Walk::of(domain, |owner| ask.get(owner, RrType::TXT)))
    }

    /// The same for a walk that was made already.
    pub fn from_walk(ask: &Ask<'_>, walk: Walk) -> Self {
        let organizational = walk.organizational_domain();
        let mut discovery = Self { walk, organizational, existence: None };
        let differs =
            |record: &DmarcRecord| record.subdomain_policy().effective != record.nonexistent_policy().effective;
        if discovery.record().is_some_and(|found| found.place != Place::Author && differs(found.record)) {
            discovery.existence = Some(existence(ask, &discovery.walk.domain));
        }
        discovery
    }

    /// The record that applies, as far as the answers tell; receivers may still not act on it.
    pub fn record(&self) -> Option<PolicyRecord<'_>> {
        let at = |name: &Name, place| {
            let step = self.walk.at(name)?;
            Some(PolicyRecord { name: &step.name, place, record: step.record()? })
        };
        let suffix = || match self.organizational.basis {
            Basis::BelowSuffix => at(&self.walk.steps.last()?.name, Place::Suffix),
            Basis::NotSuffix | Basis::FewestLabels | Basis::NoRecord => None,
        };
        at(&self.walk.domain, Place::Author)
            .or_else(|| at(&self.organizational.name, Place::Organizational))
            .or_else(suffix)
    }

    /// The policy that the record asks for, before `t` counts; none where DMARC does not apply, or it depends on what
    /// is not known ([`Self::is_unknown`]).
    pub fn stated_policy(&self) -> Option<Policy> {
        let found = self.record()?;
        match found.record.standing() {
            Standing::Ignored => return None,
            Standing::ReportsOnly => return Some(Policy::None),
            Standing::Policy => {}
        }
        Some(match (found.place, self.existence) {
            (Place::Author, _) => found.record.policy().effective,
            (_, Some(Existence::Unknown(_))) => return None,
            (_, Some(Existence::DoesNot)) => found.record.nonexistent_policy().effective,
            (_, Some(Existence::Exists) | None) => found.record.subdomain_policy().effective,
        })
    }

    /// The policy in force: with `t=y` one level lower than stated (RFC 9989, section 4.7).
    pub fn policy(&self) -> Option<Policy> {
        let stated = self.stated_policy()?;
        let is_testing = self.record().is_some_and(|found| found.record.testing().effective);
        Some(if is_testing { stated.while_testing() } else { stated })
    }

    /// Whether the policy depends on an answer that is not known.
    pub fn is_unknown(&self) -> bool {
        match self.record() {
            Some(found) if found.place == Place::Author => false,
            Some(_) | None => self.failure().is_some(),
        }
    }

    /// What was asked in vain, of what the policy may depend on.
    pub fn failure(&self) -> Option<(Question, Reason)> {
        let of_step = |step: &super::walk::Step| Some((step.question.clone(), step.reply.failure()?.reason));
        self.walk.unknown().and_then(of_step).or_else(|| match self.existence {
            Some(Existence::Unknown(reason)) => Some((Question::new(&self.walk.domain, RrType::MX), reason)),
            _ => None,
        })
    }
}

/// Any type tells whether a name exists; MX is asked for everywhere else, too.
fn existence(ask: &Ask<'_>, domain: &Name) -> Existence {
    match ask.get(domain, RrType::MX).map(|reply| reply.state.clone()) {
        Some(State::Found(_) | State::Absent(Absence::NoData)) => Existence::Exists,
        Some(State::Absent(Absence::NxDomain)) => Existence::DoesNot,
        Some(State::Unknown(failure)) => Existence::Unknown(failure.reason),
        None => Existence::Unknown(Reason::NotInSnapshot),
    }
}
