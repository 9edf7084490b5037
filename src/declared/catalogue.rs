//! Well-known services that send mail for others: what they are called, and how they ask to be authorised. Data to
//! name them by; what a look-up of theirs costs is asked of DNS, never kept here.

use std::sync::LazyLock;

use mailvouch_providers::dns::Name;
use serde::Deserialize;

use super::policy::SpfNeed;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| toml::from_str(include_str!("catalogue.toml")).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Catalogue {
    usual_selectors: Vec<String>,
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

/// The service that an `include` of this name probably belongs to: it stands below a record of the service, or under the
/// domain that the service has its keys in.
pub fn known_sender_near_include(include: &Name) -> Option<&'static KnownSender> {
    known_senders().iter().find(|sender| {
        let below = |theirs: &Name| include.is_at_or_below(theirs);
        let beside = |target: &String| home_of(target).is_some_and(|home| include.is_at_or_below(&home));
        sender.include.iter().any(below) || sender.dkim.targets.iter().any(beside)
    })
}

/// The service that an alias with this target belongs to.
pub fn known_sender_by_target(target: &Name) -> Option<&'static KnownSender> {
    let target = target.to_string();
    let leads_there = |pattern: &String| fits(pattern, &target);
    known_senders().iter().find(|sender| sender.dkim.targets.iter().any(leads_there))
}

/// The selectors that keys are looked for at: those of services that are the same for every customer, then the usual
/// ones. Each once, in the order of the catalogue.
pub fn probed_selectors() -> Vec<&'static str> {
    let fixed = known_senders().iter().flat_map(|sender| &sender.dkim.selectors).filter(|name| !name.contains('<'));
    let mut names: Vec<&str> = Vec::new();
    for name in fixed.chain(&CATALOGUE.usual_selectors) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// The domain that a service has its keys in: the last two labels of a target, where they are the same for every
/// customer. None of those in the catalogue is registered deeper.
fn home_of(target: &str) -> Option<Name> {
    let fixed = target.rsplit_once('>').map_or(target, |(_, fixed)| fixed);
    let home: Name = target.parse::<Name>().ok()?.ancestors().find(|name| name.label_count() == 2)?;
    fixed.ends_with(&home.to_string()).then_some(home)
}

/// Whether a name is made by a pattern. A part in angle brackets stands for any letters, dots among them.
fn fits(pattern: &str, name: &str) -> bool {
    let mut fixed = pattern.split('<').map(|part| part.split_once('>').map_or(part, |(_, rest)| rest));
    let Some(mut rest) = fixed.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = fixed.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        // What stands for a part is never empty.
        let Some(at) = rest.get(1..).and_then(|rest| rest.find(part)) else { return false };
        rest = &rest[1 + at + part.len()..];
    }
    rest.len() > last.len() && rest.ends_with(last)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    #[test]
    fn a_service_is_known_by_where_its_aliases_lead() {
        for (target, id) in [
            ("selector1-example-com._domainkey.contoso.onmicrosoft.com", "microsoft-365"),
            ("Selector2-example-com._domainkey.contoso.p-v1.dkim.mail.microsoft", "microsoft-365"),
            ("s1.domainkey.u7654321.wl104.sendgrid.net", "sendgrid"),
            ("fm2.mail.example.com.dkim.fmhosted.com", "fastmail"),
            ("dkim2.mcsv.net", "mailchimp"),
            ("zendesk1._domainkey.zendesk.com", "zendesk"),
            ("abcdef.dkim.amazonses.com", "amazon-ses"),
            ("example-com.hs08a.dkim.hubspotemail.net", "hubspot"),
        ] {
            assert_eq!(known_sender_by_target(&name(target)).map(|known| known.id.as_str()), Some(id), "{target}");
        }
        for target in [
            "dkim2.mcsv.net.example.com",
            ".dkim.amazonses.com.evil.example",
            "dkim.amazonses.com",
            "xdkim2.mcsv.net",
            "s1.domainkey.u.wl.sendgrid.net",
        ] {
            let target: Result<Name, _> = target.parse();
            assert!(target.is_err() || known_sender_by_target(&target.expect("a name")).is_none());
        }
    }

    #[test]
    fn an_include_below_the_domain_of_a_service_is_probably_its() {
        let near = |text| known_sender_near_include(&name(text)).map(|known| known.id.as_str());
        assert_eq!(near("24681357.spf07.hubspotemail.net"), Some("hubspot"));
        assert_eq!(near("u1.sendgrid.net"), Some("sendgrid"));
        assert_eq!(near("spf.example.net"), None);
        assert_eq!(near("net"), None);
    }

    #[test]
    fn what_is_probed_is_fixed_and_each_once() {
        let names = probed_selectors();
        assert!(names.len() > 30 && names.len() < 100, "{}", names.len());
        assert!(names.iter().all(|name| !name.contains('<')) && names.contains(&"selector1"));
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
    }
}
