//! `dkim new`: a key pair that OpenSSL reads too, whose private half is in one file and in nothing that is printed.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::runner::Ran;
use super::{Folder, snapshots};

const ZONE: &str = "$ORIGIN example.com.\n$TTL 300\n@ SOA ns hostmaster 1 7200 3600 1209600 3600\n@ NS ns\n";

/// What OpenSSL writes to standard output; it has to succeed.
fn openssl(folder: &Folder, arguments: &str) -> Vec<u8> {
    let run = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder.path()).output();
    let output = run.expect("openssl is needed: `apt-get install openssl`");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The octets of `p=` in a record's text.
fn published(record: &Value) -> Vec<u8> {
    let text = record["value"].as_str().expect("a text");
    BASE64_STANDARD.decode(text.split("p=").nth(1).expect("a key")).expect("base64")
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

/// No line of the private key stands in what was printed, nor in another file.
fn keeps_the_secret(folder: &Folder, ran: &Ran, private: &str) {
    let secret = folder.read(private);
    let lines: Vec<&str> = secret.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(!ran.stdout.contains(line) && !ran.stderr.contains(line), "a secret was printed");
        let elsewhere = folder.files().into_iter().filter(|(path, _)| !path.ends_with(private));
        for (path, octets) in elsewhere {
            assert!(!String::from_utf8_lossy(&octets).contains(line), "{} holds a secret", path.display());
        }
    }
}

#[test]
fn openssl_reads_the_key_that_the_record_publishes() {
    for (kind, algorithm, bits) in [("rsa-2048", "rsa", 2048), ("rsa-4096", "rsa", 4096), ("ed25519", "ed25519", 256)] {
        let folder = Folder::new();
        let ran = folder.mailvouch(&format!("dkim new Example.com s1 --type {kind} --format json")).exits(0);
        let made = ran.json();
        assert_eq!((&made["algorithm"], &made["bits"]), (&json!(algorithm), &json!(bits)));
        let [private, public] = ["private_key_file", "public_key_file"].map(|key| made[key].as_str().expect(key));
        assert_eq!([private, public], ["s1.example.com.pem", "s1.example.com.pub.pem"]);
        keeps_the_secret(&folder, &ran, private);
        #[cfg(unix)]
        assert_eq!(mode(&folder.path().join(private)), 0o600);

        let derived = openssl(&folder, &format!("pkey -in {private} -pubout -outform DER"));
        assert_eq!(derived, openssl(&folder, &format!("pkey -pubin -in {public} -outform DER")));
        // For Ed25519 the record holds the 32 octets alone (RFC 8463, section 4.2): they are the last of the DER.
        let tail = if kind == "ed25519" { &derived[derived.len() - 32..] } else { &derived[..] };
        assert_eq!(published(&made["record"]), tail);

        folder.write("message", "what is signed");
        if algorithm == "rsa" {
            openssl(&folder, &format!("pkey -in {private} -check -noout"));
            openssl(&folder, &format!("dgst -sha256 -sign {private} -out signature message"));
            openssl(&folder, &format!("dgst -sha256 -verify {public} -signature signature message"));
        } else {
            openssl(&folder, &format!("pkeyutl -sign -rawin -inkey {private} -in message -out signature"));
            openssl(&folder, &format!("pkeyutl -verify -rawin -pubin -inkey {public} -in message -sigfile signature"));
        }
    }
}

#[test]
fn the_record_and_the_declaration_fit_together() {
    let _area = snapshots();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("[A-Za-z0-9+/]{30,}=*", "[KEY]");
    let _keys = settings.bind_to_scope();
    let folder = Folder::with(&[("mailvouch.toml", "version = 1\n")]);
    std::fs::create_dir(folder.path().join("keys")).expect("a folder");
    let ran = folder.mailvouch("dkim new example.com s2027 --key keys/s2027.pem").exits(0);
    insta::assert_snapshot!("dkim-new", ran);
    keeps_the_secret(&folder, &ran, "keys/s2027.pem");
    let ran = folder.mailvouch("dkim new example.com a.b --type ed25519 --format json").exits(0);
    insta::assert_snapshot!("dkim-new-json", ran);
    insta::assert_snapshot!("dkim-new-ed25519", folder.mailvouch("dkim new example.com s3 --type ed25519").exits(0));

    let made = folder.mailvouch("dkim new example.com s4 --type rsa-4096 --format json").exits(0).json();
    let strings = made["record"]["character_strings"].as_array().expect("strings");
    let lengths: Vec<usize> = strings.iter().map(|string| string.as_str().expect("text").len()).collect();
    assert_eq!(lengths[..2], [255, 255]);
    assert_eq!(strings.iter().filter_map(Value::as_str).collect::<String>(), made["record"]["value"]);

    // What is printed is put where it belongs; then the domain is as declared, but for what else mail needs.
    let line = made["record"]["master_file"].as_str().expect("a line");
    folder.write("example.com.zone", format!("{ZONE}{line}\n"));
    folder.write("mailvouch.toml", format!("version = 1\n{}", made["declaration"]["toml"].as_str().expect("lines")));
    let check = folder.mailvouch("check --zone-file example.com.zone --format json --exit-zero").exits(0).json();
    let found = check["domains"][0]["diagnostics"].to_string();
    assert!(!found.contains("dkim-"), "{found}");
    folder
        .mailvouch("record --owner s4._domainkey.example.com --")
        .arg(made["record"]["value"].as_str().expect("text"))
        .exits(0);
}

#[test]
fn a_path_is_told_from_the_folder_of_the_declaration() {
    let folder = Folder::with(&[("mailvouch.toml", "version = 1\n"), ("dns/keys/README", "")]);
    let toml = |ran: Ran| ran.json()["declaration"]["toml"].as_str().expect("lines").to_owned();
    let inside = folder.path().join("dns");
    let ran = folder.mailvouch("dkim new example.com s1 --type ed25519 --format json").inside(&inside).exits(0);
    assert!(toml(ran).contains("s1 = { key-file = \"dns/s1.example.com.pub.pem\" }"));
    let ran = folder.mailvouch("dkim new example.com s2 --type ed25519 --key dns/keys/s2 --format json").exits(0);
    assert!(toml(ran).contains("s2 = { key-file = \"dns/keys/s2.pub.pem\" }"));
    let outside = Folder::new();
    let away = outside.path().join("s3.pem");
    let ran = folder.mailvouch("dkim new example.com s3 --type ed25519 --format json --key").arg(&away).exits(0);
    let path = outside.path().canonicalize().expect("a folder").join("s3.pub.pem");
    assert!(toml(ran).contains(path.to_str().expect("UTF-8")));
}

#[test]
fn no_key_is_overwritten() {
    let folder = Folder::with(&[("old.pem", "old"), ("new.pub.pem", "old")]);
    for (key, file) in [("old.pem", "old.pem"), ("new.pem", "new.pub.pem")] {
        let before = folder.files();
        let ran = folder.mailvouch(&format!("dkim new example.com s1 --type ed25519 --key {key}")).exits(2);
        ran.says(&format!("{file} exists, and no key is overwritten"));
        assert_eq!(folder.files(), before);
    }
    #[cfg(unix)]
    {
        // A link that leads to nothing is no place for a key either.
        std::os::unix::fs::symlink("elsewhere.pem", folder.path().join("link.pem")).expect("a link");
        folder.mailvouch("dkim new example.com s1 --type ed25519 --key link.pem").exits(2).says("exists");
        assert!(!folder.path().join("elsewhere.pem").exists());
    }
}

#[test]
fn what_is_wrong_is_told_and_leaves_nothing() {
    let folder = Folder::new();
    for (arguments, words) in [
        ("example.com s1 --key keys/s1.pem", "there is no folder keys: make it first"),
        ("example.com s1 --key ..", "names no file"),
        ("example s1", "single label"),
        ("exa_mple..com s1", "a label is empty"),
        ("example.com s1._domainkey", "write the part before `._domainkey`"),
        ("example.com a/b", "it holds `/`"),
        ("example.com ../s1", "it holds `/`"),
        ("example.com s1 --type rsa-1024", "invalid value 'rsa-1024'"),
        ("example.com s1 --format ndjson", "possible values: human, json"),
        ("example.com s1 -c nowhere/mailvouch.toml", "there is no folder nowhere"),
        ("example.com", "<SELECTOR>"),
    ] {
        folder.mailvouch(&format!("dkim new {arguments}")).exits(2).says(words);
        assert_eq!(folder.files(), [], "{arguments}");
    }
}

#[test]
fn a_selector_in_use_gets_no_second_key() {
    let folder = Folder::new();
    let made = folder.mailvouch("dkim new example.com s1 --type ed25519 --format json").exits(0).json();
    folder.write("mailvouch.toml", format!("version = 1\n{}", made["declaration"]["toml"].as_str().expect("lines")));
    let before = folder.files();
    let ran = folder.mailvouch("dkim new example.com S1 --key other.pem").exits(2);
    ran.says("the selector is declared already (mailvouch.toml:3)");
    assert_eq!(folder.files(), before);
    folder.mailvouch("dkim new other.example s1 --type ed25519").exits(0);
    // A declaration that names the file before it is there does not stand in its way.
    folder.write(
        "mailvouch.toml",
        "version = 1\n[domains.\"c.example\".dkim]\ns1 = { key-file = \"s1.c.example.pub.pem\" }\n",
    );
    folder.mailvouch("dkim new c.example s1 --type ed25519").exits(0);
}

/// Where a file can be made and not filled, as on a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_of_a_key() {
    let folder = Folder::new();
    // The limit is a whole number of blocks; the signal that says so would end the program before it can clean up.
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" dkim new example.com s1 --type ed25519";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_mailvouch")]).env_clear().current_dir(folder.path());
    let output = command.output().expect("a shell");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("cannot write s1.example.com.pem, and no key is left there"), "{told}");
    assert_eq!(folder.files(), []);
}
