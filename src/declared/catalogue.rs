//! Well-known services that send mail for others: what they are called, and how they ask to be authorised. Data to
//! name them by; what a look-up of theirs costs is asked of DNS, never kept here.

use std::sync::LazyLock;

use mailvouch_providers::dns::Name;
use serde::Deserialize;

use super::policy::SpfNeed;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| toml::from_str(include_str!("catalogue.toml")).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    sender: Vec<KnownSender>,
}

/// A service of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KnownSender {
    /// The id that a declaration names it by.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Other words that people use for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The records that an `include` may name for it, today's first.
    #[serde(default)]
    pub include: Vec<Name>,
    /// Whether it usually needs SPF at the domain itself.
    pub spf: SpfNeed,
    /// How its DKIM keys come into the domain.
    pub dkim: DkimDelegation,
    /// What else one has to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where that was read.
    pub source: String,
}

/// How the DKIM keys of a service come into a domain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DkimDelegation {
    /// By which record.
    pub by: DelegatedBy,
    /// Its selectors. A part in angle brackets differs from customer to customer.
    pub selectors: Vec<String>,
    /// Where the aliases lead, for [`DelegatedBy::Cname`]; `<domain>`, `<domain-with-dashes>` and other parts in angle
    /// brackets differ from customer to customer.
    #[serde(default)]
    pub targets: Vec<String>,
}

/// By which record a key comes into a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelegatedBy {
    /// An alias to a name of the service, which can change the key.
    Cname,
    /// The key itself, which the customer publishes.
    Txt,
}

/// Every known service, by id.
pub fn known_senders() -> &'static [KnownSender] {
    &CATALOGUE.sender
}

/// The service of this id.
pub fn known_sender(id: &str) -> Option<&'static KnownSender> {
    known_senders().iter().find(|sender| sender.id == id)
}

/// The service that an `include` of this name belongs to.
pub fn known_sender_by_include(include: &Name) -> Option<&'static KnownSender> {
    known_senders().iter().find(|sender| sender.include.contains(include))
}

/// The service that people mean who write this instead of its id.
pub(super) fn meant_by(text: &str) -> Option<&'static KnownSender> {
    let text = text.to_lowercase();
    let include = text.parse().ok();
    known_senders().iter().find(|sender| {
        sender.aliases.contains(&text)
            || sender.name.to_lowercase() == text
            || include.as_ref().is_some_and(|include| sender.include.contains(include))
    })
}
