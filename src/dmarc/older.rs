//! What receivers find that still go by RFC 7489: the organizational domain by the public suffix list, and two questions
//! at most (section 6.6.3).

use std::sync::Arc;

use mailvouch_providers::dns::Name;

use super::suffix::organizational_domain;
use super::walk::{policy_name, records};
use crate::published::Reply;
use crate::record::DmarcRecord;
use crate::record::dmarc::{Policy, ReportUri};

/// What they find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Older {
    /// By the public suffix list.
    pub organizational: Name,
    /// Where the record stands; none where there is none, or several.
    pub policy_domain: Option<Name>,
    /// The policy that is taken from it: `p` or `sp`; none where DMARC does not apply.
    pub policy: Option<Policy>,
    /// Whether an answer that it depends on is not known.
    pub is_unknown: bool,
}

impl Older {
    /// What is known of it. `look_up` is given names that are asked for TXT.
    pub fn of(domain: &Name, mut look_up: impl FnMut(&Name) -> Option<Arc<Reply>>) -> Self {
        let organizational = organizational_domain(domain);
        let mut older = Self { organizational, policy_domain: None, policy: None, is_unknown: false };
        for name in [domain, &older.organizational.clone()] {
            let Some(reply) = look_up(&policy_name(name)).filter(|reply| reply.failure().is_none()) else {
                older.is_unknown = true;
                return older;
            };
            match &*records(&reply) {
                [] => continue,
                [(_, record)] => {
                    older.policy = policy(record, name == domain);
                    older.policy_domain = Some(name.clone());
                }
                // Of several none counts, and nobody looks further.
                _ => {}
            }
            return older;
        }
        older
    }
}

/// RFC 7489, section 6.6.3, step 6: without a valid `p`, or with a bad `sp`, only reports are sent. It knows no `np`
/// and no `t`.
fn policy(record: &DmarcRecord, is_own: bool) -> Option<Policy> {
    let (own, below) = (record.policy(), record.subdomain_policy());
    if own.declared().is_none() || below.is_invalid() {
        return record.rua().iter().any(ReportUri::is_usable).then_some(Policy::None);
    }
    Some(if is_own { own.effective } else { below.effective })
}
