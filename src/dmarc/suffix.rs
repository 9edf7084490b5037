//! The public suffix list: how RFC 7489, section 3.2, found organizational domains.

use mailvouch_providers::dns::Name;

/// The registrable domain of a name, by the public suffix list; the name itself where the list knows none.
pub fn organizational_domain(name: &Name) -> Name {
    let text = name.to_string();
    psl::domain_str(&text).and_then(|domain| domain.parse().ok()).unwrap_or_else(|| name.clone())
}

/// Whether a name is one that others register names under (`com`, `co.uk`), by the public suffix list.
pub fn is_public_suffix(name: &Name) -> bool {
    psl::domain_str(&name.to_string()).is_none()
}
