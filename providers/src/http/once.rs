//! What a run asks for once, and needs for all else: the list of the zones.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::ProviderError;

/// How long a failure counts. A thousand zones need the list: each would try for itself, one after the other.
const COUNTS: Duration = Duration::from_secs(30);

/// An answer that holds for a whole run, for a run is short.
#[derive(Debug)]
pub(crate) struct Once<T> {
    answer: OnceCell<T>,
    failed: Mutex<Option<(Instant, ProviderError)>>,
}

impl<T> Once<T> {
    pub(crate) fn new() -> Self {
        Self { answer: OnceCell::new(), failed: Mutex::new(None) }
    }

    /// The answer. Whoever comes while it is asked for waits for it.
    pub(crate) async fn get(
        &self,
        ask: impl Future<Output = Result<T, ProviderError>> + Send,
    ) -> Result<&T, ProviderError> {
        self.answer
            .get_or_try_init(|| async {
                if let Some(error) = self.lately_failed() {
                    return Err(error);
                }
                let answer = ask.await;
                if let Err(error) = &answer {
                    *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), error.clone()));
                }
                answer
            })
            .await
    }

    /// The answer, where it is there already.
    #[cfg(feature = "desec")]
    pub(crate) fn known(&self) -> Option<&T> {
        self.answer.get()
    }

    fn lately_failed(&self) -> Option<ProviderError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().filter(|(at, _)| at.elapsed() < COUNTS).map(|(_, error)| error.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_failure_counts_for_those_who_wait_and_not_for_ever() {
        let (once, asked) = (Once::new(), AtomicU32::new(0));
        let ask = async |answer: Result<u32, ProviderError>| {
            let ask = async {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(7)).await;
                answer
            };
            once.get(ask).await.copied()
        };
        let down = || Err(ProviderError::Unavailable("down".to_owned()));
        let begun = Instant::now();
        let all = tokio::join!(ask(down()), ask(down()), ask(Ok(1)));
        assert_eq!(all, (down(), down(), down()));
        assert_eq!((begun.elapsed(), asked.load(Ordering::Relaxed)), (Duration::from_secs(7), 1));
        tokio::time::advance(COUNTS).await;
        assert_eq!((ask(Ok(2)).await, ask(down()).await), (Ok(2), Ok(2)));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
