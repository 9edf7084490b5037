//! What several rules write at `_dmarc`.

use mailvouch_providers::dns::{Rdata, Txt};

use crate::declared::{DmarcPolicy, Domain};

/// The tags that are declared, in the order in which a record has them, `v` not among them.
pub(super) fn tags(policy: &DmarcPolicy) -> Vec<(&'static str, String)> {
    let mut tags = vec![("p", policy.policy.value.as_str().to_owned())];
    let mut push = |name, value: Option<&str>| tags.extend(value.map(|value| (name, value.to_owned())));
    push("sp", policy.subdomain_policy.as_ref().map(|at| at.value.as_str()));
    push("np", policy.nonexistent_policy.as_ref().map(|at| at.value.as_str()));
    push("adkim", policy.adkim.as_ref().map(|at| at.value.as_str()));
    push("aspf", policy.aspf.as_ref().map(|at| at.value.as_str()));
    push("t", policy.testing.as_ref().map(|at| if at.value { "y" } else { "n" }));
    push("psd", policy.psd.as_ref().map(|at| at.value.as_str()));
    let list = |uris: &[crate::declared::At<String>]| {
        let uris: Vec<&str> = uris.iter().map(|at| at.value.as_str()).collect();
        (!uris.is_empty()).then(|| uris.join(","))
    };
    push("rua", list(&policy.rua).as_deref());
    push("ruf", list(&policy.ruf).as_deref());
    push("fo", policy.fo.as_ref().map(|at| at.value.as_str()));
    tags
}

/// The record that is declared for a domain: `p=reject` for one that does not send; none where none is declared.
pub(super) fn declared_record(domain: &Domain) -> Option<Rdata> {
    match &domain.dmarc {
        Some(policy) => {
            let tags: Vec<String> = tags(policy).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            let text = format!("v=DMARC1; {}", tags.join("; "));
            Some(Rdata::Txt(Txt::from_text(text.as_bytes())))
        }
        None if !domain.sends => Some(reject_record()),
        None => None,
    }
}

/// The record of a domain that does not send.
pub(in crate::lint::rules) fn reject_record() -> Rdata {
    Rdata::Txt(Txt::from_text(b"v=DMARC1; p=reject"))
}
