//! Whether a report destination agreed to take reports about a domain (RFC 9990, "Verifying External Destinations";
//! RFC 7489, section 7.1).

use std::sync::Arc;

use mailvouch_providers::dns::{Name, NameError, RrType};

use super::walk::{Walk, records};
use crate::published::{Ask, Question, Reason, Reply};

/// Reports about one domain, to one destination.
#[derive(Clone, Debug)]
pub struct Reports {
    /// The domain at which the policy stands that asks for them.
    pub policy_domain: Name,
    /// The domain of the address that they are to go to.
    pub host: Name,
    /// Whether they may.
    pub authorization: Authorization,
    /// What the destination was asked; none where it was not.
    pub asked: Option<(Question, Arc<Reply>)>,
}

/// Whether reports may go to a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// Both are of one organizational domain: nobody is asked.
    Own,
    /// The destination publishes a record for the domain, or for all.
    Given,
    /// It publishes none: reporters ignore the address.
    Missing,
    /// That is not known, since this question got no answer.
    Unknown(Question, Reason),
}

/// Where a destination agrees to reports about `policy_domain`: `<policy_domain>._report._dmarc.<host>`.
///
/// A name that would be too long is an error: such a destination cannot agree (step 4).
pub fn authorization_name(policy_domain: &Name, host: &Name) -> Result<Name, NameError> {
    let labels = policy_domain.labels().chain([&b"_report"[..], b"_dmarc"]).chain(host.labels());
    Name::from_labels(labels)
}

impl Reports {
    /// What the snapshot knows of reports about the policy at `policy_domain`.
    pub fn of(ask: &Ask<'_>, policy_domain: &Name, host: &Name) -> Self {
        let walk = Walk::of(policy_domain, |owner| ask.get(owner, RrType::TXT));
        Self::from_walk(policy_domain, &walk, host, |owner| ask.get(owner, RrType::TXT))
    }

    /// The same where the walk from the policy's domain was made already. `look_up` is given names that are asked for
    /// TXT.
    pub fn from_walk(
        policy_domain: &Name,
        walk: &Walk,
        host: &Name,
        mut look_up: impl FnMut(&Name) -> Option<Arc<Reply>>,
    ) -> Self {
        let mut reports = Self {
            policy_domain: policy_domain.clone(),
            host: host.clone(),
            authorization: Authorization::Own,
            asked: None,
        };
        // The walk from there would be the same one again.
        if policy_domain == host {
            return reports;
        }
        let theirs = Walk::of(host, &mut look_up);
        let unknown = walk.unknown().or_else(|| theirs.unknown());
        if unknown.is_none() && walk.organizational_domain().name == theirs.organizational_domain().name {
            return reports;
        }
        let Ok(name) = authorization_name(policy_domain, host) else {
            reports.authorization = Authorization::Missing;
            return reports;
        };
        let reply = look_up(&name).unwrap_or_else(|| Arc::new(Reply::unknown(Reason::NotInSnapshot)));
        let question = Question::new(&name, RrType::TXT);
        let failed = |question: &Question, reply: &Reply| {
            reply.failure().map(|failure| Authorization::Unknown(question.clone(), failure.reason))
        };
        reports.authorization = match (failed(&question, &reply), unknown) {
            (Some(unknown), _) => unknown,
            (None, _) if !records(&reply).is_empty() => Authorization::Given,
            // They may be of one organizational domain.
            (None, Some(step)) => failed(&step.question, &step.reply).unwrap_or(Authorization::Missing),
            (None, None) => Authorization::Missing,
        };
        reports.asked = Some((question, reply));
        reports
    }

    /// What was asked in vain, where the answer depends on it.
    pub fn failure(&self) -> Option<(&Question, Reason)> {
        match &self.authorization {
            Authorization::Unknown(question, reason) => Some((question, *reason)),
            Authorization::Own | Authorization::Given | Authorization::Missing => None,
        }
    }
}
