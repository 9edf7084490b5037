//! What a run has been told, by question: each is asked once, however many domains share it.
//!
//! A short run keeps everything. A long one keeps what is asked for again, for as long as DNS allows, and forgets the
//! rest: its memory does not grow with its length.

use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use mailvouch_providers::dns::RrType;
use tokio::time::Instant;

use super::ask::Peek;
use super::flight::Flight;
use super::{Question, Reply};

/// Parts that are locked each by itself.
const PARTS: usize = 16;

/// So many times less is kept of what was asked for once: most of it is never asked for again, and what is kept is looked for in
/// the processor's caches.
const ONCE: usize = 4;

/// For how long a look-up that failed is not tried again: at least a second (RFC 9520, section 3.2). Longer, and all who share an
/// include would go without for one answer that was bad luck.
const FAILURE: Duration = Duration::from_secs(1);

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
    young: HashTable<Entry>,
    old: HashTable<Entry>,
}

struct Entry {
    /// The question's: it is worked out once, and looked for in four tables.
    hash: u64,
    question: Question,
    flight: Arc<Flight>,
}

/// What is known of a question.
pub(super) enum Known {
    /// Somebody asked it before.
    Asked(Arc<Flight>),
    /// It has to be asked now.
    New(Arc<Flight>),
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

    /// What is known, for whoever asks if nothing is.
    pub(super) fn known(&self, question: &Question) -> Known {
        let hash = self.hasher.hash_one(question);
        let mut part = self.part(hash);
        if let Some(flight) = part.find(hash, question, self.most()) {
            return Known::Asked(flight);
        }
        let flight = Arc::<Flight>::default();
        part.put(Entry { hash, question: question.clone(), flight: flight.clone() }, self.most());
        Known::New(flight)
    }

    /// Until when an answer that comes now holds; none where it does for the whole run.
    pub(super) fn until(&self, reply: &Reply) -> Option<Instant> {
        match self.keep {
            Keep::All => None,
            Keep::ByTtl(_) => {
                let seconds = |lifetime: u32| Duration::from_secs(lifetime.into());
                // Where nothing is said of it, it may be gone with the next question.
                let lifetime = reply.lifetime.map(seconds);
                let fallback = if reply.failure().is_some() { FAILURE } else { Duration::ZERO };
                Some(Instant::now() + lifetime.unwrap_or(fallback))
            }
        }
    }

    fn most(&self) -> usize {
        match self.keep {
            Keep::All => usize::MAX,
            Keep::ByTtl(most) => most,
        }
    }

    fn part(&self, hash: u64) -> MutexGuard<'_, Part> {
        // The low bits choose the place inside the table, the highest what is compared there.
        let part = (hash >> 40) as usize % PARTS;
        self.parts[part].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// What is known and holds still. Somebody asks for it again.
    fn find(&mut self, hash: u64, question: &Question, most: usize) -> Option<Arc<Flight>> {
        if let Some(entry) = self.again.young.find(hash, |entry| entry.question == *question) {
            return entry.flight.holds().then(|| entry.flight.clone());
        }
        let old = take(&mut self.again.old, hash, question);
        let entry = old
            .or_else(|| take(&mut self.once.young, hash, question))
            .or_else(|| take(&mut self.once.old, hash, question))?;
        if !entry.flight.holds() {
            return None;
        }
        let flight = entry.flight.clone();
        self.again.put(entry, most);
        Some(flight)
    }

    /// A question of which nothing is known that holds still.
    fn put(&mut self, new: Entry, most: usize) {
        if let Some(before) = self.again.young.find_mut(new.hash, |entry| entry.question == new.question) {
            *before = new;
        } else if is_of_host(&new.question) {
            self.again.put(new, most);
        } else {
            self.once.put(new, (most / ONCE).max(1));
        }
    }
}

/// Whether it is about a host and not about a domain: those who handle the mail of many have the same few.
fn is_of_host(question: &Question) -> bool {
    matches!(question.rtype, RrType::A | RrType::AAAA)
}

impl Generations {
    /// One that is in neither of them.
    fn put(&mut self, entry: Entry, most: usize) {
        if self.young.len() >= most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert_unique(entry.hash, entry, |entry| entry.hash);
    }
}

fn take(from: &mut HashTable<Entry>, hash: u64, question: &Question) -> Option<Entry> {
    let found = from.find_entry(hash, |entry| entry.question == *question).ok()?;
    Some(found.remove().0)
}

impl Peek for Cache {
    fn peek(&self, question: &Question) -> Option<Arc<Reply>> {
        let hash = self.hasher.hash_one(question);
        self.part(hash).find(hash, question, self.most())?.reply().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::{Absence, Reason};

    fn question(owner: &str) -> Question {
        Question::new(&owner.parse().expect("a name"), RrType::TXT)
    }

    fn for_seconds(seconds: Option<u32>) -> Reply {
        Reply { lifetime: seconds, ..Reply::absent(Absence::NoData) }
    }

    fn tell(cache: &Cache, owner: &str, reply: Reply) {
        let Known::New(flight) = cache.known(&question(owner)) else { panic!("{owner} has been asked") };
        let until = cache.until(&reply);
        flight.tell(reply, until);
    }

    /// Whether the question would be asked.
    fn is_asked(cache: &Cache, owner: &str) -> bool {
        matches!(cache.known(&question(owner)), Known::New(_))
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_told_holds_for_its_time() {
        let cache = Cache::by_ttl(1000);
        tell(&cache, "a.example", for_seconds(Some(60)));
        tell(&cache, "b.example", for_seconds(None));
        tell(&cache, "c.example", Reply::unknown(Reason::Timeout));
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
        tell(&cache, "a.example", for_seconds(Some(0)));
        tokio::time::advance(Duration::from_hours(1)).await;
        assert!(!is_asked(&cache, "a.example"));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_and_what_is_asked_for_again_stays() {
        let cache = Cache::by_ttl(1000);
        tell(&cache, "shared.example", for_seconds(Some(3600)));
        for number in 0..20_000 {
            tell(&cache, &format!("n{number}.example"), for_seconds(Some(3600)));
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
            tell(&cache, &format!("m{number}.example"), for_seconds(Some(3600)));
        }
        assert!(cache.peek(&question("shared.example")).is_some());
    }
}
