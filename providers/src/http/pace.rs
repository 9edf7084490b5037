//! How fast requests may follow each other: a token bucket for each credential.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep_until};

use crate::Rate;

/// Hands out leave to send, as fast as the rate and the service's own words allow.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Option<Rate>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that may go out at once.
    tokens: f64,
    /// When they were counted.
    at: Instant,
    /// Nothing goes out before this.
    not_before: Instant,
    /// Requests that are out, and not answered.
    out: u32,
}

/// Leave to send one request, until its answer is there.
#[derive(Debug)]
pub(super) struct Leave<'a>(&'a Pace);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.locked().out -= 1;
    }
}

impl Rate {
    /// Half of it at once, and half of it in the time that it is for: then no such time ever sees more.
    fn burst(self) -> f64 {
        (f64::from(self.requests) / 2.0).max(1.0)
    }

    fn per_second(self) -> f64 {
        self.burst() / self.per.as_secs_f64().max(0.001)
    }
}

impl Pace {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        let now = Instant::now();
        let tokens = rate.map_or(0.0, Rate::burst);
        Self { rate, state: Mutex::new(State { tokens, at: now, not_before: now, out: 0 }) }
    }

    /// Returns once a request may be sent.
    pub(super) async fn leave(&self) -> Leave<'_> {
        let at = self.reserve();
        // A pause that began meanwhile holds this one too.
        let mut until = at;
        loop {
            sleep_until(until).await;
            let mut state = self.locked();
            if state.not_before <= Instant::now() {
                state.out += 1;
                return Leave(self);
            }
            until = state.not_before;
        }
    }

    /// Takes a token, perhaps one of the future; the time at which it is there.
    fn reserve(&self) -> Instant {
        let mut state = self.locked();
        let now = Instant::now();
        let Some(rate) = self.rate else { return state.not_before.max(now) };
        let came = now.duration_since(state.at).as_secs_f64() * rate.per_second();
        state.tokens = (state.tokens + came).min(rate.burst()) - 1.0;
        state.at = now;
        let lacking = Duration::from_secs_f64((-state.tokens).max(0.0) / rate.per_second());
        (now + lacking).max(state.not_before)
    }

    /// Nothing goes out for this long: the service said so, to one of our requests.
    pub(super) fn pause(&self, wait: Duration) {
        let mut state = self.locked();
        state.not_before = state.not_before.max(Instant::now() + wait);
    }

    /// Heeds what an answer says of the requests that are left (draft-ietf-httpapi-ratelimit-headers, section 4).
    pub(super) fn learn(&self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        // As some have it in a header of its own, from an older draft.
        if let Some(left) = text("ratelimit-remaining").and_then(|text| text.trim().parse().ok()) {
            self.spend_no_more_than(left);
        }
        let Some(text) = text("ratelimit") else { return };
        let parameter = |key: &str| -> Option<u64> {
            let mut parameters = text.split([';', ',']).filter_map(|part| part.trim().split_once('='));
            parameters.find(|(name, _)| *name == key)?.1.trim().parse().ok()
        };
        match (parameter("r"), parameter("t")) {
            (Some(0), Some(seconds)) => self.pause(Duration::from_secs(seconds.min(3600))),
            // Somebody else spends of it too: what is left is what counts, less what is under way.
            (Some(left), _) => self.spend_no_more_than(left),
            (None, _) => {}
        }
    }

    fn spend_no_more_than(&self, left: u64) {
        let mut state = self.locked();
        let left = left.saturating_sub(state.out.saturating_sub(1).into());
        state.tokens = state.tokens.min(f64::from(u32::try_from(left).unwrap_or(u32::MAX)));
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        // Each change to it is whole.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    #[tokio::test(start_paused = true)]
    async fn no_window_sees_more_than_the_rate() {
        let rate = Rate { requests: 100, per: Duration::from_secs(10) };
        let pace = Pace::new(Some(rate));
        let begun = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..300 {
            pace.leave().await;
            sent.push(begun.elapsed());
        }
        for (index, from) in sent.iter().enumerate() {
            let within = sent[index..].iter().filter(|at| **at < *from + rate.per).count();
            assert!(within <= 100, "{within} within 10 s after {from:?}");
        }
        // And is not slower than it has to be.
        assert!(sent[299] < Duration::from_secs(51), "{:?}", sent[299]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_all_and_the_last_request_left_is_heeded() {
        let pace = Pace::new(None);
        let begun = Instant::now();
        pace.leave().await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        pace.pause(Duration::from_secs(7));
        pace.leave().await;
        assert!(begun.elapsed() >= Duration::from_secs(7));
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit", "\"default\";r=0;t=5".parse().expect("a header"));
        pace.learn(&headers);
        pace.leave().await;
        assert!(begun.elapsed() >= Duration::from_secs(12));
        headers.insert("ratelimit", "\"default\";r=3;t=500".parse().expect("a header"));
        pace.learn(&headers);
        pace.leave().await;
        assert!(begun.elapsed() < Duration::from_secs(13));
    }

    #[tokio::test(start_paused = true)]
    async fn what_somebody_else_spent_is_not_there() {
        let pace = Pace::new(Some(Rate { requests: 100, per: Duration::from_secs(10) }));
        let (one, other) = (pace.leave().await, pace.leave().await);
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit", "\"default\";r=3;t=9".parse().expect("a header"));
        pace.learn(&headers);
        drop((one, other));
        // Of three that are left, one is under way already.
        let begun = Instant::now();
        for _ in 0..2 {
            pace.leave().await;
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        pace.leave().await;
        let waited = begun.elapsed();
        assert!(waited >= Duration::from_millis(200) && waited < Duration::from_millis(210), "{waited:?}");
        // The same in a header of its own.
        let pace = Pace::new(Some(Rate { requests: 100, per: Duration::from_secs(10) }));
        drop(pace.leave().await);
        pace.learn(&HeaderMap::from_iter([(
            HeaderName::from_static("ratelimit-remaining"),
            HeaderValue::from_static("0"),
        )]));
        let begun = Instant::now();
        pace.leave().await;
        assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
    }
}
