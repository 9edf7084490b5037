//! One domain, as a declaration would have it.

use mailvouch_providers::dns::{Name, Rdata};

use super::dkim::{SelectorDraft, Stands};
use super::dmarc::DmarcDraft;
use super::groups::{self, Group};
use super::look::Survey;
use super::remark::Remark;
use super::senders::Senders;
use crate::declared::{AllPolicy, SpfNeed};
use crate::lint::{Facts, organizational_domain};
use crate::published::State;
use crate::record::spf::Qualifier;
use crate::spf::{Branch, Lead, Selection, Tree};

/// A section `[domains."NAME"]`.
#[derive(Clone, Debug)]
pub struct DomainDraft {
    /// The domain.
    pub domain: Name,
    /// What stands at the domain, and what is to be decided of it.
    pub remarks: Vec<Remark>,
    /// Whether it says itself that it does not send.
    pub sends: bool,
    /// Whether it says itself that it takes no mail.
    pub receives: bool,
    /// The groups of its addresses.
    pub egress: Vec<String>,
    /// Who else sends for it.
    pub senders: Vec<String>,
    /// What its SPF record ends in.
    pub all: Option<AllPolicy>,
    /// What is said about its policy.
    pub dmarc_remarks: Vec<Remark>,
    /// Its policy.
    pub dmarc: Option<DmarcDraft>,
    /// What is said about its selectors together.
    pub dkim_remarks: Vec<Remark>,
    /// Its selectors.
    pub dkim: Vec<SelectorDraft>,
    /// Whether something could not be seen that the draft would rest on.
    pub is_partly_unseen: bool,
}

impl DomainDraft {
    pub(super) fn of(survey: &Survey, given: &[Name], groups: &mut Vec<Group>, senders: &mut Senders) -> Self {
        let facts = &survey.facts;
        let mut remarks = Vec::new();
        remarks.extend(survey.sources.records.iter().cloned());
        spf_state(facts, &mut remarks);
        mail_exchanges(facts, &mut remarks);
        remarks.extend(survey.sources.odd.iter().cloned());
        let dkim: Vec<SelectorDraft> = facts.dkim.iter().map(SelectorDraft::of).collect();
        let signs = dkim.iter().any(SelectorDraft::is_live);
        let says_nobody = facts.spf.says_nobody_sends();
        let sends = !says_nobody || signs;
        if says_nobody && signs {
            remarks.push(Remark::decide(
                "who sends: its SPF record lets nobody pass, and keys to sign with stand below. If nobody does, `sends = \
                 false`",
            ));
        }
        let receives = facts.null_mx().is_none();
        let mut draft = Self {
            domain: facts.domain.clone(),
            remarks,
            sends,
            receives,
            egress: groups::of_domain(survey, groups),
            senders: Vec::new(),
            all: None,
            dmarc_remarks: Vec::new(),
            dmarc: None,
            dkim_remarks: selectors(survey, sends),
            dkim,
            is_partly_unseen: facts.has_unknowns() || !survey.probes.failed.is_empty(),
        };
        for include in &survey.sources.includes {
            let id = senders.id_of(include, &draft.domain);
            if !draft.senders.contains(&id) {
                draft.senders.push(id);
            }
        }
        draft.senders_that_sign(facts);
        if sends {
            draft.all = ending(facts, given, &mut draft.remarks);
        }
        draft.dmarc = DmarcDraft::of(&facts.dmarc, sends, &mut draft.dmarc_remarks);
        draft
    }

    /// Services whose keys stand there, and that need nothing at the domain itself.
    fn senders_that_sign(&mut self, facts: &Facts) {
        let unseen = matches!(facts.spf.tree.selection, Selection::Unknown(_));
        for key in self.dkim.iter().filter(|key| key.is_live()) {
            let Some(known) = key.service.filter(|known| !self.senders.contains(&known.id)) else { continue };
            if known.spf != SpfNeed::Required && !unseen {
                self.senders.push(known.id.clone());
                continue;
            }
            let what = if unseen { "its include could not be seen" } else { "no include of it stands at the domain" };
            let text = format!(
                "whether {} sends: its key stands at `{}`, and {what}. If it does, add `\"{}\"` to `senders`",
                known.name, key.selector, known.id
            );
            if !self.remarks.iter().any(|other| other.text.starts_with(&format!("whether {} sends", known.name))) {
                self.remarks.push(Remark::decide(text));
            }
        }
    }

    /// Whether something stands in it that `check` would judge.
    pub fn has_selectors(&self) -> bool {
        self.dkim.iter().any(|key| key.stands != Stands::Nothing)
    }
}

/// What the domain's SPF record is, where it is no sound one.
fn spf_state(facts: &Facts, remarks: &mut Vec<Remark>) {
    let owner = facts.domain.absolute();
    match &facts.spf.tree.selection {
        Selection::Unknown(failure) => {
            remarks.push(Remark::unseen(format!("{owner} TXT: {failure}")));
            remarks.push(Remark::decide("who sends, once the record has been seen"));
        }
        Selection::None if facts.spf.candidates.is_empty() => {
            remarks.push(Remark::seen(format!("{owner} TXT: no SPF record")));
            remarks.push(Remark::decide("who sends: `egress` and `senders`; or `sends = false`, if nobody does"));
        }
        Selection::None => remarks.push(Remark::seen(
            "its SPF record is written so that receivers do not see it; taken from it is what it was meant to say",
        )),
        Selection::Many(records) => remarks.push(Remark::decide(format!(
            "which of its {} SPF records is meant: of several, receivers take none. Taken from them is what all of them \
             let pass",
            records.len()
        ))),
        Selection::One(published) if !published.record.is_valid() => remarks.push(Remark::seen(
            "its SPF record has a mistake, for which receivers refuse all of it; taken from it is what can be read",
        )),
        Selection::One(_) => {}
    }
}

/// Where mail for the domain goes.
fn mail_exchanges(facts: &Facts, remarks: &mut Vec<Remark>) {
    let owner = facts.domain.absolute();
    match &facts.mx.state {
        State::Unknown(failure) => remarks.push(Remark::unseen(format!("{owner} MX: {failure}"))),
        State::Absent(_) => {
            let has_address = facts.addresses.iter().flatten().any(|reply| reply.records().is_some());
            let text = if has_address { "none; mail goes to its address" } else { "none, and no address" };
            remarks.push(Remark::seen(format!("{owner} MX: {text}")));
        }
        State::Found(set) => {
            let mut hosts: Vec<(u16, String)> = set.values.iter().filter_map(exchange).collect();
            hosts.sort();
            let hosts: Vec<String> =
                hosts.into_iter().map(|(preference, host)| format!("{preference} {host}")).collect();
            remarks.push(Remark::seen(format!("{owner} MX (TTL {}): {}", set.ttl, hosts.join(", "))));
        }
    }
}

fn exchange(value: &Rdata) -> Option<(u16, String)> {
    match value {
        Rdata::Mx { preference, exchange } => Some((*preference, exchange.absolute())),
        _ => None,
    }
}

/// How selectors were looked for, and what is not known of them.
fn selectors(survey: &Survey, sends: bool) -> Vec<Remark> {
    let probes = &survey.probes;
    let mut remarks = Vec::new();
    if let Some(owner) = &probes.wildcard {
        let text = format!("{}, which nobody uses, is answered too: a wildcard stands there", owner.absolute());
        remarks.push(Remark::seen(text));
    }
    for selector in &probes.missing {
        remarks.push(Remark::seen(format!("{selector}._domainkey: nothing")));
    }
    if let Some((first, failure)) = probes.failed.first() {
        let others = match probes.failed.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} other selectors"),
        };
        remarks.push(Remark::unseen(format!("{first}._domainkey{others}: {failure}")));
    }
    if survey.facts.dkim.is_empty() && sends {
        remarks.push(Remark::decide(format!(
            "which selectors sign (`s=` in the DKIM-Signature of a message that was sent): at the {} names that are usual \
             nothing was found",
            probes.asked
        )));
    }
    remarks
}

/// What the record ends in, where that is the owner's to say.
fn ending(facts: &Facts, given: &[Name], remarks: &mut Vec<Remark>) -> Option<AllPolicy> {
    let own = |name: &Name| {
        let organization = organizational_domain(name);
        facts.is_own(name) || given.iter().any(|given| organizational_domain(given) == organization)
    };
    let mut tree: &Tree = &facts.spf.tree;
    // A redirect leads on; one that leads in a circle is no tree.
    loop {
        let record = &tree.selection.one()?.record;
        match record.all().map(|(_, qualifier)| qualifier) {
            Some(Qualifier::Fail) => return Some(AllPolicy::Fail),
            Some(Qualifier::SoftFail) => return Some(AllPolicy::SoftFail),
            Some(Qualifier::Neutral) => return Some(AllPolicy::Neutral),
            Some(Qualifier::Pass) => {
                remarks.push(Remark::decide("`spf.all`: `+all` lets the whole internet send as this domain"));
                return None;
            }
            None => {}
        }
        let Some((redirect, _)) = record.effective_redirect() else {
            remarks.push(Remark::decide("`spf.all`: the record ends in nothing, which is neutral"));
            return None;
        };
        let index = record.terms().iter().position(|term| term.span == *redirect)?;
        match tree.branches.get(index)? {
            Branch::Record(Lead::Tree(next)) if own(&next.name) => tree = next,
            _ => return None,
        }
    }
}
