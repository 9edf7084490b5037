//! The hosts that mail leaves from: their reverse names, and the names that they give in HELO.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::{Declared, Depth, Subject, asked};
use crate::declared::{At, EgressState};
use crate::published::{Ask, Reason, Reply, State};

/// Single addresses of one domain whose reverse names are looked up: a question or two each, of those that one domain
/// may ask.
const MAX_HOSTS: usize = 64;

/// Reverse names of one address that are looked up: a host has one, and more than a few is somebody's mistake.
const MAX_NAMES: usize = 10;

/// One address that mail leaves from now.
#[derive(Clone, Debug)]
pub struct HostFacts {
    /// The address.
    pub address: IpAddr,
    /// Where it, or the range that it is a sample of, is declared.
    pub declared: At<IpNet>,
    /// Whether it stands for a range: nobody says that mail leaves from just this address.
    pub is_sample: bool,
    /// The name that stands for it in the reverse tree.
    pub reverse: Name,
    /// The PTR set there.
    pub ptr: Arc<Reply>,
    /// Each name that it gives, with the addresses of that name.
    pub names: Vec<(Name, Arc<Reply>)>,
}

/// One name that hosts give in HELO.
#[derive(Clone, Debug)]
pub struct HeloFacts {
    /// The name.
    pub name: At<Name>,
    /// The addresses of the hosts that give it.
    pub group: Vec<IpNet>,
    /// Its A and AAAA sets.
    pub addresses: [Arc<Reply>; 2],
    /// Its TXT set, where its SPF stands.
    pub txt: Arc<Reply>,
}

/// The addresses of a set.
pub fn addresses(reply: &Reply) -> Vec<IpAddr> {
    let values = reply.records().map_or(&[][..], |set| &set.values);
    let address = |value: &Rdata| match value {
        Rdata::A(address) => Some(IpAddr::V4(*address)),
        Rdata::Aaaa(address) => Some(IpAddr::V6(*address)),
        _ => None,
    };
    values.iter().filter_map(address).collect()
}

impl HostFacts {
    /// The current single addresses; where much is asked, also samples of the current ranges.
    pub(super) fn all(ask: &Ask<'_>, subject: &Subject) -> Vec<Self> {
        let Some(declared) = &subject.declared else { return Vec::new() };
        let mut hosts: Vec<(IpAddr, At<IpNet>)> = Vec::new();
        let mut samples = Vec::new();
        for address in current(declared, subject).flat_map(|group| &group.addresses) {
            let network = address.value;
            if network.prefix_len() == network.max_prefix_len() {
                hosts.push((network.addr(), address.clone()));
            } else if subject.depth == Depth::Thorough {
                samples.extend(sample(&network).map(|sample| (sample, address.clone())));
            }
        }
        hosts.truncate(MAX_HOSTS);
        samples.truncate(MAX_HOSTS);
        let hosts = hosts.into_iter().filter_map(|(address, at)| Self::of(ask, address, at, false));
        let mut all: Vec<Self> = hosts.collect();
        all.extend(samples.into_iter().filter_map(|(address, at)| Self::of(ask, address, at, true)));
        all
    }

    fn of(ask: &Ask<'_>, address: IpAddr, declared: At<IpNet>, is_sample: bool) -> Option<Self> {
        let reverse = reverse_name(address)?;
        let look_up = |name: &Name, rtype| {
            let known = if is_sample { ask.get_thorough(name, rtype) } else { ask.get(name, rtype) };
            known.unwrap_or_else(|| Arc::new(Reply::unknown(Reason::NotInSnapshot)))
        };
        let ptr = look_up(&reverse, RrType::PTR);
        let rtype = if address.is_ipv4() { RrType::A } else { RrType::AAAA };
        let names = ptr.records().map_or(&[][..], |set| &set.values).iter().filter_map(|value| match value {
            Rdata::Ptr(name) => Some((name.clone(), look_up(name, rtype))),
            _ => None,
        });
        let names = names.take(MAX_NAMES).collect();
        Some(Self { address, declared, is_sample, reverse, ptr, names })
    }

    /// Whether a name of it leads back to it; none where that is not known.
    pub fn comes_back(&self) -> Option<bool> {
        if self.names.iter().any(|(_, reply)| addresses(reply).contains(&self.address)) {
            return Some(true);
        }
        let unknown = |(_, reply): &(Name, Arc<Reply>)| matches!(reply.state, State::Unknown(_));
        if self.names.is_empty() || self.names.iter().any(unknown) { None } else { Some(false) }
    }
}

impl HeloFacts {
    /// The HELO names of the current groups.
    pub(super) fn all(ask: &Ask<'_>, subject: &Subject) -> Vec<Self> {
        let Some(declared) = &subject.declared else { return Vec::new() };
        let of_group = |group: &crate::declared::EgressGroup| {
            let networks: Vec<IpNet> = group.addresses.iter().map(|address| address.value).collect();
            let of_name = |name: &At<Name>| Self {
                name: name.clone(),
                group: networks.clone(),
                addresses: [RrType::A, RrType::AAAA].map(|rtype| asked(ask, &name.value, rtype)),
                txt: asked(ask, &name.value, RrType::TXT),
            };
            group.helo.iter().map(of_name).collect::<Vec<_>>()
        };
        current(declared, subject).flat_map(of_group).collect()
    }
}

fn current<'a>(declared: &'a Declared, subject: &'a Subject) -> impl Iterator<Item = &'a crate::declared::EgressGroup> {
    let groups = declared.domain().egress.iter().map(|group| &*group.value);
    let sends = declared.domain().sends;
    groups.filter(move |group| sends && group.state_at(subject.now) == EgressState::Current)
}

/// The first address of a range that a host may have, and its last.
fn sample(network: &IpNet) -> impl Iterator<Item = IpAddr> + use<> {
    let step = |address: IpAddr, up: bool| match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits();
            IpAddr::V4(Ipv4Addr::from_bits(if up { bits.saturating_add(1) } else { bits.saturating_sub(1) }))
        }
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            IpAddr::V6(Ipv6Addr::from_bits(if up { bits.saturating_add(1) } else { bits.saturating_sub(1) }))
        }
    };
    // Of two addresses both are hosts; of more the ends are not (RFC 919, section 7).
    let two = network.prefix_len() + 1 == network.max_prefix_len();
    let (first, last) = (network.network(), network.broadcast());
    let ends = if two { [first, last] } else { [step(first, true), step(last, false)] };
    ends.into_iter()
}

/// The name that stands for an address (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub fn reverse_name(address: IpAddr) -> Option<Name> {
    let text = match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let nibbles = address.octets().into_iter().rev().flat_map(|octet| [octet & 0xf, octet >> 4]);
            let labels: Vec<String> = nibbles.map(|nibble| format!("{nibble:x}")).collect();
            format!("{}.ip6.arpa", labels.join("."))
        }
    };
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_names_in_the_reverse_tree() {
        let of = |text: &str| reverse_name(text.parse().expect("an address")).expect("a name").to_string();
        assert_eq!(of("203.0.113.10"), "10.113.0.203.in-addr.arpa");
        let v6 = "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(of("2001:db8:10::25"), v6);
    }

    #[test]
    fn the_samples_of_a_range_are_hosts() {
        let of = |text: &str| {
            let network: IpNet = text.parse().expect("a network");
            sample(&network).map(|address| address.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of("203.0.113.0/28"), ["203.0.113.1", "203.0.113.14"]);
        assert_eq!(of("203.0.113.4/31"), ["203.0.113.4", "203.0.113.5"]);
        assert_eq!(of("2001:db8::/64"), ["2001:db8::1", "2001:db8::ffff:ffff:ffff:fffe"]);
    }
}
