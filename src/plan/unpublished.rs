//! Sources that something else publishes: what they have and DNS does not, and what they do not have at all.

use std::collections::BTreeSet;
use std::path::Path;

use mailvouch_providers::ProviderError;
use mailvouch_providers::dns::{Name, RrType};

use super::draft::{DraftError, Holder, core_owners};
use super::held::Held;
use super::{Advice, Step};
use crate::lint::Subject;
use crate::published::Gatherer;

/// That a source has nothing of a name. Nobody could tell by it what is published.
pub(super) fn lacking(file: &Path, name: &Name) -> ProviderError {
    let what = if file.exists() { "is the file of another zone" } else { "is not there" };
    ProviderError::Unavailable(format!("{}: {what}, and nothing else has records of {name}", file.display()))
}

/// Fails where the holder is a source that has no zone for the domain.
pub(super) fn in_no_source(holder: Holder<'_>, domain: &Name) -> Result<(), DraftError> {
    match holder.provider.source_file(domain) {
        Some(file) => Err(holder.failed(domain, lacking(&file, domain))),
        None => Ok(()),
    }
}

/// The names at which nothing is to be done, and of which DNS does not serve what the source has.
pub(super) async fn unpublished(
    gatherer: &Gatherer,
    subject: &Subject,
    holder: Holder<'_>,
    held: &Held,
    steps: &[Step],
) -> Option<Advice> {
    let file = holder.provider.source_file(&subject.domain)?;
    let mut names = Vec::new();
    for owner in core_owners(subject) {
        let Some((_, now)) = held.at(&owner).filter(|_| steps.iter().all(|step| step.owner != owner)) else { continue };
        let types: BTreeSet<RrType> = now.values.iter().map(|value| value.rdata.rtype()).collect();
        let types =
            types.into_iter().filter(|rtype| [RrType::TXT, RrType::CNAME, RrType::MX].contains(rtype)).collect();
        let differ = held.differences(gatherer, &owner, &types).await;
        names.extend(differ.into_iter().map(|rtype| format!("{owner} {rtype}")));
    }
    if names.is_empty() {
        return None;
    }
    Some(Advice {
        domain: subject.domain.clone(),
        rule: "view-differs".to_owned(),
        severity: "warning".to_owned(),
        message: format!(
            "DNS serves another set than the source (`{}`, {}) has: {}",
            holder.name,
            file.display(),
            names.join(", ")
        ),
        help: Some(
            "have the source published, if it is newer; `mailvouch wait` then looks until every server serves it. Else \
             something else publishes too"
                .to_owned(),
        ),
        held: None,
    })
}
