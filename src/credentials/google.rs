//! The credential of Google's usual environment: a token that is there already, or a file that has tokens given out.

use std::path::{Path, PathBuf};

use mailvouch_providers::ProviderError;
use mailvouch_providers::google_cloud_dns::Credentials;
use zeroize::Zeroizing;

use super::read;

/// Access tokens, as Terraform and as `gcloud` have them.
const TOKENS: [&str; 2] = ["GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"];
/// The path of a credentials file.
const FILE: &str = "GOOGLE_APPLICATION_CREDENTIALS";

/// Why no credential of Google's could be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoGoogleCredential {
    /// There is no file.
    #[error(
        "no Google credential: neither GOOGLE_OAUTH_ACCESS_TOKEN nor CLOUDSDK_AUTH_ACCESS_TOKEN nor \
         GOOGLE_APPLICATION_CREDENTIALS is set, and {file} cannot be read ({why})"
    )]
    Nowhere {
        /// Where `gcloud auth application-default login` leaves one.
        file: String,
        /// Why it cannot be read.
        why: String,
    },
    /// The file that the variable names cannot be read.
    #[error("GOOGLE_APPLICATION_CREDENTIALS: {0}")]
    Unreadable(String),
    /// The file is no credential.
    #[error("{file}: {source}")]
    Unusable {
        /// The file.
        file: String,
        /// Why.
        source: ProviderError,
    },
}

/// The credential (<https://docs.cloud.google.com/docs/authentication/application-default-credentials>): a token before
/// the file, and the file that the environment names before the one in its usual place. No metadata server is asked.
pub(crate) fn google() -> Result<Credentials, NoGoogleCredential> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty()).map(Zeroizing::new);
    if let Some(token) = TOKENS.into_iter().find_map(variable) {
        return Ok(Credentials::access_token(token.trim()));
    }
    let (file, is_named) = match variable(FILE) {
        Some(file) => (PathBuf::from(file.as_str()), true),
        None => (usual(variable), false),
    };
    let name = || file.display().to_string();
    let text = read(&file).map(Zeroizing::new).map_err(|error| {
        let why = error.to_string();
        if is_named { NoGoogleCredential::Unreadable(why) } else { NoGoogleCredential::Nowhere { file: name(), why } }
    })?;
    let text = String::from_utf8_lossy(&text);
    Credentials::from_json(&text).map_err(|source| NoGoogleCredential::Unusable { file: name(), source })
}

/// Where `gcloud` leaves a file.
fn usual(variable: impl Fn(&str) -> Option<Zeroizing<String>>) -> PathBuf {
    let path = |name: &str| variable(name).map(|value| PathBuf::from(value.as_str()));
    let folder = path("CLOUDSDK_CONFIG").or_else(|| path("APPDATA").map(|data| data.join("gcloud")));
    let folder = folder.unwrap_or_else(|| path("HOME").unwrap_or_default().join(Path::new(".config/gcloud")));
    folder.join("application_default_credentials.json")
}
