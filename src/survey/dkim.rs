//! The DKIM selectors, as a declaration would have them.

use mailvouch_providers::dns::{Name, escape_joined_text};

use super::remark::Remark;
use crate::declared::{KnownSender, domain_argument, known_sender_by_target};
use crate::lint::DkimFacts;

/// Octets of a record that a comment shows: enough to know it again.
const SHOWN: usize = 60;

/// A selector at which something stands.
#[derive(Clone, Debug)]
pub struct SelectorDraft {
    /// The selector.
    pub selector: String,
    /// What a declaration would say of it.
    pub stands: Stands,
    /// The service whose key it is, by where its alias leads.
    pub service: Option<&'static KnownSender>,
    /// What was seen.
    pub remarks: Vec<Remark>,
}

/// What a declaration would say of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is an alias of this name.
    Cname(Name),
    /// Somebody's key stands there.
    Present,
    /// A key was withdrawn there.
    Revoked,
    /// Nothing, as it is: it is no key, or leads to none.
    Nothing,
}

impl SelectorDraft {
    pub(super) fn of(key: &DkimFacts) -> Self {
        let owner = key.owner.absolute();
        let mut remarks = Vec::new();
        let leads_to = key.reply.chain.iter().map(Name::absolute).collect::<Vec<_>>().join(", then ");
        let service = key.reply.chain.iter().find_map(known_sender_by_target);
        if !leads_to.is_empty() {
            let whose = service.map(|known| format!(" ({})", known.name)).unwrap_or_default();
            remarks.push(Remark::seen(format!("{owner} CNAME: {leads_to}{whose}")));
        }
        if let Some(set) = key.reply.records() {
            for txt in set.txts() {
                remarks.push(Remark::seen(format!("{owner} TXT (TTL {}): {}", set.ttl, shown(&txt.joined()))));
            }
        }
        let stands = Self::stands(key, &mut remarks);
        Self { selector: key.selector.clone(), stands, service, remarks }
    }

    fn stands(key: &DkimFacts, remarks: &mut Vec<Remark>) -> Stands {
        if let Some(failure) = key.reply.failure() {
            remarks.push(Remark::unseen(format!("what stands behind it: {failure}")));
        }
        if key.dead_end.is_some() || key.reply.is_absent() {
            remarks.push(Remark::decide("whether anybody signs with it: its alias leads to no key"));
            return Stands::Nothing;
        }
        if key.keys.is_empty() && key.reply.failure().is_none() {
            remarks.push(Remark::decide("what this is for: it is no key"));
            return Stands::Nothing;
        }
        let is_revoked = key.one().is_some_and(|text| text.record.is_revoked());
        if let Some(target) = key.alias_target() {
            if is_revoked {
                remarks.push(Remark::seen("the key that it leads to is withdrawn"));
            }
            if domain_argument(&target.to_string()).is_ok_and(|read| read == *target) {
                return Stands::Cname(target.clone());
            }
        }
        if is_revoked {
            return Stands::Revoked;
        }
        if key.reply.failure().is_some() {
            return Stands::Nothing;
        }
        if !key.is_usable() {
            remarks.push(Remark::decide("the key: as it is, nobody can check a signature with it"));
        }
        Stands::Present
    }

    /// Whether signatures may be made with it.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.stands, Stands::Cname(_) | Stands::Present)
    }
}

/// The beginning of a text.
fn shown(text: &[u8]) -> String {
    let head = escape_joined_text(&text[..text.len().min(SHOWN)]);
    if text.len() > SHOWN { format!("{head}…") } else { head }
}
