//! Secrets: from the environment, a file or a program, and nowhere else. Never printed, logged or kept.

mod azure;
mod google;

use std::path::Path;
use std::process::Command;

use zeroize::Zeroizing;

use crate::declared::SecretSource;

pub(crate) use azure::azure;
pub(crate) use google::google;

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

/// An access key of AWS.
pub(crate) struct AwsKey {
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) token: Option<Zeroizing<String>>,
}

/// Why no access key of AWS could be had.
#[derive(Debug, thiserror::Error)]
#[error(
    "no AWS access key: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, nor does {file} have a profile \
     [{profile}] with aws_access_key_id and aws_secret_access_key{why}"
)]
pub(crate) struct NoAwsKey {
    file: String,
    profile: String,
    why: String,
}

/// The access key of the usual environment, else that of the profile in the shared credentials file.
pub(crate) fn aws() -> Result<AwsKey, NoAwsKey> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(id), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        let token = variable("AWS_SESSION_TOKEN").map(Zeroizing::new);
        return Ok(AwsKey { id, secret: Zeroizing::new(secret), token });
    }
    let profile = variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
    let home = variable("HOME").or_else(|| variable("USERPROFILE")).unwrap_or_default();
    let file = variable("AWS_SHARED_CREDENTIALS_FILE")
        .map_or_else(|| Path::new(&home).join(".aws").join("credentials"), std::path::PathBuf::from);
    let none = |why: String| NoAwsKey { file: file.display().to_string(), profile: profile.clone(), why };
    let text = Zeroizing::new(read(&file).map_err(|error| none(format!(" ({error})")))?);
    let text = std::str::from_utf8(&text).map_err(|_| none(" (it is not text)".to_owned()))?;
    profile_of(text, &profile).ok_or_else(|| none(String::new()))
}

/// The key of one profile of a shared credentials file.
fn profile_of(text: &str, profile: &str) -> Option<AwsKey> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != format!("[{profile}]"));
    lines.next()?;
    let (mut id, mut secret, mut token) = (None, None, None);
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let value = Zeroizing::new(value.trim().to_owned());
        match key.trim() {
            "aws_access_key_id" => id = Some(value.to_string()),
            "aws_secret_access_key" => secret = Some(value),
            "aws_session_token" => token = Some(value),
            _ => {}
        }
    }
    Some(AwsKey { id: id?, secret: secret?, token })
}

/// The region that requests to AWS are signed for, where the declaration names none.
pub(crate) fn aws_region() -> Option<String> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_and_no_other() {
        let text = "[default]\naws_access_key_id = A\n# none\n[mail]\naws_access_key_id=B\naws_secret_access_key = s=1 \n\
                    aws_session_token=t\n[last]\naws_access_key_id = C\n";
        let key = profile_of(text, "mail").expect("a key");
        assert_eq!((key.id.as_str(), key.secret.as_str()), ("B", "s=1"));
        assert_eq!(key.token.as_deref().map(String::as_str), Some("t"));
        assert!(profile_of(text, "default").is_none() && profile_of(text, "other").is_none());
    }
}
