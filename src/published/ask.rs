//! How analysis asks: from the snapshot, and what that lacks is written down.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};

use super::{Answers, Overlay, Question, Reply};

/// One pass of an analysis over a snapshot.
///
/// Keeps apart what the pass *lacked* and what it *read*: only the last pass counts, since an early one may ask for
/// what the last no longer needs.
#[derive(Debug)]
pub struct Ask<'a> {
    base: &'a Answers,
    overlay: Option<&'a Overlay>,
    wanted: RefCell<BTreeSet<Question>>,
    /// The numbers of the answers that were read.
    read: RefCell<BTreeSet<usize>>,
    thorough: RefCell<BTreeSet<Question>>,
}

impl<'a> Ask<'a> {
    /// A pass over `base`, with `overlay` lying on it.
    pub fn new(base: &'a Answers, overlay: Option<&'a Overlay>) -> Self {
        Self { base, overlay, wanted: RefCell::default(), read: RefCell::default(), thorough: RefCell::default() }
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
        match self.overlay {
            Some(overlay) => overlay.answer(question, &|question| self.beneath(question)),
            None => self.beneath(question),
        }
    }

    /// The same for a *thorough* question: no verdict rests on it, and it is asked only where somebody wants to know
    /// more.
    pub fn get_thorough(&self, name: &Name, rtype: RrType) -> Option<Arc<Reply>> {
        self.thorough.borrow_mut().insert(Question::new(name, rtype));
        self.get(name, rtype)
    }

    /// The overlay says what it states; all else is asked of the snapshot, and noted.
    fn beneath(&self, question: &Question) -> Option<Arc<Reply>> {
        let Some((ordinal, reply)) = self.base.numbered(question) else {
            self.wanted.borrow_mut().insert(question.clone());
            return None;
        };
        self.read.borrow_mut().insert(ordinal);
        Some(reply.clone())
    }

    /// The questions that the snapshot could not answer, in order.
    pub fn wanted(&self) -> Vec<Question> {
        self.wanted.borrow().iter().cloned().collect()
    }

    /// The thorough questions of this pass.
    pub fn thorough(&self) -> BTreeSet<Question> {
        self.thorough.borrow().clone()
    }

    /// What this pass read of the snapshot: what a report made from it rests on.
    pub fn read(&self) -> Answers {
        self.base.only(&self.read.borrow())
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
    }
}
