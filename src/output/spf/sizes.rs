//! How many addresses, in words.

use crate::output::words::{count, grouped};
use crate::spf::{Class, Coverage, Family, RangeSet};

/// `3 ranges: 256 IPv4 addresses and about 2^64 IPv6 addresses`; none where there is no address.
pub(in crate::output) fn passing(coverage: &Coverage) -> Option<String> {
    let of = |family| coverage.class(family, Class::Pass);
    let (v4, v6) = (of(Family::V4), of(Family::V6));
    let ranges = v4.ranges().len() + v6.ranges().len();
    if ranges == 0 {
        return None;
    }
    Some(format!("{} in {}", sizes(&v4, &v6), count(ranges, "range")))
}

/// `256 IPv4 addresses and about 2^64 IPv6 addresses`.
pub(in crate::output) fn sizes(v4: &RangeSet, v6: &RangeSet) -> String {
    let some = [(v4, "IPv4"), (v6, "IPv6")].into_iter().filter(|(set, _)| !set.is_empty());
    let some: Vec<String> =
        some.map(|(set, family)| format!("{} {family} {}", many(set.size()), addresses(set.size()))).collect();
    some.join(" and ")
}

/// IPv6 networks have more addresses than anyone reads out.
pub(in crate::output) fn many(number: u128) -> String {
    match number {
        0..=9_999_999_999 => grouped(number),
        // Of all addresses of IPv6 there is one more than the number holds.
        u128::MAX => "2^128".to_owned(),
        _ if number.is_power_of_two() => format!("2^{}", number.ilog2()),
        // From three quarters of the next power on, that is nearer.
        _ => format!("about 2^{}", number.ilog2() + u32::from(number >> (number.ilog2() - 1) == 3)),
    }
}

/// `address` or `addresses`.
pub(super) fn addresses(number: u128) -> &'static str {
    if number == 1 { "address" } else { "addresses" }
}
