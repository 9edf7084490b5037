//! How long to wait before a datagram is sent again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Before the first answer, nothing is known of the way.
const AT_FIRST: Duration = Duration::from_millis(400);
/// A resolver that has to ask others first is not slow: it is not pressed more often than that.
const LEAST: Duration = Duration::from_millis(250);
/// However slow the answers, a lost datagram is made good after this.
const MOST: Duration = Duration::from_secs(2);

/// How long answers of one server take, smoothed as TCP does it (RFC 6298, section 2).
#[derive(Default)]
pub(super) struct RoundTrip {
    /// Smoothed time in microseconds (high half) and its variation (low half); zero before the first answer.
    packed: AtomicU64,
}

impl RoundTrip {
    /// An answer took so long. Only those to a datagram that was sent once tell (Karn's algorithm).
    pub(super) fn took(&self, time: Duration) {
        let now = u64::from(u32::try_from(time.as_micros()).unwrap_or(u32::MAX)).max(1);
        let (smooth, variation) = unpack(self.packed.load(Ordering::Relaxed));
        let (smooth, variation) = if smooth == 0 {
            (now, now / 2)
        } else {
            ((7 * smooth + now) / 8, (3 * variation + smooth.abs_diff(now)) / 4)
        };
        // Of two answers at the same time one may be forgotten: it is an average.
        self.packed.store(smooth << 32 | variation.min(u64::from(u32::MAX)), Ordering::Relaxed);
    }

    /// The wait before the first repetition; each further one doubles it.
    pub(super) fn patience(&self) -> Duration {
        match unpack(self.packed.load(Ordering::Relaxed)) {
            (0, _) => AT_FIRST,
            (smooth, variation) => Duration::from_micros(smooth + 4 * variation).clamp(LEAST, MOST),
        }
    }
}

fn unpack(packed: u64) -> (u64, u64) {
    (packed >> 32, packed & u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_follows_the_way() {
        let way = RoundTrip::default();
        assert_eq!(way.patience(), AT_FIRST);
        way.took(Duration::from_micros(80));
        assert_eq!(way.patience(), LEAST, "a server beside us");
        for _ in 0..64 {
            way.took(Duration::from_millis(600));
        }
        let settled = way.patience();
        assert!((Duration::from_millis(600)..Duration::from_millis(700)).contains(&settled), "{settled:?}");
        way.took(Duration::from_secs(5000));
        assert_eq!(way.patience(), MOST);
    }
}
