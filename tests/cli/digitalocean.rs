//! A zone at DigitalOcean, from a declaration to records: the provider as the program opens it.

use mailvouch_providers::dns::{Rdata, RrType};

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, OFFICE_FAILS, zone};
use crate::servers::digitalocean::{self, FakeDigitalOcean, TOKEN};

const PARKED: &str = "\n[parked]\ndomains = [\"parked.example\"]\nprovider = \"zone\"\n";

/// The same zone as a master file and at DigitalOcean, and the declaration that is to be met.
fn stage(fake: &FakeDigitalOcean, more: &str) -> Folder {
    let provider = format!(
        "kind = \"digitalocean\"\nurl = \"{}\"\ntoken-env = \"DIGITALOCEAN_TOKEN\"\nauthoritative = [\"127.0.0.1:1\"]",
        fake.url(),
    );
    let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider) + more;
    for (name, rtype, data) in [
        ("@", RrType::TXT, "\"v=spf1 -all\""),
        ("@", RrType::TXT, "\"verification=9b2f\""),
        ("@", RrType::MX, "10 mail.example.com."),
        ("mail", RrType::A, "203.0.113.10"),
        ("_dmarc", RrType::TXT, "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\""),
    ] {
        let record = digitalocean::record(name, &Rdata::parse(rtype, data).expect("data"), 300);
        fake.state().put("example.com", record);
    }
    let parked = "$ORIGIN parked.example.\n$TTL 300\n@ SOA ns hostmaster 1 7200 900 1209600 300\n@ NS ns\n\
                  @ MX 10 mail\n@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"\nns A 192.0.2.53\n\
                  mail A 192.0.2.25\n";
    let folder = Folder::with(&[("parked.example.zone", parked), ("example.com.zone", &zone(&[OFFICE_FAILS]))]);
    folder.write("mailvouch.toml", declared);
    folder
}

/// Runs a command with the token, which is shown nowhere, nor written anywhere.
fn run(folder: &Folder, command: &str, code: i32) -> Ran {
    let ran = folder.mailvouch(command).env("DIGITALOCEAN_TOKEN", TOKEN).exits(code);
    let files: String =
        folder.files().into_iter().map(|(_, octets)| String::from_utf8_lossy(&octets).into_owned()).collect();
    assert!(!format!("{ran}{files}").contains(TOKEN), "the token is shown: {ran}");
    ran
}

#[test]
fn a_plan_is_carried_out_and_taken_back() {
    let fake = digitalocean::start(&["example.com"]);
    let folder = stage(&fake, "");
    let before = fake.state().records.clone();
    run(&folder, "plan --zone-file example.com.zone --out plan.json", 1);
    assert_eq!(fake.writes(), [""; 0]);
    run(&folder, "apply plan.json --yes --journal journal --wait 1", 0)
        .says("1 change written, and read back at the provider");
    assert_eq!(fake.state().texts("@"), ["v=spf1 ip4:203.0.113.10 -all", "verification=9b2f"]);
    run(&folder, "rollback journal --yes", 0).says("1 change taken back, and read back at the provider");
    assert_eq!(fake.state().records, before, "with its id");
    assert_eq!(fake.writes().len(), 2, "{:?}", fake.writes());
}

#[test]
fn what_it_could_not_hold_is_told_while_planning() {
    let fake = digitalocean::start(&["example.com", "parked.example"]);
    let folder = stage(&fake, PARKED);
    for (name, rtype, data) in [
        ("@", RrType::MX, "10 mail.parked.example."),
        ("@", RrType::TXT, "\"v=spf1 -all\""),
        ("_dmarc", RrType::TXT, "\"v=DMARC1; p=reject\""),
    ] {
        let record = digitalocean::record(name, &Rdata::parse(rtype, data).expect("data"), 300);
        fake.state().put("parked.example", record);
    }
    let ran = run(&folder, "plan parked.example --accept parked-mx --zone-file parked.example.zone", 0);
    ran.says("`zone` cannot hold MX 0 .: DigitalOcean takes no MX that leads nowhere (`.`)");
}
