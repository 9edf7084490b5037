//! How many queries one server is given at a time: more as long as all are answered, half as many once answers get lost.
//!
//! As TCP finds out what a way can take (RFC 5681, section 3.1). A small resolver is not drowned, and a strong one is not idle.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// At first.
const FIRST: usize = 256;
/// However many answers get lost.
const LEAST: usize = 64;

/// The queries that may be in flight.
pub(super) struct Window {
    free: Semaphore,
    size: AtomicUsize,
    most: usize,
    /// Places that are to go as soon as they are given back.
    surplus: AtomicUsize,
    /// Answers since it last grew, once it has been cut: from then on, it grows by one for each window of them.
    answers: AtomicUsize,
    was_cut: AtomicBool,
    begun: Instant,
    /// When it was last cut, in microseconds since then.
    cut_at: AtomicU64,
}

impl Window {
    pub(super) fn new(most: usize) -> Self {
        let first = FIRST.min(most);
        Self {
            free: Semaphore::new(first),
            size: AtomicUsize::new(first),
            most,
            surplus: AtomicUsize::new(0),
            answers: AtomicUsize::new(0),
            was_cut: AtomicBool::new(false),
            begun: Instant::now(),
            cut_at: AtomicU64::new(0),
        }
    }

    /// Takes a place, if there is one at once.
    pub(super) fn free_place(&self) -> bool {
        self.free.try_acquire().map(SemaphorePermit::forget).is_ok()
    }

    /// Waits for a place, and takes it.
    pub(super) async fn place(&self) -> Result<(), AcquireError> {
        self.free.acquire().await.map(SemaphorePermit::forget)
    }

    /// Gives a place back that was taken.
    pub(super) fn give_back(&self) {
        let one_less = |surplus: usize| surplus.checked_sub(1);
        if self.surplus.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
            self.free.add_permits(1);
        }
    }

    /// A query was answered at once.
    pub(super) fn answered(&self) {
        let size = self.size.load(Ordering::Relaxed);
        if size >= self.most {
            return;
        }
        if self.was_cut.load(Ordering::Relaxed) && self.answers.fetch_add(1, Ordering::Relaxed) + 1 < size {
            return;
        }
        self.answers.store(0, Ordering::Relaxed);
        self.size.fetch_add(1, Ordering::Relaxed);
        self.free.add_permits(1);
    }

    /// A query has to be sent again. What was lost together, within `while_waiting`, counts once.
    pub(super) fn lost(&self, while_waiting: Duration) {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let (now, before) = (micros(self.begun.elapsed()), self.cut_at.load(Ordering::Relaxed));
        let again = self.was_cut.load(Ordering::Relaxed);
        let is_too_soon = again && now < before.saturating_add(micros(while_waiting));
        if is_too_soon || self.cut_at.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        self.was_cut.store(true, Ordering::Relaxed);
        let size = self.size.load(Ordering::Relaxed);
        let less = size - (size / 2).max(LEAST.min(size));
        self.size.fetch_sub(less, Ordering::Relaxed);
        let gone = self.free.forget_permits(less);
        self.surplus.fetch_add(less - gone, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_millis(250);

    #[tokio::test(start_paused = true)]
    async fn it_grows_while_all_are_answered_and_is_halved_once_some_are_not() {
        let window = Window::new(1000);
        (0..2000).for_each(|_| window.answered());
        assert_eq!(window.size.load(Ordering::Relaxed), 1000);
        tokio::time::advance(PATIENCE).await;
        // Lost together.
        (0..50).for_each(|_| window.lost(PATIENCE));
        assert_eq!(window.size.load(Ordering::Relaxed), 500);
        (0..5000).for_each(|_| window.answered());
        let grown = window.size.load(Ordering::Relaxed);
        assert!((505..=511).contains(&grown), "slowly, from then on: {grown}");
        for _ in 0..20 {
            tokio::time::advance(PATIENCE).await;
            window.lost(PATIENCE);
        }
        assert_eq!(window.size.load(Ordering::Relaxed), LEAST);
        assert_eq!(window.free.available_permits(), LEAST);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_in_flight_comes_back_as_less() {
        let window = Window::new(1000);
        for _ in 0..FIRST {
            window.place().await.expect("a place");
        }
        tokio::time::advance(PATIENCE).await;
        window.lost(PATIENCE);
        assert!(tokio::time::timeout(PATIENCE, window.place()).await.is_err());
        (0..FIRST).for_each(|_| window.give_back());
        assert_eq!(window.free.available_permits(), FIRST / 2);
    }
}
