//! Key files: what `k=` and `p=` become of them, and what never leaves them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailvouch::declared::{Declaration, DeclarationError, Files, KeyAlgorithm, PublicKey, SelectorWant};
use proptest::prelude::{any, prop, proptest};

use super::folder;

const TEXT: &str = "version = 1\n[domains.\"example.com\".dkim]\ns1 = { key-file = \"s1.pem\" }\n";

/// Files that are not on a disk.
struct InMemory(HashMap<PathBuf, Vec<u8>>);

impl Files for InMemory {
    fn read(&self, path: &Path, _limit: u64) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn declaration(pem: &[u8]) -> Result<Declaration, DeclarationError> {
    let files = InMemory(HashMap::from([(PathBuf::from("etc/s1.pem"), pem.to_vec())]));
    Declaration::from_bytes(Path::new("etc/mailvouch.toml"), TEXT.as_bytes(), Path::new("etc"), &files)
}

fn key(pem: &[u8]) -> PublicKey {
    let declaration = declaration(pem).expect("a key");
    let SelectorWant::Key(key) = &declaration.domains[0].dkim[0].want else { panic!("no key") };
    PublicKey::clone(&key.value)
}

fn refusal(pem: &[u8]) -> String {
    let error = declaration(pem).expect_err("no key");
    let problem = &error.problems()[0];
    format!("{}; {}", problem.message, problem.help.clone().unwrap_or_default())
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join("keys").join(name)).expect(name)
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).expect("a text")
}

#[test]
fn an_rsa_key_is_the_same_in_all_its_forms() {
    let der = fixture("rsa2048.pub.der");
    for name in ["rsa2048.pub.pem", "rsa2048.rsapub.pem", "rsa2048.pkcs8.pem", "rsa2048.pkcs1.pem"] {
        let key = key(&fixture(name));
        assert_eq!(key.algorithm, KeyAlgorithm::Rsa { bits: 2048 }, "{name}");
        assert_eq!(key.algorithm.tag_value(), "rsa");
        assert_eq!(key.base64(), STANDARD.encode(&der), "{name}");
        assert_eq!(key.file, Path::new("etc/s1.pem"));
    }
    assert_eq!(key(&fixture("rsa1024.pkcs1.pem")).data, key(&fixture("rsa1024.pub.pem")).data);
}

#[test]
fn an_ed25519_key_is_its_32_octets() {
    let public = text("ed25519.pub.pem");
    let der = STANDARD.decode(public.lines().nth(1).expect("a line")).expect("base64");
    for name in ["ed25519.pub.pem", "ed25519.pkcs8.pem"] {
        let key = key(&fixture(name));
        assert_eq!((key.algorithm, key.algorithm.tag_value()), (KeyAlgorithm::Ed25519, "ed25519"));
        assert_eq!(key.data, der[der.len() - 32..], "{name}");
    }
}

#[test]
fn layout_does_not_matter() {
    let pem = text("rsa2048.pub.pem");
    let wanted = key(pem.as_bytes()).data;
    let lines: Vec<&str> = pem.lines().collect();
    let [first, body @ .., last] = lines.as_slice() else { panic!("a PEM block") };
    for changed in [
        pem.replace('\n', "\r\n"),
        format!("Public-Key: (2048 bit)\n\n{pem}"),
        format!("\u{feff}{pem}"),
        format!("{first}\n{}\n{last}\n", body.concat()),
        pem.trim_end().to_owned(),
    ] {
        assert_eq!(key(changed.as_bytes()).data, wanted, "{changed}");
    }
}

#[test]
fn what_is_no_key_is_recognised() {
    let pem = text("rsa2048.pub.pem");
    let private = text("rsa2048.pkcs8.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for (content, told) in [
        (String::new(), "is empty"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me".to_owned(), "a key of SSH"),
        (format!("s1._domainkey IN TXT \"v=DKIM1; k=rsa; p={body}\""), "looks like a DNS record"),
        (body, "looks like bare base64"),
        (format!("{private}{pem}"), "holds more than one PEM block; keep the one with the public key"),
        (pem.replace("-----END", "----END"), "is no well-formed PEM file"),
        (pem.replace("MII", "M!I"), "is no well-formed PEM file"),
        (pem.replace("PUBLIC KEY", "RSA PUBLIC KEY"), "holds no proper RSA public key"),
        (private.replace("PRIVATE KEY", "RSA PRIVATE KEY"), "holds no proper RSA private key"),
        (pem.replace("PUBLIC KEY", "PGP MESSAGE"), "holds a PEM block `PGP MESSAGE`, which is no key"),
        ("x".repeat((64 << 10) + 1), "is larger than 64 KiB: that is no key"),
    ] {
        let refusal = refusal(content.as_bytes());
        assert!(refusal.contains(told), "{refusal}");
    }
    assert!(refusal(&[0xff; 100]).contains("is no PEM file"));
}

#[test]
fn halves_that_do_not_fit_together_are_no_key() {
    let pem = text("rsa2048.pkcs1.pem");
    let lines: Vec<&str> = pem.lines().collect();
    let [first, body @ .., last] = lines.as_slice() else { panic!("a PEM block") };
    let mut der = STANDARD.decode(body.concat()).expect("base64");
    let end = der.len() - 1;
    der[end] ^= 1;
    let changed = format!("{first}\n{}\n{last}\n", STANDARD.encode(&der));
    assert!(refusal(changed.as_bytes()).contains("holds no proper RSA private key"));
}

#[test]
fn a_private_half_goes_nowhere() {
    for name in ["rsa2048.pkcs1.pem", "rsa2048.pkcs8.pem", "ed25519.pkcs8.pem"] {
        let pem = text(name);
        let shown = format!("{:?}", declaration(pem.as_bytes()).expect("a key"));
        let broken = format!("{:?}", declaration(pem.replace("-----END", "----END").as_bytes()).expect_err("no key"));
        for line in pem.lines().filter(|line| !line.starts_with('-')) {
            assert!(!shown.contains(line) && !broken.contains(line), "{name}");
        }
    }
}

proptest! {
    #[test]
    fn no_key_file_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = declaration(&bytes);
    }

    #[test]
    fn no_changed_key_makes_it_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), private in any::<bool>()) {
        let label = if private { "PRIVATE KEY" } else { "PUBLIC KEY" };
        let pem = text(if private { "ed25519.pkcs8.pem" } else { "rsa2048.pub.pem" });
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let mut der = STANDARD.decode(body).expect("base64");
        let at = at.index(der.len());
        der[at] = byte;
        let changed = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(&der));
        let _ = declaration(changed.as_bytes());
    }
}
