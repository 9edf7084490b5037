//! What a run has been told, by question: each is asked once, however many domains share it.
//!
//! A short run keeps everything. A long one keeps what is asked for again, for as long as DNS allows, and forgets the
//! rest: its memory does not grow with its length.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use futures::future::{BoxFuture, Shared};
use mailvouch_providers::dns::RrType;
use tokio::time::Instant;

use super::ask::Peek;
use super::{Question, Reply};

/// Parts that are locked each by itself.
const PARTS: usize = 16;

/// So many times less is kept of what was asked for once: most of it is never asked for again, and what is kept is looked for in
/// the processor's caches.
const ONCE: usize = 4;

/// For how long a look-up that failed is not tried again: at least a second (RFC 9520, section 3.2). Longer, and all who share an
/// include would go without for one answer that was bad luck.
const FAILURE: Duration = Duration::from_secs(1);

/// An answer that is on its way.
pub(super) type InFlight = Shared<BoxFuture<'static, Arc<Reply>>>;

/// What is known of a question.
#[derive(Clone)]
pub(super) enum Known {
    /// It is being asked.
    Asked(InFlight),
    /// Its answer.
    Told(Arc<Reply>),
}

impl Known {
    /// What to wait for.
    pub(super) fn asked(&self) -> Option<InFlight> {
        match self {
            Self::Asked(reply) => Some(reply.clone()),
            Self::Told(_) => None,
        }
    }
}

/// Questions, and what came of them.
pub(super) struct Cache {
    keep: Keep,
    hasher: RandomState,
    parts: [Mutex<Part>; PARTS],
}

/// What is kept.
#[derive(Clone, Copy)]
enum Keep {
    All,
    /// By TTL, and so many at the most in each generation of what was asked for again, in each part.
    ByTtl(usize),
}

/// Most of what is asked about one domain of a list is about no other: what was asked for once goes soon, and what was asked for
/// again, apart from it, stays.
#[derive(Default)]
struct Part {
    once: Generations,
    again: Generations,
}

/// Two generations: what is asked for in time moves into the young one, and what is not goes with the old.
#[derive(Default)]
struct Generations {
    young: HashMap<Question, Entry, RandomState>,
    old: HashMap<Question, Entry, RandomState>,
}

struct Entry {
    known: Known,
    /// Until when it holds; none where it does for the whole run.
    until: Option<Instant>,
}

impl Cache {
    /// Keeps everything: what was told once holds for the whole run.
    pub(super) fn for_all() -> Self {
        Self::keeping(Keep::All)
    }

    /// Keeps what is told for as long as its TTL says, and about so many answers at the most.
    pub(super) fn by_ttl(most: usize) -> Self {
        // Two generations of what was asked for again, and two smaller ones of what was asked for once.
        Self::keeping(Keep::ByTtl((most / PARTS / 2).max(1)))
    }

    fn keeping(keep: Keep) -> Self {
        Self { keep, hasher: RandomState::default(), parts: Default::default() }
    }

    /// What is known, or what `begin` begins.
    pub(super) fn told_or_asked(&self, question: &Question, begin: impl FnOnce() -> InFlight) -> Known {
        let mut part = self.part(question);
        if let Some(known) = part.find(question, self.most()) {
            return known;
        }
        let known = Known::Asked(begin());
        part.put(question.clone(), Entry { known: known.clone(), until: None }, self.most());
        known
    }

    /// Notes what came of a question.
    pub(super) fn is_told(&self, question: Question, reply: &Arc<Reply>) {
        let until = match self.keep {
            Keep::All => None,
            Keep::ByTtl(_) => {
                let seconds = |lifetime: u32| Duration::from_secs(lifetime.into());
                // Where nothing is said of it, it may be gone with the next question.
                let lifetime = reply.lifetime.map(seconds);
                let fallback = if reply.failure().is_some() { FAILURE } else { Duration::ZERO };
                Some(Instant::now() + lifetime.unwrap_or(fallback))
            }
        };
        let mut part = self.part(&question);
        part.put(question, Entry { known: Known::Told(reply.clone()), until }, self.most());
    }

    fn most(&self) -> usize {
        match self.keep {
            Keep::All => usize::MAX,
            Keep::ByTtl(most) => most,
        }
    }

    fn part(&self, question: &Question) -> MutexGuard<'_, Part> {
        // The low bits choose the place inside the map.
        let part = (self.hasher.hash_one(question) >> 40) as usize % PARTS;
        self.parts[part].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// What is known and holds still. Somebody asks for it again.
    fn find(&mut self, question: &Question, most: usize) -> Option<Known> {
        if let Some(entry) = self.again.young.get(question) {
            return entry.holds().then(|| entry.known.clone());
        }
        let (question, entry) = self.again.old.remove_entry(question).or_else(|| self.once.remove(question))?;
        if !entry.holds() {
            return None;
        }
        let known = entry.known.clone();
        self.again.put(question, entry, most);
        Some(known)
    }

    /// Whoever knows more puts it where the question was.
    fn put(&mut self, question: Question, entry: Entry, most: usize) {
        if let Some(before) = self.again.young.get_mut(&question) {
            *before = entry;
        } else if is_of_host(&question) || self.again.old.remove(&question).is_some() {
            self.again.put(question, entry, most);
        } else {
            self.once.put(question, entry, (most / ONCE).max(1));
        }
    }
}

/// Whether it is about a host and not about a domain: those who handle the mail of many have the same few.
fn is_of_host(question: &Question) -> bool {
    matches!(question.rtype, RrType::A | RrType::AAAA)
}

impl Generations {
    fn put(&mut self, question: Question, entry: Entry, most: usize) {
        if let Some(before) = self.young.get_mut(&question) {
            *before = entry;
            return;
        }
        if self.young.len() >= most {
            self.old = std::mem::take(&mut self.young);
        } else {
            self.old.remove(&question);
        }
        self.young.insert(question, entry);
    }

    fn remove(&mut self, question: &Question) -> Option<(Question, Entry)> {
        self.young.remove_entry(question).or_else(|| self.old.remove_entry(question))
    }
}

impl Entry {
    fn holds(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

impl Peek for Cache {
    fn peek(&self, question: &Question) -> Option<Arc<Reply>> {
        match self.part(question).find(question, self.most())? {
            Known::Told(reply) => Some(reply),
            Known::Asked(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::{Absence, Reason};
    use futures::FutureExt as _;

    fn question(owner: &str) -> Question {
        Question::new(&owner.parse().expect("a name"), RrType::TXT)
    }

    fn told(seconds: Option<u32>) -> Arc<Reply> {
        Arc::new(Reply { lifetime: seconds, ..Reply::absent(Absence::NoData) })
    }

    /// Whether the question would be asked.
    fn is_asked(cache: &Cache, owner: &str) -> bool {
        let mut asked = false;
        let begin = || {
            asked = true;
            async { told(None) }.boxed().shared()
        };
        cache.told_or_asked(&question(owner), begin);
        asked
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_told_holds_for_its_time() {
        let cache = Cache::by_ttl(1000);
        cache.is_told(question("a.example"), &told(Some(60)));
        cache.is_told(question("b.example"), &told(None));
        cache.is_told(question("c.example"), &Arc::new(Reply::unknown(Reason::Timeout)));
        assert!(cache.peek(&question("a.example")).is_some());
        assert!(cache.peek(&question("b.example")).is_none(), "nobody said how long it holds");
        assert!(cache.peek(&question("c.example")).is_some(), "a failure is not tried again at once");
        tokio::time::advance(FAILURE).await;
        assert!(is_asked(&cache, "c.example") && !is_asked(&cache, "a.example"));
        tokio::time::advance(Duration::from_mins(1)).await;
        assert!(is_asked(&cache, "a.example"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_run_forgets_nothing() {
        let cache = Cache::for_all();
        cache.is_told(question("a.example"), &told(Some(0)));
        tokio::time::advance(Duration::from_hours(1)).await;
        assert!(!is_asked(&cache, "a.example"));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_and_what_is_asked_for_again_stays() {
        let cache = Cache::by_ttl(1000);
        cache.is_told(question("shared.example"), &told(Some(3600)));
        for number in 0..20_000 {
            cache.is_told(question(&format!("n{number}.example")), &told(Some(3600)));
            assert!(cache.peek(&question("shared.example")).is_some(), "{number}");
        }
        let held: usize = cache
            .parts
            .iter()
            .map(|part| {
                let Part { once, again } = &*part.lock().expect("whole");
                once.young.len() + once.old.len() + again.young.len() + again.old.len()
            })
            .sum();
        assert!((125..=1200).contains(&held), "{held}");
        // Neither a name that was asked for again goes by those that are asked for once, however seldom that is.
        for number in 0..100_000 {
            cache.is_told(question(&format!("m{number}.example")), &told(Some(3600)));
        }
        assert!(cache.peek(&question("shared.example")).is_some());
    }
}
