//! What several rules write into SPF records: terms, where they go, and whole records.

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata, Txt};

use crate::declared::{AllPolicy, Domain, EgressState};
use crate::lint::{Facts, Operation, facts};
use crate::record::spf::DualPrefix;
use crate::record::{Edit, Span};
use crate::spf::Published;

/// The mechanism that matches a network; a single address has no prefix length.
pub(in crate::lint::rules) fn network_term(network: &IpNet) -> String {
    let keyword = match network {
        IpNet::V4(_) => "ip4",
        IpNet::V6(_) => "ip6",
    };
    if network.prefix_len() == network.max_prefix_len() {
        format!("{keyword}:{}", network.addr())
    } else {
        format!("{keyword}:{network}")
    }
}

/// Puts a term before the term with this index.
pub(in crate::lint::rules) fn insert_term(owner: &Name, published: &Published, index: usize, term: &str) -> Operation {
    Operation::edit(owner, &published.value, published.record.insert_term(index, term))
}

/// Another prefix length in place of the one that ends an `a` or `mx` term; its name stays as it is written.
pub(super) fn with_prefix(span: &Span, old: DualPrefix, new: DualPrefix) -> Edit {
    let digits = |bits: u8| bits.to_string().len();
    // `/n` and `//n` are written without leading zeros, or the term would be malformed (RFC 7208, section 5.6).
    let length = old.v4.map_or(0, |bits| 1 + digits(bits)) + old.v6.map_or(0, |bits| 2 + digits(bits));
    Edit::replace(span.end - length..span.end, new.to_string())
}

/// The record that the declaration describes: addresses first, since they cost no look-up, then includes, then `all`.
pub(super) fn whole_record(facts: &Facts, domain: &Domain) -> Rdata {
    if !domain.sends {
        return Rdata::Txt(Txt::from_text(b"v=spf1 -all"));
    }
    let mut terms = vec!["v=spf1".to_owned()];
    let mut push = |term: String| {
        if !terms.contains(&term) {
            terms.push(term);
        }
    };
    for group in domain.egress.iter().filter(|group| group.value.state_at(facts.now) != EgressState::Retired) {
        group.value.addresses.iter().for_each(|address| push(network_term(&address.value)));
    }
    for sender in domain.senders.iter().map(|sender| &sender.value).filter(|sender| facts::needs_spf(sender)) {
        sender.addresses.iter().for_each(|address| push(network_term(&address.value)));
        sender.include.first().into_iter().for_each(|include| push(format!("include:{include}")));
    }
    let all = domain.spf.all.as_ref().map_or(AllPolicy::SoftFail, |all| all.value);
    push(all.term().to_owned());
    Rdata::Txt(Txt::from_text(terms.join(" ").as_bytes()))
}
