//! Which of a name's TXT records is its SPF record (RFC 7208, section 4.5).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Txt};

use super::budget::LOOKUP_LIMIT;
use crate::published::{Failure, ReadAs, Reply, State};
use crate::record::SpfRecord;

/// An SPF record and the TXT value that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The value, its string boundaries kept.
    pub value: Txt,
    /// What it says.
    pub record: SpfRecord,
}

/// What a name publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// No record: the result is *none*.
    None,
    /// One record.
    One(Arc<Published>),
    /// More than one: the result is *permerror*.
    Many(Vec<Arc<Published>>),
    /// It could not be told.
    Unknown(Failure),
}

impl Selection {
    /// Reads the reply to the TXT question.
    pub fn of(reply: &Reply) -> Self {
        Self::clone(&reply.readings.get(ReadAs::Spf, || Self::read(reply)))
    }

    fn read(reply: &Reply) -> Self {
        match &reply.state {
            State::Unknown(failure) => Self::Unknown(failure.clone()),
            State::Absent(_) => Self::None,
            State::Found(set) => {
                let mut selected: Vec<_> = set
                    .txts()
                    .filter_map(|value| {
                        let record = SpfRecord::from_text(value.joined())?;
                        Some(Arc::new(Published { value: value.clone(), record }))
                    })
                    .collect();
                match selected.len() {
                    0 => Self::None,
                    1 => Self::One(selected.remove(0)),
                    _ => Self::Many(selected),
                }
            }
        }
    }

    /// All records that are selected, however many.
    pub fn records(&self) -> &[Arc<Published>] {
        match self {
            Self::One(published) => std::slice::from_ref(published),
            Self::Many(records) => records,
            Self::None | Self::Unknown(_) => &[],
        }
    }

    /// The record, where there is exactly one.
    pub fn one(&self) -> Option<&Arc<Published>> {
        match self {
            Self::One(published) => Some(published),
            Self::None | Self::Many(_) | Self::Unknown(_) => None,
        }
    }
}

/// The SPF records that were read so far: whoever evaluates for many clients parses each once.
#[derive(Debug)]
pub struct Records {
    read: RefCell<HashMap<Name, (Arc<Reply>, Selection)>>,
}

impl Default for Records {
    /// None yet, and room for as many as one evaluation may come to.
    fn default() -> Self {
        Self { read: RefCell::new(HashMap::with_capacity(LOOKUP_LIMIT + 1)) }
    }
}

impl Records {
    /// What a name publishes, where `reply` is the one to its TXT question. Another reply than before is read anew.
    pub fn selection(&self, name: &Name, reply: &Arc<Reply>) -> Selection {
        if let Some((read, selection)) = self.read.borrow().get(name)
            && Arc::ptr_eq(read, reply)
        {
            return selection.clone();
        }
        let selection = Selection::of(reply);
        self.read.borrow_mut().insert(name.clone(), (reply.clone(), selection.clone()));
        selection
    }
}
