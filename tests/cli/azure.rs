//! A zone at Azure DNS, from a declaration to records: the provider as the program opens it, and its credential.

use super::Folder;
use super::runner::Run;
use super::scene::{DECLARED, OFFICE_FAILS, zone};
use crate::servers::azure::{self, CLIENT, FakeAzure, GROUP, SECRET, SUBSCRIPTION, TENANT};
use mailvouch_providers::dns::{Rdata, RrType};

/// The same zone as a master file and at Azure, and the declaration that is to be met.
fn stage(fake: &FakeAzure) -> Folder {
    let keys = format!("subscription = \"{SUBSCRIPTION}\"\nresource-group = \"{GROUP}\"");
    let nobody = "authoritative = [\"127.0.0.1:1\"]";
    let provider = format!("kind = \"azure-dns\"\nurl = \"{}\"\n{keys}\n{nobody}", fake.url());
    let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
    for (name, rtype, data) in [
        ("@", RrType::TXT, "\"v=spf1 -all\""),
        ("@", RrType::TXT, "\"verification=9b2f\""),
        ("@", RrType::MX, "10 mail.example.com."),
        ("mail", RrType::A, "203.0.113.10"),
        ("_dmarc", RrType::TXT, "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\""),
    ] {
        let record = azure::record(&Rdata::parse(rtype, data).expect("data"));
        fake.state().put("example.com", name, &rtype.to_string(), 300, record);
    }
    Folder::with(&[("mailvouch.toml", &declared), ("example.com.zone", &zone(&[OFFICE_FAILS]))])
}

fn signed_in(run: Run, fake: &FakeAzure) -> Run {
    let run = run.env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT).env("AZURE_CLIENT_SECRET", SECRET);
    run.env("AZURE_AUTHORITY_HOST", &fake.url())
}

#[test]
fn a_plan_is_carried_out_and_taken_back() {
    let fake = azure::start("example.com");
    let folder = stage(&fake);
    let run = |command: &str, code| {
        let ran = signed_in(folder.mailvouch(command), &fake).exits(code);
        let mut all = ran.to_string();
        all.extend(folder.files().into_iter().map(|(_, octets)| String::from_utf8_lossy(&octets).into_owned()));
        assert!(!all.contains(SECRET) && !all.contains("eyJ"), "{ran}");
        ran
    };
    run("plan --zone-file example.com.zone --out plan.json", 1);
    assert_eq!(fake.writes(), [""; 0]);
    run("apply plan.json --yes --journal journal --wait 1", 0).says("1 change written, and read back at the provider");
    assert_eq!(fake.state().texts("@"), ["verification=9b2f", "v=spf1 ip4:203.0.113.10 -all"]);
    run("rollback journal --yes", 0).says("1 change taken back, and read back at the provider");
    assert_eq!(fake.state().texts("@"), ["verification=9b2f", "v=spf1 -all"]);
    let set = fake.state().set("@", "TXT").expect("the set").clone();
    assert_eq!(set.properties["metadata"], serde_json::json!({"by": "hand"}));
}

#[test]
fn what_is_missing_of_the_application_is_named() {
    let fake = azure::start("example.com");
    let folder = stage(&fake);
    for missing in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"] {
        let run = signed_in(folder.mailvouch("plan --zone-file example.com.zone"), &fake).env(missing, " ");
        run.exits(2).says(&format!("the environment variable {missing} is not set"));
    }
    let run = signed_in(folder.mailvouch("plan --zone-file example.com.zone"), &fake);
    let ran = run.env("AZURE_CLIENT_SECRET", "hunter2-of-the-test").exits(3);
    assert!(!ran.to_string().contains("hunter2"), "{ran}");
    ran.says("AADSTS7000215: Invalid client secret provided.");
    // The host of the token server may stand there without its scheme: then it is spoken to with TLS.
    let run = signed_in(folder.mailvouch("plan --zone-file example.com.zone"), &fake);
    run.env("AZURE_AUTHORITY_HOST", "127.0.0.1:1").exits(3).says("https://127.0.0.1:1/");
}
