//! Addresses that no mail arrives from over the internet, and names that are of one house.

use std::net::IpAddr;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use crate::declared::{Use, special_range};
use crate::dmarc::organizational_domain;

/// Whether mail can come from there: not private, loopback, link-local. Those of examples stand for real ones.
pub(super) fn is_public(address: IpAddr) -> bool {
    special_range(IpNet::from(address)).is_none_or(|special| special.use_in == Use::Examples)
}

/// Domains of one operator, which hands mail on between them.
const HOUSES: [&[&str]; 3] = [
    &["outlook.com", "office365.com", "microsoft.com", "exchangelabs.com", "hotmail.com"],
    &["google.com", "gmail.com", "googlemail.com"],
    &["yahoo.com", "yahoodns.net", "aol.com"],
];

/// Whether hosts of these names are of one house: one organizational domain, or one operator.
pub(super) fn same_house(left: &Name, right: &Name) -> bool {
    let [left, right] = [left, right].map(|name| organizational_domain(name).to_string());
    let in_house = |house: &&[&str]| house.contains(&left.as_str()) && house.contains(&right.as_str());
    left == right || HOUSES.iter().any(in_house)
}
