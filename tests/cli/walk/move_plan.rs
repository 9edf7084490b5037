//! The move: what is declared, and what is published on the first day.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::at;
use super::judges::Served;
use crate::cli::job::records;
use crate::cli::runner::{Folder, Ran};
use crate::servers::{Server, Setup};

/// An address that mail leaves from, in use from the one instant until the other.
pub(super) struct Address {
    pub(super) ip: &'static str,
    pub(super) from: Option<&'static str>,
    pub(super) until: Option<&'static str>,
}

const BEGINS: Option<&str> = Some("2031-03-10T00:00:00Z");
/// `until = 2031-03-11` is the whole day.
const ENDS: Option<&str> = Some("2031-03-12T00:00:00Z");

pub(super) const ADDRESSES: &[Address] = &[
    Address { ip: "203.0.113.10", from: None, until: ENDS },
    Address { ip: "2001:db8:10::25", from: None, until: ENDS },
    Address { ip: "198.51.100.7", from: BEGINS, until: None },
    Address { ip: "2001:db8:20::25", from: BEGINS, until: None },
    // One that stays, by a record that every domain leads to.
    Address { ip: "192.0.2.25", from: None, until: None },
];

/// The second includes the first and lists nothing itself; the third is somebody else's to the first, and includes it
/// too.
pub(super) const DOMAINS: [&str; 3] = ["example.com", "eu.example.com", "example.net"];

/// The TTLs of their records, in seconds.
pub(super) const TTLS: [i64; 2] = [7200, 600];

pub(super) const ZONES: [(&str, &str); 2] = [
    (
        "example.com",
        r#"$ORIGIN example.com.
$TTL 7200
@ SOA ns hostmaster 2031030100 3600 600 604800 900
@ NS ns
@ MX 10 mail
@ TXT "verification=9b2f"
@ TXT "v=spf1 ip4:203.0.113.10 ip6:2001:db8:10::25 mx -all"
eu MX 10 mail
eu 600 TXT "v=spf1 include:example.com -all"
_dmarc.eu TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
ns A 192.0.2.53
mail A 192.0.2.25
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
example.net._report._dmarc TXT "v=DMARC1"
"#,
    ),
    (
        "example.net",
        r#"$ORIGIN example.net.
$TTL 600
@ SOA ns.example.com. hostmaster 2031030100 3600 600 604800 900
@ NS ns.example.com.
@ MX 10 mail.example.com.
@ TXT "verification=9b2f"
@ TXT "v=spf1 ip4:203.0.113.10 ip6:2001:db8:10::25 include:example.com -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
"#,
    ),
];

const DECLARED: &str = r#"version = 1

[egress.old-firewall]
addresses = ["203.0.113.10", "2001:db8:10::25"]
until = 2031-03-11

[egress.new-firewall]
addresses = ["198.51.100.7", "2001:db8:20::25"]
from = 2031-03-10

[egress.relay]
addresses = ["192.0.2.25"]

[providers.dns]
kind = "rfc2136"
server = "SERVER"
key-name = "KEY"
key-env = "TSIG"
authoritative = ["SERVER"]
"#;

pub(super) fn live(address: &Address, instant: Timestamp) -> bool {
    address.from.is_none_or(|from| at(from) <= instant) && address.until.is_none_or(|until| instant < at(until))
}

/// A server with the zones, and a folder with the declaration.
pub(super) struct Site {
    pub(super) server: Server,
    folder: Folder,
}

impl Site {
    pub(super) fn start(start: fn(&Setup) -> Server) -> Self {
        let mut setup = Setup::new(ZONES[0].0, ZONES[0].1);
        setup.zones.extend(ZONES[1..].iter().map(|(apex, text)| ((*apex).to_owned(), (*text).to_owned())));
        // Reverse names are nothing that a plan is made of, and have to be answered for.
        for zone in
            ["113.0.203.in-addr.arpa", "100.51.198.in-addr.arpa", "2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"]
        {
            let text =
                "@ 3600 SOA ns.example.com. hostmaster.example.com. 1 3600 600 604800 900\n@ 3600 NS ns.example.com.\n";
            setup.zones.push((zone.to_owned(), text.to_owned()));
        }
        let server = start(&setup);
        let mut declared = DECLARED.replace("SERVER", &server.address().to_string()).replace("KEY", &server.key().name);
        for domain in DOMAINS {
            declared.push_str(&format!(
                "[domains.\"{domain}\"]\nprovider = \"dns\"\negress = [\"old-firewall\", \"new-firewall\", \"relay\"]\n\
                 spf = {{ all = \"fail\" }}\n\
                 dmarc = {{ policy = \"reject\", rua = [\"mailto:dmarc@example.com\"] }}\n"
            ));
        }
        Self { folder: Folder::with(&[("mailvouch.toml", declared.as_str())]), server }
    }

    /// Runs a command, asking that server, which has to end with one of these codes. No guard is allowed.
    pub(super) fn run(&self, command: &str, codes: &[i32]) -> Ran {
        let command = format!("{command} --resolver {}", self.server.address());
        self.folder.mailvouch(&command).env("TSIG", &self.server.key().secret).exits_with_one_of(codes)
    }

    /// The SPF records that are served.
    pub(super) fn served(&self) -> Served {
        let mut served = Served::new();
        for (apex, _) in ZONES {
            for (owner, ttl, rdata) in records(&self.server.dump(apex)) {
                let owner = owner.to_string();
                let is_spf = rdata.as_txt().is_some_and(|txt| txt.joined().starts_with(b"v=spf1"));
                if is_spf && DOMAINS.contains(&owner.as_str()) {
                    let text = String::from_utf8(rdata.as_txt().expect("a text").joined()).expect("ASCII");
                    let (at, texts): &mut (i64, BTreeSet<String>) = served.entry(owner).or_default();
                    *at = i64::from(ttl);
                    texts.insert(text);
                }
            }
        }
        assert_eq!(served.len(), DOMAINS.len(), "no domain is ever without a record");
        served
    }
}
