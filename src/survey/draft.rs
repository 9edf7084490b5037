//! A whole declaration in the making.

use mailvouch_providers::dns::Name;

use super::domain::DomainDraft;
use super::groups::Group;
use super::look::{Servers, Survey};
use super::senders::{SenderDraft, Senders};

/// What a declaration of these domains would say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The groups of own addresses.
    pub groups: Vec<Group>,
    /// The senders that need a section.
    pub senders: Vec<SenderDraft>,
    /// The domains, in the order in which they were named.
    pub domains: Vec<DomainDraft>,
    /// Who serves the first of them whose servers are known.
    pub servers: Option<Servers>,
}

impl Draft {
    /// The draft of these surveys: the same for the same, to the letter.
    pub fn of(surveys: &[Survey]) -> Self {
        let given: Vec<Name> = surveys.iter().map(|survey| survey.facts.domain.clone()).collect();
        let (mut groups, mut senders) = (Vec::new(), Senders::default());
        let domains = surveys.iter().map(|survey| DomainDraft::of(survey, &given, &mut groups, &mut senders)).collect();
        let servers = surveys.iter().find_map(|survey| survey.servers.clone());
        Self { groups, senders: senders.sections, domains, servers }
    }

    /// Whether something could not be seen that it would rest on.
    pub fn is_partly_unseen(&self) -> bool {
        self.domains.iter().any(|domain| domain.is_partly_unseen)
    }
}
