//! From a bounce to what is looked up for it.

use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::case::Case;
use crate::declared::domain_argument;
use crate::observed::bounce::{Bounce, Report};

impl Case {
    /// What a report of a bounce tells. `block_lists` are the zones that somebody named.
    pub fn of(message: &Bounce, report: &Report, block_lists: &[Name], now: Timestamp) -> Self {
        let returned = &message.returned;
        let domain_in = |address: &str| domain_argument(address.rsplit('@').next()?.trim_matches(['<', '>', ' '])).ok();
        let author = returned.from.as_deref().and_then(domain_in);
        let author = author.or_else(|| report.sender_domain.as_deref().and_then(domain_in));
        let envelope = returned.return_path.as_deref().map(|path| path.trim_matches(['<', '>', ' ']).to_owned());
        let signatures = returned.signatures.iter();
        Self {
            address: report.sender_ip.map(|ip| ip.address),
            helo: returned.helo.clone(),
            envelope: envelope.filter(|path| domain_in(path).is_some()),
            author,
            signatures: signatures
                .filter_map(|(domain, selector)| Some((domain_in(domain)?, selector.clone())))
                .collect(),
            reason: report.cause.reason.clone(),
            direction: report.cause.direction,
            block_lists: block_lists.to_vec(),
            now,
        }
    }
}
