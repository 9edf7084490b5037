//! Whether a message passes DMARC (RFC 9989, sections 4.10.2 and 5.3): pure, given the identifiers that passed.

use mailvouch_providers::dns::{Name, RrType};

use super::discovery::Discovery;
use super::older::Older;
use super::walk::Walk;
use crate::published::{Ask, Question, Reason};
use crate::record::dmarc::Alignment;

/// A domain that a message was authenticated for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// How.
    pub kind: IdentifierKind,
    /// The domain of MAIL FROM, or the `d=` of a signature.
    pub domain: Name,
}

/// How a domain was authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierKind {
    /// SPF passed for the domain of MAIL FROM.
    Spf,
    /// A DKIM signature of the domain was verified.
    Dkim,
}

/// What a message comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No policy applies.
    None,
    /// An identifier is aligned.
    Pass,
    /// None is.
    Fail,
    /// It depends on an answer that is not known.
    TempError,
}

/// An identifier, held against the author's domain.
#[derive(Clone, Debug)]
pub struct Aligned {
    /// The identifier.
    pub identifier: Identifier,
    /// The mode that the policy asks for; none where no policy applies.
    pub mode: Option<Alignment>,
    /// Whether it is aligned; none where that is not known.
    pub is_aligned: Option<bool>,
    /// The walk to its organizational domain, where one was needed.
    pub walk: Option<Walk>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// What the author's domain publishes.
    pub discovery: Discovery,
    /// What receivers find that go by RFC 7489.
    pub older: Older,
    /// The identifiers.
    pub identifiers: Vec<Aligned>,
    /// The result.
    pub outcome: Outcome,
}

impl Evaluation {
    /// The result for a message from an author at `domain`, as far as the snapshot knows.
    pub fn of(ask: &Ask<'_>, domain: &Name, identifiers: &[Identifier]) -> Self {
        let discovery = Discovery::of(ask, domain);
        let identifiers: Vec<Aligned> =
            identifiers.iter().map(|identifier| Aligned::of(ask, &discovery, identifier)).collect();
        let aligned = |wanted| identifiers.iter().any(|found| found.is_aligned == wanted);
        let outcome = if discovery.is_unknown() {
            Outcome::TempError
        } else if discovery.policy().is_none() {
            Outcome::None
        } else if aligned(Some(true)) {
            Outcome::Pass
        } else if aligned(None) {
            Outcome::TempError
        } else {
            Outcome::Fail
        };
        Self { older: Older::of(domain, |owner| ask.get(owner, RrType::TXT)), discovery, identifiers, outcome }
    }

    /// What was asked in vain, where the result depends on it.
    pub fn failure(&self) -> Option<(Question, Reason)> {
        if self.outcome != Outcome::TempError {
            return None;
        }
        let of_walk = |walk: &Walk| {
            let step = walk.unknown()?;
            Some((step.question.clone(), step.reply.failure()?.reason))
        };
        let mut walks = self.identifiers.iter().filter_map(|found| found.walk.as_ref());
        self.discovery.failure().or_else(|| walks.find_map(of_walk))
    }

    /// Whether an identifier of this kind is aligned.
    pub fn is_aligned(&self, kind: IdentifierKind) -> bool {
        self.identifiers.iter().any(|found| found.identifier.kind == kind && found.is_aligned == Some(true))
    }
}

impl Aligned {
    /// Holds one identifier against the author's domain (RFC 9989, section 4.10.2).
    pub fn of(ask: &Ask<'_>, discovery: &Discovery, identifier: &Identifier) -> Self {
        let mode = discovery.record().map(|found| match identifier.kind {
            IdentifierKind::Spf => found.record.aspf().effective,
            IdentifierKind::Dkim => found.record.adkim().effective,
        });
        let mut aligned = Self { identifier: identifier.clone(), mode, is_aligned: Some(false), walk: None };
        let author = &discovery.walk.domain;
        match mode {
            // The same domain needs no walk.
            Some(_) if identifier.domain == *author => aligned.is_aligned = Some(true),
            Some(Alignment::Strict) | None => {}
            Some(Alignment::Relaxed) => {
                let walk = Walk::of(&identifier.domain, |owner| ask.get(owner, RrType::TXT));
                let same = walk.organizational_domain().name == discovery.organizational.name;
                let is_known = walk.unknown().is_none() && discovery.walk.unknown().is_none();
                aligned.is_aligned = is_known.then_some(same);
                aligned.walk = Some(walk);
            }
        }
        aligned
    }
}
