//! The command that has a written zone served.

use std::io::{Read, Seek};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::ProviderError;

/// How long a reload may take.
const LIMIT: Duration = Duration::from_mins(1);
/// How much of what it complains about is told.
const WORDS: u64 = 2000;

/// Runs a command, words as given, without a shell. Its failure is told as what it is: the zone is written.
pub(super) async fn run(command: &[String]) -> Result<(), ProviderError> {
    let [program, arguments @ ..] = command else {
        return Ok(());
    };
    let unfinished = |what: String| ProviderError::Unfinished(format!("the reload command `{program}` {what}"));
    let failed = |error: std::io::Error| unfinished(format!("could not be run: {error}"));
    // Not a pipe: who it starts and leaves behind may hold that open, and would be waited for.
    let mut complaints = tempfile::tempfile().map_err(failed)?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(complaints.try_clone().map_err(failed)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let Ok(status) = tokio::time::timeout(LIMIT, child.wait()).await else {
        return Err(unfinished(format!("did not end within {} s", LIMIT.as_secs())));
    };
    let status = status.map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    let mut words = Vec::new();
    complaints.rewind().map_err(failed)?;
    complaints.take(WORDS).read_to_end(&mut words).map_err(failed)?;
    let words = String::from_utf8_lossy(&words);
    let words = if words.trim().is_empty() { String::new() } else { format!(": {}", words.trim()) };
    Err(unfinished(format!("failed ({status}){words}")))
}
