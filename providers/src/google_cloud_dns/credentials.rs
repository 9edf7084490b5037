//! Who is asking: a service account, which signs for itself, a user who signed in, or a token that is there already.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;

use crate::ProviderError;
use crate::http::{Grant, Tokens};

/// What the tokens are good for: the DNS, and nothing else.
const SCOPE: &str = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
/// Where a user's tokens come from; the file of a service account says it itself.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";
/// How long an assertion may be used: the most that is taken.
const HOUR: u64 = 3600;

/// A credential of Google's. What is secret of it is never shown.
pub struct Credentials(Kind);

enum Kind {
    AccessToken(String),
    ServiceAccount(ServiceAccount),
    User(User),
}

/// The file of a service account's key.
#[derive(Deserialize)]
struct ServiceAccount {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
    #[serde(default = "token_uri")]
    token_uri: String,
    project_id: Option<String>,
}

/// What `gcloud auth application-default login` leaves.
#[derive(Deserialize)]
struct User {
    client_id: String,
    client_secret: String,
    refresh_token: String,
    #[serde(default = "token_uri")]
    token_uri: String,
    quota_project_id: Option<String>,
}

fn token_uri() -> String {
    TOKEN_URI.to_owned()
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Credentials {
    /// An access token that somebody had given out.
    pub fn access_token(token: &str) -> Self {
        Self(Kind::AccessToken(token.to_owned()))
    }

    /// A file of credentials, as Google gives them out.
    pub fn from_json(text: &str) -> Result<Self, ProviderError> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "type", default)]
            kind: String,
        }
        // What the parser says may show a part of the file.
        let unreadable = |what: &str| ProviderError::Unauthorized(format!("the credentials file {what}"));
        let head: Head = serde_json::from_str(text).map_err(|_| unreadable("is no JSON object with a `type`"))?;
        match head.kind.as_str() {
            "service_account" => {
                let account: ServiceAccount = serde_json::from_str(text).map_err(|_| {
                    unreadable("of a service account lacks `client_email` or `private_key`, or they are no text")
                })?;
                account.key()?;
                Ok(Self(Kind::ServiceAccount(account)))
            }
            "authorized_user" => {
                let user = serde_json::from_str(text).map_err(|_| {
                    unreadable("of a user lacks `client_id`, `client_secret` or `refresh_token`, or they are no text")
                })?;
                Ok(Self(Kind::User(user)))
            }
            _ => Err(unreadable(
                "is neither of a `service_account` nor of an `authorized_user`: have a token given out by `gcloud auth \
                 print-access-token`, and put it into CLOUDSDK_AUTH_ACCESS_TOKEN",
            )),
        }
    }

    /// The project that the credential itself names.
    pub fn project(&self) -> Option<&str> {
        match &self.0 {
            Kind::AccessToken(_) => None,
            Kind::ServiceAccount(account) => account.project_id.as_deref(),
            Kind::User(user) => user.quota_project_id.as_deref(),
        }
    }

    /// What is never told.
    pub(super) fn secrets(&self) -> Vec<String> {
        match &self.0 {
            Kind::AccessToken(token) => vec![token.clone()],
            Kind::ServiceAccount(account) => vec![account.private_key.clone()],
            Kind::User(user) => vec![user.client_secret.clone(), user.refresh_token.clone()],
        }
    }

    /// The tokens that it is good for.
    pub(super) fn tokens(self, timeout: Duration) -> Result<Tokens, ProviderError> {
        match self.0 {
            Kind::AccessToken(token) => Tokens::fixed(&token),
            Kind::ServiceAccount(account) => {
                let key = account.key()?;
                Tokens::exchanged(&account.token_uri.clone(), timeout, move || {
                    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned();
                    let secret = vec![("assertion", account.assertion(&key)?)];
                    Ok(Grant { open: vec![("grant_type", grant)], secret })
                })
            }
            Kind::User(user) => Tokens::exchanged(&user.token_uri.clone(), timeout, move || {
                let open = vec![("grant_type", "refresh_token".to_owned()), ("client_id", user.client_id.clone())];
                let secret =
                    vec![("client_secret", user.client_secret.clone()), ("refresh_token", user.refresh_token.clone())];
                Ok(Grant { open, secret })
            }),
        }
    }
}

impl ServiceAccount {
    fn key(&self) -> Result<RsaKeyPair, ProviderError> {
        let unusable = |what: &str| {
            ProviderError::Unauthorized(format!("the private key of the service account {}: {what}", self.client_email))
        };
        let lines = self.private_key.lines().map(str::trim);
        let armoured: String = lines.filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(armoured).map_err(|_| unusable("it is no PEM text"))?;
        RsaKeyPair::from_pkcs8(&der).map_err(|_| unusable("it is no RSA key in PKCS #8"))
    }

    /// A signed text that says who asks, for what, and until when
    /// (<https://developers.google.com/identity/protocols/oauth2/service-account>, RFC 7523, section 2.1).
    fn assertion(&self, key: &RsaKeyPair) -> Result<String, ProviderError> {
        let unsigned = || ProviderError::Unsupported("the request for a token cannot be signed".to_owned());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| unsigned())?.as_secs();
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.private_key_id});
        let claims = json!({"iss": self.client_email, "scope": SCOPE, "aud": self.token_uri, "iat": now,
            "exp": now + HOUR});
        let encoded = |part: &serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let text = format!("{}.{}", encoded(&header), encoded(&claims));
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).map_err(|_| unsigned())?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_refused_and_not_shown() {
        for (text, words) in [
            ("", "no JSON object"),
            ("[1]", "no JSON object"),
            (r#"{"hunter2": 1}"#, "neither of a `service_account`"),
            (r#"{"type": "external_account", "audience": "hunter2"}"#, "print-access-token"),
            (r#"{"type": "service_account", "private_key": "hunter2"}"#, "lacks `client_email`"),
            (r#"{"type": "service_account", "client_email": "me", "private_key": 7}"#, "lacks `client_email`"),
            (r#"{"type": "service_account", "client_email": "me", "private_key": "hunter2h"}"#, "no RSA key"),
            (r#"{"type": "service_account", "client_email": "me", "private_key": "hunter2!"}"#, "no PEM text"),
            (r#"{"type": "authorized_user", "client_secret": "hunter2"}"#, "lacks `client_id`"),
        ] {
            let error = Credentials::from_json(text).expect_err(text).to_string();
            assert!(error.contains(words) && !error.contains("hunter2"), "{text}: {error}");
        }
        let shown = format!("{:?}", Credentials::access_token("hunter2"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
