//! What a plan does to who may send as a domain: coverage before against coverage after, in ranges. Pure.

use ipnet::IpNet;
use mailvouch_providers::dns::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lint::Facts;
use crate::spf::{Class, Coverage, Family, LOOKUP_LIMIT, RangeSet};

/// The number of all IPv6 addresses.
const TWO_TO_128: &str = "340282366920938463463374607431768211456";

/// What a plan does to one domain: one that it is for, or one whose records lead to what it changes.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The domain.
    #[schemars(with = "String")]
    pub domain: Name,
    /// What it does to its SPF.
    pub spf: SpfEffect,
}

/// The difference of two coverages.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpfEffect {
    /// What evaluation costs, in look-ups.
    pub lookups: Lookups,
    /// Addresses that pass only afterwards.
    pub gained: Addresses,
    /// Addresses that pass only before.
    pub lost: Addresses,
    /// Addresses that pass neither before nor afterwards, and get another result.
    pub judged: Vec<Judged>,
    /// Whether a part depends on the message or on a look-up that failed, before or afterwards: then the lists hold what
    /// is known.
    pub partly_unknown: bool,
}

/// Terms that ask DNS, in the worst case (RFC 7208, section 4.6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookups {
    /// Now.
    pub before: usize,
    /// With the plan.
    pub after: usize,
    /// How many there may be.
    pub limit: usize,
}

/// A set of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// The fewest networks that make it up, IPv4 first.
    #[schemars(with = "Vec<String>")]
    pub networks: Vec<IpNet>,
    /// How many IPv4 addresses it holds.
    pub ipv4: u64,
    /// How many IPv6 addresses, in decimal: more than a number of JSON holds.
    pub ipv6: String,
}

/// Addresses that get another result than before, and never pass.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The result now (RFC 7208, section 2.6).
    pub from: String,
    /// The result with the plan.
    pub to: String,
    /// How many IPv4 addresses.
    pub ipv4: u64,
    /// How many IPv6 addresses, in decimal.
    pub ipv6: String,
}

impl Effect {
    /// What the difference of a domain's facts comes to.
    pub fn of(before: &Facts, after: &Facts) -> Self {
        let (old, new) = (before.spf.coverage(), after.spf.coverage());
        let lookups = Lookups { before: before.spf.cost.lookups, after: after.spf.cost.lookups, limit: LOOKUP_LIMIT };
        let spf = SpfEffect {
            lookups,
            gained: Addresses::of(|family| passing(new, family).difference(&passing(old, family))),
            lost: Addresses::of(|family| passing(old, family).difference(&passing(new, family))),
            judged: judged(old, new),
            partly_unknown: before.spf.is_partly_unknown() || after.spf.is_partly_unknown(),
        };
        Self { domain: before.domain.clone(), spf }
    }

    /// Whether anything is different afterwards.
    pub fn is_change(&self) -> bool {
        let SpfEffect { lookups, gained, lost, judged, .. } = &self.spf;
        lookups.before != lookups.after || !gained.is_empty() || !lost.is_empty() || !judged.is_empty()
    }
}

impl Addresses {
    fn of(set: impl Fn(Family) -> RangeSet) -> Self {
        let [v4, v6] = Family::BOTH.map(set);
        let networks = v4.networks(Family::V4).into_iter().chain(v6.networks(Family::V6)).collect();
        let (ipv4, ipv6) = counts(&v4, &v6);
        Self { networks, ipv4, ipv6 }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }
}

fn counts(v4: &RangeSet, v6: &RangeSet) -> (u64, String) {
    // One more than a number holds.
    let ipv6 = if *v6 == RangeSet::everything(Family::V6) { TWO_TO_128.to_owned() } else { v6.size().to_string() };
    (u64::try_from(v4.size()).unwrap_or(u64::MAX), ipv6)
}

fn passing(coverage: &Coverage, family: Family) -> RangeSet {
    coverage.class(family, Class::Pass)
}

/// From which result to which, for addresses that never pass.
fn judged(before: &Coverage, after: &Coverage) -> Vec<Judged> {
    const CLASSES: [Class; 6] =
        [Class::None, Class::Neutral, Class::SoftFail, Class::Fail, Class::PermError, Class::TempError];
    let pairs = CLASSES.iter().flat_map(|from| CLASSES.iter().map(move |to| (*from, *to)));
    let moved = pairs.filter(|(from, to)| from != to).filter_map(|(from, to)| {
        let both = |family| before.class(family, from).intersection(&after.class(family, to));
        let [v4, v6] = Family::BOTH.map(both);
        let (ipv4, ipv6) = counts(&v4, &v6);
        let any = !v4.is_empty() || !v6.is_empty();
        any.then(|| Judged { from: from.to_string(), to: to.to_string(), ipv4, ipv6 })
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(networks: &[&str]) -> Addresses {
        let networks: Vec<IpNet> = networks.iter().map(|text| text.parse().expect("a network")).collect();
        Addresses::of(|family| RangeSet::from_networks(family, &networks))
    }

    #[test]
    fn networks_are_the_fewest_and_addresses_are_counted() {
        let both = addresses(&["192.0.2.128/25", "2001:db8::/65", "192.0.2.0/25", "2001:db8:0:0:8000::/65"]);
        let shown: Vec<String> = both.networks.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["192.0.2.0/24", "2001:db8::/64"]);
        assert_eq!((both.ipv4, both.ipv6.as_str()), (256, "18446744073709551616"));
        let none = addresses(&[]);
        assert!(none.is_empty());
        assert_eq!((none.ipv4, none.ipv6.as_str()), (0, "0"));
    }

    #[test]
    fn all_addresses_are_one_more_than_a_number_holds() {
        let all = addresses(&["0.0.0.0/0", "::/0"]);
        assert_eq!((all.ipv4, all.ipv6.as_str()), (1 << 32, TWO_TO_128));
        assert!(TWO_TO_128.parse::<u128>().is_err());
        let but_one = addresses(&["::/1", "8000::/2", "c000::/3"]);
        assert!(but_one.ipv6.parse::<u128>().is_ok());
    }
}
