//! Requests with a signature (AWS Signature Version 4).

use std::fmt;
use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::{Method, Request, Url};

use crate::ProviderError;
use crate::http::Hidden;

/// An access key. What is secret of it is never shown.
#[derive(Clone)]
pub struct Credentials {
    inner: aws_credential_types::Credentials,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Credentials {
    /// An access key with its secret, and the token of the session where it is a temporary one.
    pub fn new(access_key_id: &str, secret_access_key: &str, session_token: Option<&str>) -> Self {
        let token = session_token.map(str::to_owned);
        Self {
            inner: aws_credential_types::Credentials::new(access_key_id, secret_access_key, token, None, "mailvouch"),
        }
    }

    /// What is never told.
    pub(super) fn hidden(&self) -> Hidden {
        Hidden::new([self.inner.secret_access_key()].into_iter().chain(self.inner.session_token()))
    }

    /// A signed request. The time is part of the signature: each attempt is signed anew.
    pub(super) fn sign(
        &self,
        method: &Method,
        url: &Url,
        body: Vec<u8>,
        region: &str,
    ) -> Result<Request, ProviderError> {
        let failed = |what: &str| ProviderError::Unsupported(format!("the request cannot be signed: {what}"));
        let identity = self.inner.clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("route53")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(&error.to_string()))?
            .into();
        let host = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let headers = [("host", host.as_str())];
        let signable =
            SignableRequest::new(method.as_str(), url.as_str(), headers.into_iter(), SignableBody::Bytes(&body))
                .map_err(|error| failed(&error.to_string()))?;
        let (instructions, _) = sign(signable, &params).map_err(|error| failed(&error.to_string()))?.into_parts();
        let mut request = http_types::Request::builder()
            .method(method.clone())
            .uri(url.as_str())
            .body(body)
            .map_err(|error| failed(&error.to_string()))?;
        instructions.apply_to_request_http1x(&mut request);
        Request::try_from(request).map_err(|_| failed("it is no request"))
    }
}
