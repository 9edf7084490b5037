//! Answers that resolvers hold back: where a question fails, is it DNSSEC that fails?

use std::sync::Arc;

use super::organizational_domain;
use crate::published::{Ask, Question, Reason, Reply, Via};

/// A question that resolvers answer only with checking disabled.
#[derive(Clone, Debug)]
pub struct Bogus {
    /// The question, as it was asked at first.
    pub question: Question,
    /// What they answer then: for people, since nothing vouches for it.
    pub unchecked: Arc<Reply>,
}

impl Bogus {
    /// All such questions among those that this pass asked before; nothing is asked where none of them ended in
    /// SERVFAIL, which is what a validating resolver says (RFC 4035, section 5.5).
    ///
    /// A resolver that failed for a moment says that, too. So the question is asked once more, after the answer with
    /// checking disabled, and only a second SERVFAIL counts; any other answer leaves the first what it was, a failure.
    pub(super) fn all(ask: &Ask<'_>) -> Vec<Self> {
        let told = |question: Question| {
            let unchecked = ask.answer_thorough(question.clone().via(Via::Unchecked))?;
            if unchecked.failure().is_some() {
                return None;
            }
            let again = ask.answer_thorough(question.clone().via(Via::Again))?;
            (again.failure()?.reason == Reason::ServFail).then_some(Self { question, unchecked })
        };
        ask.failed(Reason::ServFail).into_iter().filter_map(told).collect()
    }

    /// Whether two of them are about one domain, and so in all likelihood about one zone.
    pub fn is_of_same_domain(&self, other: &Self) -> bool {
        organizational_domain(&self.question.name) == organizational_domain(&other.question.name)
    }
}
