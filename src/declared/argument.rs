//! Domains, selectors and report addresses as a command line or a list names them: read as strictly as those in a declaration.

use mailvouch_providers::dns::Name;

use super::address::Refusal;
use super::names::{domain_name, selector_owner};
use super::resolve::check_report_address;

/// Reads the name of a domain; the final dot may be there. The error is for people.
pub fn domain_argument(text: &str) -> Result<Name, String> {
    let text = text.trim();
    domain_name(text.strip_suffix('.').unwrap_or(text)).map_err(in_one)
}

/// Reads a selector of a domain: where it stands. The error is for people.
pub fn selector_argument(selector: &str, domain: &Name) -> Result<Name, String> {
    selector_owner(selector, Some(domain)).map_err(in_one)
}

/// Whether a URI may stand in `rua` and `ruf` of a declaration.
pub fn report_address_argument(uri: &str) -> Result<(), String> {
    check_report_address(uri).map_err(|(message, help)| in_one(Refusal { message, help }))
}

fn in_one(refusal: Refusal) -> String {
    match refusal.help {
        Some(help) => format!("{}; {help}", refusal.message),
        None => refusal.message,
    }
}
