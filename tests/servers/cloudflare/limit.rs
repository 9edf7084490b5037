//! How many requests are taken: as Cloudflare says that it counts them
//! (<https://developers.cloudflare.com/fundamentals/api/reference/limits/>).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many requests in so much time; whoever sends more is refused everything for as long again.
#[derive(Debug)]
pub(crate) struct Limit {
    requests: usize,
    per: Duration,
    /// When those came that count.
    came: VecDeque<Instant>,
    refused_until: Option<Instant>,
    /// How many were taken, and how many refused.
    pub(crate) taken: usize,
    pub(crate) refused: usize,
}

impl Limit {
    pub(crate) fn new(requests: usize, per: Duration) -> Self {
        Self { requests, per, came: VecDeque::new(), refused_until: None, taken: 0, refused: 0 }
    }

    /// Somebody else sends so many.
    pub(crate) fn spend(&mut self, requests: usize) {
        for _ in 0..requests {
            self.admit();
        }
    }

    /// The headers of the answer, and whether the request is taken.
    pub(super) fn admit(&mut self) -> (String, bool) {
        let now = Instant::now();
        while self.came.front().is_some_and(|at| now.duration_since(*at) >= self.per) {
            self.came.pop_front();
        }
        self.refused_until = self.refused_until.filter(|until| *until > now);
        if self.refused_until.is_none() && self.came.len() >= self.requests {
            self.refused_until = Some(now + self.per);
        }
        let (quota, window) = (self.requests, self.per.as_secs());
        let policy = format!("Ratelimit-Policy: \"default\";q={quota};w={window}\r\n");
        if let Some(until) = self.refused_until {
            self.refused += 1;
            let wait = whole_seconds(until - now);
            let left = format!("Ratelimit: \"default\";r=0;t={wait}\r\nRetry-After: {wait}\r\n");
            return (policy + &left, false);
        }
        self.came.push_back(now);
        self.taken += 1;
        let left = self.requests - self.came.len();
        let reset = self.came.front().map_or(self.per, |first| self.per.saturating_sub(now.duration_since(*first)));
        (policy + &format!("Ratelimit: \"default\";r={left};t={}\r\n", whole_seconds(reset)), true)
    }
}

/// Seconds, and no fewer than there are.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
