//! The comparison: address, name, signatures, alignment.

use std::sync::Arc;

use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::finding::{Finding, Standing, Subject};
use super::place::Place;
use crate::declared::{Declaration, EgressState, SelectorState, domain_argument};
use crate::dmarc::{Discovery, Evaluation, Identifier, IdentifierKind, Outcome, organizational_domain};
use crate::lint::{Declared, Depth, SpfFacts};
use crate::observed::trace::{Certainty, Signature, Trace};
use crate::published::Ask;

/// What a message is held against.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The declaration, where there is one.
    pub declaration: Option<Arc<Declaration>>,
    /// The time that dates of the declaration are held against.
    pub now: Timestamp,
    /// Whether DNS is asked.
    pub dns: bool,
}

/// A delivered message, and how it stands.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What its header tells.
    pub trace: Trace,
    /// The domain of its author.
    pub author: Option<Name>,
    /// Whether that domain is declared.
    pub is_declared: bool,
    /// Whose the address is that it came from.
    pub place: Option<Place>,
    /// The signatures, with what the recipient found.
    pub keys: Vec<Key>,
    /// What DMARC comes to with what passed; none where DNS is not asked, or the author's domain is none.
    pub dmarc: Option<Evaluation>,
    /// What was compared.
    pub findings: Vec<Finding>,
}

/// A signature, and what the recipient found.
#[derive(Clone, Debug)]
pub struct Key {
    /// Whose it is.
    pub signature: Signature,
    /// `pass`, `fail`; none where the recipient says nothing of it.
    pub result: Option<String>,
    /// Whether the declaration has the selector.
    pub state: Option<SelectorState>,
}

impl Delivery {
    /// How a message stands.
    pub fn of(ask: &Ask<'_>, trace: &Trace, expected: &Expected) -> Self {
        let author = trace.author.as_deref().and_then(|name| domain_argument(name).ok());
        let declared = expected.declaration.as_ref().zip(author.as_ref());
        let declared = declared.and_then(|(declaration, author)| Declared::of(declaration, author));
        let mut delivery = Self {
            trace: trace.clone(),
            is_declared: declared.is_some(),
            place: None,
            keys: trace.signatures.iter().map(|signature| Key::of(signature, trace, expected)).collect(),
            dmarc: None,
            findings: Vec::new(),
            author,
        };
        delivery.declaration(expected);
        if let (Some(declared), Some(origin)) = (&declared, trace.origin()) {
            let domain = &declared.domain().name.value;
            let spf = expected.dns.then(|| SpfFacts::of(ask, domain, Some(declared), Depth::Usual));
            delivery.place = Some(Place::of(ask, origin.address, declared, spf.as_ref(), expected.now));
        }
        delivery.address();
        delivery.helo();
        delivery.spf();
        delivery.signatures();
        if let Some(author) = delivery.author.clone().filter(|_| expected.dns) {
            let passed = delivery.passed();
            delivery.dmarc = Some(Evaluation::of(ask, &author, &passed));
        }
        delivery.alignment();
        delivery
    }

    /// The worst of what was compared. Where the address is a guess, or nobody is declared, nothing is certain.
    pub fn standing(&self) -> Standing {
        let certain = self.trace.origin().is_some_and(|origin| origin.certainty > Certainty::Guess);
        if !certain || !self.is_declared {
            return Standing::Unknown;
        }
        let counts =
            self.findings.iter().map(|finding| finding.standing).filter(|standing| *standing != Standing::Note);
        counts.min().unwrap_or(Standing::Unknown)
    }

    fn add(&mut self, subject: Subject, standing: Standing, text: impl Into<String>) {
        self.findings.push(Finding { subject, standing, text: text.into() });
    }

    fn declaration(&mut self, expected: &Expected) {
        let text = match (&self.author, self.is_declared) {
            (_, true) => return,
            (None, _) => "the author's address (`From:`) has no domain that could be declared".to_owned(),
            (Some(author), _) => match &expected.declaration {
                None => {
                    format!("there is no declaration to hold {author} against: `mailvouch init {author}` writes one")
                }
                Some(declaration) => format!("{author} is not declared in {}", declaration.file.path().display()),
            },
        };
        self.add(Subject::Declaration, Standing::Unknown, text);
    }

    fn address(&mut self) {
        let Some(origin) = self.trace.origin().cloned() else {
            let text = "no line of the recipient's system names the address that it came from";
            return self.add(Subject::Address, Standing::Unknown, text);
        };
        let address = origin.address;
        let (standing, text) = match &self.place {
            None => return,
            Some(Place::Group(group, EgressState::Current)) => {
                (Standing::Matches, format!("{address} is declared, in the group `{}`", group.name.value))
            }
            Some(Place::Group(group, EgressState::Planned)) => {
                let from = group.from.as_ref().map(|from| from.value.to_string()).unwrap_or_default();
                let text = format!(
                    "{address} is in the group `{}`, which is declared from {from} on: mail leaves from there already",
                    group.name.value
                );
                (Standing::Differs, text)
            }
            Some(Place::Group(group, EgressState::Retired)) => {
                let until = group.until.as_ref().map(|until| until.value.to_string()).unwrap_or_default();
                let text = format!(
                    "{address} is in the group `{}`, which is declared until {until}: mail still leaves from there",
                    group.name.value
                );
                (Standing::Differs, text)
            }
            Some(Place::OtherGroup(group)) => {
                let text = format!(
                    "{address} is in the group `{}`, which the domain does not name: add it to `egress`, if that is right",
                    group.name.value
                );
                (Standing::Differs, text)
            }
            Some(Place::Sender(sender, include)) => {
                let how = match include {
                    Some(include) => format!("{include} holds it"),
                    None => "its section lists it".to_owned(),
                };
                (Standing::Matches, format!("{address} is that of the declared sender {} ({how})", sender.title()))
            }
            Some(Place::Undeclared(term, owner)) => {
                let text = format!(
                    "{address} is not declared. SPF lets it pass, by `{term}` at {owner}: put it in an egress group, if it is \
                     yours"
                );
                (Standing::Differs, text)
            }
            Some(Place::Nobody) => {
                let text = format!(
                    "{address} is not declared, and SPF does not let it pass: if it is yours, put it in an egress group, and \
                     `mailvouch plan` adds it"
                );
                (Standing::Differs, text)
            }
            Some(Place::Unknown(why)) => (Standing::Unknown, format!("{address} is in no egress group; {why}")),
        };
        self.add(Subject::Address, standing, text);
    }

    fn helo(&mut self) {
        let Some(helo) = self.trace.helo.clone() else { return };
        let Some(Place::Group(group, _)) = &self.place else { return };
        let is_declared = |name: &Name| helo.parse::<Name>().is_ok_and(|helo| helo == *name);
        let name = &group.name.value;
        let (standing, text) = if group.helo.iter().any(|at| is_declared(&at.value)) {
            (Standing::Matches, format!("it greeted as {helo}, as declared"))
        } else if group.helo.is_empty() {
            (Standing::Note, format!("it greeted as {helo}; the group `{name}` declares no `helo`"))
        } else {
            (Standing::Differs, format!("it greeted as {helo}, which `helo` of the group `{name}` does not name"))
        };
        self.add(Subject::Helo, standing, text);
    }

    fn spf(&mut self) {
        let Some(method) = self.trace.results_of("spf").next().cloned() else { return };
        let envelope = self.trace.envelope.clone().unwrap_or_else(|| "no envelope sender".to_owned());
        let text = format!("SPF: the recipient found `{}` for {envelope}", method.result);
        self.add(Subject::Spf, Standing::Note, text);
    }

    fn signatures(&mut self) {
        if self.keys.is_empty() {
            return self.add(Subject::Dkim, Standing::Note, "nobody signed it");
        }
        for key in self.keys.clone() {
            let Signature { domain, selector } = &key.signature;
            let what = format!("the signature of {domain} with `{selector}`");
            let result =
                key.result.as_deref().map(|result| format!(" (the recipient found `{result}`)")).unwrap_or_default();
            let is_own = self
                .author
                .as_ref()
                .is_some_and(|author| organizational_domain(author) == organizational_domain(domain));
            let (standing, text) = match (key.state, is_own && self.is_declared) {
                (Some(SelectorState::InUse), _) if key.result.as_deref() == Some("fail") => (
                    Standing::Differs,
                    format!("{what} does not verify: the key that signs is not the one that is published"),
                ),
                (Some(SelectorState::InUse), _) => {
                    (Standing::Matches, format!("{what} is by a declared selector{result}"))
                }
                (Some(SelectorState::Retiring), _) => {
                    (Standing::Differs, format!("{what} is by a selector that was to sign no more{result}"))
                }
                (Some(SelectorState::Revoked), _) => {
                    (Standing::Differs, format!("{what} is by a selector that is declared as withdrawn{result}"))
                }
                (None, true) => (Standing::Differs, format!("{what} is by a selector that is not declared{result}")),
                (None, false) => (Standing::Note, format!("{what} is not in the author's name{result}")),
            };
            self.add(Subject::Dkim, standing, text);
        }
    }

    /// The domains that the recipient authenticated it for.
    fn passed(&self) -> Vec<Identifier> {
        let spf = self.trace.results_of("spf").filter(|method| method.result == "pass");
        let spf =
            spf.filter_map(|_| Some((IdentifierKind::Spf, domain_argument(self.trace.envelope.as_deref()?).ok()?)));
        let dkim = self.keys.iter().filter(|key| key.result.as_deref() == Some("pass"));
        let dkim = dkim.map(|key| (IdentifierKind::Dkim, key.signature.domain.clone()));
        spf.take(1).chain(dkim).map(|(kind, domain)| Identifier { kind, domain }).collect()
    }

    fn alignment(&mut self) {
        let Some(author) = self.author.clone() else { return };
        let found = self.trace.results_of("dmarc").next().map(|method| method.result.clone());
        let aligned: Vec<String> = self
            .dmarc
            .iter()
            .flat_map(|dmarc| &dmarc.identifiers)
            .filter(|id| id.is_aligned == Some(true))
            .map(|id| {
                let kind = if id.identifier.kind == IdentifierKind::Spf { "SPF" } else { "DKIM" };
                format!("{kind} of {}", id.identifier.domain)
            })
            .collect();
        let outcome = self.dmarc.as_ref().map(|dmarc| dmarc.outcome);
        let has_results = !self.trace.results.is_empty();
        let (standing, text) = match (found.as_deref(), outcome) {
            (Some("pass" | "bestguesspass"), _) | (None, Some(Outcome::Pass)) => {
                let by = if aligned.is_empty() { String::new() } else { format!(", by {}", aligned.join(" and ")) };
                (Standing::Matches, format!("it passes DMARC for {author}{by}"))
            }
            (Some("fail"), _) => (Standing::Differs, format!("the recipient found that it fails DMARC for {author}")),
            (None, Some(Outcome::Fail)) if has_results => {
                (Standing::Differs, format!("nothing that passed is aligned with {author}: DMARC fails"))
            }
            (Some("none"), _) | (None, Some(Outcome::None)) => {
                (Standing::Note, format!("no DMARC policy applies to {author}"))
            }
            (Some(other), _) => (Standing::Unknown, format!("the recipient found `{other}` for DMARC of {author}")),
            (None, _) if !has_results => {
                (Standing::Note, "the recipient's system writes down no results of SPF, DKIM and DMARC".to_owned())
            }
            (None, _) => (Standing::Note, format!("whether it passes DMARC for {author} cannot be told from here")),
        };
        self.add(Subject::Dmarc, standing, text);
    }

    /// What the author's domain publishes of DMARC, where DNS was asked.
    pub fn discovery(&self) -> Option<&Discovery> {
        self.dmarc.as_ref().map(|dmarc| &dmarc.discovery)
    }
}

impl Key {
    fn of(signature: &Signature, trace: &Trace, expected: &Expected) -> Self {
        let names = |value: Option<&str>| {
            value.is_some_and(|value| {
                value.trim_start_matches('@').parse::<Name>().is_ok_and(|name| name == signature.domain)
            })
        };
        let of_domain = |method: &&crate::observed::trace::Method| {
            names(method.property("header.d"))
                || names(method.property("header.i").and_then(|identity| Some(identity.rsplit_once('@')?.1)))
        };
        let of_selector = |method: &&crate::observed::trace::Method| {
            method.property("header.s").is_none_or(|selector| selector.eq_ignore_ascii_case(&signature.selector))
        };
        let result = trace.results_of("dkim").filter(of_domain).find(of_selector).map(|method| method.result.clone());
        let declared = expected.declaration.as_ref().and_then(|declaration| declaration.domain(&signature.domain));
        let owner = signature.domain.child(&format!("{}._domainkey", signature.selector)).ok();
        let selector =
            declared.zip(owner).and_then(|(domain, owner)| domain.dkim.iter().find(|selector| selector.owner == owner));
        Self { signature: signature.clone(), result, state: selector.map(|selector| selector.state_at(expected.now)) }
    }
}
