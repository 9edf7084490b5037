//! The loop: run the analysis, fetch what it lacked, run it again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::cache::{Cache, Known};
use super::flight::{Flight, all_told};
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

    /// Begins to ask without a future that waits for the answer, which costs a fraction of one with. Given back where the source
    /// cannot do that: then it is asked by [`Self::ask`].
    fn begin(self: Arc<Self>, asking: Asking) -> Option<Asking> {
        Some(asking)
    }
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

/// Fetches for many analyses at once; each distinct question is asked once, whoever asks it.
pub struct Gatherer {
    way: Arc<Way>,
    asked: AtomicU64,
}

/// How a question is asked, and where its answer is put.
struct Way {
    source: Arc<dyn Source>,
    limit: Semaphore,
    time: Time,
    known: Cache,
}

/// How long there is.
#[derive(Clone, Copy, Debug)]
enum Time {
    /// For all together: what is not answered by then is unknown, and nothing more is asked.
    Until(Instant),
    /// For each analysis.
    Each(Duration),
}

/// Answers that a long run keeps: those of the names that many domains share are asked for again and again, and stay.
const KEPT: usize = 16_384;

impl Gatherer {
    /// Asks `source`, with at most `in_flight` questions open, and nothing once `within` is over. What is told holds for the
    /// whole run.
    pub fn new(source: Arc<dyn Source>, in_flight: usize, within: Duration) -> Self {
        Self::with(source, in_flight, Time::Until(Instant::now() + bounded(within)), Cache::for_all())
    }

    /// The same for a list of any length: `within` is for each domain, and what is told holds for as long as its TTL says,
    /// in bounded memory.
    pub fn for_list(source: Arc<dyn Source>, in_flight: usize, within: Duration) -> Self {
        Self::with(source, in_flight, Time::Each(bounded(within)), Cache::by_ttl(KEPT))
    }

    fn with(source: Arc<dyn Source>, in_flight: usize, time: Time, known: Cache) -> Self {
        let limit = Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS));
        Self { way: Arc::new(Way { source, limit, time, known }), asked: AtomicU64::new(0) }
    }

    /// How many questions have been asked of the source.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Runs `analyse` over what is known until it lacks nothing.
    ///
    /// Time is the depth of the chain of questions, one round trip each. A question that the budget does not allow
    /// is answered with `Unknown`: the analysis always comes to an end, and says what it could not tell.
    pub async fn run<T>(&self, overlay: Option<&Overlay>, analyse: impl Fn(&Ask<'_>) -> T) -> Gathered<T> {
        self.run_after(&[], |_| (), overlay, analyse).await
    }

    /// The same for an analysis that is known to ask these questions, whatever it learns: they are asked before it is run at
    /// all, which saves its first pass. `ahead` is the part of it that asks for what their answers lead to: run once before it,
    /// that nearly always saves another.
    pub async fn run_after<T>(
        &self,
        first: &[Question],
        ahead: impl Fn(&Ask<'_>),
        overlay: Option<&Overlay>,
        analyse: impl Fn(&Ask<'_>) -> T,
    ) -> Gathered<T> {
        let until = match self.way.time {
            Time::Until(until) => until,
            Time::Each(within) => Instant::now() + within,
        };
        let first = &first[..first.len().min(MAX_QUESTIONS)];
        let mut answers: Answers = first.iter().cloned().zip(self.fetch(first, until).await).collect();
        let room = |answers: &Answers| MAX_QUESTIONS.saturating_sub(answers.len());
        let wanted = {
            let ask = Ask::beside(&answers, overlay, &self.way.known, room(&answers));
            ahead(&ask);
            let wanted = ask.wanted();
            let fresh = ask.taken_over();
            answers.extend(fresh);
            wanted
        };
        self.add(wanted, room(&answers), until, &mut answers).await;
        let mut passes = 0;
        loop {
            passes += 1;
            let wanted = {
                let ask = Ask::beside(&answers, overlay, &self.way.known, room(&answers));
                let result = analyse(&ask);
                let wanted = ask.wanted();
                if wanted.is_empty() {
                    return Gathered { result, answers: ask.read(), passes };
                }
                let fresh = ask.taken_over();
                answers.extend(fresh);
                wanted
            };
            let room = if passes < MAX_PASSES { room(&answers) } else { 0 };
            self.add(wanted, room, until, &mut answers).await;
        }
    }

    /// Asks so many of these questions, and refuses the others.
    async fn add(&self, wanted: Vec<Question>, room: usize, until: Instant, answers: &mut Answers) {
        let (allowed, over_budget) = wanted.split_at(wanted.len().min(room));
        let replies = self.fetch(allowed, until).await;
        answers.extend(allowed.iter().cloned().zip(replies));
        let refused = Arc::new(Reply::unknown(Reason::Budget));
        answers.extend(over_budget.iter().map(|question| (question.clone(), refused.clone())));
    }

    /// The answers to these questions, each from whoever asked it first.
    async fn fetch(&self, questions: &[Question], until: Instant) -> Vec<Arc<Reply>> {
        let flights: Vec<Arc<Flight>> = questions.iter().map(|question| self.told_or_asked(question)).collect();
        let all = all_told(&flights);
        match self.way.time {
            // The questions themselves end in time.
            Time::Until(_) => all.await,
            // They go on for whoever else has asked them: too little time is nobody else's answer.
            Time::Each(_) => tokio::time::timeout_at(until, all).await.unwrap_or_default(),
        }
        let late = || Arc::new(Reply::unknown(Reason::Deadline));
        flights.iter().map(|flight| flight.reply().cloned().unwrap_or_else(late)).collect()
    }

    /// What is known of the question; if nothing is, it is asked.
    fn told_or_asked(&self, question: &Question) -> Arc<Flight> {
        match self.way.known.known(question) {
            Known::Asked(flight) => flight,
            Known::New(flight) => {
                self.asked.fetch_add(1, Ordering::Relaxed);
                let (way, question) = (self.way.clone(), question.clone());
                Asking { way, question, flight: flight.clone(), has_permit: false, reply: None }.begin();
                flight
            }
        }
    }
}

/// A question that is being asked, and has to be answered. If it is dropped before, as by a source that panics, nothing was told.
pub struct Asking {
    way: Arc<Way>,
    question: Question,
    flight: Arc<Flight>,
    /// It has one of the permits, and gives it back.
    has_permit: bool,
    reply: Option<Reply>,
}

impl Asking {
    /// What is asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What came of it: for all who ask, now and later.
    pub fn tell(mut self, reply: Reply) {
        self.reply = Some(reply);
    }

    fn begin(mut self) {
        // A deadline for all is looked at before the question is asked, and while it is: only a future can do that.
        let may_begin = matches!(self.way.time, Time::Each(_));
        self.has_permit = may_begin && self.way.limit.try_acquire().map(SemaphorePermit::forget).is_ok();
        if self.has_permit {
            match self.way.source.clone().begin(self) {
                Some(given_back) => self = given_back,
                None => return,
            }
        }
        // Whoever goes away does not take it along: others may have asked it, too.
        tokio::spawn(self.ask());
    }

    async fn ask(mut self) {
        let answer = async {
            if !self.has_permit
                && let Ok(permit) = self.way.limit.acquire().await
            {
                permit.forget();
                self.has_permit = true;
            }
            match self.way.time {
                // A timeout looks at its clock second: a source that answers at once would never be too late.
                Time::Until(until) if Instant::now() >= until => Reply::unknown(Reason::Deadline),
                Time::Until(_) | Time::Each(_) => self.way.source.ask(&self.question).await,
            }
        };
        let reply = match self.way.time {
            Time::Until(until) => {
                tokio::time::timeout_at(until, answer).await.unwrap_or_else(|_| Reply::unknown(Reason::Deadline))
            }
            Time::Each(_) => answer.await,
        };
        self.tell(reply);
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let reply = self.reply.take().unwrap_or_else(|| Reply::unknown(Reason::Garbage));
        let until = self.way.known.until(&reply);
        self.flight.tell(reply, until);
        if self.has_permit {
            self.way.limit.add_permits(1);
        }
    }
}

/// A limit too far away to be added to the clock is none.
fn bounded(within: Duration) -> Duration {
    within.min(Duration::from_hours(24 * 365))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::{Absence, State};
    use mailvouch_providers::dns::{Name, RrType};
    use std::sync::atomic::AtomicUsize;

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

    #[tokio::test(start_paused = true)]
    async fn each_domain_of_a_list_has_its_own_time() {
        let gatherer = Gatherer::for_list(slow(SECOND), 8, SECOND * 3 / 2);
        let chain = |first: &'static str, next: &'static str| {
            move |ask: &Ask<'_>| state(ask, first).and_then(|first| Some((first, state(ask, next)?)))
        };
        for (first, next) in [("a.example", "b.example"), ("c.example", "d.example")] {
            let told = gatherer.run(None, chain(first, next)).await.result.expect("both");
            assert_eq!(told.0, State::Absent(Absence::NoData), "{first}");
            assert_eq!(told.1, Reply::unknown(Reason::Deadline).state, "{next}");
        }
        // It went on, and the next who asks has its answer: too little time is nobody's answer.
        tokio::time::sleep(SECOND).await;
        assert_eq!(gatherer.asked(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_ahead_saves_passes_and_nothing_else() {
        let chain = |ask: &Ask<'_>| state(ask, "a.example").and_then(|_| state(ask, "b.example"));
        let (plain, ahead) = (slow(SECOND), slow(SECOND));
        let plainly = Gatherer::new(plain.clone(), 8, SECOND * 60).run(None, chain).await;
        let first = [Question::new(&name("a.example"), RrType::TXT)];
        let looks = |ask: &Ask<'_>| {
            let _ = (chain(ask), state(ask, "needless.example"));
        };
        let gatherer = Gatherer::new(ahead.clone(), 8, SECOND * 60);
        let told = gatherer.run_after(&first, looks, None, chain).await;
        assert_eq!((told.result, told.answers.sorted()), (plainly.result, plainly.answers.sorted()));
        assert_eq!((told.passes, plainly.passes), (1, 3));
        assert_eq!([plain, ahead].map(|source| source.asked.load(Ordering::Relaxed)), [2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_were_told_costs_no_pass() {
        let gatherer = Gatherer::new(slow(SECOND), 8, SECOND * 60);
        let chain = |ask: &Ask<'_>| ["a.example", "b.example", "c.example"].map(|owner| state(ask, owner).is_some());
        let deep = |ask: &Ask<'_>| state(ask, "a.example").and_then(|_| state(ask, "b.example"));
        assert_eq!(gatherer.run(None, deep).await.passes, 3);
        let again = gatherer.run(None, deep).await;
        assert_eq!((again.passes, again.answers.len()), (1, 2), "what it rests on is kept all the same");
        let more = gatherer.run(None, chain).await;
        assert_eq!((more.result, more.passes, gatherer.asked()), ([true; 3], 2, 3));
    }
}
