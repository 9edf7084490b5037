//! Domains beside the one of `page`.

use mailvouch::lint::Report;

use crate::output::Case;

const ORG: &str = "$ORIGIN org.\n@ 300 SOA ns host 1 2 3 4 5\n";

fn org(name: &str, records: &str) -> Case {
    let zone = format!("$ORIGIN {name}.example.org.\n$TTL 3600\n@ SOA ns host 1 7200 900 1209600 300\n{records}\n");
    Case::zones(&[&zone, ORG])
}

/// Nothing is wrong with `a.example.org`.
pub(super) async fn sound() -> Report {
    let records = "@ TXT \"v=spf1 ip4:203.0.113.10 -all\"\n@ MX 10 mail\nmail A 203.0.113.10\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@a.example.org\"";
    org("a", records).report("a.example.org").await
}

/// Something is not quite right with `b.example.org`.
pub(super) async fn warned() -> Report {
    let records = "@ TXT \"v=spf1 ip4:203.0.113.10 ?all\"\n@ MX 10 mail\nmail A 203.0.113.10\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@b.example.org\"";
    org("b", records).report("b.example.org").await
}
