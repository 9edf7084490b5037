//! How a file gets onto the disk, and what is run then.

use std::fs;
use std::path::{Path, PathBuf};

use mailvouch_providers::dns::Rdata;
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Change, Provider, ProviderError, Zone};
use tempfile::TempDir;

use super::workbench::{HEAD, group};
use super::{apex, as_bind_reads};

fn zone_in(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("zone");
    fs::write(&path, format!("{HEAD}a TXT x\n")).expect("a file");
    path
}

async fn write(provider: &ZoneFile, changes: &[Change]) -> Result<(), ProviderError> {
    let zone = Zone { name: apex(), id: None };
    provider.write(&zone, changes).await.remove(0).map(|_| ())
}

fn serial(path: &Path) -> u32 {
    let records = as_bind_reads(path, &apex());
    let soa = records.iter().find_map(|(_, value)| if let Rdata::Soa(soa) = &value.rdata { Some(soa) } else { None });
    soa.expect("an SOA record").serial
}

#[tokio::test]
async fn nothing_stays_behind_but_the_zone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = zone_in(&folder);
    let provider = ZoneFile::file(&path, Some(apex()));
    write(&provider, &group(&["+b 300 TXT \"y\""])).await.expect("taken");
    write(&provider, &group(&["-c 300 TXT \"z\""])).await.expect_err("stale");
    let names: Vec<_> = fs::read_dir(folder.path()).expect("it").map(|entry| entry.expect("it").file_name()).collect();
    assert_eq!(names, ["zone"]);
}

#[tokio::test]
async fn each_write_raises_the_serial_number_and_taking_back_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = zone_in(&folder);
    let provider = ZoneFile::file(&path, Some(apex()));
    write(&provider, &group(&["+b 300 TXT \"y\""])).await.expect("taken");
    assert_eq!(serial(&path), 8);
    write(&provider, &group(&["-b 300 TXT \"y\""])).await.expect("taken");
    assert_eq!(serial(&path), 9);
    write(&provider, &group(&["-b 300 TXT \"y\""])).await.expect_err("stale");
    assert_eq!(serial(&path), 9);
    // A date goes to today, and nothing else of the line changes.
    fs::write(&path, HEAD.replace(" 7 ", "  2020010199\t")).expect("written");
    write(&provider, &group(&["+b 300 TXT \"y\""])).await.expect("taken");
    let dated = serial(&path);
    assert!(dated > 2_026_000_000 && dated % 100 == 1, "{dated}");
    let text = fs::read_to_string(&path).expect("it");
    assert_eq!(
        text.replacen(&dated.to_string(), "2020010199", 1),
        format!("{}b TXT \"y\"\n", HEAD.replace(" 7 ", "  2020010199\t"))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn mode_and_owner_are_kept_and_a_link_stays_one() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let path = zone_in(&folder);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).expect("set");
    // Only root may give a file away; for others there is nothing to keep but their own.
    let _ = chown(&path, Some(12345), Some(12345));
    let elsewhere = tempfile::tempdir().expect("a folder");
    let link = elsewhere.path().join("linked");
    symlink(&path, &link).expect("a link");
    let before = fs::metadata(&path).expect("there");
    write(&ZoneFile::file(&link, Some(apex())), &group(&["+b 300 TXT \"y\""])).await.expect("taken");
    let after = fs::metadata(&path).expect("there");
    assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
    assert_ne!(after.ino(), before.ino(), "replaced, not written into");
    assert_eq!(fs::read_link(&link).expect("still a link"), path);
    assert_eq!(fs::read_dir(elsewhere.path()).expect("it").count(), 1);
    assert_eq!(serial(&path), 8);
}

#[cfg(unix)]
#[tokio::test]
async fn a_reload_follows_what_is_written_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = zone_in(&folder);
    let marker = folder.path().join("a marker; with $(odd) characters");
    let command = ["touch".to_owned(), marker.to_str().expect("UTF-8").to_owned()];
    let provider = ZoneFile::file(&path, Some(apex())).with_reload(command.to_vec());
    write(&provider, &group(&["-c 300 TXT \"z\""])).await.expect_err("stale");
    assert!(!marker.exists());
    write(&provider, &group(&["+b 300 TXT \"y\""])).await.expect("taken");
    assert!(marker.exists(), "run without a shell, its argument in one piece");
}

#[cfg(unix)]
#[tokio::test]
async fn a_reload_that_fails_is_told_as_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = zone_in(&folder);
    let failing = ["sh", "-c", "echo no such server >&2; exit 7"];
    for (command, words, serial_after) in [
        (&failing[..], "the reload command `sh` failed (exit status: 7): no such server", 8),
        (&["/nonexistent/rndc"], "the reload command `/nonexistent/rndc` could not be run: No such file", 9),
    ] {
        let command = command.iter().map(ToString::to_string).collect();
        let provider = ZoneFile::file(&path, Some(apex())).with_reload(command);
        let owner = format!("+new{serial_after} 300 TXT \"y\"");
        let error = write(&provider, &group(&[&owner])).await.expect_err("told");
        assert!(matches!(error, ProviderError::Unfinished(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.to_string().starts_with("the change is written, but not finished"), "{error}");
        assert_eq!(serial(&path), serial_after);
    }
}
