//! HTTP to the API of a DNS service: one credential, one rate, and answers that are either whole or not there.
//!
//! What is asked may be asked again. What changes something is sent again only where it cannot have been carried out:
//! where no connection came about, or the service said that it took no notice. All else is
//! [`ProviderError::Indeterminate`](crate::ProviderError::Indeterminate), and whoever sent it looks what became of it.

mod certificate;
mod client;
mod hidden;
mod once;
mod pace;
#[cfg(any(feature = "azure-dns", feature = "google-cloud-dns"))]
mod token;

#[cfg(feature = "hosted")]
pub(crate) use client::NotWritten;
pub use client::Patience;
#[cfg(any(feature = "cloudflare", feature = "digitalocean", feature = "hosted", feature = "powerdns"))]
pub(crate) use client::secret_header;
pub(crate) use client::{Answer, Client, Settings};
pub(crate) use hidden::Hidden;
pub(crate) use once::Once;
#[cfg(any(feature = "azure-dns", feature = "google-cloud-dns"))]
pub(crate) use token::{Grant, Tokens};
