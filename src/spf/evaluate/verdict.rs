//! What the parts of an evaluation come to, and how one ends before its time.

use std::sync::Arc;

use super::problem::Problem;
use super::trace::Place;
use crate::record::Span;
use crate::spf::{Class, Published};

/// What ends an evaluation before its time: the topmost `check_host` returns it (RFC 7208, sections 2.6 and 5).
pub(super) struct Stop {
    pub(super) class: Class,
    pub(super) problem: Box<Problem>,
    pub(super) decided_by: Option<Place>,
}

impl Stop {
    pub(super) fn new(class: Class, problem: Problem) -> Self {
        Self { class, problem: Box::new(problem), decided_by: None }
    }
}

pub(super) type Stopped<T> = Result<T, Stop>;

/// What one record comes to.
pub(super) struct Verdict {
    pub(super) class: Class,
    pub(super) problem: Option<Box<Problem>>,
    pub(super) decided_by: Option<Place>,
    /// Where a mechanism gave a *fail*: the record that holds it, if it has an `exp`, which counts (section 6.2).
    pub(super) explained_by: Option<Explained>,
}

impl Verdict {
    /// A result that no term and no problem explains.
    pub(super) fn plain(class: Class) -> Self {
        Self { class, problem: None, decided_by: None, explained_by: None }
    }
}

impl From<Stop> for Verdict {
    fn from(stop: Stop) -> Self {
        let Stop { class, problem, decided_by } = stop;
        Self { class, problem: Some(problem), decided_by, explained_by: None }
    }
}

/// A record whose `exp` counts.
pub(super) struct Explained {
    pub(super) visit: usize,
    /// `%{d}`
    pub(super) domain: String,
}

/// What the target of `include` or `redirect` comes to.
pub(super) enum Below {
    /// Its answer is not known yet.
    NotYet,
    /// There is no record, or can be none (section 4.3).
    NoRecord,
    Verdict(Verdict),
}

/// Whether a mechanism matches.
pub(super) enum Match {
    No,
    Yes,
    /// A term of an included record decided that it does.
    Within(Option<Place>),
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

/// A record under evaluation.
pub(super) struct Frame<'a> {
    /// `%{d}`
    pub(super) domain: &'a str,
    pub(super) published: Arc<Published>,
    /// Where the trace has it.
    pub(super) visit: usize,
}

impl Frame<'_> {
    pub(super) fn place(&self, term: usize) -> Place {
        Place { visit: self.visit, term }
    }

    pub(super) fn text(&self, span: &Span) -> String {
        String::from_utf8_lossy(&self.published.record.text()[span.clone()]).into_owned()
    }
}
