//! Domains, selectors, addresses, dates and report addresses as a command line or a list names them: read as strictly as
//! those in a declaration.

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::address::{Refusal, read_network};
use super::dates::{Moment, MomentError};
use super::names::{domain_name, selector_owner};
use super::resolve::check_report_address;
use super::suggest::quoted;

/// Reads the name of a domain; the final dot may be there. The error is for people.
pub fn domain_argument(text: &str) -> Result<Name, String> {
    let text = text.trim();
    domain_name(text.strip_suffix('.').unwrap_or(text)).map_err(in_one)
}

/// Reads a selector of a domain: where it stands. The error is for people.
pub fn selector_argument(selector: &str, domain: &Name) -> Result<Name, String> {
    selector_owner(selector, Some(domain)).map_err(in_one)
}

/// Reads an address or a range that mail may leave from. The error is for people.
pub fn network_argument(text: &str) -> Result<IpNet, String> {
    read_network(text).map(|(network, _)| network).map_err(in_one)
}

/// Reads a day, or an instant with its offset. The error is for people.
pub fn moment_argument(text: &str) -> Result<Moment, String> {
    let refused = |why: String| {
        format!(
            "{} is no date: {why}; write a day (`2026-12-01`) or an instant (`2026-12-01T18:00:00+01:00`)",
            quoted(text)
        )
    };
    let written = text.trim().parse().map_err(|_| refused("it cannot be read".to_owned()))?;
    Moment::from_toml(&written).map_err(|error: MomentError| refused(error.to_string()))
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
