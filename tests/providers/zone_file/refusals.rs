//! What is not edited, and what is said about it. Whatever is refused, nothing is written.

use std::fs;
use std::path::Path;

use mailvouch_providers::dns::Name;
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Change, Provider, ProviderError, Zone};
use tempfile::TempDir;

use super::apex;
use super::workbench::{HEAD, group};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let head = if *name == "zone" { HEAD } else { "" };
        fs::write(folder.path().join(name), format!("{head}{text}")).expect("a file");
    }
    folder
}

fn zone() -> Zone {
    Zone { name: apex(), id: None }
}

/// The error of the first change, its words without the folder; all files are as they were.
async fn refused(folder: &Path, changes: &[Change]) -> (ProviderError, String) {
    let state = || -> Vec<_> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<_> = entries.map(|path| (fs::read(&path).ok(), path)).collect();
        files.sort();
        files
    };
    let before = state();
    let provider = ZoneFile::file(folder.join("zone"), Some(apex()));
    let mut answers = provider.write(&zone(), changes).await;
    assert_eq!(answers.len(), changes.len());
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    assert!(state() == before, "refused, and still written");
    let error = answers.remove(0).expect_err("refused");
    let words = error.to_string().replace(folder.to_str().expect("UTF-8"), "DIR");
    (error, words)
}

/// The words of [`ProviderError::Unsupported`].
async fn unsupported(files: &[(&str, &str)], lines: &[&str]) -> String {
    let folder = folder(files);
    let (error, words) = refused(folder.path(), &group(lines)).await;
    assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
    words
}

#[tokio::test]
async fn what_a_signer_or_a_server_writes_is_not_edited() {
    let add = ["+a 300 TXT \"x\""];
    let signed = "a RRSIG A 8 2 300 20300101000000 20200101000000 1 example.com. c2ln\n";
    let words = unsupported(&[("zone", signed)], &add).await;
    assert!(words.starts_with("DIR/zone:3: RRSIG record: this file is the output of a signer"), "{words}");
    assert!(words.contains("name the unsigned file"), "{words}");
    let digest = unsupported(&[("zone", "@ ZONEMD 7 1 1 00\n")], &add).await;
    assert!(digest.starts_with("DIR/zone:3: ZONEMD record"), "{digest}");
    let included = unsupported(&[("zone", "$INCLUDE part"), ("part", "@ NSEC a A\n")], &add).await;
    assert!(included.starts_with("DIR/part:1: NSEC record"), "{included}");
    let dynamic = unsupported(&[("zone", ""), ("zone.jnl", "")], &add).await;
    assert!(dynamic.contains("(DIR/zone.jnl)") && dynamic.contains("use the provider `rfc2136`"), "{dynamic}");
    // Also where it is only read: what such a file holds need not be what is served.
    let folder = folder(&[("zone", ""), ("zone.jnl", "")]);
    let provider = ZoneFile::file(folder.path().join("zone"), None);
    let named = ZoneFile::file(folder.path().join("zone"), Some(apex()));
    assert!(matches!(named.read(&zone(), &[apex()]).await, Err(ProviderError::Unsupported(_))));
    assert!(matches!(named.zone_of(&apex()).await, Err(ProviderError::Unsupported(_))));
    assert!(matches!(provider.zone_of(&apex()).await, Err(ProviderError::Unsupported(_))));
}

#[tokio::test]
async fn what_would_change_more_than_was_asked_is_not_done() {
    let twice = [("zone", "$INCLUDE part\n$INCLUDE part sub\n"), ("part", "a TXT x\n")];
    let words = unsupported(&twice, &["+a 300 TXT \"y\""]).await;
    assert!(words.starts_with("DIR/part: is included more than once"), "{words}");
    let words = unsupported(&[("zone", "a TXT x\n")], &["+a 5 TXT \"y\""]).await;
    assert!(words.contains("a TTL of 5 would also change that of the other TXT records"), "{words}");
    let words = unsupported(&[("zone", "sub DNAME other.test.\n")], &["+_dmarc.sub 300 TXT \"y\""]).await;
    assert!(words.contains("below the DNAME record of sub.example.com"), "{words}");
    assert!(!words.contains("internal"), "{words}");
    let words = unsupported(&[("zone", "")], &["+a 300 TXT \"y\"", "+a 300 TXT \"y\""]).await;
    assert!(words.contains("added twice"), "{words}");
    let words = unsupported(&[("zone", "")], &["+sub 300 NS ns.test."]).await;
    assert!(words.contains("records of type NS cannot be changed"), "{words}");
    let words = unsupported(&[("zone", "")], &["+a 2147483648 TXT \"y\""]).await;
    assert!(words.contains("a TTL of 2147483648"), "{words}");
    // Data of a type that is taken as it stands could say more than one record, or less.
    for data in ["\"v=spf1\"\nb 300 TXT smuggled", "\"v=spf1\" ; \"lost\"", "( \"v=spf1\""] {
        let words = unsupported(&[("zone", "")], &[&format!("+a 300 SPF {data}")]).await;
        assert!(words.contains("cannot be written as one record of type SPF"), "{words}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_zone_is_told_with_the_place() {
    let add = ["+a 300 TXT \"x\""];
    let words = unsupported(&[("zone", "a TXTT x\n")], &add).await;
    assert_eq!(words, "DIR/zone:3:3: `TXTT` is no record type; one without a name is written TYPE and its number");
    let words = unsupported(&[("zone", "$INCLUDE ../part\n")], &add).await;
    assert!(words.contains("DIR/zone:3:10: `../part` cannot be included: it is outside of the folder"), "{words}");
    let octets = "example.net. 5 SOA \\# 22 00 00 00000001 00000002 00000003 00000004 00000005\n";
    let odd = folder(&[("odd", octets), ("none", "a.example.com. 5 TXT x\n"), ("part", "a.example.com. TXT x\n")]);
    let net: Name = "example.net".parse().expect("a name");
    let provider = ZoneFile::file(odd.path().join("odd"), None);
    let change = Change { owner: net.clone(), remove: vec![], add: group(&add)[0].add.clone(), seen: vec![] };
    let answer = provider.write(&Zone { name: net, id: None }, &[change]).await.remove(0);
    assert!(answer.expect_err("refused").to_string().contains("the SOA record is written as octets"));
    for (file, words) in
        [("none", "has no SOA record"), ("part", "put $TTL at the top"), ("odd", "is the zone example.net")]
    {
        let error = ZoneFile::file(odd.path().join(file), Some(apex())).zone_of(&apex()).await.expect_err("refused");
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn what_is_not_there_or_too_large_is_no_empty_zone() {
    let empty = tempfile::tempdir().expect("a folder");
    let absent = ZoneFile::file(empty.path().join("zone"), Some(apex()));
    assert!(matches!(absent.zone_of(&apex()).await, Err(ProviderError::Unavailable(_))));
    assert!(matches!(absent.read(&zone(), &[apex()]).await, Err(ProviderError::Unavailable(_))));
    let (error, _) = refused(empty.path(), &group(&["+a 300 TXT \"x\""])).await;
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
    let no_folder = ZoneFile::folder(empty.path().join("absent"));
    assert!(matches!(no_folder.zone_of(&apex()).await, Err(ProviderError::Unavailable(_))));
    let folder = ZoneFile::folder(empty.path());
    assert_eq!(folder.zone_of(&apex()).await, Err(ProviderError::NoZone(apex())));
    let large = fs::File::create(empty.path().join("zone")).expect("a file");
    large.set_len(100_000_000).expect("a sparse file");
    let error = absent.zone_of(&apex()).await.expect_err("refused");
    assert!(error.to_string().contains("100000000 octets"), "{error}");
    assert!(error.to_string().contains("67108864 is the most"), "{error}");
}

#[tokio::test]
async fn a_folder_gives_the_nearest_zone_and_nothing_from_outside() {
    let outer = folder(&[("example.com.zone", HEAD), ("sub.example.com.zone", HEAD), ("secret.zone", HEAD)]);
    let inner = outer.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    fs::copy(outer.path().join("example.com.zone"), inner.join("example.com.zone")).expect("copied");
    let provider = ZoneFile::folder(outer.path());
    let found = async |name: &str| {
        let zone = provider.zone_of(&name.parse().expect("a name")).await;
        zone.map(|zone| zone.name.to_string()).map_err(|error| error.to_string())
    };
    assert_eq!(found("a.b.sub.example.com").await.as_deref(), Ok("sub.example.com"));
    assert_eq!(found("subway.example.com").await.as_deref(), Ok("example.com"));
    assert_eq!(found("_dmarc.example.com").await.as_deref(), Ok("example.com"));
    let inner = ZoneFile::folder(&inner);
    for name in [r"\.\./secret", "/etc/passwd", r"\.\.", r"\000", "."] {
        let name: Name = name.parse().expect("a name");
        assert_eq!(inner.zone_of(&name).await, Err(ProviderError::NoZone(name.clone())));
        let read = inner.read(&Zone { name: name.clone(), id: None }, std::slice::from_ref(&name)).await;
        assert_eq!(read, Err(ProviderError::NoZone(name)));
    }
}

#[tokio::test]
async fn a_read_only_file_is_not_replaced() {
    let folder = folder(&[("zone", "")]);
    let path = folder.path().join("zone");
    let mut permissions = fs::metadata(&path).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("set");
    let (error, words) = refused(folder.path(), &group(&["+a 300 TXT \"x\""])).await;
    assert!(matches!(error, ProviderError::Unauthorized(_)), "{error:?}");
    assert_eq!(words, "not allowed: DIR/zone: is read-only; make it writable if it may be edited");
}

#[tokio::test]
async fn a_file_that_another_program_edits_is_left_to_it() {
    let folder = folder(&[("zone", "")]);
    let changes = group(&["+a 300 TXT \"x\""]);
    let held = fs::File::open(folder.path().join("zone")).expect("there");
    held.try_lock().expect("nobody else holds it");
    let (error, words) = refused(folder.path(), &changes).await;
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
    assert_eq!(words, "DIR/zone: another program is editing this file; try again when it has ended");
    held.unlock().expect("it was held");
    let provider = ZoneFile::file(folder.path().join("zone"), Some(apex()));
    provider.write(&zone(), &changes).await.remove(0).expect("taken, now that nobody holds it");
}
