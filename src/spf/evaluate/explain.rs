//! What a domain says to whoever gets a *fail* (RFC 7208, section 6.2).

use mailvouch_providers::dns::RrType;

use super::check::Check;
use super::expand::{Target, Values};
use super::trace::Outcome;
use super::verdict::{Frame, Verdict};
use crate::record::spf::{DomainSpec, MacroLetter, MacroString};
use crate::spf::Class;

impl Check<'_> {
    /// The explanation, where a mechanism of a record with `exp` gave the fail. It costs no look-ups, and nothing that
    /// goes wrong here changes the result.
    pub(super) fn explanation(&mut self, verdict: &Verdict) -> Option<String> {
        // A pass that waits for answers cannot tell a fail yet.
        if verdict.class != Class::Fail || self.waiting.is_some() {
            return None;
        }
        let explained = verdict.explained_by.as_ref()?;
        let published = self.trace.published(explained.visit)?.clone();
        let frame = &Frame { domain: &explained.domain, published, visit: explained.visit };
        let (span, domain) = frame.published.record.exp()?;
        let term = frame.published.record.terms().iter().position(|term| term.span == *span)?;
        let step = self.begin(frame, term);
        let explanation = self.fetched(frame, step, domain);
        self.end(step, if explanation.is_some() { Outcome::Explained } else { Outcome::Unexplained });
        explanation
    }

    fn fetched(&mut self, frame: &Frame<'_>, step: usize, domain: &DomainSpec) -> Option<String> {
        let has_name = domain.macros().any(|(_, expand)| expand.letter == MacroLetter::ValidatedName);
        let values = self.values(frame, step, has_name)?;
        let (text, target) = values.target(domain.macro_string());
        self.trace.target(step, Some(&text));
        let Target::Name(name) = target else { return None };
        let reply = self.look_up(step, &name, RrType::TXT)?;
        // Exactly one record, whatever it says.
        let [value] = Self::found(&reply.state)? else { return None };
        let text = MacroString::parse_explanation(&value.as_txt()?.joined()).ok()?;
        let has_name = text.macros().any(|(_, expand)| expand.letter == MacroLetter::ValidatedName);
        self.values(frame, step, has_name)?.explanation(&text)
    }

    /// What macros stand for; none while the `%{p}` that is wanted is not known.
    fn values<'v>(&'v mut self, frame: &'v Frame<'_>, step: usize, has_name: bool) -> Option<Values<'v>> {
        let validated = if has_name { Some(self.validated_name(step, frame.domain)?) } else { None };
        Some(Values { client: self.client, sender: self.sender, domain: frame.domain, validated })
    }
}
