//! Ten thousand domains in one declaration.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Folder;

const MANY: usize = 10_000;

#[test]
fn ten_thousand_domains_are_checked() {
    // All of them are as declared, but for every hundredth.
    let mut declared = "version = 1\n[egress.office]\naddresses = [\"203.0.113.10\"]\n".to_owned();
    let mut zone = "$ORIGIN test.\n$TTL 300\n@ SOA ns host 1 7200 900 1209600 300\n".to_owned();
    for n in 0..MANY {
        let address = if n % 100 == 0 { "203.0.113.11" } else { "203.0.113.10" };
        writeln!(declared, "[domains.\"d{n}.test\"]\negress = [\"office\"]").expect("a text");
        writeln!(zone, "d{n} TXT \"v=spf1 ip4:{address} -all\"\n_dmarc.d{n} TXT \"v=DMARC1; p=reject\"")
            .expect("a text");
    }
    let folder = Folder::with(&[("mailvouch.toml", &declared), ("zone", &zone)]);
    let report = folder.mailvouch("check --zone-file zone --format json").exits(1).json();
    let domains = report["domains"].as_array().expect("domains");
    let names: BTreeSet<&str> = domains.iter().map(|domain| domain["domain"].as_str().expect("a name")).collect();
    assert_eq!((domains.len(), names.len()), (MANY, MANY));
    let failed = domains.iter().filter(|domain| domain["verdict"] == "fail").count();
    assert_eq!(failed, MANY / 100);
    assert_eq!(report["summary"]["pass"], MANY - failed);
}
