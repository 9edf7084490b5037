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
    read: RefCell<BTreeSet<Question>>,
}

impl<'a> Ask<'a> {
    /// A pass over `base`, with `overlay` lying on it.
    pub fn new(base: &'a Answers, overlay: Option<&'a Overlay>) -> Self {
        Self { base, overlay, wanted: RefCell::default(), read: RefCell::default() }
    }

    /// The answer; none if the snapshot lacks it, which is noted: go on with what does not depend on it.
    pub fn get(&self, name: &Name, rtype: RrType) -> Option<Arc<Reply>> {
        let question = Question::new(name, rtype);
        match self.overlay {
            Some(overlay) => overlay.answer(&question, &|question| self.beneath(question)),
            None => self.beneath(&question),
        }
    }

    /// The overlay says what it states; all else is asked of the snapshot, and noted.
    fn beneath(&self, question: &Question) -> Option<Arc<Reply>> {
        let known = self.base.get(question);
        if known.is_none() {
            self.wanted.borrow_mut().insert(question.clone());
        }
        self.read.borrow_mut().insert(question.clone());
        known.cloned()
    }

    /// The questions that the snapshot could not answer, in order.
    pub fn wanted(&self) -> Vec<Question> {
        self.wanted.borrow().iter().cloned().collect()
    }

    /// What this pass read of the snapshot: what a report made from it rests on.
    pub fn read(&self) -> Answers {
        let read = self.read.borrow();
        read.iter().filter_map(|question| Some((question.clone(), self.base.get(question)?.clone()))).collect()
    }
}
