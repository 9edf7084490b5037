//! A record's text alone, judged before it is published: the rules that need nothing else, and no network.

use std::sync::Arc;

use jiff::Timestamp;
use mailvouch_providers::dns::{Name, NameError, Rdata, RecordSet, RrType, Txt};

use super::{Depth, Diagnostic, Facts, Place, Selection, Subject, check};
use crate::published::{Answers, Ask, Question, Reason, Reply};
use crate::record::dmarc::{self, Standing};
use crate::record::{DkimRecord, DmarcRecord, SpfRecord, spf};

/// What a text is meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who may send (RFC 7208).
    Spf,
    /// A DKIM key (RFC 6376).
    Dkim,
    /// A DMARC policy (RFC 9989).
    Dmarc,
}

/// Why a text cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum LoneError {
    /// The owner is no name at which such a record stands.
    #[error("{0} is no place for a DKIM key: it stands at SELECTOR._domainkey.DOMAIN")]
    NoSelector(Name),
    /// The name would be too long.
    #[error("there is no such name: {0}")]
    Name(#[from] NameError),
}

/// A text, and what the rules find in it.
#[derive(Clone, Debug)]
pub struct Lone {
    /// What it is meant as.
    pub kind: Kind,
    /// Where it would stand.
    pub owner: Name,
    /// The text.
    pub text: Vec<u8>,
    /// What is known, were it published and nothing else seen.
    pub facts: Facts,
    /// What is wrong with it, in order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Kind {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
        }
    }

    /// What a name or a text is plainly meant as; the name counts for more.
    pub fn guess(owner: Option<&Name>, text: &[u8]) -> Option<Self> {
        let labels = || owner.into_iter().flat_map(Name::labels);
        if labels().next().is_some_and(|label| label.eq_ignore_ascii_case(b"_dmarc")) {
            return Some(Self::Dmarc);
        }
        if labels().any(|label| label.eq_ignore_ascii_case(b"_domainkey")) {
            return Some(Self::Dkim);
        }
        if SpfRecord::parse(text).is_some() || spf::near_miss(text).is_some() {
            return Some(Self::Spf);
        }
        if DmarcRecord::parse(text).is_some() || dmarc::near_miss(text).is_some() {
            return Some(Self::Dmarc);
        }
        DkimRecord::parse(text).is_dkim_like().then_some(Self::Dkim)
    }
}

impl Lone {
    /// Judges a text as if it were all that stands at `owner`, and nobody knew anything else.
    ///
    /// A DMARC record stands at `_dmarc` below a domain: where the owner is a domain, it is put there.
    pub fn judge(kind: Kind, owner: &Name, text: &[u8], rules: &Selection) -> Result<Self, LoneError> {
        let (domain, selector, owner) = place(kind, owner)?;
        let subject = Subject {
            domain,
            declared: None,
            selectors: selector.into_iter().collect(),
            now: Timestamp::UNIX_EPOCH,
            depth: Depth::Usual,
        };
        let set = RecordSet { ttl: 0, values: vec![Rdata::Txt(Txt::from_text(text))] };
        let here = Arc::new(Reply::found(set));
        let elsewhere = Arc::new(Reply::unknown(Reason::OutsideView));
        let mut answers = Answers::default();
        let facts = loop {
            let ask = Ask::new(&answers, None);
            let facts = Facts::of(&ask, &subject);
            let wanted = ask.wanted();
            if wanted.is_empty() {
                break facts;
            }
            let is_here = |question: &Question| question.name == owner && question.rtype == RrType::TXT;
            answers.extend(wanted.into_iter().map(|question| {
                let reply = if is_here(&question) { here.clone() } else { elsewhere.clone() };
                (question, reply)
            }));
        };
        let mut diagnostics = check(&facts, rules);
        diagnostics.retain(|found| is_about(found, &owner));
        Ok(Self { kind, owner, text: text.to_vec(), facts, diagnostics })
    }

    /// Whether a receiver that follows the RFC would act on it.
    pub fn is_usable(&self) -> bool {
        match self.kind {
            Kind::Spf => SpfRecord::parse(&self.text).is_some_and(|record| record.is_valid()),
            Kind::Dkim => DkimRecord::parse(&self.text).is_usable(),
            Kind::Dmarc => DmarcRecord::parse(&self.text).is_some_and(|record| record.standing() != Standing::Ignored),
        }
    }

    /// Whether it withdraws a DKIM key.
    pub fn is_revoked(&self) -> bool {
        self.kind == Kind::Dkim && DkimRecord::parse(&self.text).is_revoked()
    }
}

/// Whether a finding is about the text, and not about what nobody looked up.
fn is_about(found: &Diagnostic, owner: &Name) -> bool {
    let at_owner = found.labels.first().is_some_and(|label| match &label.place {
        Place::Record { owner: at, rtype, .. } => at == owner && *rtype == RrType::TXT,
        Place::Declaration(_) => false,
    });
    at_owner && found.rule != "lookup-failed"
}

/// The domain, the selector, and the name at which the record stands.
fn place(kind: Kind, owner: &Name) -> Result<(Name, Option<String>, Name), LoneError> {
    match kind {
        Kind::Spf => Ok((owner.clone(), None, owner.clone())),
        Kind::Dmarc => {
            let is_policy_name = owner.labels().next().is_some_and(|label| label.eq_ignore_ascii_case(b"_dmarc"));
            match owner.parent().filter(|_| is_policy_name) {
                Some(domain) => Ok((domain, None, owner.clone())),
                None => Ok((owner.clone(), None, owner.child("_dmarc")?)),
            }
        }
        Kind::Dkim => {
            let labels: Vec<&[u8]> = owner.labels().collect();
            let at = labels.iter().position(|label| label.eq_ignore_ascii_case(b"_domainkey")).filter(|at| *at > 0);
            let at = at.ok_or_else(|| LoneError::NoSelector(owner.clone()))?;
            let selector = Name::from_labels(&labels[..at])?.to_string();
            let domain = Name::from_labels(&labels[at + 1..])?;
            if domain.child(&format!("{selector}._domainkey"))? == *owner {
                Ok((domain, Some(selector), owner.clone()))
            } else {
                Err(LoneError::NoSelector(owner.clone()))
            }
        }
    }
}
