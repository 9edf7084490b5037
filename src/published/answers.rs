//! A snapshot: what DNS said to each question that was asked.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use super::{Failure, Question, Reply};

/// What DNS said, by question. One domain's, or a whole run's.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    map: HashMap<Question, Known, FxBuildHasher>,
}

/// One answer.
#[derive(Clone, Debug)]
struct Known {
    reply: Arc<Reply>,
    /// Which one it was to come in. Whoever takes note of an answer notes this, which costs less than its question.
    ordinal: usize,
}

impl Answers {
    /// What was said to this question; none if it was not asked.
    pub fn get(&self, question: &Question) -> Option<&Arc<Reply>> {
        self.map.get(question).map(|known| &known.reply)
    }

    /// The same, with the number by which [`Self::only`] knows it.
    pub(super) fn numbered(&self, question: &Question) -> Option<(usize, &Arc<Reply>)> {
        self.map.get(question).map(|known| (known.ordinal, &known.reply))
    }

    /// The answers whose numbers are wanted, and no others.
    pub(super) fn only(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let kept = self.map.iter().filter(|(_, known)| wanted(known.ordinal));
        kept.map(|(question, known)| (question.clone(), known.reply.clone())).collect()
    }

    /// Everything with its number, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Question, &Arc<Reply>)> {
        self.map.iter().map(|(question, known)| (known.ordinal, question, &known.reply))
    }

    /// Notes what was said. A later answer to the same question replaces the earlier.
    pub fn insert(&mut self, question: Question, reply: Arc<Reply>) {
        let ordinal = self.map.len();
        let known = self.map.entry(question).or_insert_with(|| Known { reply: reply.clone(), ordinal });
        known.reply = reply;
    }

    /// The questions that got no answer, in order.
    pub fn failures(&self) -> Vec<(Question, Failure)> {
        let failed = self.map.iter().filter_map(|(question, known)| Some((question, known.reply.failure()?)));
        let mut failed: Vec<_> = failed.map(|(question, failure)| (question.clone(), failure.clone())).collect();
        failed.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        failed
    }

    /// How many questions were asked.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// All questions and answers, in the order of names and types.
    pub fn sorted(&self) -> Vec<(&Question, &Arc<Reply>)> {
        let mut all: Vec<_> = self.map.iter().map(|(question, known)| (question, &known.reply)).collect();
        all.sort_by_key(|(question, _)| *question);
        all
    }
}

impl Extend<(Question, Arc<Reply>)> for Answers {
    fn extend<T: IntoIterator<Item = (Question, Arc<Reply>)>>(&mut self, answers: T) {
        for (question, reply) in answers {
            self.insert(question, reply);
        }
    }
}

impl IntoIterator for Answers {
    type Item = (Question, Arc<Reply>);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + Send>;

    /// In no order.
    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.map.into_iter().map(|(question, known)| (question, known.reply)))
    }
}

impl FromIterator<(Question, Arc<Reply>)> for Answers {
    fn from_iter<T: IntoIterator<Item = (Question, Arc<Reply>)>>(answers: T) -> Self {
        let answers = answers.into_iter();
        let room = answers.size_hint().1.unwrap_or_default();
        let mut all = Self { map: HashMap::with_capacity_and_hasher(room, FxBuildHasher) };
        all.extend(answers);
        all
    }
}
