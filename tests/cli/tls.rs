//! Certificates: whom a credential is shown, and whom not. No option and no variable turns that off.

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, ZONE};
use crate::servers::tls::{Authority, Certificate, TlsServer};

const SECRET: &str = "hunter2-of-the-tls-tests";

/// Each provider that speaks HTTP: its lines in the declaration, and what of the credential goes over the wire.
const PROVIDERS: [(&str, &str, &str); 6] = [
    ("cloudflare", "token-env = \"SECRET\"", SECRET),
    ("powerdns", "api-key-env = \"SECRET\"", SECRET),
    ("route53", "", "Credential=AKIATESTS/"),
    ("google-cloud-dns", "project = \"p\"", SECRET),
    ("azure-dns", "subscription = \"s\"", SECRET),
    ("digitalocean", "token-env = \"SECRET\"", SECRET),
];

fn declared(kind: &str, keys: &str, url: &str) -> String {
    let provider = format!("kind = \"{kind}\"\nurl = \"{url}\"\n{keys}");
    DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider)
}

/// Plans at a server, with the CA trusted. What is tried must fail, one way or the other: nobody there lets anybody in.
fn plan(folder: &Folder, kind: &str, keys: &str, server: &TlsServer) -> Ran {
    folder.write("mailvouch.toml", declared(kind, keys, &server.url()));
    folder.write("example.com.zone", ZONE);
    let ca = folder.path().join("ca.pem");
    let run = folder.mailvouch("plan --zone-file example.com.zone").env("SSL_CERT_FILE", &ca.display().to_string());
    let run = run.env("GOOGLE_OAUTH_ACCESS_TOKEN", SECRET).env("AZURE_TENANT_ID", "t").env("AZURE_CLIENT_ID", "c");
    let run = run.env("AZURE_CLIENT_SECRET", SECRET).env("AZURE_AUTHORITY_HOST", &server.url());
    let run = run.env("SECRET", SECRET).env("AWS_ACCESS_KEY_ID", "AKIATESTS").env("AWS_SECRET_ACCESS_KEY", SECRET);
    // What turns verification off elsewhere.
    let off = [("NODE_TLS_REJECT_UNAUTHORIZED", "0"), ("PYTHONHTTPSVERIFY", "0"), ("SSL_NO_VERIFY", "1")];
    let ran = off.into_iter().fold(run, |run, (name, value)| run.env(name, value)).exits(3);
    assert!(!ran.to_string().contains(SECRET), "{ran}");
    ran
}

#[test]
fn a_server_that_is_trusted_is_asked() {
    for (kind, keys, credential) in PROVIDERS {
        let folder = Folder::new();
        let server = TlsServer::start(&Authority::new(folder.path()), Certificate::Good);
        plan(&folder, kind, keys, &server).says("not allowed");
        assert!(server.received().contains(credential), "{kind}: {}", server.received());
    }
}

#[test]
fn a_server_that_is_not_trusted_is_sent_nothing_and_told_of() {
    for (certificate, words) in [
        (
            Certificate::OtherName,
            "its certificate is not for localhost, but for elsewhere.test: give in `url` a name that it is for",
        ),
        (Certificate::Expired, "its certificate has expired: renew it at the server"),
        (Certificate::NotYet, "its certificate is not valid yet: see whether this machine's clock is right"),
        (Certificate::SelfSigned, "its certificate is one of a CA, not of a server"),
    ] {
        for (kind, keys, _) in PROVIDERS {
            let folder = Folder::new();
            let server = TlsServer::start(&Authority::new(folder.path()), certificate);
            let ran = plan(&folder, kind, keys, &server);
            assert_eq!(server.received(), "", "{kind}, {certificate:?}: {ran}");
            ran.says(words).says("; nothing was sent").says(&server.url());
        }
    }
}

#[test]
fn a_ca_that_is_not_trusted_is_told_of_with_the_way_to_trust_it() {
    for (kind, keys, _) in PROVIDERS {
        let (folder, other) = (Folder::new(), Folder::new());
        let server = TlsServer::start(&Authority::new(other.path()), Certificate::Good);
        // Somebody is trusted, but not the one who signed.
        Authority::new(folder.path());
        let ran = plan(&folder, kind, keys, &server);
        assert_eq!(server.received(), "", "{kind}: {ran}");
        ran.says("signed by nobody whom this machine trusts").says("SSL_CERT_FILE").says("; nothing was sent");
    }
}

#[test]
fn nothing_turns_it_off() {
    // No key of the declaration,
    for (kind, keys, _) in PROVIDERS {
        for key in ["insecure = true", "verify = false", "tls = false", "ssl-verify = false", "skip-verify = true"] {
            let text = declared(kind, &format!("{keys}\n{key}"), "https://localhost:1");
            let folder = Folder::with(&[("mailvouch.toml", &text), ("example.com.zone", ZONE)]);
            folder.mailvouch("plan --zone-file example.com.zone").exits(2).says("is no key of a provider");
        }
    }
    // no option,
    let folder = Folder::new();
    for command in ["check", "diff", "plan", "apply", "rollback", "wait"] {
        let help = folder.mailvouch(command).arg("--help").exits(0).stdout.to_lowercase();
        for word in ["insecure", "verify-", "no-verify", "certificate", "tls"] {
            assert!(!help.contains(word), "{command} has {word:?}");
        }
    }
    // and nothing in the sources that could be asked to.
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/providers/src/http");
    for entry in std::fs::read_dir(sources).expect("the sources") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a source");
        for word in ["danger", "accept_invalid", "hostname_verification"] {
            assert!(!text.contains(word), "{} has {word:?}", path.display());
        }
    }
}
