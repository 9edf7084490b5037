//! DNS in a few lines of text: what is published, and what fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use futures::FutureExt as _;
use mailvouch::published::{Answers, Ask, Overlay, Question, Reason, Reply, Source, ZoneFiles};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};
use mailvouch_providers::memory::Memory;

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

pub(crate) fn txt(text: &str) -> Rdata {
    Rdata::Txt(Txt::from_text(text.as_bytes()))
}

/// Everything that is published anywhere. What is not in it does not exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    records: Vec<(Name, Value)>,
    failing: BTreeSet<Question>,
    zones: ZoneFiles,
}

impl World {
    /// One record a line: `OWNER [TTL] TYPE DATA`. TXT data is the bare text behind one space, or strings in quotes as in
    /// a master file. `!` for data makes the question fail.
    pub(crate) fn of(text: &str) -> Self {
        let mut world = Self::default();
        for line in text.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
            world.add(line);
        }
        world.serve();
        world
    }

    fn add(&mut self, line: &str) {
        let (owner, rest) = line.split_once(' ').unwrap_or_else(|| panic!("{line:?} has no type"));
        let (word, tail) = rest.trim_start().split_once(' ').unwrap_or((rest.trim_start(), ""));
        let (ttl, (rtype, data)) = match word.parse() {
            Ok(ttl) => (ttl, tail.trim_start().split_once(' ').unwrap_or((tail.trim_start(), ""))),
            Err(_) => (300, (word, tail)),
        };
        let owner = name(owner);
        let rtype: RrType = rtype.parse().unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let bare = rtype == RrType::TXT && !data.starts_with('"');
        if data == "!" {
            self.failing.insert(Question::new(&owner, rtype));
        } else if bare {
            self.records.push((owner, Value::new(txt(data), ttl)));
        } else {
            let rdata = Rdata::parse(rtype, data.trim()).unwrap_or_else(|error| panic!("{line:?}: {error}"));
            self.records.push((owner, Value::new(rdata, ttl)));
        }
    }

    fn serve(&mut self) {
        let mut sets: BTreeMap<(Name, RrType), RecordSet> = BTreeMap::new();
        for (owner, value) in &self.records {
            let key = (owner.clone(), value.rdata.rtype());
            let set = sets.entry(key).or_insert_with(|| RecordSet { ttl: value.ttl, values: Vec::new() });
            set.values.push(value.rdata.clone());
        }
        let sets = sets.into_iter().map(|((owner, rtype), set)| (owner, rtype, set));
        self.zones = ZoneFiles::default();
        self.zones.add(Some(&Name::root()), sets).expect("one zone");
    }

    /// What DNS says to one question.
    pub(crate) fn answer(&self, question: &Question) -> Reply {
        if self.failing.contains(question) {
            return Reply::unknown(Reason::ServFail);
        }
        self.zones.ask(question).now_or_never().expect("memory answers at once")
    }

    /// Runs an analysis until it lacks nothing; gives back what it asked, too.
    pub(crate) fn run<T>(&self, overlay: Option<&Overlay>, analyse: impl Fn(&Ask<'_>) -> T) -> (T, Vec<Question>) {
        let mut answers = Answers::default();
        loop {
            let ask = Ask::new(&answers, overlay);
            let result = analyse(&ask);
            let wanted = ask.wanted();
            if wanted.is_empty() {
                let read = ask.read();
                return (result, read.sorted().into_iter().map(|(question, _)| question.clone()).collect());
            }
            answers.extend(wanted.into_iter().map(|question| {
                let reply = Arc::new(self.answer(&question));
                (question, reply)
            }));
        }
    }

    /// The names that records stand at.
    pub(crate) fn owners(&self) -> impl Iterator<Item = Name> {
        self.records.iter().map(|(owner, _)| owner.clone())
    }

    /// What stands at a name.
    pub(crate) fn at(&self, name: &Name) -> Vec<Value> {
        self.records.iter().filter(|(owner, _)| owner == name).map(|(_, value)| value.clone()).collect()
    }

    /// Has the records at and below `apex` be those of another world.
    pub(crate) fn replace_below(&mut self, apex: &Name, other: &Self) {
        self.records.retain(|(owner, _)| !owner.is_at_or_below(apex));
        let theirs = other.records.iter().filter(|(owner, _)| owner.is_at_or_below(apex));
        self.records.extend(theirs.cloned());
        self.failing.extend(other.failing.iter().cloned());
        self.serve();
    }

    /// The records at and below `apex`, at a provider.
    pub(crate) fn at_provider(&self, apex: &str) -> Memory {
        let apex = name(apex);
        let inside = self.records.iter().filter(|(owner, _)| owner.is_at_or_below(&apex)).cloned();
        Memory::with_zone(apex.clone(), inside.collect::<Vec<_>>())
    }
}

#[async_trait]
impl Source for World {
    async fn ask(&self, question: &Question) -> Reply {
        self.answer(question)
    }
}
