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
            let wanted = {
                let ask = Ask::new(&answers, overlay);
                let result = analyse(&ask);
                let wanted = ask.wanted();
                if wanted.is_empty() {
                    return Gathered { result, answers: ask.read(), passes };
                }
                wanted
            };
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
                // A timeout looks at its clock second: a source that answers at once would never be too late.
                if Instant::now() >= until {
                    return Reply::unknown(Reason::Deadline);
                }
                source.ask(&question).await
            };
            tokio::time::timeout_at(until, answer).await.unwrap_or_else(|_| Reply::unknown(Reason::Deadline))
        });
        // A source that panicked told nothing.
        let reply = async { Arc::new(task.await.unwrap_or_else(|_| Reply::unknown(Reason::Garbage))) };
        reply.boxed().shared()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::{Absence, State};
    use mailvouch_providers::dns::{Name, RrType};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Answers after a while; names that begin with `p` are too much for it.
    struct Slow {
        takes: Duration,
        asked: AtomicUsize,
    }

    #[async_trait]
    impl Source for Slow {
        async fn ask(&self, question: &Question) -> Reply {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(self.takes).await;
            assert!(!question.name.to_string().starts_with('p'), "a fault of the source");
            Reply::absent(Absence::NoData)
        }
    }

    fn slow(takes: Duration) -> Arc<Slow> {
        Arc::new(Slow { takes, asked: AtomicUsize::new(0) })
    }

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn state(ask: &Ask<'_>, owner: &str) -> Option<State> {
        Some(ask.get(&name(owner), RrType::TXT)?.state.clone())
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_source_that_panics_told_nothing() {
        let gatherer = Gatherer::new(slow(SECOND), 8, SECOND * 60);
        let both = gatherer.run(None, |ask| (state(ask, "panic.example"), state(ask, "fine.example"))).await.result;
        assert_eq!(both.0, Some(Reply::unknown(Reason::Garbage).state));
        assert_eq!(both.1, Some(State::Absent(Absence::NoData)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_is_asked_once_also_when_whoever_asked_goes_away() {
        let source = slow(SECOND);
        let gatherer = Gatherer::new(source.clone(), 8, SECOND * 60);
        let impatient = gatherer.run(None, |ask| state(ask, "a.example"));
        assert!(tokio::time::timeout(SECOND / 2, impatient).await.is_err());
        let begun = Instant::now();
        let told = gatherer.run(None, |ask| state(ask, "a.example")).await;
        assert_eq!((told.result, told.passes), (Some(State::Absent(Absence::NoData)), 2));
        assert_eq!(source.asked.load(Ordering::Relaxed), 1);
        assert_eq!(begun.elapsed(), SECOND / 2, "the question went on meanwhile");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_once_the_time_is_up() {
        let source = slow(Duration::ZERO);
        let gatherer = Gatherer::new(source.clone(), 8, SECOND);
        tokio::time::advance(SECOND).await;
        // The source would answer at once.
        let late = gatherer.run(None, |ask| state(ask, "a.example")).await;
        assert_eq!(late.result, Some(Reply::unknown(Reason::Deadline).state));
        assert_eq!(source.asked.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_its_turn_is_not_forgotten_at_the_deadline() {
        let source = slow(SECOND);
        let gatherer = Gatherer::new(source.clone(), 1, SECOND * 5 / 2);
        let owners: Vec<String> = (0..4).map(|n| format!("n{n}.example")).collect();
        let analyse = |ask: &Ask<'_>| owners.iter().map(|owner| state(ask, owner)).collect::<Vec<_>>();
        let begun = Instant::now();
        let told = gatherer.run(None, analyse).await.result;
        assert_eq!(begun.elapsed(), SECOND * 5 / 2);
        let answered = told.iter().filter(|state| **state == Some(State::Absent(Absence::NoData))).count();
        let unknown = told.iter().filter(|state| **state == Some(Reply::unknown(Reason::Deadline).state)).count();
        assert_eq!((answered, unknown), (2, 2));
        assert_eq!(source.asked.load(Ordering::Relaxed), 3, "the last was never sent");
    }

    #[tokio::test(start_paused = true)]
    async fn the_budgets_end_an_analysis_that_wants_ever_more() {
        let gatherer = Gatherer::new(slow(Duration::ZERO), 600, SECOND);
        let wide = |ask: &Ask<'_>| {
            let all = (0..=MAX_QUESTIONS).filter_map(|n| state(ask, &format!("w{n}.example")));
            all.filter(|state| *state == Reply::unknown(Reason::Budget).state).count()
        };
        assert_eq!(gatherer.run(None, wide).await.result, 1);
        let deep = |ask: &Ask<'_>| {
            let mut names = (0..).map(|n| format!("d{n}.example"));
            let end = names.find_map(|owner| match state(ask, &owner) {
                Some(State::Absent(_)) => None,
                other => Some(other),
            });
            end.flatten()
        };
        let told = gatherer.run(None, deep).await;
        assert_eq!((told.result, told.passes), (Some(Reply::unknown(Reason::Budget).state), MAX_PASSES + 1));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_the_last_pass_read_is_kept() {
        let gatherer = Gatherer::new(slow(Duration::ZERO), 8, SECOND);
        // An early pass asks for what the last no longer needs.
        let analyse =
            |ask: &Ask<'_>| if state(ask, "a.example").is_none() { state(ask, "early.example") } else { None };
        let told = gatherer.run(None, analyse).await;
        let kept: Vec<String> = told.answers.sorted().iter().map(|(question, _)| question.name.to_string()).collect();
        assert_eq!(kept, ["a.example"]);
    }
}
