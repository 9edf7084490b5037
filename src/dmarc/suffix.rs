//! The public suffix list: how RFC 7489, section 3.2, found organizational domains.

use mailvouch_providers::dns::{MAX_WIRE, Name};

/// The registrable domain of a name, by the public suffix list; the name itself where the list knows none.
pub fn organizational_domain(name: &Name) -> Name {
    let mut room = [0; MAX_WIRE];
    if let Some(text) = name.plain_text(&mut room) {
        // The same labels: nothing has to be read again.
        let labels = |domain: &str| domain.bytes().filter(|byte| *byte == b'.').count() + 1;
        return psl::domain_str(text).map_or_else(|| name.clone(), |domain| name.last_labels(labels(domain)));
    }
    psl::domain_str(&name.to_string()).and_then(|domain| domain.parse().ok()).unwrap_or_else(|| name.clone())
}

/// Whether a name is one that others register names under (`com`, `co.uk`), by the public suffix list.
pub fn is_public_suffix(name: &Name) -> bool {
    psl::domain_str(&name.to_string()).is_none()
}
