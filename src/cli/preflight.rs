//! `preflight`: before addresses move.

use std::net::IpAddr;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::{Before, WorldArgs, moment};
use crate::declared::{Moment, domain_argument, network_argument};

/// `preflight`.
#[derive(Debug, Args)]
pub struct PreflightArgs {
    /// What to look at.
    #[command(flatten)]
    pub world: WorldArgs,
    /// Addresses that mail is going to leave from; may be given again. For the domains that are named; else for those whose
    /// declared addresses `--remove` names; else for all that are declared with addresses.
    #[arg(long, value_name = "IP|CIDR", value_parser = network)]
    pub add: Vec<IpNet>,
    /// Addresses that mail will no longer leave from; may be given again.
    #[arg(long, value_name = "IP|CIDR", value_parser = network)]
    pub remove: Vec<IpNet>,
    /// A host that gets other addresses: an MX, or a name that `a:` names; may be given again. Of a family that is not
    /// given the addresses stay.
    #[arg(long, value_name = "NAME=IP[,IP]", value_parser = host)]
    pub host: Vec<NewHost>,
    /// A name that the new hosts give in HELO; may be given again [default: that of the group whose addresses leave].
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub helo: Vec<Name>,
    /// Ask this DNS block list about each new address; may be given again. Its operator learns what you ask.
    #[arg(long, value_name = "ZONE", value_parser = name)]
    pub dnsbl: Vec<Name>,
    /// When it happens: a day (its beginning, in UTC) or an instant [default: in 7 days, at midnight]. Without `--add` and
    /// `--remove` the dates are those of the declaration, and this is when hosts move.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub at: Option<Moment>,
    /// What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential.
    #[arg(long, value_name = "WHERE", default_value = "provider")]
    pub before: Before,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PreflightForm,
}

/// A host and the addresses that it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHost {
    /// Its name.
    pub name: Name,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}

/// How to print a preflight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PreflightForm {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// Markdown, for a ticket.
    Markdown,
    /// The steps as a calendar (iCalendar, RFC 5545).
    Ics,
}

/// An address or a range that mail may leave from.
fn network(text: &str) -> Result<IpNet, String> {
    network_argument(text)
}

fn name(text: &str) -> Result<Name, String> {
    domain_argument(text)
}

/// `NAME=IP,IP`.
fn host(text: &str) -> Result<NewHost, String> {
    let (name, addresses) =
        text.split_once('=').ok_or("a name and its new address are wanted: mail.example.com=192.0.2.1")?;
    let name = domain_argument(name)?;
    let one = |text: &str| {
        let network = network_argument(text.trim())?;
        if network.prefix_len() == network.max_prefix_len() {
            Ok(network.addr())
        } else {
            Err(format!("{network} is a range: a host has single addresses"))
        }
    };
    let addresses = addresses.split(',').map(one).collect::<Result<Vec<_>, String>>()?;
    Ok(NewHost { name, addresses })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_and_addresses() {
        let read = host("mail.example.com=198.51.100.7,2001:db8::7").expect("a host");
        assert_eq!((read.name.to_string().as_str(), read.addresses.len()), ("mail.example.com", 2));
        for (text, why) in [
            ("mail.example.com", "a name and its new address are wanted"),
            ("mail.example.com=", "is no IP address"),
            ("mail.example.com=198.51.100.0/24", "is a range"),
            ("mail.example.com=10.0.0.1", "private"),
            ("mail=198.51.100.7", "single label"),
            ("=198.51.100.7", "it is empty"),
        ] {
            let refused = host(text).expect_err(text);
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
