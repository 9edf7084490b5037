//! Hosts through the program, over stand-ins: a token from the environment, the guard, and somebody else's token that
//! stays.

use mailvouch::declared::Guard;
use mailvouch::plan::{Plan, Step};

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, OFFICE_FAILS, zone};
use crate::servers::desec::{self, DeSecHost};
use crate::servers::gandi::{self, GandiHost};
use crate::servers::hetzner::{self, HetznerHost};
use crate::servers::hosted::{Host, Hosted};

/// A kind of provider, where its secret is, and what is allowed of it.
struct Stage {
    folder: Folder,
    variable: &'static str,
    token: &'static str,
}

impl Stage {
    /// The same zone as a master file and at the host, and the declaration that is to be met. No name server runs: what is
    /// looked at here is what the host holds.
    fn of(kind: &str, variable: &'static str, token: &'static str, url: &str) -> Self {
        let provider = format!(
            "kind = \"{kind}\"\nurl = \"{url}\"\ntoken-env = \"{variable}\"\nauthoritative = [\"127.0.0.1:1\"]"
        );
        let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
        let folder = Folder::with(&[("mailvouch.toml", &declared), ("example.com.zone", &zone(&[OFFICE_FAILS]))]);
        Self { folder, variable, token }
    }

    /// Runs a command with the token, which is shown nowhere, nor written anywhere.
    fn run(&self, command: &str, code: i32) -> Ran {
        let ran = self.folder.mailvouch(command).env(self.variable, self.token).exits(code);
        let files = self.folder.files().into_iter().map(|(_, octets)| String::from_utf8_lossy(&octets).into_owned());
        assert!(!format!("{ran}{}", files.collect::<String>()).contains(self.token), "the token is shown: {ran}");
        ran
    }
}

/// What stands in the zone at first: name, type, records.
const HELD: [(&str, &str, &[&str]); 4] = [
    ("", "TXT", &["\"v=spf1 -all\"", "\"verification=9b2f\""]),
    ("", "MX", &["10 mail.example.com."]),
    ("mail", "A", &["203.0.113.10"]),
    ("_dmarc", "TXT", &["\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\""]),
];

fn owned(records: &[&str]) -> Vec<String> {
    records.iter().map(|text| (*text).to_owned()).collect()
}

/// Planned, refused, allowed, taken back; and with a token that is not known.
fn walk<H: Host>(stage: &Stage, fake: &Hosted<H>, texts: impl Fn() -> Vec<String>, refusal: &str) {
    stage
        .run("plan --zone-file example.com.zone --out plan.json", 1)
        .says("needs --allow unconditional-write: the provider can only write the TXT set whole")
        .says("under no condition (1 value stays in it)");
    stage.run("apply plan.json --yes", 5).says("refused, nothing was written: this needs --allow unconditional-write");
    assert!(fake.writes().is_empty());
    stage
        .run("apply plan.json --yes --journal journal --wait 1 --allow unconditional-write", 0)
        .says("1 change written, and read back at the provider");
    assert_eq!(texts(), ["\"v=spf1 ip4:203.0.113.10 -all\"", "\"verification=9b2f\""]);
    stage.run("rollback journal --yes", 0).says("1 change taken back, and read back at the provider");
    assert_eq!(texts(), ["\"v=spf1 -all\"", "\"verification=9b2f\""]);
    let written = fake.writes().len();
    let wrong = stage.folder.mailvouch("apply plan.json --yes --allow unconditional-write");
    let ran = wrong.env(stage.variable, "hunter2-of-the-test").exits(3);
    assert!(!ran.to_string().contains("hunter2"), "{ran}");
    ran.says(refusal);
    assert_eq!(fake.writes().len(), written);
}

#[test]
fn desec() {
    let fake = Hosted::start(DeSecHost::with(&["example.com"]));
    for (subname, rtype, records) in HELD {
        fake.state().host.put("example.com", subname, rtype, 3600, &owned(records));
    }
    let stage = Stage::of("desec", "DESEC_TOKEN", desec::TOKEN, &fake.url("/api/v1/"));
    let texts = || {
        let mut texts = fake.state().host.records("example.com", "", "TXT");
        texts.sort();
        texts
    };
    walk(&stage, &fake, texts, "Invalid token.");
}

#[test]
fn gandi() {
    let fake = Hosted::start(GandiHost::with(&["example.com"]));
    for (relative, rtype, records) in HELD {
        let relative = if relative.is_empty() { "@" } else { relative };
        fake.state().host.domain("example.com").put(relative, rtype, Some((3600, owned(records))));
    }
    let stage = Stage::of("gandi", "GANDI_PERSONAL_ACCESS_TOKEN", gandi::TOKEN, &fake.url("/v5/livedns/"));
    let texts = || {
        let mut texts = fake.state().host.domain("example.com").values("@", "TXT");
        texts.sort();
        texts
    };
    walk(&stage, &fake, texts, "The server could not verify that you are authorized");
}

#[test]
fn hetzner() {
    let fake = Hosted::start(HetznerHost::with(&["example.com"]));
    for (relative, rtype, records) in HELD {
        let relative = if relative.is_empty() { "@" } else { relative };
        fake.state().host.by_hand("example.com", relative, rtype, |set| {
            set.records = owned(records).into_iter().map(|text| (text, None)).collect();
        });
    }
    let stage = Stage::of("hetzner", "HCLOUD_TOKEN", hetzner::TOKEN, &fake.url("/v1/"));
    let texts = || {
        let key = ("@".to_owned(), "TXT".to_owned());
        let records = fake.state().host.zones["example.com"].sets[&key].records.clone();
        let mut texts: Vec<String> = records.into_iter().map(|(text, _)| text).collect();
        texts.sort();
        texts
    };
    walk(&stage, &fake, texts, "unable to authenticate");
}

/// A value that only comes hurts nobody: it asks for no leave, and the one that replaces another beside it does.
#[test]
fn only_what_replaces_a_value_asks_for_leave_at_hetzner() {
    let fake = Hosted::start(HetznerHost::with(&["example.com"]));
    for (relative, rtype, records) in HELD.into_iter().filter(|(relative, ..)| *relative != "_dmarc") {
        let relative = if relative.is_empty() { "@" } else { relative };
        fake.state().host.by_hand("example.com", relative, rtype, |set| {
            set.records = owned(records).into_iter().map(|text| (text, None)).collect();
        });
    }
    let stage = Stage::of("hetzner", "HCLOUD_TOKEN", hetzner::TOKEN, &fake.url("/v1/"));
    stage.run("plan --zone-file example.com.zone --out plan.json", 1);
    let made = Plan::from_json(&stage.folder.read("plan.json")).expect("a plan");
    let asks = |step: &Step| step.guards.iter().any(|guarded| guarded.guard == Guard::UnconditionalWrite);
    let told: Vec<(String, bool)> = made.steps.iter().map(|step| (step.owner.to_string(), asks(step))).collect();
    assert!(told.contains(&("example.com".to_owned(), true)), "{told:?}");
    assert!(told.contains(&("_dmarc.example.com".to_owned(), false)), "{told:?}");
}
