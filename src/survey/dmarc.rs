//! The DMARC policy, as a declaration would have it.

use mailvouch_providers::dns::escape_joined_text;

use super::remark::Remark;
use crate::declared::report_address_argument;
use crate::lint::DmarcFacts;
use crate::published::State;
use crate::record::DmarcRecord;
use crate::record::dmarc::{Alignment, Policy, ReportUri};

/// The keys of a `dmarc` table, in the order in which they are documented.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DmarcDraft {
    /// `policy`, `subdomain-policy`, `nonexistent-policy`, `fo`, `adkim`, `aspf`, `psd`.
    pub words: Vec<(&'static str, String)>,
    /// `rua` and `ruf`.
    pub lists: Vec<(&'static str, Vec<String>)>,
    /// `testing`.
    pub testing: bool,
}

impl DmarcDraft {
    /// What the domain's own record says; none where there is none, or none that a declaration could hold to. `sends` is
    /// whether the domain is declared to send.
    pub(super) fn of(dmarc: &DmarcFacts, sends: bool, remarks: &mut Vec<Remark>) -> Option<Self> {
        let owner = dmarc.owner.absolute();
        let State::Found(set) = &dmarc.reply.state else {
            remarks.push(match &dmarc.reply.state {
                State::Unknown(failure) => Remark::unseen(format!("{owner} TXT: {failure}")),
                _ => Remark::seen(format!("{owner} TXT: nothing")),
            });
            inherited(dmarc, remarks);
            return None;
        };
        for txt in set.txts() {
            let text = escape_joined_text(&txt.joined());
            remarks.push(Remark::seen(format!("{owner} TXT (TTL {}): {text}", set.ttl)));
        }
        let Some(record) = dmarc.own_record() else {
            if dmarc.records.len() > 1 {
                remarks.push(Remark::decide("which of these is meant: of several records receivers take none"));
            } else {
                inherited(dmarc, remarks);
            }
            return None;
        };
        let Some(policy) = record.policy().declared().copied() else {
            remarks.push(Remark::decide("which policy is meant: the record has none that can be read"));
            return None;
        };
        if !sends && policy != Policy::Reject {
            let text = format!(
                "nothing, if it does not send: then `p=reject` is right, which `check` will ask for. There is `p={policy}`"
            );
            remarks.push(Remark::decide(text));
            return None;
        }
        Some(Self::from_record(record, policy, remarks))
    }

    fn from_record(record: &DmarcRecord, policy: Policy, remarks: &mut Vec<Remark>) -> Self {
        let alignment = |mode: Alignment| if mode == Alignment::Strict { "strict" } else { "relaxed" };
        let mut draft = Self::default();
        let mut word = |key, value: Option<String>| draft.words.extend(value.map(|value| (key, value)));
        word("policy", Some(policy.to_string()));
        word("subdomain-policy", record.subdomain_policy().declared().map(ToString::to_string));
        word("nonexistent-policy", record.nonexistent_policy().declared().map(ToString::to_string));
        let ruf = addresses("ruf", record.ruf(), remarks);
        let options = record.failure_options();
        let options = options.declared().filter(|_| ruf.is_some());
        word("fo", options.map(|list| list.iter().map(|option| option.as_str()).collect::<Vec<_>>().join(":")));
        word("adkim", record.adkim().declared().map(|mode| alignment(*mode).to_owned()));
        word("aspf", record.aspf().declared().map(|mode| alignment(*mode).to_owned()));
        word("psd", record.public_suffix().declared().map(|answer| answer.as_str().to_owned()));
        draft.testing = record.testing().declared().is_some_and(|testing| *testing);
        let rua = addresses("rua", record.rua(), remarks);
        draft.lists.extend(rua.map(|list| ("rua", list)));
        draft.lists.extend(ruf.map(|list| ("ruf", list)));
        draft
    }
}

/// The addresses of a list; none where one of them is such that a declaration cannot hold it: to leave that out would be
/// to ask that it be taken away.
fn addresses(key: &str, uris: &[ReportUri], remarks: &mut Vec<Remark>) -> Option<Vec<String>> {
    let mut list: Vec<String> = Vec::new();
    for uri in uris {
        let text = String::from_utf8_lossy(&uri.uri.node).into_owned();
        let refused = if uri.size_limit.is_some() {
            Some("a size limit, which RFC 9989 has no more".to_owned())
        } else {
            report_address_argument(&text).err()
        };
        if let Some(why) = refused {
            remarks.push(Remark::decide(format!("`{key}`, which is left as it is: {why}")));
            return None;
        }
        if !list.contains(&text) {
            list.push(text);
        }
    }
    (!list.is_empty()).then_some(list)
}

/// What holds for a domain without a record of its own.
fn inherited(dmarc: &DmarcFacts, remarks: &mut Vec<Remark>) {
    remarks.push(match dmarc.inherited() {
        Some((from, record)) => Remark::decide(format!(
            "whether the record of {from} is to go on speaking for it (`{}`), or it gets one of its own",
            record.subdomain_policy().effective
        )),
        None if dmarc.reply.failure().is_some() || dmarc.is_partly_unknown() => {
            Remark::decide("the policy, once it has been seen")
        }
        None => Remark::decide(
            "the policy: large receivers want one. `dmarc = { policy = \"none\", rua = [\"mailto:…\"] }` only watches",
        ),
    });
}
