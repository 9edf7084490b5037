//! The sections of one domain.

use super::file::commented;
use super::toml::{key, list, remark, remarks, string};
use crate::declared::AllPolicy;
use crate::survey::{DmarcDraft, DomainDraft, SelectorDraft, Stands};

pub(super) fn domain(draft: &DomainDraft) -> String {
    let section = format!("domains.{}", string(&draft.domain.to_string()));
    let mut text = format!("\n{}[{section}]\n", remarks(&draft.remarks));
    if draft.sends {
        if !draft.egress.is_empty() {
            text += &format!("egress = {}\n", list(&draft.egress));
        }
        if !draft.senders.is_empty() {
            text += &format!("senders = {}\n", list(&draft.senders));
        }
        if let Some(all) = draft.all {
            text += &format!("spf = {{ all = {} }}\n", string(ending(all)));
        }
    } else {
        text += "sends = false\n";
    }
    if !draft.receives {
        text += "receives = false\n";
    }
    text += &commented("provider = \"dns\"");
    text += &dmarc(draft, &section);
    text += &dkim(draft, &section);
    text
}

fn ending(all: AllPolicy) -> &'static str {
    match all {
        AllPolicy::Fail => "fail",
        AllPolicy::SoftFail => "softfail",
        AllPolicy::Neutral => "neutral",
    }
}

fn dmarc(draft: &DomainDraft, section: &str) -> String {
    let mut text = format!("\n{}", remarks(&draft.dmarc_remarks));
    let Some(DmarcDraft { words, lists, testing }) = &draft.dmarc else { return text };
    text += &format!("[{section}.dmarc]\n");
    for (name, value) in words {
        text += &format!("{name} = {}\n", string(value));
    }
    if *testing {
        text += "testing = true\n";
    }
    for (name, values) in lists {
        text += &format!("{name} = {}\n", list(values));
    }
    text
}

fn dkim(draft: &DomainDraft, section: &str) -> String {
    let mut text = format!("\n{}", remarks(&draft.dkim_remarks));
    // The header comes before the first line that needs it; comments belong to what follows them.
    if draft.has_selectors() {
        text += &format!("[{section}.dkim]\n");
    }
    for selector in &draft.dkim {
        text += &selector.remarks.iter().map(remark).collect::<String>();
        text += &line(selector);
    }
    text
}

fn line(selector: &SelectorDraft) -> String {
    let name = key(&selector.selector);
    match &selector.stands {
        Stands::Cname(target) => format!("{name} = {{ cname = {} }}\n", string(&target.to_string())),
        Stands::Present => format!("{name} = {{ present = true }}\n"),
        Stands::Revoked => format!("{name} = {{ revoked = true }}\n"),
        Stands::Nothing => commented(&format!("{name} is left out")),
    }
}
