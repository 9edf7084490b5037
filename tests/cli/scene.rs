//! A domain that is as declared, and ways in which it is not. Rules that come later may say more of it, but no error.

use super::Folder;

/// One office sends, and nobody else.
pub(super) const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10"]

[providers.zone]
kind = "zone-file"
file = "example.com.zone"

[domains."example.com"]
provider = "zone"
egress = ["office"]
spf = { all = "fail" }
dmarc = { policy = "reject", rua = ["mailto:dmarc@example.com"] }
"#;

/// The zone as it should be.
pub(super) const ZONE: &str = r#"$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 2026010100 7200 900 1209600 300
@ NS ns
@ MX 10 mail
@ TXT "v=spf1 ip4:203.0.113.10 -all"
@ TXT "verification=9b2f"
ns A 192.0.2.53
mail A 203.0.113.10
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
"#;

/// What receivers of the office's mail see: an error, which a plan without guards mends.
pub(super) const OFFICE_FAILS: (&str, &str) = ("ip4:203.0.113.10 ", "");
/// An error, which a plan mends only where the guard `tightens-dmarc` is allowed.
pub(super) const DMARC_WEAK: (&str, &str) = ("p=reject", "p=none");

/// A folder with the declaration and the zone, changed so.
pub(super) fn folder(changes: &[(&str, &str)]) -> Folder {
    Folder::with(&[("mailvouch.toml", DECLARED), ("example.com.zone", &zone(changes))])
}

/// The zone, changed so.
pub(super) fn zone(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(ZONE.to_owned(), |zone, (from, to)| {
        assert!(zone.contains(from), "{from:?} is not in the zone");
        zone.replace(from, to)
    })
}
