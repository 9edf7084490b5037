//! Zones that stand for all of DNS: what the commands about SPF are shown.

use super::Folder;

/// What every world begins with: nothing outside it exists.
const ROOT: &str = "$ORIGIN .\n$TTL 300\n. SOA ns.root. host.root. 1 7200 900 1209600 300\n";

/// An office, a service shaped like Google's, a CRM behind an alias, a marketing service.
pub(super) const THREE_LEVELS: &str = r#"
example.com. TXT "v=spf1 mx ip4:203.0.113.10 include:_spf.google.example include:crm.example include:mail.news.example exp=why.example.com ~all"
example.com. TXT "token=1"
example.com. MX 10 mx1.example.com.
example.com. MX 20 mx2.example.com.
mx1.example.com. A 203.0.113.25
mx1.example.com. AAAA 2001:db8:10::25
mx2.example.com. A 203.0.113.26
mx2.example.com. AAAA 2001:db8:10::26
_spf.google.example. TXT "v=spf1 include:_netblocks.google.example include:_netblocks2.google.example ~all"
_netblocks.google.example. TXT "v=spf1 ip4:35.190.247.0/24 ip4:64.233.160.0/19 ip4:66.102.0.0/20 ip4:66.249.80.0/20 ~all"
_netblocks2.google.example. TXT "v=spf1 ip6:2001:4860:4000::/36 ip6:2404:6800:4000::/36 ~all"
crm.example. CNAME spf.crm-platform.example.
spf.crm-platform.example. TXT "v=spf1 a:pool.crm-platform.example ?all"
pool.crm-platform.example. A 192.0.2.10
pool.crm-platform.example. A 192.0.2.11
mail.news.example. TXT "v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/26 -ip4:198.51.100.200 ip4:198.51.100.192/28 -all"
"#;

/// Thirteen look-ups: the eleventh is inside the CRM's record.
pub(super) const THIRTEEN: &str = r#"
example.com. TXT "v=spf1 a:h1.example a:h2.example a:h3.example a:h4.example a:h5.example a:h6.example a:h7.example a:h8.example include:crm.example a:h9.example -all mx redirect=other.example"
crm.example. TXT "v=spf1 a:h1.example a:h2.example include:crm2.example -all"
crm2.example. TXT "v=spf1 ip4:192.0.2.128/25 -all"
h1.example. A 192.0.2.1
h1.example. AAAA 2001:db8::1
h2.example. A 192.0.2.2
h2.example. AAAA 2001:db8::2
h3.example. A 192.0.2.3
h3.example. AAAA 2001:db8::3
h4.example. A 192.0.2.4
h4.example. AAAA 2001:db8::4
h5.example. A 192.0.2.5
h5.example. AAAA 2001:db8::5
h6.example. A 192.0.2.6
h6.example. AAAA 2001:db8::6
h7.example. A 192.0.2.7
h7.example. AAAA 2001:db8::7
h8.example. A 192.0.2.8
h8.example. AAAA 2001:db8::8
h9.example. A 192.0.2.9
h9.example. AAAA 2001:db8::9
"#;

/// Every way in which a branch can be broken.
pub(super) const BROKEN: &str = r#"
example.com. TXT "v=spf1 ip4:192.0.2.1 include:bad.example include:none.example include:two.example include:-..example a:nothing.example mx:nothing.example a:nothing2.example -all"
bad.example. TXT "v=spf1 ipv4:192.0.2.7 redirect=x.example -all"
none.example. TXT "hello"
two.example. TXT "v=spf1 -all"
two.example. TXT "v=spf1 ~all"
"#;

/// Two records that lead to each other.
pub(super) const LOOP: &str = r#"
example.com. TXT "v=spf1 ip4:192.0.2.9 include:one.example -all"
one.example. TXT "v=spf1 ip4:192.0.2.1 include:example.com ?all"
"#;

/// What depends on the message.
pub(super) const MACROS: &str = r#"
example.com. TXT "v=spf1 ip4:192.0.2.1 exists:%{ir}.%{v}._spf.example.com ptr:example.com a:%{d2} ip4:192.0.2.128/25 redirect=%{d}._spf.example.net"
"#;

/// A domain that sends nothing.
pub(super) const PARKED: &str = "example.com. TXT \"v=spf1 -all\"\n";

/// A zone that does not hold what it leads to.
pub(super) const UNSEEN: &str = "$ORIGIN example.com.\n$TTL 300\n@ SOA ns host 1 7200 900 1209600 300\n@ TXT \"v=spf1 ip4:203.0.113.10 include:_spf.crm.example a:mail.isp.example ~all\"\n";

/// The office's addresses, one of which is not authorised.
pub(super) const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10", "203.0.113.24/30", "192.0.2.200"]

[egress.new-office]
addresses = ["2001:db8:10::25"]
from = 2099-01-01

[senders.crm]
include = "crm.example"

[domains."example.com"]
egress = ["office", "new-office"]
senders = ["crm"]
"#;

/// A folder with these records as `world`, which is all there is.
pub(super) fn folder(records: &str) -> Folder {
    Folder::with(&[("world", &format!("{ROOT}{records}"))])
}
