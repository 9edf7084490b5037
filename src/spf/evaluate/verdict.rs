//! What the parts of an evaluation come to, and how one ends before its time.

use std::sync::Arc;

use mailvouch_providers::dns::Name;

use super::problem::Problem;
use crate::record::Span;
use crate::spf::{Class, Decider, Published};

/// What ends an evaluation before its time: the topmost `check_host` returns it (RFC 7208, sections 2.6 and 5).
pub(super) struct Stop {
    pub(super) class: Class,
    pub(super) problem: Box<Problem>,
    pub(super) decided_by: Option<Box<Decider>>,
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
    pub(super) problem: Option<Problem>,
    pub(super) decided_by: Option<Decider>,
    /// Where a mechanism matched: the record that holds it, whose `exp` counts (section 6.2).
    pub(super) matched: Option<Frame>,
}

impl From<Stop> for Verdict {
    fn from(stop: Stop) -> Self {
        let Stop { class, problem, decided_by } = stop;
        Self { class, problem: Some(*problem), decided_by: decided_by.map(|decider| *decider), matched: None }
    }
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
    Within(Option<Decider>),
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

/// A record under evaluation.
#[derive(Clone)]
pub(super) struct Frame {
    /// `%{d}`
    pub(super) domain: String,
    pub(super) published: Arc<Published>,
    pub(super) path: Arc<[Name]>,
    pub(super) entry: Option<Span>,
}

impl Frame {
    pub(super) fn decider(&self, span: &Span) -> Decider {
        let entry = self.entry.clone().unwrap_or_else(|| span.clone());
        Decider { path: self.path.clone(), published: self.published.clone(), span: span.clone(), entry }
    }

    /// Whose record it is.
    pub(super) fn owner(&self, fallback: &Name) -> Name {
        self.path.last().unwrap_or(fallback).clone()
    }

    pub(super) fn text(&self, span: &Span) -> String {
        String::from_utf8_lossy(&self.published.record.text()[span.clone()]).into_owned()
    }
}
