//! Whether what the declared senders authenticate can be aligned with the domain (RFC 9989, section 4.10.2).

use std::sync::Arc;

use mailvouch_providers::dns::Name;

use super::Declared;
use crate::declared::{At, Sender, SpfNeed};
use crate::dmarc::{Aligned, Discovery, Identifier, IdentifierKind};
use crate::published::Ask;
use crate::record::dmarc::Alignment;

/// One declared sender.
#[derive(Clone, Debug)]
pub struct SenderFacts {
    /// The sender, and where the domain names it.
    pub sender: At<Arc<Sender>>,
    /// By the domain of its envelope sender.
    pub spf: SenderPath,
    /// By the domain that it signs as.
    pub dkim: SenderPath,
}

/// One way to be aligned.
#[derive(Clone, Debug)]
pub enum SenderPath {
    /// The domain itself: always aligned.
    Itself,
    /// A domain of the sender's or of its own, held against the author's.
    Other(Aligned),
    /// The declaration says that there is none.
    None,
    /// The declaration does not say.
    Undeclared,
}

impl SenderFacts {
    pub(super) fn all(ask: &Ask<'_>, discovery: &Discovery, declared: &Declared) -> Vec<Self> {
        let of_sender = |sender: &At<Arc<Sender>>| Self::of(ask, discovery, sender);
        declared.domain().senders.iter().map(of_sender).collect()
    }

    fn of(ask: &Ask<'_>, discovery: &Discovery, at: &At<Arc<Sender>>) -> Self {
        let sender = &at.value;
        let author = &discovery.walk.domain;
        let path = |kind, domain: &Name| {
            if domain == author {
                return SenderPath::Itself;
            }
            SenderPath::Other(Aligned::of(ask, discovery, &Identifier { kind, domain: domain.clone() }))
        };
        let spf = match (&sender.mail_from, sender.spf) {
            (Some(domain), _) => path(IdentifierKind::Spf, &domain.value),
            (None, SpfNeed::Required) => SenderPath::Itself,
            (None, SpfNeed::ReturnPath) => SenderPath::Undeclared,
            (None, SpfNeed::None) => SenderPath::None,
        };
        let dkim = match &sender.dkim {
            Some(domain) => path(IdentifierKind::Dkim, &domain.value),
            // Whoever signs may do so as the domain.
            None => SenderPath::Undeclared,
        };
        Self { sender: at.clone(), spf, dkim }
    }

    /// Whether it can be aligned by neither.
    pub fn has_no_path(&self) -> bool {
        self.spf.is_closed() && self.dkim.is_closed()
    }
}

impl SenderPath {
    /// Whether it certainly does not lead to alignment.
    fn is_closed(&self) -> bool {
        match self {
            Self::Itself | Self::Undeclared => false,
            // Without a policy nothing asks for alignment.
            Self::Other(aligned) => aligned.mode.is_some() && aligned.is_aligned == Some(false),
            Self::None => true,
        }
    }

    /// The domain that it is about, where that is another one than the author's.
    pub fn other(&self) -> Option<&Name> {
        match self {
            Self::Other(aligned) => Some(&aligned.identifier.domain),
            Self::Itself | Self::None | Self::Undeclared => None,
        }
    }

    /// The domain below the author's that strict alignment shuts out.
    pub fn shut_out_below(&self, author: &Name) -> Option<&Name> {
        match self {
            Self::Other(aligned) if aligned.mode == Some(Alignment::Strict) => {
                Some(&aligned.identifier.domain).filter(|domain| domain.is_at_or_below(author))
            }
            _ => None,
        }
    }
}
