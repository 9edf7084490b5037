//! Secrets: from the environment, a file or a program, and nowhere else. Never printed, logged or kept.

use std::path::Path;
use std::process::Command;

use zeroize::Zeroizing;

use crate::declared::SecretSource;

/// Largest secret that is read, in bytes.
const MAX: u64 = 64 * 1024;

/// Why a secret could not be had. The secret itself is never part of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialError {
    /// The variable is not set, or is empty.
    #[error("the environment variable {0} is not set")]
    Unset(String),
    /// The file cannot be read.
    #[error("the secret file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The program failed.
    #[error("the secret command `{program}` {why}")]
    Command {
        /// The program.
        program: String,
        /// What it did.
        why: String,
    },
    /// What came is not text.
    #[error("the secret from {0} is not UTF-8 text, or is empty")]
    NotText(String),
}

/// Reads a secret; white space around it does not count.
pub(crate) fn load(source: &SecretSource) -> Result<Zeroizing<String>, CredentialError> {
    let (secret, from) = match source {
        SecretSource::Env(name) => {
            let value = std::env::var_os(&name.value).filter(|value| !value.is_empty());
            let value = value.ok_or_else(|| CredentialError::Unset(name.value.clone()))?;
            (value.into_encoded_bytes(), format!("the environment variable {}", name.value))
        }
        SecretSource::File(path) => (read(&path.value)?, path.value.display().to_string()),
        SecretSource::Command(command) => (run(&command.value)?, command.value.join(" ")),
    };
    let secret = Zeroizing::new(secret);
    let text = std::str::from_utf8(&secret).ok().map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| Zeroizing::new(text.to_owned())).ok_or(CredentialError::NotText(from))
}

fn read(path: &Path) -> Result<Vec<u8>, CredentialError> {
    use std::io::Read as _;
    let failed = |source| CredentialError::File { path: path.display().to_string(), source };
    let mut secret = Vec::new();
    std::fs::File::open(path).map_err(failed)?.take(MAX).read_to_end(&mut secret).map_err(failed)?;
    Ok(secret)
}

fn run(command: &[String]) -> Result<Vec<u8>, CredentialError> {
    let Some((program, arguments)) = command.split_first() else { return Ok(Vec::new()) };
    let failed = |why: String| CredentialError::Command { program: program.clone(), why };
    // Its standard error is the user's to see; its output is the secret.
    let output = Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| failed(format!("cannot be run: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status)));
    }
    Ok(output.stdout)
}
