//! The application of the usual Azure environment (<https://learn.microsoft.com/en-us/python/api/overview/azure/identity-readme#environment-variables>).

use mailvouch_providers::azure_dns::Credentials;
use zeroize::Zeroizing;

use super::CredentialError;

/// The application. None of its three variables can be done without; `AZURE_AUTHORITY_HOST` names the token server of
/// another cloud than the public one.
pub(crate) fn azure() -> Result<Credentials, CredentialError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty()).map(Zeroizing::new);
    let needed = |name: &str| variable(name).ok_or_else(|| CredentialError::Unset(name.to_owned()));
    let (tenant, client) = (needed("AZURE_TENANT_ID")?, needed("AZURE_CLIENT_ID")?);
    let secret = needed("AZURE_CLIENT_SECRET")?;
    // Some write the host alone.
    let authority = variable("AZURE_AUTHORITY_HOST").map(|host| {
        let host = host.trim();
        if host.contains("://") { host.to_owned() } else { format!("https://{host}") }
    });
    Ok(Credentials::new(tenant.trim(), client.trim(), secret.trim(), authority.as_deref()))
}
