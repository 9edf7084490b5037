//! A zone at Google Cloud DNS, from a declaration to records: the provider as the program opens it, and its credential.

use super::Folder;
use super::runner::{Ran, Run};
use super::scene::{DECLARED, OFFICE_FAILS, zone};
use crate::servers::google::{self, FakeGoogle, PROJECT, TOKEN};

/// The same zone as a master file and at Google, and the declaration that is to be met.
fn stage(fake: &FakeGoogle, keys: &str) -> Folder {
    let nobody = "authoritative = [\"127.0.0.1:1\"]";
    let provider = format!("kind = \"google-cloud-dns\"\nurl = \"{}\"\n{keys}\n{nobody}", fake.url());
    let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
    for (name, rtype, data) in [
        ("example.com.", "TXT", "\"v=spf1 -all\""),
        ("example.com.", "TXT", "\"verification=9b2f\""),
        ("example.com.", "MX", "10 mail.example.com."),
        ("example.com.", "CAA", "0 issue \"ca.example\""),
        ("mail.example.com.", "A", "203.0.113.10"),
        ("_dmarc.example.com.", "TXT", "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\""),
    ] {
        fake.state().put(name, rtype, 300, data);
    }
    Folder::with(&[("mailvouch.toml", &declared), ("example.com.zone", &zone(&[OFFICE_FAILS]))])
}

fn apex(fake: &FakeGoogle) -> Vec<String> {
    fake.state().data("example.com.", "TXT")
}

#[test]
fn a_plan_is_carried_out_and_taken_back_by_a_service_account() {
    let fake = google::start("example.com.");
    let folder = stage(&fake, "");
    let key = google::key_file(&fake);
    let secret = Folder::with(&[("key.json", &key)]);
    let path = secret.path().join("key.json").display().to_string();
    let run = |command: &str, code| -> Ran {
        let ran = folder.mailvouch(command).env("GOOGLE_APPLICATION_CREDENTIALS", &path).exits(code);
        let mut all = ran.to_string();
        all.extend(folder.files().into_iter().map(|(_, octets)| String::from_utf8_lossy(&octets).into_owned()));
        let line = key.split("\\n").nth(3).expect("a line of the key");
        assert!(!all.contains(line) && !all.contains("ya29.") && !all.contains("eyJ"), "{ran}");
        ran
    };
    let before = apex(&fake);
    run("plan --zone-file example.com.zone --out plan.json", 1);
    assert_eq!(fake.writes(), [""; 0]);
    run("apply plan.json --yes --journal journal --wait 1", 0).says("1 change written, and read back at the provider");
    assert_eq!(apex(&fake), ["\"verification=9b2f\"", "\"v=spf1 ip4:203.0.113.10 -all\""]);
    run("rollback journal --yes", 0).says("1 change taken back, and read back at the provider");
    assert_eq!(apex(&fake).iter().collect::<std::collections::BTreeSet<_>>(), before.iter().collect());
    assert_eq!(fake.writes().len(), 2);
}

#[test]
fn a_credential_is_looked_for_where_googles_users_keep_it() {
    let fake = google::start("example.com.");
    let folder = stage(&fake, &format!("project = \"{PROJECT}\""));
    let plan = || folder.mailvouch("plan --zone-file example.com.zone");
    let home = Folder::new();
    let home = home.path().display().to_string();
    for variable in ["GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"] {
        plan().env(variable, TOKEN).exits(1);
    }
    // A token goes before a file, and a file that is named before the one in its usual place.
    plan().env("GOOGLE_OAUTH_ACCESS_TOKEN", TOKEN).env("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere").exits(1);
    let refused = |run: Run, code, words: &str| {
        run.env("HOME", &home).exits(code).says(words);
    };
    refused(plan(), 2, ".config/gcloud/application_default_credentials.json cannot be read");
    refused(plan().env("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere"), 2, "GOOGLE_APPLICATION_CREDENTIALS: ");
    let other = Folder::with(&[
        ("application_default_credentials.json", "{\"type\": \"external_account\"}"),
        ("key.json", &google::key_file(&fake)),
    ]);
    let config = other.path().display().to_string();
    refused(plan().env("CLOUDSDK_CONFIG", &config), 2, "is neither of a `service_account` nor of an `authorized_user`");
    std::fs::copy(other.path().join("key.json"), other.path().join("application_default_credentials.json"))
        .expect("a copy");
    plan().env("CLOUDSDK_CONFIG", &config).exits(1);
    // Without a project nothing can be asked.
    let folder = stage(&fake, "");
    let run = folder.mailvouch("plan --zone-file example.com.zone").env("GOOGLE_OAUTH_ACCESS_TOKEN", TOKEN);
    run.exits(2).says("the credentials name no project: declare `project`");
}
