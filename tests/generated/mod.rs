//! Files that the program writes itself and that are committed: each is what it writes today.
//!
//! `INSTA_UPDATE=always cargo test generated` brings them up to date, as it does snapshots.

mod command_line;
mod providers;
mod schemas;

use std::path::Path;
use std::process::Command;

/// Holds a committed file to what the program writes.
pub(crate) fn assert_committed(file: &str, written: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, written).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(stands == written, "{file} is not what the program writes: `INSTA_UPDATE=always cargo test generated`");
}

/// What the program prints for these arguments.
fn printed(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_mailvouch")).args(arguments).output().expect("the program starts");
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    String::from_utf8(ran.stdout).expect("UTF-8")
}
