//! What is said about a declaration that is wrong: one snapshot for each thing that can be.

mod dkim;
mod dmarc;
mod domains;
mod egress;
mod files;
mod providers;
mod senders;

use super::{read, render_error};
use crate::support::snapshots;

/// Reads each text, which has to be refused, and compares what is said with the snapshot of its name.
fn check(cases: &[(&str, &str)]) {
    let _guard = snapshots("declared");
    for (name, text) in cases {
        let error = read(text).expect_err(name);
        assert!(!error.problems().is_empty(), "{name}");
        insta::assert_snapshot!(*name, render_error(&error));
    }
}

/// As [`check`], with the version written before each text.
fn check_sections(cases: &[(&str, &str)]) {
    let texts: Vec<(&str, String)> = cases.iter().map(|(name, text)| (*name, format!("version = 1\n{text}"))).collect();
    let cases: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    check(&cases);
}
