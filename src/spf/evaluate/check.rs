//! The evaluation itself: records, terms in order, and limits (RFC 7208, sections 4 to 6).
//!
//! Terms are taken one by one, and the first that matches ends it. Where a term waits for an answer, the pass goes on
//! as if the term did not match, only to ask what comes next: what it comes to then is thrown away, since the answer
//! brings another pass. So the passes are as many as the chain of questions is long, and each is bounded by the limits
//! of section 4.6.4 like any evaluation.

use std::net::IpAddr;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::client::{Client, Sender, domain_name};
use super::expand::{Target, Values};
use super::problem::Problem;
use super::step::{Asked, Outcome, Step};
use super::verdict::{Below, Frame, Match, Stop, Stopped, Verdict};
use crate::published::{Ask, Failure, Question, Reply, State};
use crate::record::Span;
use crate::record::spf::{DomainSpec, MacroLetter, Mechanism, Term};
use crate::spf::{Class, LOOKUP_LIMIT, Published, Selection, VOID_LIMIT};

/// An evaluation under way.
pub(super) struct Check<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) client: &'a Client,
    pub(super) sender: &'a Sender,
    pub(super) ip: IpAddr,
    pub(super) lookups: usize,
    pub(super) voids: usize,
    /// The first question that the snapshot could not answer yet.
    pub(super) waiting: Option<Question>,
    /// Names of the records being evaluated.
    pub(super) path: Vec<Name>,
    /// The term of the first record that is being evaluated.
    pub(super) entry: Option<Span>,
    pub(super) trace: Vec<Step>,
}

impl Check<'_> {
    /// `check_host` for the domain itself.
    pub(super) fn first(&mut self, domain: &str) -> (Option<Asked>, Stopped<Verdict>) {
        let nothing = |class, problem| Verdict { class, problem: Some(problem), decided_by: None, matched: None };
        // Section 4.3.
        let Some(name) = domain_name(domain) else {
            return (None, Ok(nothing(Class::None, Problem::NotADomain(domain.to_owned()))));
        };
        let question = Question::new(&name, RrType::TXT);
        let Some(reply) = self.ask.get(&name, RrType::TXT) else {
            self.waiting = Some(question);
            let none = nothing(Class::None, Problem::NoRecord(name));
            return (None, Ok(none));
        };
        let asked = Asked { question: question.clone(), reply: reply.clone() };
        let verdict = self.selected(&name, domain, Selection::of(&reply), question);
        let verdict = verdict.map(|verdict| verdict.unwrap_or_else(|| nothing(Class::None, Problem::NoRecord(name))));
        (Some(asked), verdict)
    }

    /// Evaluates the record that is selected; none where there is none (RFC 7208, section 4.5).
    fn selected(
        &mut self,
        name: &Name,
        domain: &str,
        selection: Selection,
        question: Question,
    ) -> Stopped<Option<Verdict>> {
        match selection {
            Selection::None => Ok(None),
            Selection::One(published) => self.record(name, domain, published).map(Some),
            Selection::Many(records) => {
                let problem = Problem::ManyRecords { name: name.clone(), count: records.len() };
                Err(Stop::new(Class::PermError, problem))
            }
            Selection::Unknown(failure) => {
                Err(Stop::new(Class::TempError, Problem::LookUpFailed { question, failure }))
            }
        }
    }

    /// Evaluates one record (sections 4.6 and 4.7).
    fn record(&mut self, name: &Name, domain: &str, published: Arc<Published>) -> Stopped<Verdict> {
        let entry = self.entry.clone().filter(|_| !self.path.is_empty());
        self.path.push(name.clone());
        let domain = domain.strip_suffix('.').unwrap_or(domain).to_owned();
        let frame = Frame { domain, published, path: self.path.as_slice().into(), entry };
        let verdict = match self.syntax_error(&frame, name) {
            Some(stop) => Err(stop),
            None => self.terms(&frame),
        };
        self.path.pop();
        verdict
    }

    /// One error anywhere spoils the whole record, before any term is looked at (section 4.6).
    fn syntax_error(&mut self, frame: &Frame, name: &Name) -> Option<Stop> {
        let record = &frame.published.record;
        let owner = frame.owner(name);
        let (span, problem) = if let Some((term, _)) = record.malformed().next() {
            let span = term.span.clone();
            (span.clone(), Problem::Syntax { owner, term: frame.text(&span), span })
        } else {
            let span = record.duplicate_modifiers().next()?.0.clone();
            (span.clone(), Problem::Duplicate { owner, term: frame.text(&span), span })
        };
        let index = record.terms().iter().position(|term| term.span == span)?;
        let step = self.begin(frame, index);
        self.end(step, Outcome::Error(Class::PermError));
        Some(Stop { decided_by: Some(Box::new(frame.decider(&span))), ..Stop::new(Class::PermError, problem) })
    }

    fn terms(&mut self, frame: &Frame) -> Stopped<Verdict> {
        let published = frame.published.clone();
        for (index, term) in published.record.terms().iter().enumerate() {
            let Term::Directive(directive) = &term.node else { continue };
            let step = self.begin(frame, index);
            let matched = self.directive(frame, step, &directive.mechanism);
            let decided_by = match self.finished(frame, step, &term.span, matched)? {
                Match::No => {
                    self.end(step, Outcome::NoMatch);
                    continue;
                }
                Match::Yes => None,
                Match::Within(decider) => decider,
            };
            let class = directive.effective_qualifier().into();
            self.end(step, Outcome::Match(class));
            let decided_by = decided_by.or_else(|| Some(frame.decider(&term.span)));
            return Ok(Verdict { class, problem: None, decided_by, matched: Some(frame.clone()) });
        }
        // Wherever it stands, it comes last, and only where there is no `all` (section 6.1).
        let redirect = published.record.effective_redirect();
        if let Some((span, target)) = redirect
            && let Some(index) = published.record.terms().iter().position(|term| term.span == *span)
        {
            let step = self.begin(frame, index);
            let verdict = self.redirect(frame, step, target);
            let verdict = self.finished(frame, step, span, verdict)?;
            self.end(step, Outcome::Redirected(verdict.class));
            let decided_by = verdict.decided_by.or_else(|| Some(frame.decider(span)));
            return Ok(Verdict { decided_by, ..verdict });
        }
        Ok(Verdict { class: Class::Neutral, problem: None, decided_by: None, matched: None })
    }

    /// What ends the evaluation says which term it was, the innermost one.
    fn finished<T>(&mut self, frame: &Frame, step: usize, span: &Span, result: Stopped<T>) -> Stopped<T> {
        result.map_err(|mut stop| {
            self.end(step, Outcome::Error(stop.class));
            stop.decided_by.get_or_insert_with(|| Box::new(frame.decider(span)));
            stop
        })
    }

    /// A term begins: where its step stands in the trace.
    pub(super) fn begin(&mut self, frame: &Frame, index: usize) -> usize {
        if frame.path.len() == 1 {
            self.entry = frame.published.record.terms().get(index).map(|term| term.span.clone());
        }
        self.trace.push(Step {
            path: frame.path.clone(),
            published: frame.published.clone(),
            index,
            target: None,
            asked: Vec::new(),
            outcome: Outcome::Begun,
            lookups: self.lookups,
            voids: self.voids,
        });
        self.trace.len() - 1
    }

    pub(super) fn end(&mut self, step: usize, outcome: Outcome) {
        let (lookups, voids) = (self.lookups, self.voids);
        if let Some(step) = self.trace.get_mut(step) {
            *step = Step { outcome, lookups, voids, ..step.clone() };
        }
    }

    /// Whether a mechanism matches (section 5).
    fn directive(&mut self, frame: &Frame, step: usize, mechanism: &Mechanism) -> Stopped<Match> {
        let ip = self.ip;
        match mechanism {
            Mechanism::All => return Ok(Match::Yes),
            Mechanism::Ip4(range) => return Ok(matches!(ip, IpAddr::V4(ip) if range.network().contains(&ip)).into()),
            Mechanism::Ip6(range) => return Ok(matches!(ip, IpAddr::V6(ip) if range.network().contains(&ip)).into()),
            _ => self.spend_lookup()?,
        }
        if let Mechanism::Include(domain) = mechanism {
            return self.include(frame, step, domain);
        }
        let Some(name) = self.host(frame, step, mechanism.domain())? else { return Ok(Match::No) };
        let matches = match mechanism {
            Mechanism::A { prefix, .. } => self.a(step, &name, *prefix),
            Mechanism::Mx { prefix, .. } => self.mx(step, &name, *prefix),
            Mechanism::Ptr(_) => self.ptr(step, &name),
            Mechanism::Exists(_) => self.exists(step, &name),
            Mechanism::All | Mechanism::Ip4(_) | Mechanism::Ip6(_) | Mechanism::Include(_) => Ok(false),
        };
        matches.map(Match::from)
    }

    /// The name that a mechanism asks about: the current domain where it says none. None where it can be no name:
    /// the mechanism does not match (section 4.8 leaves that open).
    fn host(&mut self, frame: &Frame, step: usize, domain: Option<&DomainSpec>) -> Stopped<Option<Name>> {
        let Some(domain) = domain else { return Ok(frame.path.last().cloned()) };
        match self.target(frame, step, domain)? {
            Some((_, Target::Name(name))) => Ok(Some(name)),
            Some((_, Target::Malformed | Target::NotAscii)) | None => Ok(None),
        }
    }

    /// The domain-spec expanded; none while its `%{p}` is not known yet.
    fn target(&mut self, frame: &Frame, step: usize, domain: &DomainSpec) -> Stopped<Option<(String, Target)>> {
        let wants_name = domain.macros().any(|(_, expand)| expand.letter == MacroLetter::ValidatedName);
        let validated = if wants_name {
            // The query for PTR records counts like that of a mechanism (section 4.6.4).
            self.spend_lookup()?;
            match self.validated_name(step, &frame.domain) {
                Some(name) => Some(name),
                None => return Ok(None),
            }
        } else {
            None
        };
        let values = Values { client: self.client, sender: self.sender, domain: &frame.domain, validated };
        let (text, target) = values.target(domain.parts());
        if let Some(step) = self.trace.get_mut(step) {
            step.target = Some(text.clone());
        }
        Ok(Some((text, target)))
    }

    /// Section 5.2.
    fn include(&mut self, frame: &Frame, step: usize, domain: &DomainSpec) -> Stopped<Match> {
        let Some((text, target)) = self.target(frame, step, domain)? else { return Ok(Match::No) };
        if target == Target::NotAscii {
            return Ok(Match::No);
        }
        match self.below(step, &text)? {
            Below::Verdict(Verdict { class: Class::Pass, decided_by, .. }) => Ok(Match::Within(decided_by)),
            Below::Verdict(_) | Below::NotYet => Ok(Match::No),
            Below::NoRecord => Err(Stop::new(Class::PermError, Problem::NothingThere { target: text })),
        }
    }

    /// Section 6.1.
    fn redirect(&mut self, frame: &Frame, step: usize, domain: &DomainSpec) -> Stopped<Verdict> {
        self.spend_lookup()?;
        let not_yet = || Verdict { class: Class::Neutral, problem: None, decided_by: None, matched: None };
        let Some((text, _)) = self.target(frame, step, domain)? else { return Ok(not_yet()) };
        match self.below(step, &text)? {
            Below::Verdict(verdict) => Ok(verdict),
            Below::NotYet => Ok(not_yet()),
            Below::NoRecord => Err(Stop::new(Class::PermError, Problem::NothingThere { target: text })),
        }
    }

    /// `check_host` for the target of `include` or `redirect`.
    fn below(&mut self, step: usize, domain: &str) -> Stopped<Below> {
        let Some(name) = domain_name(domain) else { return Ok(Below::NoRecord) };
        let Some(reply) = self.look_up(step, &name, RrType::TXT) else { return Ok(Below::NotYet) };
        if reply.is_absent() {
            // There is no record, which is an error anyway: it need not be held against the limit.
            self.voids += 1;
        }
        let question = Question::new(&name, RrType::TXT);
        let verdict = self.selected(&name, domain, Selection::of(&reply), question)?;
        Ok(verdict.map_or(Below::NoRecord, Below::Verdict))
    }

    /// One more term that asks DNS (section 4.6.4).
    pub(super) fn spend_lookup(&mut self) -> Stopped<()> {
        self.lookups += 1;
        if self.lookups > LOOKUP_LIMIT { Err(Stop::new(Class::PermError, Problem::LookupLimit)) } else { Ok(()) }
    }

    /// One more look-up that found nothing (section 4.6.4).
    pub(super) fn spend_void(&mut self) -> Stopped<()> {
        self.voids += 1;
        if self.voids > VOID_LIMIT { Err(Stop::new(Class::PermError, Problem::VoidLimit)) } else { Ok(()) }
    }

    /// A look-up that failed ends the evaluation (section 5).
    pub(super) fn failed(name: &Name, rtype: RrType, failure: Failure) -> Stop {
        Stop::new(Class::TempError, Problem::LookUpFailed { question: Question::new(name, rtype), failure })
    }

    /// What DNS says, for the sake of this step; none while that is not known.
    pub(super) fn look_up(&mut self, step: usize, name: &Name, rtype: RrType) -> Option<Arc<Reply>> {
        let question = Question::new(name, rtype);
        let Some(reply) = self.ask.get(name, rtype) else {
            self.waiting.get_or_insert(question);
            return None;
        };
        if let Some(step) = self.trace.get_mut(step) {
            let asked = Asked { question, reply: reply.clone() };
            if !step.asked.contains(&asked) {
                step.asked.push(asked);
            }
        }
        Some(reply)
    }

    /// The records of a reply; none where it is absent.
    pub(super) fn found(state: &State) -> Option<&[Rdata]> {
        match state {
            State::Found(set) => Some(&set.values),
            State::Absent(_) | State::Unknown(_) => None,
        }
    }
}
