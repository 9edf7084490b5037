//! How analysis asks: from the snapshot, and what that lacks is written down.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};
use rustc_hash::FxBuildHasher;

use super::{Answers, Overlay, Question, Reason, Reply};

/// One pass of an analysis over a snapshot.
///
/// Keeps apart what the pass *lacked* and what it *read*: only the last pass counts, since an early one may ask for
/// what the last no longer needs.
pub struct Ask<'a> {
    base: &'a Answers,
    /// What others of the same run were told, with how many of their answers may be taken over.
    others: Option<(&'a dyn Peek, usize)>,
    /// What was taken over in this pass; numbered behind those of `base`.
    fresh: RefCell<Answers>,
    overlay: Option<&'a Overlay>,
    wanted: RefCell<HashMap<Question, Weight, FxBuildHasher>>,
    /// By number, what rests on the answers; nothing where they were not read.
    read: RefCell<Vec<Option<Weight>>>,
    thorough: RefCell<HashSet<Question, FxBuildHasher>>,
}

/// Somebody who may know an answer already.
pub(super) trait Peek: Sync {
    /// The answer, if it is at hand.
    fn peek(&self, question: &Question) -> Option<Arc<Reply>>;
}

/// What rests on an answer; the greater counts where a question is asked for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Thorough,
    Core,
}

impl<'a> Ask<'a> {
    /// A pass over `base`, with `overlay` lying on it.
    pub fn new(base: &'a Answers, overlay: Option<&'a Overlay>) -> Self {
        let (wanted, read) = (RefCell::default(), RefCell::default());
        Self { base, others: None, fresh: RefCell::default(), overlay, wanted, read, thorough: RefCell::default() }
    }

    /// A pass that takes over up to `most` answers that others have been given: no question, and no further pass, for what
    /// many domains share.
    pub(super) fn beside(base: &'a Answers, overlay: Option<&'a Overlay>, others: &'a dyn Peek, most: usize) -> Self {
        Self { others: Some((others, most)), ..Self::new(base, overlay) }
    }

    /// What the pass took over from others.
    pub(super) fn taken_over(self) -> Answers {
        self.fresh.into_inner()
    }

    /// The answer; none if the snapshot lacks it, which is noted: go on with what does not depend on it.
    ///
    /// For *core* questions, asked in every run, and for those *on absence*, asked only where what was expected is not
    /// there.
    pub fn get(&self, name: &Name, rtype: RrType) -> Option<Arc<Reply>> {
        self.answer(&Question::new(name, rtype))
    }

    /// The same for whoever has the question at hand.
    pub fn answer(&self, question: &Question) -> Option<Arc<Reply>> {
        self.weighed(question, Weight::Core)
    }

    /// The same for a *thorough* question: no verdict rests on it, and it is asked only where somebody wants to know
    /// more.
    pub fn get_thorough(&self, name: &Name, rtype: RrType) -> Option<Arc<Reply>> {
        self.answer_thorough(Question::new(name, rtype))
    }

    /// The same for whoever has the question at hand.
    pub fn answer_thorough(&self, question: Question) -> Option<Arc<Reply>> {
        let reply = self.weighed(&question, Weight::Thorough);
        self.thorough.borrow_mut().insert(question);
        reply
    }

    /// The core questions that this pass has read so far and that nobody answered for this reason, in order.
    pub fn failed(&self, reason: Reason) -> Vec<Question> {
        let read = self.read.borrow();
        let fresh = self.fresh.borrow();
        let behind = self.base.len();
        let all =
            self.base.all().chain(fresh.all().map(|(ordinal, question, reply)| (behind + ordinal, question, reply)));
        let failed = all.filter_map(|(ordinal, question, reply)| {
            let fits = reply.failure()?.reason == reason
                && question.via.is_resolver()
                && read.get(ordinal) == Some(&Some(Weight::Core));
            fits.then(|| question.clone())
        });
        let mut failed: Vec<Question> = failed.collect();
        failed.sort_unstable();
        failed
    }

    fn weighed(&self, question: &Question, weight: Weight) -> Option<Arc<Reply>> {
        match self.overlay {
            Some(overlay) => overlay.answer(question, &|question| self.beneath(question, weight)),
            None => self.beneath(question, weight),
        }
    }

    /// The overlay says what it states; all else is asked of the snapshot, and noted.
    fn beneath(&self, question: &Question, weight: Weight) -> Option<Arc<Reply>> {
        let Some((ordinal, reply)) = self.numbered(question).or_else(|| self.take_over(question)) else {
            let mut wanted = self.wanted.borrow_mut();
            match wanted.get_mut(question) {
                Some(other) => *other = weight.max(*other),
                None => {
                    wanted.insert(question.clone(), weight);
                }
            }
            return None;
        };
        let mut read = self.read.borrow_mut();
        if read.len() <= ordinal {
            read.resize(ordinal + 1, None);
        }
        read[ordinal] = read[ordinal].max(Some(weight));
        Some(reply)
    }

    /// What is known, with its number.
    fn numbered(&self, question: &Question) -> Option<(usize, Arc<Reply>)> {
        if let Some((ordinal, reply)) = self.base.numbered(question) {
            return Some((ordinal, reply.clone()));
        }
        let fresh = self.fresh.borrow();
        fresh.numbered(question).map(|(ordinal, reply)| (self.base.len() + ordinal, reply.clone()))
    }

    /// The same from what others were told: once taken over, it stays the same for this analysis.
    fn take_over(&self, question: &Question) -> Option<(usize, Arc<Reply>)> {
        let (others, most) = self.others?;
        let mut fresh = self.fresh.borrow_mut();
        if fresh.len() >= most {
            return None;
        }
        let reply = others.peek(question)?;
        let ordinal = self.base.len() + fresh.len();
        fresh.insert(question.clone(), reply.clone());
        Some((ordinal, reply))
    }

    /// The questions that the snapshot could not answer, in order.
    pub fn wanted(&self) -> Vec<Question> {
        let mut wanted: Vec<Question> = self.wanted.borrow().keys().cloned().collect();
        wanted.sort_unstable();
        wanted
    }

    /// The thorough questions of this pass. One that was asked as a core one, too, is none.
    pub fn thorough(&self) -> HashSet<Question, FxBuildHasher> {
        let (wanted, read) = (self.wanted.borrow(), self.read.borrow());
        let is_core = |question: &&Question| {
            let ordinal = self.numbered(question).map(|(ordinal, _)| ordinal);
            let weight = match ordinal {
                Some(ordinal) => read.get(ordinal).copied().flatten(),
                None => wanted.get(*question).copied(),
            };
            weight == Some(Weight::Core)
        };
        self.thorough.borrow().iter().filter(|question| !is_core(question)).cloned().collect()
    }

    /// What this pass read of the snapshot: what a report made from it rests on.
    pub fn read(&self) -> Answers {
        let read = self.read.borrow();
        let is_read = |ordinal: usize| read.get(ordinal).is_some_and(Option::is_some);
        let mut all = self.base.only(is_read);
        all.extend(self.fresh.borrow().only(|ordinal| is_read(self.base.len() + ordinal)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thorough_question_is_asked_like_any_other_and_noted() {
        let base = Answers::default();
        let ask = Ask::new(&base, None);
        let [core, more] = ["a.example", "b.example"].map(|text| text.parse::<Name>().expect("a name"));
        assert!(ask.get(&core, RrType::TXT).is_none() && ask.get_thorough(&more, RrType::PTR).is_none());
        assert_eq!(ask.wanted().len(), 2);
        assert_eq!(ask.thorough().into_iter().collect::<Vec<_>>(), [Question::new(&more, RrType::PTR)]);
        assert!(ask.get(&more, RrType::PTR).is_none());
        assert!(ask.thorough().is_empty(), "a verdict may rest on it now");
    }
}
