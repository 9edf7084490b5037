//! The evaluation itself: records, terms in order, and limits (RFC 7208, sections 4 to 6).
//!
//! Terms are taken one by one, and the first that matches ends it. Where a term waits for an answer, the pass goes on
//! as if the term did not match, only to ask what comes next: what it comes to then is thrown away, since the answer
//! brings another pass. So the passes are as many as the chain of questions is long, and each is bounded by the limits
//! of section 4.6.4 like any evaluation.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::client::{Client, Sender, domain_name};
use super::expand::{Target, Values};
use super::problem::Problem;
use super::trace::{Asked, Outcome, Place, Trace};
use super::verdict::{Below, Explained, Frame, Match, Stop, Stopped, Verdict};
use crate::published::{Ask, Failure, Question, Reply, State};
use crate::record::spf::{DomainSpec, Mechanism, Modifier, Term};
use crate::spf::budget::{lookups_of_macros, lookups_of_mechanism};
use crate::spf::{Class, LOOKUP_LIMIT, Published, Records, Selection, VOID_LIMIT};

/// An evaluation under way.
pub(super) struct Check<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) records: &'a Records,
    pub(super) client: &'a Client,
    pub(super) sender: &'a Sender<'a>,
    pub(super) ip: IpAddr,
    pub(super) lookups: usize,
    pub(super) voids: usize,
    /// The first question that the snapshot could not answer yet.
    pub(super) waiting: Option<Question>,
    /// The term of the first record that is being evaluated.
    pub(super) entry: usize,
    pub(super) trace: Trace,
}

impl Check<'_> {
    /// `check_host` for the domain itself.
    pub(super) fn first(&mut self, domain: &str) -> (Option<Asked>, Stopped<Verdict>) {
        let none = |problem| Verdict { problem: Some(Box::new(problem)), ..Verdict::plain(Class::None) };
        // Section 4.3.
        let Some(name) = domain_name(domain) else {
            return (None, Ok(none(Problem::NotADomain(domain.to_owned()))));
        };
        let question = Question::new(&name, RrType::TXT);
        let Some(reply) = self.ask.answer(&question) else {
            self.waiting = Some(question);
            return (None, Ok(none(Problem::NoRecord(name))));
        };
        let selection = self.records.selection(&name, &reply);
        let verdict = self.selected(&name, domain, selection, None);
        let verdict = verdict.map(|verdict| verdict.unwrap_or_else(|| none(Problem::NoRecord(name))));
        (Some(Asked { question, reply }), verdict)
    }

    /// Evaluates the record that is selected; none where there is none (RFC 7208, section 4.5).
    fn selected(
        &mut self,
        name: &Name,
        domain: &str,
        selection: Selection,
        parent: Option<usize>,
    ) -> Stopped<Option<Verdict>> {
        match selection {
            Selection::None => Ok(None),
            Selection::One(published) => self.record(name, domain, published, parent).map(Some),
            Selection::Many(records) => {
                let problem = Problem::ManyRecords { name: name.clone(), count: records.len() };
                Err(Stop::new(Class::PermError, problem))
            }
            Selection::Unknown(failure) => Err(Self::failed(name, RrType::TXT, failure)),
        }
    }

    /// Evaluates one record (sections 4.6 and 4.7).
    fn record(
        &mut self,
        name: &Name,
        domain: &str,
        published: Arc<Published>,
        parent: Option<usize>,
    ) -> Stopped<Verdict> {
        let entry = parent.map(|_| self.entry);
        let visit = self.trace.visit(name.clone(), published.clone(), parent, entry);
        let frame = Frame { domain: domain.strip_suffix('.').unwrap_or(domain), published, visit };
        // One error anywhere spoils the whole record, before any term is looked at (section 4.6).
        match self.syntax_error(&frame, name) {
            Some(stop) => Err(stop),
            None => self.terms(&frame),
        }
    }

    fn syntax_error(&mut self, frame: &Frame<'_>, name: &Name) -> Option<Stop> {
        let record = &frame.published.record;
        if record.is_valid() {
            return None;
        }
        let owner = name.clone();
        let (span, problem) = if let Some((term, _)) = record.malformed().next() {
            let span = term.span.clone();
            (span.clone(), Problem::Syntax { owner, term: frame.text(&span), span })
        } else {
            let span = record.duplicate_modifiers().next()?.0.clone();
            (span.clone(), Problem::Duplicate { owner, term: frame.text(&span), span })
        };
        let term = record.terms().iter().position(|term| term.span == span)?;
        let step = self.begin(frame, term);
        self.end(step, Outcome::Error(Class::PermError));
        Some(Stop { decided_by: Some(frame.place(term)), ..Stop::new(Class::PermError, problem) })
    }

    fn terms(&mut self, frame: &Frame<'_>) -> Stopped<Verdict> {
        let record = &frame.published.record;
        let mut redirect = None;
        for (index, term) in record.terms().iter().enumerate() {
            let directive = match &term.node {
                Term::Directive(directive) => directive,
                Term::Modifier(Modifier::Redirect(target)) => {
                    redirect = Some((index, target));
                    continue;
                }
                Term::Modifier(_) | Term::Malformed(_) => continue,
            };
            let step = self.begin(frame, index);
            let matched = self.directive(frame, step, &directive.mechanism);
            let within = match self.finished(frame.place(index), step, matched)? {
                Match::No => {
                    self.end(step, Outcome::NoMatch);
                    continue;
                }
                Match::Yes => None,
                Match::Within(place) => place,
            };
            let class = directive.effective_qualifier().into();
            self.end(step, Outcome::Match(class));
            let is_explained = class == Class::Fail && record.exp().is_some();
            let explained_by = is_explained.then(|| Explained { visit: frame.visit, domain: frame.domain.to_owned() });
            let decided_by = within.or(Some(frame.place(index)));
            return Ok(Verdict { decided_by, explained_by, ..Verdict::plain(class) });
        }
        // Wherever it stands, it comes last; where an `all` stands, that has matched (section 6.1).
        let Some((index, target)) = redirect else { return Ok(Verdict::plain(Class::Neutral)) };
        let step = self.begin(frame, index);
        let verdict = self.redirect(frame, step, target);
        let verdict = self.finished(frame.place(index), step, verdict)?;
        self.end(step, Outcome::Redirected(verdict.class));
        Ok(Verdict { decided_by: verdict.decided_by.or(Some(frame.place(index))), ..verdict })
    }

    /// What ends the evaluation says which term it was, the innermost one.
    fn finished<T>(&mut self, at: Place, step: usize, result: Stopped<T>) -> Stopped<T> {
        result.map_err(|mut stop| {
            self.end(step, Outcome::Error(stop.class));
            stop.decided_by.get_or_insert(at);
            stop
        })
    }

    /// A term begins: where its step stands in the trace.
    pub(super) fn begin(&mut self, frame: &Frame<'_>, term: usize) -> usize {
        if frame.visit == 0 {
            self.entry = term;
        }
        self.trace.begin(frame.place(term))
    }

    pub(super) fn end(&mut self, step: usize, outcome: Outcome) {
        self.trace.end(step, outcome, self.lookups, self.voids);
    }

    /// Whether a mechanism matches (section 5).
    fn directive(&mut self, frame: &Frame<'_>, step: usize, mechanism: &Mechanism) -> Stopped<Match> {
        match mechanism {
            Mechanism::All => return Ok(Match::Yes),
            Mechanism::Ip4(range) => return Ok(matches!(self.ip, IpAddr::V4(ip) if range.contains(ip)).into()),
            Mechanism::Ip6(range) => return Ok(matches!(self.ip, IpAddr::V6(ip) if range.contains(ip)).into()),
            _ => self.spend_lookups(lookups_of_mechanism(mechanism))?,
        }
        if let Mechanism::Include(domain) = mechanism {
            return self.include(frame, step, domain);
        }
        let Some(name) = self.host(frame, step, mechanism.domain()) else { return Ok(Match::No) };
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
    fn host(&mut self, frame: &Frame<'_>, step: usize, domain: Option<&DomainSpec>) -> Option<Name> {
        let Some(domain) = domain else { return self.trace.name(frame.visit).cloned() };
        match self.target(frame, step, domain) {
            Some((_, Target::Name(name))) => Some(name),
            Some((_, Target::Malformed | Target::NotAscii)) | None => None,
        }
    }

    /// The domain-spec expanded; none while its `%{p}` is not known yet.
    fn target<'d>(&mut self, frame: &Frame<'_>, step: usize, domain: &'d DomainSpec) -> Option<(Cow<'d, str>, Target)> {
        if let Some((text, name)) = domain.written() {
            self.trace.target(step, None);
            return Some((Cow::Borrowed(text), Target::Name(name.clone())));
        }
        let validated =
            if lookups_of_macros(domain) > 0 { Some(self.validated_name(step, frame.domain)?) } else { None };
        let values = Values { client: self.client, sender: self.sender, domain: frame.domain, validated };
        let (text, target) = values.target(domain.macro_string());
        self.trace.target(step, Some(&text));
        Some((Cow::Owned(text), target))
    }

    /// Section 5.2.
    fn include(&mut self, frame: &Frame<'_>, step: usize, domain: &DomainSpec) -> Stopped<Match> {
        let Some((text, target)) = self.target(frame, step, domain) else { return Ok(Match::No) };
        if target == Target::NotAscii {
            return Ok(Match::No);
        }
        match self.below(frame, step, &text, target)? {
            Below::Verdict(Verdict { class: Class::Pass, decided_by, .. }) => Ok(Match::Within(decided_by)),
            Below::Verdict(_) | Below::NotYet => Ok(Match::No),
            Below::NoRecord => Err(Stop::new(Class::PermError, Problem::NothingThere { target: text.into_owned() })),
        }
    }

    /// Section 6.1.
    fn redirect(&mut self, frame: &Frame<'_>, step: usize, domain: &DomainSpec) -> Stopped<Verdict> {
        self.spend_lookups(1 + lookups_of_macros(domain))?;
        let not_yet = || Verdict::plain(Class::Neutral);
        let Some((text, target)) = self.target(frame, step, domain) else { return Ok(not_yet()) };
        match self.below(frame, step, &text, target)? {
            Below::Verdict(verdict) => Ok(verdict),
            Below::NotYet => Ok(not_yet()),
            Below::NoRecord => Err(Stop::new(Class::PermError, Problem::NothingThere { target: text.into_owned() })),
        }
    }

    /// `check_host` for the target of `include` or `redirect`.
    fn below(&mut self, frame: &Frame<'_>, step: usize, domain: &str, target: Target) -> Stopped<Below> {
        let name = match target {
            // Read once already, and no address in brackets: that is what `domain_name` would come to.
            Target::Name(name) if !domain.starts_with('[') => Some(name).filter(|name| name.label_count() > 1),
            _ => domain_name(domain),
        };
        let Some(name) = name else { return Ok(Below::NoRecord) };
        let Some(reply) = self.look_up(step, &name, RrType::TXT) else { return Ok(Below::NotYet) };
        if reply.is_absent() {
            // There is no record, which is an error anyway: it need not be held against the limit.
            self.voids += 1;
        }
        let selection = self.records.selection(&name, &reply);
        let verdict = self.selected(&name, domain, selection, Some(frame.visit))?;
        Ok(verdict.map_or(Below::NoRecord, Below::Verdict))
    }

    /// The look-ups of one more term (section 4.6.4).
    fn spend_lookups(&mut self, own: usize) -> Stopped<()> {
        self.lookups += own;
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
        let Some(reply) = self.ask.answer(&question) else {
            self.waiting.get_or_insert(question);
            return None;
        };
        self.trace.asked(step, &question, &reply);
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
