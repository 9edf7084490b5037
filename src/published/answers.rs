//! A snapshot: what DNS said to each question that was asked.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Question, Reply};

/// What DNS said, by question. One domain's, or a whole run's.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    map: HashMap<Question, Arc<Reply>>,
}

impl Answers {
    /// What was said to this question; none if it was not asked.
    pub fn get(&self, question: &Question) -> Option<&Arc<Reply>> {
        self.map.get(question)
    }

    /// Notes what was said. A later answer to the same question replaces the earlier.
    pub fn insert(&mut self, question: Question, reply: Arc<Reply>) {
        self.map.insert(question, reply);
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
        let mut all: Vec<_> = self.map.iter().collect();
        all.sort_by_key(|(question, _)| *question);
        all
    }
}

impl Extend<(Question, Arc<Reply>)> for Answers {
    fn extend<T: IntoIterator<Item = (Question, Arc<Reply>)>>(&mut self, answers: T) {
        self.map.extend(answers);
    }
}

impl FromIterator<(Question, Arc<Reply>)> for Answers {
    fn from_iter<T: IntoIterator<Item = (Question, Arc<Reply>)>>(answers: T) -> Self {
        Self { map: answers.into_iter().collect() }
    }
}
