//! Addresses that mail leaves from: read, and held against the ranges that the internet does not route. It knows
//! addresses and nothing of records.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::suggest::quoted;

/// A range that is set aside (IANA's registries of special-purpose addresses, RFC 6890).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialRange {
    /// The range.
    pub network: IpNet,
    /// What it is for, as in "is a private address".
    pub what: &'static str,
    /// Whether it is one of the ranges for examples, which declarations may hold.
    pub use_in: Use,
}

/// What may be done with a special range in a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Nothing: no mail comes from there.
    Nowhere,
    /// Examples and tests (RFC 5737, RFC 3849, RFC 9637).
    Examples,
}

/// What IANA sets aside. The more specific of two that overlap stands first.
const SPECIAL: &[SpecialRange] = &[
    example(v4([192, 0, 2, 0], 24)),
    example(v4([198, 51, 100, 0], 24)),
    example(v4([203, 0, 113, 0], 24)),
    example(v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32)),
    example(v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20)),
    unusable(v4([0, 0, 0, 0], 32), "the unspecified address"),
    unusable(v4([0, 0, 0, 0], 8), "an address of this network (RFC 791)"),
    unusable(v4([10, 0, 0, 0], 8), "a private address (RFC 1918)"),
    unusable(v4([100, 64, 0, 0], 10), "an address of a carrier's NAT (RFC 6598)"),
    unusable(v4([127, 0, 0, 0], 8), "a loopback address"),
    unusable(v4([169, 254, 0, 0], 16), "a link-local address (RFC 3927)"),
    unusable(v4([172, 16, 0, 0], 12), "a private address (RFC 1918)"),
    unusable(v4([192, 0, 0, 0], 24), "an address reserved for protocols (RFC 6890)"),
    unusable(v4([192, 88, 99, 0], 24), "a 6to4 relay (RFC 7526)"),
    unusable(v4([192, 168, 0, 0], 16), "a private address (RFC 1918)"),
    unusable(v4([198, 18, 0, 0], 15), "an address for benchmarks (RFC 2544)"),
    unusable(v4([224, 0, 0, 0], 4), "a multicast address"),
    unusable(v4([255, 255, 255, 255], 32), "the broadcast address"),
    unusable(v4([240, 0, 0, 0], 4), "a reserved address (RFC 1112)"),
    unusable(v6([0; 8], 128), "the unspecified address"),
    unusable(v6([0, 0, 0, 0, 0, 0, 0, 1], 128), "the loopback address"),
    unusable(v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), "an IPv4-mapped address (RFC 4291)"),
    unusable(v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), "an address of a translator to IPv4 (RFC 6052)"),
    unusable(v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), "an address of a translator to IPv4 (RFC 8215)"),
    unusable(v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64), "an address of the discard prefix (RFC 6666)"),
    unusable(v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32), "a Teredo address (RFC 4380)"),
    unusable(v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), "an address reserved for protocols (RFC 2928)"),
    unusable(v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), "a 6to4 address (RFC 3056)"),
    unusable(v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), "a unique local address (RFC 4193)"),
    unusable(v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), "a link-local address (RFC 4291)"),
    unusable(v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), "a site-local address (RFC 3879)"),
    unusable(v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), "a multicast address"),
    // What is left of IPv6 beside the one block that IANA gives out (RFC 4291, section 2.4).
    unusable(v6([0, 0, 0, 0, 0, 0, 0, 0], 3), "a reserved address (RFC 4291)"),
    unusable(v6([0x4000, 0, 0, 0, 0, 0, 0, 0], 2), "a reserved address (RFC 4291)"),
    unusable(v6([0x8000, 0, 0, 0, 0, 0, 0, 0], 1), "a reserved address (RFC 4291)"),
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix))
}

const fn v6(s: [u16; 8], prefix: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), prefix))
}

const fn unusable(network: IpNet, what: &'static str) -> SpecialRange {
    SpecialRange { network, what, use_in: Use::Nowhere }
}

const fn example(network: IpNet) -> SpecialRange {
    SpecialRange { network, what: "an address for examples", use_in: Use::Examples }
}

/// The special range that a network lies in, if there is one; else the largest that it takes in, one for examples last.
pub fn special_range(network: IpNet) -> Option<&'static SpecialRange> {
    let inside = SPECIAL.iter().find(|special| special.network.contains(&network));
    let within = SPECIAL.iter().filter(|special| network.contains(&special.network));
    inside.or_else(|| within.min_by_key(|special| (special.use_in == Use::Examples, special.network.prefix_len())))
}

/// Why a text is no network that a declaration may hold, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Reads an address or a CIDR range that mail may leave from; says which range for examples it is in, if any.
pub(super) fn read_network(text: &str) -> Result<(IpNet, Option<&'static SpecialRange>), Refusal> {
    let network = parse(text)?;
    if network != network.trunc() {
        let message = format!("{} has bits set behind its prefix", quoted(text));
        let help = format!("the range is `{}`, the single address `{}`", network.trunc(), network.addr());
        return Err(Refusal { message, help: Some(help) });
    }
    let Some(special) = special_range(network) else {
        return Ok((network, None));
    };
    if special.use_in == Use::Examples {
        return Ok((network, Some(special)));
    }
    let message = if special.network.contains(&network) {
        format!("{} is {}: no mail comes from there", quoted(text), special.what)
    } else {
        format!("{} takes in `{}`, which no mail comes from", quoted(text), special.network)
    };
    let help = match network.addr() {
        IpAddr::V6(address) if network.prefix_len() == 128 => {
            address.to_ipv4_mapped().map(|plain| format!("write the IPv4 address: `{plain}`"))
        }
        IpAddr::V4(address) if address.is_private() => {
            Some("declare the address that receivers see: the one the firewall translates to".to_owned())
        }
        _ => None,
    };
    Err(Refusal { message, help })
}

fn parse(text: &str) -> Result<IpNet, Refusal> {
    let refusal = |help: String| Refusal {
        message: format!("{} is no IP address and no CIDR range", quoted(text)),
        help: Some(help),
    };
    let plain = "write an address (`203.0.113.10`, `2001:db8::1`) or a range (`203.0.113.0/24`)";
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return Err(refusal(repaired(text).map_or(plain.to_owned(), |meant| format!("write `{meant}`"))));
    };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let Some(prefix) = prefix else {
        return IpNet::new(address, longest).map_err(|_| refusal(plain.to_owned()));
    };
    let digits = !prefix.is_empty() && prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_digit());
    let length = prefix.parse::<u8>().ok().filter(|_| digits && (prefix == "0" || !prefix.starts_with('0')));
    if let Some(network) = length.and_then(|length| IpNet::new(address, length).ok()) {
        return Ok(network);
    }
    let mask = prefix.parse::<IpAddr>().ok().and_then(|mask| IpNet::with_netmask(address, mask).ok());
    Err(refusal(match mask {
        Some(network) => format!("write the mask as a prefix: `{}`", network.trunc()),
        None => format!("a prefix is a number from 0 to {longest}, without a leading zero"),
    }))
}

/// The address or range that was probably meant.
fn repaired(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = ["ip4:", "ip6:", "ip:"].iter().find_map(|tag| text.strip_prefix(tag)).unwrap_or(text).trim();
    let bare = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
    let network = bare.parse::<IpNet>().map(|network| network.to_string());
    let address = || bare.parse::<IpAddr>().map(|address| address.to_string());
    let with_port = || bare.parse::<std::net::SocketAddr>().map(|socket| socket.ip().to_string());
    network.or_else(|_| address()).or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let refusal = read_network(text).expect_err(text);
        format!("{}; {}", refusal.message, refusal.help.unwrap_or_default())
    }

    #[test]
    fn addresses_and_ranges_are_read() {
        for (text, network) in [
            ("8.8.8.8", "8.8.8.8/32"),
            ("8.8.8.0/24", "8.8.8.0/24"),
            ("2a00:1450::/29", "2a00:1450::/29"),
            ("2A00:1450::1", "2a00:1450::1/128"),
        ] {
            let (read, special) = read_network(text).expect(text);
            assert_eq!((read.to_string().as_str(), special), (network, None));
        }
    }

    #[test]
    fn ranges_for_examples_are_taken_and_told() {
        for text in ["192.0.2.1", "198.51.100.0/25", "203.0.113.0/24", "2001:db8::/33", "3fff::1"] {
            assert!(read_network(text).expect(text).1.is_some(), "{text}");
        }
    }

    #[test]
    fn what_the_internet_does_not_route_is_refused() {
        for text in [
            "0.0.0.0",
            "0.0.0.0/0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.88.99.1",
            "192.168.0.0/16",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "::1",
            "::/0",
            "64:ff9b::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2002::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "e000::1",
            "::ffff:192.0.2.1",
            "8.0.0.0/5",
            "2001::/16",
        ] {
            let message = refused(text);
            assert!(message.contains("no mail comes from"), "{message}");
        }
        assert!(refused("::ffff:192.0.2.1").ends_with("write the IPv4 address: `192.0.2.1`"));
        assert!(refused("192.0.0.0/16").starts_with("`192.0.0.0/16` takes in `192.0.0.0/24`"));
    }

    #[test]
    fn slips_are_put_right_in_words() {
        for (text, help) in [
            ("192.0.2.5/24", "the range is `192.0.2.0/24`, the single address `192.0.2.5`"),
            ("192.0.2.0/255.255.255.0", "write the mask as a prefix: `192.0.2.0/24`"),
            ("192.0.2.0/33", "a prefix is a number from 0 to 32, without a leading zero"),
            ("192.0.2.0/024", "a prefix is a number from 0 to 32, without a leading zero"),
            ("2001:db8::/129", "a prefix is a number from 0 to 128, without a leading zero"),
            ("ip4:192.0.2.1", "write `192.0.2.1`"),
            (" 192.0.2.1", "write `192.0.2.1`"),
            ("[2001:db8::1]:25", "write `2001:db8::1`"),
            ("192.0.2.1:25", "write `192.0.2.1`"),
        ] {
            assert!(refused(text).ends_with(help), "{text}: {}", refused(text));
        }
        for text in ["", "/", "mail.example.com", "192.0.2", "010.0.0.1", "fe80::1%eth0", "192.0.2.1-192.0.2.9"] {
            assert!(refused(text).contains("is no IP address"), "{text}");
        }
    }
}
