//! `egress-generic-ptr`: the reverse name of an address looks like that of an access line.

use std::net::IpAddr;

use mailvouch_providers::dns::Name;

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

/// Words that providers put into the names of access lines.
const WORDS: [&str; 14] = [
    "dynamic",
    "dyn",
    "dhcp",
    "pool",
    "dsl",
    "adsl",
    "vdsl",
    "cable",
    "ppp",
    "dialup",
    "dial",
    "client",
    "broadband",
    "unassigned",
];

pub(in crate::lint::rules) struct GenericPtr;

impl Rule for GenericPtr {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-generic-ptr",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/egress-generic-ptr.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let generic = facts.hosts.iter().filter(|host| {
            !host.is_sample
                && !host.names.is_empty()
                && host.names.iter().all(|(name, _)| is_generic(host.address, name))
        });
        generic
            .filter_map(|host| {
                let place = Place::value(&host.reverse, host.ptr.records()?.values.first()?);
                let span = 0..place.bytes().len();
                let (declaration, declared_at) = declared.at(&host.declared);
                let message = format!("the reverse name of {} looks like that of an access line", host.address);
                Some(
                    Diagnostic::new(self.meta(), message, place, span)
                        .context(declaration, declared_at, "mail leaves from here")
                        .help("have it name the host as it greets: some receivers refuse mail from generic names"),
                )
            })
            .collect()
    }
}

/// Whether a name is made from the address, or says that the line is one of many.
fn is_generic(address: IpAddr, name: &Name) -> bool {
    let text = name.to_string().to_ascii_lowercase();
    let words: Vec<&str> = text.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    if words.iter().any(|word| WORDS.contains(&word.trim_end_matches(|letter: char| letter.is_ascii_digit()))) {
        return true;
    }
    let IpAddr::V4(address) = address else { return false };
    let octets = address.octets().map(|octet| octet.to_string());
    let holds = |wanted: &[String]| {
        let numbers = words.iter().map(|word| word.trim_start_matches('0'));
        let numbers: Vec<&str> = numbers.collect();
        let wanted: Vec<&str> = wanted.iter().map(|octet| octet.trim_start_matches('0')).collect();
        numbers.windows(wanted.len()).any(|window| window == wanted)
    };
    let reversed: Vec<String> = octets.iter().rev().cloned().collect();
    holds(&octets) || holds(&reversed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_access_lines_are_told_from_names_of_hosts() {
        let generic = |address: &str, name: &str| {
            is_generic(address.parse().expect("an address"), &name.parse().expect("a name"))
        };
        assert!(generic("203.0.113.10", "203-0-113-10.static.isp.example"));
        assert!(
            generic("203.0.113.10", "host10.113.0.203.isp.example")
                || generic("203.0.113.10", "10.113.0.203.isp.example")
        );
        assert!(generic("203.0.113.10", "dyn7.isp.example"));
        assert!(generic("2001:db8::1", "client.pool.isp.example"));
        assert!(!generic("203.0.113.10", "mail.example.com"));
        assert!(!generic("203.0.113.10", "mx10.liverpool.example"));
        assert!(!generic("203.0.113.10", "a113-10.out.example"));
    }
}
