//! Vectors of others, a JSON document a line. They are read where `MAILVOUCH_VECTORS` points to, and not committed.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;

/// The cases of one file; none where the folder is not named. A named folder that lacks the file is a failure.
pub(crate) fn cases(file: &str) -> Vec<Value> {
    let Some(folder) = std::env::var_os("MAILVOUCH_VECTORS").map(PathBuf::from) else {
        // Past the test harness, which would keep it to itself.
        let line = format!("MAILVOUCH_VECTORS is not set: {file} is NOT checked\n");
        std::io::stderr().write_all(line.as_bytes()).expect("a line on stderr");
        return Vec::new();
    };
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON document a line")).collect();
    assert!(!cases.is_empty(), "{} holds no case", path.display());
    cases
}
