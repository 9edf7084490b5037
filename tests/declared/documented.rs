//! The page about the declaration: its example is one, and no key is missing from it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use mailvouch::declared::{Declaration, Files, Guard, known_senders};

use super::{folder, read};

const PAGE: &str = include_str!("../../docs/declaration.md");

/// A disk on which every file is a public key.
struct OnlyKeys;

impl Files for OnlyKeys {
    fn read(&self, _path: &Path, _limit: u64) -> io::Result<Vec<u8>> {
        std::fs::read(folder().join("keys/rsa2048.pub.pem"))
    }
}

#[test]
fn the_example_is_a_declaration() {
    let example = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let declaration =
        Declaration::from_bytes(Path::new("mailvouch.toml"), example.as_bytes(), Path::new(""), &OnlyKeys);
    let declaration = declaration.expect("a declaration");
    assert_eq!(declaration.domains.len(), 2);
    let notes: Vec<&str> = declaration.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(notes.iter().all(|note| note.contains("set aside for examples")), "{notes:?}");
}

/// The keys that a place has, from what is said about one that it has not.
pub(crate) fn keys(place: &str) -> BTreeSet<String> {
    let error = read(&format!("version = 1\n{place}")).expect_err(place);
    let unknown = |message: &str| message.starts_with("`no-key-of-anything` is no key of ");
    let problem = error.problems().iter().find(|problem| unknown(&problem.message)).expect(place);
    let help = problem.help.as_deref().and_then(|help| help.strip_prefix("its keys are ")).expect(place);
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_key_is_on_the_page() {
    let kinds = [
        "zone-file",
        "rfc2136",
        "powerdns",
        "cloudflare",
        "route53",
        "google-cloud-dns",
        "azure-dns",
        "digitalocean",
        "desec",
        "gandi",
        "hetzner",
        "exec",
        "octodns",
        "dnscontrol",
        "terraform",
        "manual",
    ];
    let providers = kinds.map(|kind| format!("[providers.a]\nkind = \"{kind}\"\nno-key-of-anything = 1\n"));
    let places = [
        "no-key-of-anything = 1\n",
        "[egress.a]\nno-key-of-anything = 1\n",
        "[senders.a]\nno-key-of-anything = 1\n",
        "[parked]\nno-key-of-anything = 1\n",
        "[domains.\"a.example\"]\nno-key-of-anything = 1\n",
        "[domains.\"a.example\".spf]\nno-key-of-anything = 1\n",
        "[domains.\"a.example\".dmarc]\nno-key-of-anything = 1\n",
        "[domains.\"a.example\".dkim.s1]\nno-key-of-anything = 1\n",
    ];
    let mut count = 0;
    for place in places.into_iter().chain(providers.iter().map(String::as_str)) {
        for key in keys(place) {
            assert!(PAGE.contains(&format!("`{key}`")), "`{key}` of {place}");
            count += 1;
        }
    }
    assert!(count > 60, "only {count} keys were looked for");
}

#[test]
fn every_known_sender_and_every_guard_is_on_the_page() {
    for sender in known_senders() {
        assert!(PAGE.contains(&format!("`{}`", sender.id)), "{}", sender.id);
    }
    for guard in Guard::ALL {
        assert!(PAGE.contains(&format!("`{guard}`")), "{guard}");
    }
}
