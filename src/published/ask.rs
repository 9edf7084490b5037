//! How analysis asks: from the snapshot, and what that lacks is written down.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};

use super::{Answers, Overlay, Question, Reason, Reply};

/// One pass of an analysis over a snapshot.
///
/// Keeps apart what the pass *lacked* and what it *read*: only the last pass counts, since an early one may ask for
/// what the last no longer needs.
#[derive(Debug)]
pub struct Ask<'a> {
    base: &'a Answers,
    overlay: Option<&'a Overlay>,
    wanted: RefCell<BTreeMap<Question, Weight>>,
    /// The numbers of the answers that were read.
    read: RefCell<BTreeMap<usize, Weight>>,
    thorough: RefCell<BTreeSet<Question>>,
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
        Self { base, overlay, wanted, read, thorough: RefCell::default() }
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
        let core = read.iter().filter(|(_, weight)| **weight == Weight::Core).map(|(ordinal, _)| *ordinal);
        let answers = self.base.only(&core.collect());
        let failed = |(question, reply): (&Question, &Arc<Reply>)| {
            (reply.failure()?.reason == reason && question.via.is_resolver()).then(|| question.clone())
        };
        answers.sorted().into_iter().filter_map(failed).collect()
    }

    fn weighed(&self, question: &Question, weight: Weight) -> Option<Arc<Reply>> {
        match self.overlay {
            Some(overlay) => overlay.answer(question, &|question| self.beneath(question, weight)),
            None => self.beneath(question, weight),
        }
    }

    /// The overlay says what it states; all else is asked of the snapshot, and noted.
    fn beneath(&self, question: &Question, weight: Weight) -> Option<Arc<Reply>> {
        let Some((ordinal, reply)) = self.base.numbered(question) else {
            let mut wanted = self.wanted.borrow_mut();
            let most = wanted.get(question).map_or(weight, |other| weight.max(*other));
            wanted.insert(question.clone(), most);
            return None;
        };
        self.read.borrow_mut().entry(ordinal).and_modify(|other| *other = weight.max(*other)).or_insert(weight);
        Some(reply.clone())
    }

    /// The questions that the snapshot could not answer, in order.
    pub fn wanted(&self) -> Vec<Question> {
        self.wanted.borrow().keys().cloned().collect()
    }

    /// The thorough questions of this pass. One that was asked as a core one, too, is none.
    pub fn thorough(&self) -> BTreeSet<Question> {
        let (wanted, read) = (self.wanted.borrow(), self.read.borrow());
        let is_core = |question: &&Question| {
            let ordinal = self.base.numbered(question).map(|(ordinal, _)| ordinal);
            let weight = ordinal.map_or_else(|| wanted.get(*question), |ordinal| read.get(&ordinal));
            weight == Some(&Weight::Core)
        };
        self.thorough.borrow().iter().filter(|question| !is_core(question)).cloned().collect()
    }

    /// What this pass read of the snapshot: what a report made from it rests on.
    pub fn read(&self) -> Answers {
        self.base.only(&self.read.borrow().keys().copied().collect())
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
