//! What a record asks for at its domain and below it, as far as it is in force.

use std::fmt;

use super::discovery::{Discovery, Place};
use crate::record::DmarcRecord;
use crate::record::dmarc::{Policy, Standing};
use crate::record::tag_list::TagValue;

/// What receivers are asked to do with a domain's mail, and with that of names below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// For the domain.
    pub domain: Policy,
    /// For names below it that exist.
    pub subdomains: Policy,
    /// For names below it that do not.
    pub nonexistent: Policy,
}

impl InForce {
    /// Nothing is asked for.
    pub const NOTHING: Self = Self { domain: Policy::None, subdomains: Policy::None, nonexistent: Policy::None };

    /// What a record asks for of a domain to which its own domain is this.
    pub fn of(record: &DmarcRecord, place: Place) -> Self {
        // A record with a policy that cannot be read asks for nothing (RFC 9989, section 4.10.1).
        if record.standing() != Standing::Policy {
            return Self::NOTHING;
        }
        let in_force = |policy: TagValue<Policy>| {
            if record.testing().effective { policy.effective.while_testing() } else { policy.effective }
        };
        let subdomains = in_force(record.subdomain_policy());
        Self {
            domain: if place == Place::Author { in_force(record.policy()) } else { subdomains },
            subdomains,
            nonexistent: in_force(record.nonexistent_policy()),
        }
    }

    /// The three, in the order of the fields.
    pub fn each(self) -> impl Iterator<Item = Policy> {
        [self.domain, self.subdomains, self.nonexistent].into_iter()
    }

    /// Whether one of the three is stricter than both of these allow.
    pub fn goes_beyond(self, one: Self, other: Self) -> bool {
        self.each().zip(one.each().zip(other.each())).any(|(policy, (one, other))| policy > one.max(other))
    }
}

impl Discovery {
    /// What the record that applies asks for.
    pub fn in_force(&self) -> InForce {
        self.record().map_or(InForce::NOTHING, |found| InForce::of(found.record, found.place))
    }
}

impl fmt::Display for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p={}", self.domain)?;
        if self.each().any(|policy| policy != self.domain) {
            write!(f, " (subdomains {}, names that do not exist {})", self.subdomains, self.nonexistent)?;
        }
        Ok(())
    }
}
