//! Questions on their way, and who waits for their answers.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;
use smallvec::SmallVec;
use tokio::time::Instant;

use super::Reply;

/// A question that was asked once, for all who ask it.
#[derive(Default)]
pub(super) struct Flight {
    told: OnceLock<Told>,
    waiting: Mutex<Waiting>,
}

/// Most often one: whoever asked.
type Waiting = SmallVec<[Arc<Group>; 1]>;

struct Told {
    reply: Arc<Reply>,
    /// Until when it holds; none where it does for the whole run.
    until: Option<Instant>,
}

impl Flight {
    /// The answer, once there is one.
    pub(super) fn reply(&self) -> Option<&Arc<Reply>> {
        self.told.get().map(|told| &told.reply)
    }

    /// Whether it is on its way, or holds still.
    pub(super) fn holds(&self) -> bool {
        self.told.get().and_then(|told| told.until).is_none_or(|until| Instant::now() < until)
    }

    /// Tells all who wait, and all who ask until it holds no longer. Only the first answer counts.
    pub(super) fn tell(&self, reply: Reply, until: Option<Instant>) {
        // First this, then who waits: whoever begins to wait in between sees it.
        let _ = self.told.set(Told { reply: Arc::new(reply), until });
        let waiting = std::mem::take(&mut *self.waiting());
        for group in waiting {
            group.one_less();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many answers that somebody waits for together, and is woken once for.
struct Group {
    left: AtomicUsize,
    waker: AtomicWaker,
}

impl Group {
    fn one_less(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.waker.wake();
        }
    }
}

/// Waits until all of these have been told.
pub(super) fn all_told(flights: &[Arc<Flight>]) -> AllTold {
    // One more than there are: while they are counted, none of them ends the wait.
    let group = Arc::new(Group { left: AtomicUsize::new(1), waker: AtomicWaker::new() });
    for flight in flights {
        let mut waiting = flight.waiting();
        if flight.reply().is_none() {
            group.left.fetch_add(1, Ordering::Relaxed);
            waiting.push(group.clone());
        }
    }
    group.one_less();
    AllTold(group)
}

/// What [`all_told`] waits with.
pub(super) struct AllTold(Arc<Group>);

impl Future for AllTold {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.waker.register(context.waker());
        if self.0.left.load(Ordering::Acquire) == 0 { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::{Absence, Reason};
    use futures::FutureExt as _;
    use std::time::Duration;

    fn told() -> Reply {
        Reply::absent(Absence::NoData)
    }

    #[test]
    fn whoever_waits_goes_on_once_all_have_been_told() {
        let flights = [(); 3].map(|()| Arc::new(Flight::default()));
        flights[0].tell(told(), None);
        let mut all = all_told(&flights);
        assert!((&mut all).now_or_never().is_none());
        flights[2].tell(told(), None);
        assert!((&mut all).now_or_never().is_none());
        let mut last = all_told(&flights[1..]);
        flights[1].tell(told(), None);
        assert!((&mut all).now_or_never().is_some() && (&mut last).now_or_never().is_some());
        assert!(all_told(&flights).now_or_never().is_some() && all_told(&[]).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_answer_counts_and_holds_for_its_time() {
        let flight = Flight::default();
        assert!(flight.holds() && flight.reply().is_none(), "on its way");
        flight.tell(told(), Some(Instant::now() + Duration::from_secs(1)));
        flight.tell(Reply::unknown(Reason::Timeout), None);
        assert_eq!(flight.reply().map(|reply| &reply.state), Some(&told().state));
        assert!(flight.holds());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!flight.holds());
    }

    /// Answers come on one thread while another begins to wait.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_answer_is_missed() {
        for _ in 0..2000 {
            let flights: Vec<_> = (0..4).map(|_| Arc::new(Flight::default())).collect();
            let tellers = flights.clone();
            let telling = tokio::spawn(async move {
                for flight in tellers {
                    flight.tell(told(), None);
                }
            });
            let waited = tokio::time::timeout(Duration::from_secs(10), all_told(&flights)).await;
            assert!(waited.is_ok() && flights.iter().all(|flight| flight.reply().is_some()));
            telling.await.expect("told");
        }
    }
}
