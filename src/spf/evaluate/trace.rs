//! What an evaluation did, step by step.
//!
//! Every term of every evaluation leaves a step here, so a step holds little: what it shares with others is kept once,
//! and [`Step`] puts it together again for whoever reads.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use mailvouch_providers::dns::Name;

use crate::published::{Question, Reply};
use crate::record::Spanned;
use crate::record::spf::{DomainSpec, Modifier, Term};
use crate::spf::{Class, Decider, Published};

/// What an evaluation keeps of its way. It comes to the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Every term, what it asked, and what came of it.
    Steps,
    /// What it comes to, and which term decided: the trace stays empty.
    Verdict,
}

/// The terms that were evaluated, in order.
#[derive(Clone)]
pub struct Trace {
    keep: Keep,
    visits: Vec<Visit>,
    steps: Vec<Entry>,
    /// What was asked, step after step.
    asked: Vec<Asked>,
}

/// A record that was evaluated. One that several terms lead to is evaluated as often.
#[derive(Clone, Debug)]
struct Visit {
    name: Name,
    published: Arc<Published>,
    /// The visit that led here; none for the record of the domain itself.
    parent: Option<usize>,
    /// How many records lead here.
    depth: usize,
    /// Which term of the first record led here.
    entry: Option<usize>,
}

/// What is kept of one step.
#[derive(Clone)]
struct Entry {
    at: Place,
    target: Target,
    asked: Range<usize>,
    outcome: Outcome,
    lookups: usize,
    voids: usize,
}

/// The domain of a term once its macros are expanded.
#[derive(Clone)]
enum Target {
    None,
    AsWritten,
    Expanded(Box<str>),
}

/// A term of a record that was visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which visit.
    pub(super) visit: usize,
    /// Which term of its record.
    pub(super) term: usize,
}

/// One term that was evaluated.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    trace: &'a Trace,
    visit: &'a Visit,
    entry: &'a Entry,
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

impl Trace {
    /// Nothing yet. The first record and what it leads to have a few dozen terms.
    pub(super) fn new(keep: Keep) -> Self {
        let (visits, steps) = match keep {
            Keep::Steps => (8, 32),
            Keep::Verdict => (8, 0),
        };
        Self { keep, visits: Vec::with_capacity(visits), steps: Vec::with_capacity(steps), asked: Vec::new() }
    }

    /// The steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.steps.iter().filter_map(|entry| Some(Step { trace: self, visit: self.visits.get(entry.at.visit)?, entry }))
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether no term was evaluated.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// A record is visited; `parent` is the visit that led there, and `entry` the term of the first record.
    pub(super) fn visit(
        &mut self,
        name: Name,
        published: Arc<Published>,
        parent: Option<usize>,
        entry: Option<usize>,
    ) -> usize {
        let depth = parent.and_then(|parent| self.visits.get(parent)).map_or(0, |parent| parent.depth + 1);
        self.visits.push(Visit { name, published, parent, depth, entry });
        self.visits.len() - 1
    }

    /// A term begins: where its step stands. Where no steps are kept, none stands there, and nothing is noted of it.
    pub(super) fn begin(&mut self, at: Place) -> usize {
        if self.keep == Keep::Verdict {
            return 0;
        }
        let asked = self.asked.len()..self.asked.len();
        self.steps.push(Entry { at, target: Target::None, asked, outcome: Outcome::Begun, lookups: 0, voids: 0 });
        self.steps.len() - 1
    }

    /// What came of it, and what was spent by then.
    pub(super) fn end(&mut self, step: usize, outcome: Outcome, lookups: usize, voids: usize) {
        if let Some(step) = self.steps.get_mut(step) {
            (step.outcome, step.lookups, step.voids) = (outcome, lookups, voids);
        }
    }

    /// The domain that a step is about; none is the one that the term has written out.
    pub(super) fn target(&mut self, step: usize, expanded: Option<&str>) {
        if let Some(step) = self.steps.get_mut(step) {
            step.target = expanded.map_or(Target::AsWritten, |text| Target::Expanded(text.into()));
        }
    }

    /// What a step asked, and what DNS said. A step asks nothing any more once another has begun.
    pub(super) fn asked(&mut self, step: usize, question: &Question, reply: &Arc<Reply>) {
        let Some(step) = self.steps.get_mut(step) else { return };
        if !self.asked[step.asked.clone()].iter().any(|asked| asked.question == *question && asked.reply == *reply) {
            self.asked.push(Asked { question: question.clone(), reply: reply.clone() });
            step.asked.end = self.asked.len();
        }
    }

    /// The name whose record a visit is about.
    pub(super) fn name(&self, visit: usize) -> Option<&Name> {
        self.visits.get(visit).map(|visit| &visit.name)
    }

    /// The record of a visit.
    pub(super) fn published(&self, visit: usize) -> Option<&Arc<Published>> {
        self.visits.get(visit).map(|visit| &visit.published)
    }

    /// A term that decided, in full.
    pub(super) fn decider(&self, at: Place) -> Option<Decider> {
        let visit = self.visits.get(at.visit)?;
        let span = visit.published.record.terms().get(at.term)?.span.clone();
        let first = self.visits.first()?.published.record.terms();
        let entry =
            visit.entry.and_then(|entry| first.get(entry)).map_or_else(|| span.clone(), |term| term.span.clone());
        Some(Decider { path: self.path(at.visit), published: visit.published.clone(), span, entry })
    }

    /// The names of the records that lead to a visit, and its own.
    fn path(&self, visit: usize) -> Arc<[Name]> {
        let up = |visit: &&Visit| visit.parent.and_then(|parent| self.visits.get(parent));
        let mut path: Vec<Name> =
            std::iter::successors(self.visits.get(visit), up).map(|visit| visit.name.clone()).collect();
        path.reverse();
        path.into()
    }
}

impl<'a> Step<'a> {
    /// Whose record it is.
    pub fn owner(self) -> &'a Name {
        &self.visit.name
    }

    /// How many records lead here: 0 for a term of the domain's own record.
    pub fn depth(self) -> usize {
        self.visit.depth
    }

    /// The record.
    pub fn published(self) -> &'a Arc<Published> {
        &self.visit.published
    }

    /// The term.
    pub fn term(self) -> Option<&'a Spanned<Term>> {
        self.visit.published.record.terms().get(self.entry.at.term)
    }

    /// Whether both steps belong to one visit of one record.
    pub fn is_beside(self, other: Self) -> bool {
        self.entry.at.visit == other.entry.at.visit
    }

    /// The domain that the term names once its macros are expanded; none where it names none.
    pub fn target(self) -> Option<&'a str> {
        match &self.entry.target {
            Target::None => None,
            Target::AsWritten => domain(&self.term()?.node)?.written().map(|(text, _)| text),
            Target::Expanded(text) => Some(text),
        }
    }

    /// What was asked for its sake, in order, and what DNS said.
    pub fn asked(self) -> &'a [Asked] {
        &self.trace.asked[self.entry.asked.clone()]
    }

    /// What came of it.
    pub fn outcome(self) -> Outcome {
        self.entry.outcome
    }

    /// Terms that asked DNS, up to the end of this one.
    pub fn lookups(self) -> usize {
        self.entry.lookups
    }

    /// Look-ups that found nothing, up to the end of this one.
    pub fn voids(self) -> usize {
        self.entry.voids
    }
}

/// The domain that a term names.
fn domain(term: &Term) -> Option<&DomainSpec> {
    match term {
        Term::Directive(directive) => directive.mechanism.domain(),
        Term::Modifier(Modifier::Redirect(domain) | Modifier::Exp(domain)) => Some(domain),
        Term::Modifier(Modifier::Unknown { .. }) | Term::Malformed(_) => None,
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.steps()).finish()
    }
}

impl fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("owner", self.owner())
            .field("term", &self.term())
            .field("target", &self.target())
            .field("asked", &self.asked())
            .field("outcome", &self.outcome())
            .finish_non_exhaustive()
    }
}
