//! Who is asking: an application (a service principal) with a secret.

use std::fmt;
use std::time::Duration;

use crate::ProviderError;
use crate::http::{Grant, Tokens};

/// Where tokens are given out, but for the clouds of some countries.
const AUTHORITY: &str = "https://login.microsoftonline.com";

/// An application of a tenant. Its secret is never shown.
pub struct Credentials {
    tenant: String,
    client_id: String,
    client_secret: String,
    authority: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Credentials {
    /// An application by its id and its secret; `authority` gives out its tokens, where that is not the public one.
    pub fn new(tenant: &str, client_id: &str, client_secret: &str, authority: Option<&str>) -> Self {
        let authority = authority.unwrap_or(AUTHORITY).trim_end_matches('/').to_owned();
        Self {
            tenant: tenant.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            authority,
        }
    }

    /// What is never told.
    pub(super) fn secret(&self) -> &str {
        &self.client_secret
    }

    /// Tokens for the service at this base URL, by the client credentials grant
    /// (<https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>).
    pub(super) fn tokens(self, service: &str, timeout: Duration) -> Result<Tokens, ProviderError> {
        if !self.tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
            return Err(ProviderError::Unauthorized("the tenant is neither an id nor a domain name".to_owned()));
        }
        let url = format!("{}/{}/oauth2/v2.0/token", self.authority, self.tenant);
        let scope = format!("{}/.default", service.trim_end_matches('/'));
        Tokens::exchanged(&url, timeout, move || {
            let open = vec![
                ("grant_type", "client_credentials".to_owned()),
                ("client_id", self.client_id.clone()),
                ("scope", scope.clone()),
            ];
            Ok(Grant { open, secret: vec![("client_secret", self.client_secret.clone())] })
        })
    }
}
