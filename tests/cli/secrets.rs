//! A credential is shown nowhere: every command that touches one, in every format, against servers that give it back.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, OFFICE_FAILS, ZONE, zone};
use crate::servers::cloudflare::{FakeCloudflare, Fault, TOKEN};
use crate::servers::echo::Echo;
use crate::servers::{Server, Setup, bind, powerdns};
use crate::support::dns_server::{DnsServer, Script};

/// A wrong one, with all that has to be written in another way somewhere.
const WRONG: &str = "hunter2+of/the=\"tests\" & %more";

const FORMATS: [&str; 8] = ["human", "json", "ndjson", "sarif", "github", "junit", "markdown", "html"];

/// Where the secret comes from.
#[derive(Clone, Copy, Debug)]
enum From {
    Env,
    File,
    Command,
}

/// A declaration, the DNS around it, and a secret.
struct Stage {
    folder: Folder,
    /// What no command shows, whatever form it has.
    secret: String,
    from: From,
    /// The secret's file is not among those that are looked through.
    kept: Folder,
    dns: DnsServer,
    /// Who gives out tokens, where the provider has such.
    authority: String,
}

impl Stage {
    fn new(secret: &str, from: From) -> Self {
        let (folder, kept) = (Folder::new(), Folder::with(&[("secret", secret)]));
        folder.write("example.com.zone", ZONE);
        let around = "10.113.0.203.in-addr.arpa PTR mail.example.com.\nmail.example.com A 203.0.113.10\n";
        let dns = DnsServer::start(Script::resolver().records(around));
        Self { folder, secret: secret.to_owned(), from, kept, dns, authority: String::new() }
    }

    /// Declares a provider by its own lines; `key` is what the secret is called there.
    fn declare(&self, lines: &str, key: &str) {
        let file = self.kept.path().join("secret").display().to_string();
        let secret = match self.from {
            From::Env => format!("{key}-env = \"SECRET\""),
            From::File => format!("{key}-file = \"{file}\""),
            From::Command => format!("{key}-command = [\"/bin/cat\", \"{file}\"]"),
        };
        // What nobody serves is not waited for.
        let provider = format!("{lines}\n{secret}\nauthoritative = [\"{}\"]", self.dns.address());
        let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
        let declared = declared.replace("provider = \"zone\"", "provider = \"zone\"\npublished = \"provider\"");
        self.folder.write("mailvouch.toml", declared);
    }

    /// Runs a command, and looks through all that it told and wrote.
    fn run(&self, command: &str, code: Option<i32>) -> Ran {
        let line = format!("{command} --resolver {} --timeout 5", self.dns.address());
        let run = self.folder.mailvouch(&line).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        let run = run.env("AWS_ACCESS_KEY_ID", "AKIATESTS").env("AWS_SECRET_ACCESS_KEY", &self.secret);
        let run = run.env("GOOGLE_OAUTH_ACCESS_TOKEN", &self.secret).env("AZURE_CLIENT_SECRET", &self.secret);
        let run = run.env("AZURE_TENANT_ID", "t").env("AZURE_CLIENT_ID", "c");
        let run = run.env("AZURE_AUTHORITY_HOST", &self.authority);
        let run = run.env("AWS_SESSION_TOKEN", &self.secret).env("SECRET", &self.secret);
        let ran = match code {
            Some(code) => run.exits(code),
            None => run.ends(),
        };
        let mut all = self.folder.files();
        all.push((command.into(), format!("{}{}", ran.stdout, ran.stderr).into_bytes()));
        for (path, octets) in all {
            for form in forms(&self.secret) {
                let holds = octets.windows(form.len()).any(|window| window == form);
                let form = String::from_utf8_lossy(&form);
                assert!(!holds, "{} holds the secret, as {form}, after {command}\n{ran}", path.display());
            }
        }
        ran
    }

    /// Everything that reads, in every format.
    fn read_all(&self) {
        for format in FORMATS {
            self.run(&format!("check --format {format}"), None);
            self.run(&format!("check --format {format} -o report.{format}"), None);
        }
        self.run("check --thorough --save-answers answers.json", None);
        for format in ["human", "json", "markdown"] {
            self.run(&format!("plan --format {format}"), None);
        }
        for format in ["human", "json"] {
            self.run(&format!("diff --format {format}"), None);
        }
    }

    /// Everything that writes; whether it can is told by the codes.
    fn write_all(&self, codes: Option<[i32; 2]>) {
        let [planned, done] = codes.map_or([None; 2], |codes| codes.map(Some));
        self.run("plan --out plan.json", planned);
        self.run("apply plan.json --yes --journal journal --wait 1", done);
        self.run("apply --resume journal --yes --wait 1", done);
        self.run("wait --wait 1", None);
        self.run("rollback journal --yes --no-wait", done);
        // Without a plan, and with the journal where it is by itself.
        self.run("apply --yes --wait 1", done);
    }
}

/// A secret as it is, and as it is written elsewhere.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec()];
    forms.extend([STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD].map(|engine| engine.encode(secret).into_bytes()));
    forms.extend(STANDARD.decode(secret).ok());
    forms.push(percent_encoded(secret).into_bytes());
    forms.push(percent_encoded(secret).replace("%20", "+").into_bytes());
    // A part of it is a part too many.
    forms.push(secret.as_bytes()[..12].to_vec());
    forms
}

fn percent_encoded(text: &str) -> String {
    let octet = |octet: u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => char::from(octet).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(octet).collect()
}

fn at_cloudflare() -> FakeCloudflare {
    let fake = FakeCloudflare::start(&["example.com"]);
    for (name, rtype, content) in [
        ("example.com", "TXT", "\"v=spf1 -all\""),
        ("example.com", "TXT", "\"verification=9b2f\""),
        ("example.com", "MX", "mail.example.com"),
        ("mail.example.com", "A", "203.0.113.10"),
        ("_dmarc.example.com", "TXT", "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\""),
    ] {
        let record = json!({"name": name, "type": rtype, "content": content, "ttl": 300, "priority": 10});
        fake.state().put("example.com", record);
    }
    fake
}

#[test]
fn of_cloudflare() {
    for from in [From::Env, From::File, From::Command] {
        let fake = at_cloudflare();
        let stage = Stage::new(TOKEN, from);
        stage.declare(&format!("kind = \"cloudflare\"\nurl = \"{}\"", fake.url()), "token");
        stage.write_all(Some([1, 0]));
        // Requests that fail after the plan is made.
        stage.run("rollback journal --yes --no-wait", None);
        stage.read_all();
        for fault in [Fault::Status(500), Fault::DoneAndCut, Fault::Garbage, Fault::Status(403)] {
            fake.faults([None, None, None, None, None, Some(fault)]);
            stage.run("apply --yes --wait 1", None);
            stage.run("apply --yes --no-rollback --wait 1", None);
        }
    }
}

#[test]
fn of_powerdns() {
    let server = powerdns::start("example.com", &zone(&[OFFICE_FAILS]));
    for from in [From::Env, From::File, From::Command] {
        let stage = Stage::new(powerdns::API_KEY, from);
        stage.declare(&format!("kind = \"powerdns\"\nurl = \"{}\"", powerdns::api(&server)), "api-key");
        stage.write_all(Some([1, 0]));
        stage.read_all();
        let journal = stage.folder.files().into_iter().find(|(path, _)| path.display().to_string().contains("apply-"));
        let (journal, _) = journal.expect("a journal");
        stage.run(&format!("rollback {} --yes --no-wait", journal.display()), Some(0));
    }
}

#[test]
fn of_a_tsig_key() {
    let server: Server = bind::start_with(&Setup::new("example.com", &zone(&[OFFICE_FAILS])));
    let (address, name) = (server.address(), &server.key().name);
    let lines = format!("kind = \"rfc2136\"\nserver = \"{address}\"\nkey-name = \"{name}\"");
    for from in [From::Env, From::File, From::Command] {
        let stage = Stage::new(&server.key().secret, from);
        stage.declare(&lines, "key");
        stage.run("plan --out plan.json", Some(1));
        stage.run("apply plan.json --yes --journal journal --wait 1", Some(0));
        stage.read_all();
        stage.run("rollback journal --yes --no-wait", Some(0));
    }
    // Another key, and what is none.
    for wrong in [STANDARD.encode("another secret, of another server"), WRONG.to_owned()] {
        let stage = Stage::new(&wrong, From::Env);
        stage.declare(&lines, "key");
        stage.read_all();
        stage.write_all(None);
    }
}

#[test]
fn of_servers_that_give_it_back() {
    for (kind, key, lines) in [
        ("cloudflare", "token", ""),
        ("powerdns", "api-key", ""),
        ("route53", "", ""),
        ("google-cloud-dns", "", "project = \"p\""),
        ("azure-dns", "", "subscription = \"s\""),
        ("digitalocean", "token", ""),
    ] {
        for from in [From::Env, From::File, From::Command] {
            if key.is_empty() && !matches!(from, From::Env) {
                continue;
            }
            let more = vec![WRONG.to_owned(), STANDARD.encode(WRONG), percent_encoded(WRONG)];
            let server = Echo::start(more);
            let stage = Stage { authority: server.url(), ..Stage::new(WRONG, from) };
            if key.is_empty() {
                let text = format!("kind = \"{kind}\"\nurl = \"{}\"\n{lines}", server.url());
                let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &text);
                stage.folder.write("mailvouch.toml", declared);
            } else {
                stage.declare(&format!("kind = \"{kind}\"\nurl = \"{}\"", server.url()), key);
            }
            let told = stage.run("diff", Some(3)).to_string();
            assert!(told.contains("127.0.0.1") || told.contains("[secret]"), "{kind}: {told}");
            // Each kind of answer comes first once.
            for _ in 0..6 {
                stage.run("plan", None);
            }
            stage.write_all(None);
            if matches!(from, From::Env) {
                stage.read_all();
            }
        }
    }
}
