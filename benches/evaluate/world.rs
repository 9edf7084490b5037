//! What is published, and who sends: real in shape, with names and addresses of the documentation ranges.

use std::net::IpAddr;

/// Owner, type, data. Every name that an evaluation comes to is here, and has an address of both families: mail-auth
/// has no way to remember that a name is not there, and would ask the network.
pub(crate) const RECORDS: &[(&str, &str, &str)] = &[
    // Own hosts, a mailbox provider in four records, a hosting provider, a newsletter behind a `redirect`, a CRM.
    (
        "example.com",
        "TXT",
        "v=spf1 ip4:203.0.113.10 ip4:203.0.113.64/27 ip6:2001:db8:10::/64 a:out.example.com mx include:_spf.mail.example \
         include:spf.hosting.example include:spf.news.example include:crm.example ~all",
    ),
    ("example.com", "MX", "10 mx1.example.com"),
    ("example.com", "MX", "20 mx2.example.com"),
    ("mx1.example.com", "A", "203.0.113.25"),
    ("mx1.example.com", "AAAA", "2001:db8:10:1::25"),
    ("mx2.example.com", "A", "203.0.113.26"),
    ("mx2.example.com", "AAAA", "2001:db8:10:2::25"),
    ("out.example.com", "A", "203.0.113.40"),
    ("out.example.com", "AAAA", "2001:db8:10:3::25"),
    (
        "_spf.mail.example",
        "TXT",
        "v=spf1 include:_netblocks.mail.example include:_netblocks2.mail.example include:_netblocks3.mail.example ~all",
    ),
    (
        "_netblocks.mail.example",
        "TXT",
        "v=spf1 ip4:198.51.100.0/27 ip4:198.51.100.64/27 ip4:198.51.100.128/26 ip4:192.0.2.0/28 ip4:192.0.2.32/28 \
         ip4:192.0.2.64/28 ip4:192.0.2.96/28 ip4:192.0.2.112/28 ip4:192.0.2.144/28 ~all",
    ),
    (
        "_netblocks2.mail.example",
        "TXT",
        "v=spf1 ip6:2001:db8:4000::/36 ip6:2001:db8:5000::/36 ip6:2001:db8:6800::/37 ip6:2001:db8:7000::/36 ~all",
    ),
    (
        "_netblocks3.mail.example",
        "TXT",
        "v=spf1 ip4:192.0.2.160/28 ip4:192.0.2.176/28 ip4:192.0.2.192/29 ip4:192.0.2.208/29 ~all",
    ),
    (
        "spf.hosting.example",
        "TXT",
        "v=spf1 ip4:100.64.0.0/16 ip4:100.66.8.0/22 ip4:100.66.16.0/22 ip4:100.70.4.0/24 ip4:100.70.9.0/24 \
         ip4:100.70.77.0/24 ip4:100.71.128.0/20 ip4:100.72.3.17 ip4:100.72.3.18 ip4:100.72.3.19 ip4:100.72.40.0/25 \
         ip4:100.73.0.0/17 ip4:100.80.250.0/24 ip4:100.81.0.0/18 ip4:100.90.1.0/26 ip4:100.90.2.0/26 ip4:100.90.3.0/26 \
         ip6:2001:db8:a100::/48 ip6:2001:db8:a200::/48 ip6:2001:db8:a300:1::/64 -all",
    ),
    ("spf.news.example", "TXT", "v=spf1 redirect=_spf2.news.example"),
    ("_spf2.news.example", "TXT", "v=spf1 ip4:192.0.2.216/29 ip4:192.0.2.224/28 -all"),
    ("crm.example", "TXT", "v=spf1 ip4:192.0.2.240/30 ip4:192.0.2.244/30 ip6:2001:db8:9000::/36 -all"),
    // A `redirect`, and three levels of includes below it.
    ("shop.example", "TXT", "v=spf1 redirect=_spf.shop.example"),
    (
        "_spf.shop.example",
        "TXT",
        "v=spf1 mx/28 a:web.shop.example/27//64 include:spf.desk.example include:_spf.mail.example -all",
    ),
    ("_spf.shop.example", "MX", "10 mx.shop.example"),
    ("mx.shop.example", "A", "203.0.113.129"),
    ("mx.shop.example", "AAAA", "2001:db8:20::25"),
    ("web.shop.example", "A", "203.0.113.161"),
    ("web.shop.example", "AAAA", "2001:db8:20:80::1"),
    ("spf.desk.example", "TXT", "v=spf1 ip4:203.0.113.208/29 include:eu.desk.example ?all"),
    ("eu.desk.example", "TXT", "v=spf1 ip4:203.0.113.216/29 include:nodes.eu.desk.example ~all"),
    ("nodes.eu.desk.example", "TXT", "v=spf1 ip4:203.0.113.224/29 ip6:2001:db8:30::/48 -all"),
    // Macros: a record that a provider keeps for each customer, addresses and users in a zone of their own.
    (
        "club.example",
        "TXT",
        "v=spf1 include:%{d}.spf.partner.example exists:%{ir}.%{v}._ip.%{d} exists:%{l1r-}._user.%{d2} -all",
    ),
    ("club.example.spf.partner.example", "TXT", "v=spf1 ip4:203.0.113.240/30 ip6:2001:db8:40::/64 -all"),
    ("7.2.0.192.in-addr._ip.club.example", "A", "127.0.0.2"),
    ("9.2.0.192.in-addr._ip.club.example", "A", "127.0.0.2"),
    ("5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.4.0.0.8.b.d.0.1.0.0.2.ip6._ip.club.example", "A", "127.0.0.2"),
];

/// The domain of the sender, and the addresses that send: some meet the first terms, some the last, some none.
const SENDERS: &[(&str, &[&str])] = &[
    (
        "example.com",
        &[
            "203.0.113.10",
            "203.0.113.70",
            "203.0.113.40",
            "203.0.113.26",
            "198.51.100.70",
            "192.0.2.100",
            "192.0.2.150",
            "192.0.2.210",
            "100.64.1.1",
            "100.72.3.18",
            "100.90.3.9",
            "192.0.2.217",
            "192.0.2.241",
            "192.0.2.255",
            "100.99.0.1",
            "2001:db8:10::25",
            "2001:db8:10:2::25",
            "2001:db8:4001::25",
            "2001:db8:7fff::25",
            "2001:db8:a300:1::25",
            "2001:db8:9001::25",
            "2001:db8:ffff::25",
        ],
    ),
    (
        "shop.example",
        &[
            "203.0.113.130",
            "203.0.113.170",
            "203.0.113.210",
            "203.0.113.218",
            "203.0.113.226",
            "198.51.100.130",
            "192.0.2.212",
            "100.99.0.1",
            "2001:db8:20::25",
            "2001:db8:20:80::25",
            "2001:db8:30::25",
            "2001:db8:6900::25",
            "2001:db8:ffff::25",
        ],
    ),
    ("club.example", &["203.0.113.241", "192.0.2.7", "192.0.2.9", "2001:db8:40::25", "2001:db8:41::25"]),
];

/// Every sender and each of its addresses.
pub(crate) fn senders() -> Vec<(IpAddr, String)> {
    let one = |(domain, addresses): &(&str, &[&str])| {
        let sender = format!("strong-bad@{domain}");
        let pair = |address: &&str| (address.parse().expect("an address"), sender.clone());
        addresses.iter().map(pair).collect::<Vec<_>>()
    };
    SENDERS.iter().flat_map(one).collect()
}

/// The data of all records of a type, with their owners.
pub(crate) fn of_type(rtype: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    RECORDS.iter().filter(move |(_, other, _)| *other == rtype).map(|(owner, _, data)| (*owner, *data))
}
