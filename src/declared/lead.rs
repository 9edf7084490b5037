//! How long before a change DNS has to say so, and for how long afterwards. Pure arithmetic: who knows the TTLs gives
//! them.

use jiff::{SignedDuration, Timestamp};

use super::dates::{after, before};

/// How long before it is needed a plan takes a change in: whoever plans once a day comes in time.
const RUN: SignedDuration = SignedDuration::from_hours(24);

/// How long caches may hold what is about to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The records themselves.
    pub ttl: SignedDuration,
    /// That there is none (RFC 2308, section 5).
    pub absence: SignedDuration,
}

impl Lead {
    /// From TTLs in seconds.
    pub fn of(ttl: u32, absence: u32) -> Self {
        let seconds = |ttl: u32| SignedDuration::from_secs(ttl.into());
        Self { ttl: seconds(ttl), absence: seconds(absence) }
    }

    /// How long a record has to stand before it counts on: two TTLs, since a resolver may have asked another that had
    /// just asked, and the time for which an absence is held.
    pub fn length(&self) -> SignedDuration {
        self.ttl.saturating_add(self.ttl).saturating_add(self.absence)
    }

    /// When a record has to stand by, so that nobody is answered without it at this time.
    pub fn publish_by(&self, begins: Timestamp) -> Timestamp {
        before(begins, self.length())
    }

    /// From when on a plan takes it in: a day earlier, so that one run a day is enough.
    pub fn due_from(&self, begins: Timestamp) -> Timestamp {
        before(self.publish_by(begins), RUN)
    }

    /// From when on what ends at this time may go: mail that left before is still judged for as long as the record is
    /// held.
    pub fn remove_from(&self, ends: Timestamp) -> Timestamp {
        after(ends, self.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_due_two_ttls_and_the_absence_ahead_and_a_day_before_that() {
        let at: Timestamp = "2026-12-01T00:00:00Z".parse().expect("a time");
        let lead = Lead::of(3600, 300);
        assert_eq!(lead.publish_by(at).to_string(), "2026-11-30T21:55:00Z");
        assert_eq!(lead.due_from(at).to_string(), "2026-11-29T21:55:00Z");
        assert_eq!(lead.remove_from(at).to_string(), "2026-12-01T01:00:00Z");
        let longest = Lead::of(u32::MAX, u32::MAX);
        assert!(longest.publish_by(Timestamp::MIN) == Timestamp::MIN);
        assert!(longest.remove_from(Timestamp::MAX) == Timestamp::MAX);
    }
}
