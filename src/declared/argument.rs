//! A domain as a command line or a list names it: read as strictly as one in a declaration.

use mailvouch_providers::dns::Name;

use super::names::domain_name;

/// Reads the name of a domain; the final dot may be there. The error is for people.
pub fn domain_argument(text: &str) -> Result<Name, String> {
    let text = text.trim();
    domain_name(text.strip_suffix('.').unwrap_or(text)).map_err(|refusal| match refusal.help {
        Some(help) => format!("{}; {help}", refusal.message),
        None => refusal.message,
    })
}
