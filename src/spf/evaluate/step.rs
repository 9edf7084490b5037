//! What an evaluation did, step by step.

use std::sync::Arc;

use mailvouch_providers::dns::Name;

use crate::published::{Question, Reply};
use crate::record::Spanned;
use crate::record::spf::Term;
use crate::spf::{Class, Published};

/// One term that was evaluated.
#[derive(Clone, Debug)]
pub struct Step {
    /// The names of the records that lead to the one with the term: the domain asked about first, that one last.
    pub path: Arc<[Name]>,
    /// The record.
    pub published: Arc<Published>,
    /// Which of its terms.
    pub index: usize,
    /// The domain that the term names once its macros are expanded; none where it names none.
    pub target: Option<String>,
    /// What was asked for its sake, in order, and what DNS said.
    pub asked: Vec<Asked>,
    /// What came of it.
    pub outcome: Outcome,
    /// Terms that asked DNS, up to the end of this one.
    pub lookups: usize,
    /// Look-ups that found nothing, up to the end of this one.
    pub voids: usize,
}

impl Step {
    /// Whose record it is.
    pub fn owner(&self) -> Option<&Name> {
        self.path.last()
    }

    /// How many records lead here: 0 for a term of the domain's own record.
    pub fn depth(&self) -> usize {
        self.path.len().saturating_sub(1)
    }

    /// The term.
    pub fn term(&self) -> Option<&Spanned<Term>> {
        self.published.record.terms().get(self.index)
    }
}

/// A question and what DNS said to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// What DNS said.
    pub reply: Arc<Reply>,
}

/// What came of one term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has begun: nothing but the first of several passes ends so.
    Begun,
    /// A mechanism matched, which gives this result.
    Match(Class),
    /// A mechanism did not match.
    NoMatch,
    /// A `redirect` gave the result of its target.
    Redirected(Class),
    /// Evaluation ended here with *permerror* or *temperror*.
    Error(Class),
    /// An `exp` gave an explanation.
    Explained,
    /// An `exp` gave none; the result stays as it is (RFC 7208, section 6.2).
    Unexplained,
}
