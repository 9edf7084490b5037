//! The main job's stage: a zone on a real server, its declaration, and a look at all that is written.

use std::collections::BTreeSet;

use mailvouch::plan::Plan;
use mailvouch_providers::Value;
use mailvouch_providers::dns::Rdata;

use super::Folder;
use super::runner::Ran;
pub(super) use crate::servers::{Record, records};
use crate::servers::{Server, Setup, bind, knot};

/// What every refusal is tried with.
pub(super) const BOTH: [fn(&Setup) -> Server; 2] = [bind::start_with, knot::start_with];

pub(super) const SPF: &str = "\"v=spf1 ip4:203.0.113.10 \" \"include:_spf.news.example -all\"";

/// The apex TXT set has five owners: SPF is ours, three texts are other teams', and one is hardly text.
const ZONE: &str = r#"$ORIGIN example.com.
$TTL 7200
@ SOA ns hostmaster 2026010100 3600 600 604800 300
@ NS ns
@ MX 10 mail
@ MX 20 mail.elsewhere.test.
@ TXT "google-site-verification=4Jd0vQmPqT7yZ1bR8sWc2XnE5uHk9LfAo3GiVtYx6Ml"
@ TXT SPF
@ TXT "MS=ms41770329"
@ TXT "facebook-domain-verification=" "k3v9x0q2m7c1b5n8a4s6d0f2g7h1j3"
@ TXT "\000\001\127\255 \"quoted\" back\\slash; \195\164 " "" " "
ns A 192.0.2.53
mail A 203.0.113.10
mail AAAA 2001:db8:10::25
firewall A 198.51.100.7
www A 192.0.2.80
shop CNAME www
vendor CNAME shops.elsewhere.test.
news1._domainkey CNAME key.news.example.
notes TXT "v=spf1 is what a note may begin with"
*.wild TXT "made"
_dmarc 600 TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
"#;

/// The newsletter's zone, which the same server holds.
const NEWS: &str = r#"$ORIGIN news.example.
$TTL 3600
@ SOA ns hostmaster 1 3600 600 604800 300
@ NS ns
ns A 192.0.2.54
_spf TXT "v=spf1 ip4:198.51.100.128/26 -all"
key TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"#;

/// The reverse zones, which the provider has nothing to do with.
const REVERSE: [(&str, &str); 2] = [
    ("113.0.203.in-addr.arpa", "10 PTR mail.example.com.\n"),
    ("100.51.198.in-addr.arpa", "7 PTR firewall.example.com.\n"),
];

/// Each with its origin.
pub(super) fn reverse_zones() -> impl Iterator<Item = (String, String)> {
    REVERSE.into_iter().map(|(zone, hosts)| {
        let head = "@ SOA ns.example.com. hostmaster.example.com. 1 3600 600 604800 300\n@ NS ns.example.com.\n";
        (zone.to_owned(), format!("$ORIGIN {zone}.\n$TTL 3600\n{head}{hosts}"))
    })
}

const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10"]

[egress.new-firewall]
addresses = ["198.51.100.7"]

[senders.newsletter]
include = "_spf.news.example"
spf = "required"
dkim = "example.com"

PROVIDER

[domains."example.com"]
provider = "dns"
egress = ["office", "new-firewall"]
senders = ["newsletter"]
spf = { all = "fail" }
dmarc = { policy = "quarantine", rua = ["mailto:dmarc@example.com"] }

[domains."example.com".dkim]
s2026 = { key-file = "keys/s2026.pub.pem" }
news1 = { cname = "key.news.example" }
"#;

/// The guards that the plan trips.
pub(super) const ALLOWED: &str = "--allow tightens-dmarc";

/// A folder with the declaration, and whoever holds the zone.
pub(super) struct Job<Holder> {
    pub(super) folder: Folder,
    pub(super) holder: Holder,
}

/// The zones as their server gets them.
pub(super) fn setup() -> Setup {
    let news = ("news.example".to_owned(), NEWS.to_owned());
    let mut setup = Setup::new("example.com", &ZONE.replace("SPF", SPF));
    setup.zones.push(news);
    setup.zones.extend(reverse_zones());
    setup
}

fn folder(provider: &str) -> Folder {
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/01-firewall-move/keys/s2026.pub.pem");
    let folder = Folder::new();
    folder.write("keys/s2026.pub.pem", std::fs::read(key).expect("the example's key"));
    folder.write("mailvouch.toml", DECLARED.replace("PROVIDER", provider));
    folder
}

impl Job<Server> {
    /// On a server that runs.
    pub(super) fn on(start: fn(&Setup) -> Server) -> Self {
        Self::with(start(&setup()), "")
    }

    /// On this server, with more lines for the provider's section.
    pub(super) fn with(server: Server, more: &str) -> Self {
        let (address, key) = (server.address(), &server.key().name);
        // Its NS records name servers that nobody runs.
        let own =
            if more.contains("authoritative") { String::new() } else { format!("authoritative = [\"{address}\"]\n") };
        let provider = format!(
            "[providers.dns]\nkind = \"rfc2136\"\nserver = \"{address}\"\nkey-name = \"{key}\"\nkey-env = \"TSIG\"\n{own}{more}"
        );
        Self { folder: folder(&provider), holder: server }
    }

    /// Runs a command, asking that same server.
    pub(super) fn run(&self, command: &str, code: i32) -> Ran {
        self.run_with(&self.holder.key().secret, command, code)
    }

    /// Runs a command with a secret that need not be the server's. It is shown nowhere, nor written anywhere.
    pub(super) fn run_with(&self, secret: &str, command: &str, code: i32) -> Ran {
        let command = format!("{command} --resolver {} --timeout 20", self.holder.address());
        let ran = self.folder.mailvouch(&command).env("TSIG", secret).exits(code);
        let mut written = self.folder.files();
        written.push(("the output".into(), format!("{}{}", ran.stdout, ran.stderr).into_bytes()));
        for (path, octets) in written {
            let holds = !secret.is_empty() && octets.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!holds, "{} holds the secret", path.display());
        }
        ran
    }

    pub(super) fn dump(&self) -> String {
        self.holder.dump("example.com")
    }

    /// Somebody else's hand.
    pub(super) fn update(&self, lines: &str) {
        self.holder.update("example.com", lines);
    }
}

impl Job<()> {
    /// On a file.
    pub(super) fn on_a_file() -> Self {
        let folder = folder("[providers.dns]\nkind = \"zone-file\"\nfile = \"example.com.zone\"\n");
        folder.write("example.com.zone", ZONE.replace("SPF", SPF));
        folder.write("news.example.zone", NEWS);
        Self { folder, holder: () }
    }

    /// Runs a command, looking at the files.
    pub(super) fn run(&self, command: &str, code: i32) -> Ran {
        let zones = "--zone-file example.com.zone --zone-file news.example.zone";
        self.folder.mailvouch(&format!("{command} {zones}")).exits(code)
    }
}

impl<Holder> Job<Holder> {
    /// The plan that was saved.
    pub(super) fn plan(&self) -> Plan {
        Plan::from_json(&self.folder.read("plan.json")).expect("a plan")
    }
}

/// That the difference of two states of the zone is what the plan says, and the serial.
pub(super) fn assert_only_the_plan(plan: &Plan, before: &BTreeSet<Record>, after: &BTreeSet<Record>) {
    assert!(!plan.is_empty());
    let of = |values: fn(&mailvouch::plan::Step) -> &Vec<Value>| {
        let each = plan.steps.iter().flat_map(|step| values(step).iter().map(|value| (step.owner.clone(), value)));
        each.map(|(owner, value)| (owner, value.ttl, value.rdata.clone())).collect::<BTreeSet<Record>>()
    };
    let is_soa = |record: &&Record| matches!(record.2, Rdata::Soa(_));
    let without_soa =
        |records: BTreeSet<&Record>| records.into_iter().filter(|r| !is_soa(r)).cloned().collect::<BTreeSet<_>>();
    assert_eq!(without_soa(before.difference(after).collect()), of(|step| &step.remove));
    assert_eq!(without_soa(after.difference(before).collect()), of(|step| &step.add));
    let soa = |records: &BTreeSet<Record>| match records.iter().find(is_soa) {
        Some((_, ttl, Rdata::Soa(soa))) => (*ttl, soa.clone()),
        other => panic!("{other:?}"),
    };
    let ((old_ttl, old), (new_ttl, mut new)) = (soa(before), soa(after));
    assert!(new.serial > old.serial, "{} is not past {}", new.serial, old.serial);
    new.serial = old.serial;
    assert_eq!((new_ttl, new), (old_ttl, old));
}

#[test]
fn check_ends_with_the_command_to_type_next() {
    let folder = Folder::with(&[(
        "a b.zone",
        "$ORIGIN example.com.\n@ 60 SOA ns h 1 1 1 1 1\n@ 60 TXT \"v=spf1 ip4:203.0.113.10,-all\"\n",
    )]);
    let ran = folder.mailvouch("check example.com --selector s1 --zone-file").arg("a b.zone").exits(1);
    let told = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, next) = told.rsplit_once("next: ").expect("what to do next");
    assert!(next.contains("`mailvouch plan --zone-file 'a b.zone' example.com --out plan.json` shows"), "{next}");
    // It is a command: a plan is made by it.
    let plan = folder.mailvouch("plan example.com --out plan.json --zone-file").arg("a b.zone").exits(1);
    plan.says("v=spf1 ip4:203.0.113.10 -all");
    // Where nothing is to be done, nothing is said.
    let sound = "$ORIGIN example.com.\n@ 60 SOA ns h 1 1 1 1 1\n@ 60 TXT \"v=spf1 -all\"\n@ 60 MX 0 .\n_dmarc 60 TXT \"v=DMARC1; p=reject\"\n";
    folder.write("sound.zone", sound);
    let ran = folder.mailvouch("check example.com --zone-file sound.zone").exits(0);
    assert!(!ran.stdout.contains("next:"), "{ran}");
}
