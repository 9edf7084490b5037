//! A firewall of one office that moves, and what can be in order about that.

use crate::cli::Folder;

/// The move, seen from a day that stays the same.
pub(super) const ASKED: &str =
    "--add 198.51.100.7 --remove 203.0.113.10 --helo gw2.example.com --at 2026-12-10T20:00:00Z --as-of 2026-11-20";

pub(super) const ZONES: &str = "--zone-file example.com.zone --zone-file news.example.zone --zone-file reverse.zone";

/// The new address is in SPF.
pub(super) const PUBLISHED: (&str, &str) = ("ip4:203.0.113.10 ", "ip4:203.0.113.10 ip4:198.51.100.7 ");
/// It has a reverse name that leads back.
pub(super) const NAMED: (&str, &str) = ("7 PTR old.example.com.", "7 PTR gw2.example.com.");

const ZONE: &str = r#"$ORIGIN example.com.
$TTL 7200
@ SOA ns1 hostmaster 2026111903 7200 900 1209600 900
@ NS ns1
@ MX 10 mail
@ TXT "verification=9b2f"
@ TXT "v=spf1 ip4:203.0.113.10 ip6:2001:db8:10::25 include:_spf.news.example -all"
ns1 A 192.0.2.53
mail 86400 A 203.0.113.10
mail AAAA 2001:db8:10::25
gw2 A 198.51.100.7
gw2 TXT "v=spf1 a -all"
old A 192.0.2.99
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
"#;

const NEWS: &str = r#"$ORIGIN news.example.
$TTL 3600
@ SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 300
@ NS ns1.example.com.
_spf TXT "v=spf1 ip4:198.51.100.128/26 -all"
"#;

const REVERSE: &str = r"$ORIGIN 100.51.198.in-addr.arpa.
$TTL 3600
@ SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 300
@ NS ns1.example.com.
7 PTR old.example.com.
";

const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10", "2001:db8:10::25"]

[senders.newsletter]
include = "_spf.news.example"
spf = "required"

[providers.zone]
kind = "zone-file"
file = "example.com.zone"

[domains."example.com"]
provider = "zone"
egress = ["office"]
senders = ["newsletter"]
spf = { all = "fail" }
dmarc = { policy = "reject", rua = ["mailto:dmarc@example.com"] }
"#;

/// A folder with all of it, each text changed so in the one file that holds it.
pub(super) fn folder(changes: &[(&str, &str)]) -> Folder {
    let mut files = [
        ("mailvouch.toml", DECLARED.to_owned()),
        ("example.com.zone", ZONE.to_owned()),
        ("news.example.zone", NEWS.to_owned()),
        ("reverse.zone", REVERSE.to_owned()),
    ];
    for (from, to) in changes {
        let (_, text) = files.iter_mut().find(|(_, text)| text.contains(from)).unwrap_or_else(|| panic!("{from:?}"));
        *text = text.replace(from, to);
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Folder::with(&files)
}
