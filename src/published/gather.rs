//! The loop: run the analysis, fetch what it lacked, run it again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::{BoxFuture, FutureExt, Shared, join_all};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{Answers, Ask, Overlay, Question, Reason, Reply};

/// Passes after which an analysis is stopped: a chain that deep is a loop in somebody's DNS.
const MAX_PASSES: usize = 24;
/// Questions that one domain may ask.
const MAX_QUESTIONS: usize = 512;

/// Somebody who can be asked. Never fails: what cannot be told is [`super::State::Unknown`].
#[async_trait]
pub trait Source: Send + Sync {
    /// What is known about this question.
    async fn ask(&self, question: &Question) -> Reply;
}

/// What an analysis came to, and what that rests on.
#[derive(Clone, Debug)]
pub struct Gathered<T> {
    /// The result of the last pass.
    pub result: T,
    /// What the last pass read, and nothing else: replayed, it gives the same result.
    pub answers: Answers,
    /// How often the analysis was run.
    pub passes: usize,
}

type InFlight = Shared<BoxFuture<'static, Arc<Reply>>>;

/// Fetches for many analyses at once; each distinct question is asked once, whoever asks it.
pub struct Gatherer {
    source: Arc<dyn Source>,
    limit: Arc<Semaphore>,
    until: Instant,
    asked: Mutex<HashMap<Question, InFlight>>,
}

impl Gatherer {
    /// Asks `source`, with at most `in_flight` questions open, and nothing once `within` is over.
    pub fn new(source: Arc<dyn Source>, in_flight: usize, within: Duration) -> Self {
        // A limit too far away to be added to the clock is none.
        let far = Duration::from_hours(24 * 365);
        Self {
            source,
            limit: Arc::new(Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS))),
            until: Instant::now() + within.min(far),
            asked: Mutex::default(),
        }
    }

    /// Runs `analyse` over what is known until it lacks nothing.
    ///
    /// Time is the depth of the chain of questions, one round trip each. A question that the budget does not allow
    /// is answered with `Unknown`: the analysis always comes to an end, and says what it could not tell.
    pub async fn run<T>(&self, overlay: Option<&Overlay>, analyse: impl Fn(&Ask<'_>) -> T) -> Gathered<T> {
        let mut answers = Answers::default();
        let mut passes = 0;
        loop {
            passes += 1;
            let (result, wanted, read) = {
                let ask = Ask::new(&answers, overlay);
                let result = analyse(&ask);
                (result, ask.wanted(), ask.read())
            };
            if wanted.is_empty() {
                return Gathered { result, answers: read, passes };
            }
            let room = if passes < MAX_PASSES { MAX_QUESTIONS.saturating_sub(answers.len()) } else { 0 };
            let (allowed, over_budget) = wanted.split_at(wanted.len().min(room));
            let replies = join_all(allowed.iter().map(|question| self.fetch(question))).await;
            answers.extend(allowed.iter().cloned().zip(replies));
            let refused = Arc::new(Reply::unknown(Reason::Budget));
            answers.extend(over_budget.iter().map(|question| (question.clone(), refused.clone())));
        }
    }

    /// The answer to one question, from whoever asked it first.
    fn fetch(&self, question: &Question) -> InFlight {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.entry(question.clone()).or_insert_with(|| self.start(question.clone())).clone()
    }

    /// Begins to ask. The work is a task of its own: whoever waits may go away without stopping it for the others.
    fn start(&self, question: Question) -> InFlight {
        let (source, limit, until) = (self.source.clone(), self.limit.clone(), self.until);
        let task = tokio::spawn(async move {
            let answer = async {
                let _permit = limit.acquire_owned().await;
                source.ask(&question).await
            };
            tokio::time::timeout_at(until, answer).await.unwrap_or_else(|_| Reply::unknown(Reason::Deadline))
        });
        // A source that panicked told nothing.
        let reply = async { Arc::new(task.await.unwrap_or_else(|_| Reply::unknown(Reason::Garbage))) };
        reply.boxed().shared()
    }
}
