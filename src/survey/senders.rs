//! Records of others, and whose they are.

use mailvouch_providers::dns::Name;

use super::remark::Remark;
use super::sources::{Include, slug};
use crate::declared::{KnownSender, known_sender, known_sender_by_include, known_sender_near_include};
use crate::lint::organizational_domain;

/// A section `[senders.ID]`.
#[derive(Clone, Debug)]
pub struct SenderDraft {
    /// Its name in the file.
    pub id: String,
    /// The service, where the catalogue has it: then the section says only what the catalogue does not.
    pub known: Option<&'static KnownSender>,
    /// Its records.
    pub include: Vec<Name>,
    /// Whose it may be, and what is to be decided.
    pub remarks: Vec<Remark>,
}

/// The sections that are needed so far.
#[derive(Debug, Default)]
pub(super) struct Senders {
    pub(super) sections: Vec<SenderDraft>,
}

impl Senders {
    /// The name of whoever this record belongs to; one that nobody knows gets a section.
    pub(super) fn id_of(&mut self, include: &Include, domain: &Name) -> String {
        let target = &include.target;
        if let Some(known) = known_sender_by_include(target) {
            return known.id.clone();
        }
        if let Some(section) = self.sections.iter().find(|section| section.include.contains(target)) {
            return section.id.clone();
        }
        let term = &include.term;
        if let Some(known) = known_sender_near_include(target) {
            if let Some(section) = self.sections.iter_mut().find(|section| section.id == known.id) {
                section.include.push(target.clone());
                section.remarks.push(Remark::seen(term.clone()));
                return known.id.clone();
            }
            let mut names = vec![target.clone()];
            names.extend(known.include.iter().cloned());
            let remarks = vec![
                Remark::seen(term.clone()),
                Remark::decide(format!("whether that is {}: the name says so, and nothing else", known.name)),
            ];
            self.add(known.id.clone(), Some(known), names, remarks);
            return known.id.clone();
        }
        let id = self.free_id(target);
        let remarks = vec![
            Remark::seen(term.clone()),
            Remark::decide(format!(
                "who that is, and whether it sends as {domain} at all; if its envelope sender is elsewhere, `spf = \
                 \"return-path\"`"
            )),
        ];
        self.add(id.clone(), None, vec![target.clone()], remarks);
        id
    }

    fn add(&mut self, id: String, known: Option<&'static KnownSender>, include: Vec<Name>, remarks: Vec<Remark>) {
        self.sections.push(SenderDraft { id, known, include, remarks });
    }

    /// A name that no section and no known service has: that of the domain, else the whole.
    fn free_id(&self, target: &Name) -> String {
        let organization = organizational_domain(target).to_string();
        let short = slug(organization.split('.').next().unwrap_or_default());
        let long = slug(&target.to_string());
        let is_free =
            |id: &String| known_sender(id).is_none() && !self.sections.iter().any(|section| section.id == *id);
        let numbered = (2..).map(|number| format!("{long}-{number}"));
        [short, long.clone()].into_iter().chain(numbered).find(is_free).unwrap_or_default()
    }
}
