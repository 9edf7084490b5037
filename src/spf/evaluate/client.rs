//! Who sends, and in whose name: the arguments of `check_host` (RFC 7208, section 4.1).

use std::borrow::Cow;
use std::net::IpAddr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use mailvouch_providers::dns::Name;

/// Who sends, and in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address that the message comes from. An IPv4 address mapped into IPv6 counts as the IPv4 address
    /// (RFC 7208, section 5).
    pub ip: IpAddr,
    /// What it said in HELO or EHLO; may be empty where nobody knows.
    pub helo: String,
    /// The reverse-path, without angle brackets; empty for a bounce, which is checked as `postmaster` at the HELO name
    /// (RFC 7208, section 2.4).
    pub mail_from: String,
    /// The name of the host that checks, for `%{r}` in explanations.
    pub receiver: Option<String>,
    /// When it checks, in seconds since 1970, for `%{t}` in explanations.
    pub time: i64,
}

/// The sender as macros have it (RFC 7208, section 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender<'a> {
    /// `%{l}`
    pub(super) local_part: &'a str,
    /// `%{o}`, and the first `%{d}`.
    pub(super) domain: Cow<'a, str>,
}

impl Client {
    /// Who is checked: the reverse-path, or `postmaster` at the HELO name where there is none (RFC 7208, section 2.4);
    /// `postmaster` also where there is no local part (section 4.3).
    pub(super) fn sender(&self) -> Sender<'_> {
        let address = if self.mail_from.is_empty() { &self.helo } else { &self.mail_from };
        // A quoted local part may hold an `@`; a domain may not.
        let (local_part, domain) = address.rsplit_once('@').unwrap_or(("", address));
        let local_part = if local_part.is_empty() { "postmaster" } else { local_part };
        // Internationalized names are A-labels in DNS (section 4.3; RFC 8616, section 4).
        let domain = if domain.is_ascii() {
            Cow::Borrowed(domain)
        } else {
            let mapped =
                Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore);
            mapped.unwrap_or(Cow::Borrowed(domain))
        };
        Sender { local_part, domain }
    }
}

/// The domain as a name to ask for; none where it is malformed or has only one label (RFC 7208, section 4.3).
pub(super) fn domain_name(text: &str) -> Option<Name> {
    // `[192.0.2.1]` is an address, not a name.
    if text.starts_with('[') || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let text = text.strip_suffix('.').unwrap_or(text);
    let name = Name::from_labels(text.split('.').map(str::as_bytes)).ok()?;
    (name.label_count() > 1).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(mail_from: &str, helo: &str) -> (String, String) {
        let (helo, mail_from) = (helo.to_owned(), mail_from.to_owned());
        let client = Client { ip: IpAddr::from([192, 0, 2, 1]), helo, mail_from, receiver: None, time: 0 };
        let Sender { local_part, domain } = client.sender();
        (local_part.to_owned(), domain.into_owned())
    }

    #[test]
    fn who_has_no_local_part_is_the_postmaster() {
        let is = |local: &str, domain: &str| (local.to_owned(), domain.to_owned());
        assert_eq!(sender("a@b.example", "mail.example"), is("a", "b.example"));
        assert_eq!(sender("", "mail.example"), is("postmaster", "mail.example"));
        assert_eq!(sender("@b.example", "mail.example"), is("postmaster", "b.example"));
        assert_eq!(sender("b.example", "mail.example"), is("postmaster", "b.example"));
        assert_eq!(sender("\"a@x\"@b.example", ""), is("\"a@x\"", "b.example"));
        assert_eq!(sender("a@büro.example", ""), is("a", "xn--bro-hoa.example"));
    }

    #[test]
    fn what_is_no_name_of_two_labels_has_no_record() {
        for text in ["", ".", "example", "example.", "a..example", ".example.com", "[192.0.2.1]", "a b.example", "ü.x"]
        {
            assert_eq!(domain_name(text), None, "{text:?}");
        }
        assert_eq!(domain_name(&format!("{}.example", "a".repeat(64))), None);
        assert_eq!(domain_name("Example.COM.").map(|name| name.to_string()).as_deref(), Some("example.com"));
    }
}
