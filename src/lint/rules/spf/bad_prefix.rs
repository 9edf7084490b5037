//! `spf-bad-prefix`: a prefix length that is none makes the whole record a permerror.

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::{Keyword, MalformedKind, PrefixProblem, SpfRecord, Term};
use crate::record::{Edit, Span, Spanned, apply};

pub(in crate::lint::rules) struct BadPrefix;

impl Rule for BadPrefix {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-bad-prefix",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-bad-prefix.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (term, malformed) in own.malformed() {
                let MalformedKind::BadPrefix { keyword, prefix, problem } = &malformed.kind else { continue };
                let name = keyword.node.as_str();
                let message = format!("`/{}` is no prefix length for `{name}`", own.shown(prefix));
                let at = prefix.start.saturating_sub(1)..prefix.end;
                let mut diagnostic = own.finding(self.meta(), message, &at).note("a permerror, for every sender");
                diagnostic.help = help(problem);
                let edit =
                    meant(keyword.node, own.record(), prefix, problem).filter(|edit| mends(own.record(), term, edit));
                found.push(match edit {
                    Some(edit) => diagnostic.fix(own.fix(Safety::Ask, [edit])),
                    None => diagnostic,
                });
            }
        }
        found
    }
}

/// What was most likely meant. A length that is too long becomes the longest: it lets the fewest pass.
fn meant(keyword: Keyword, record: &SpfRecord, prefix: &Span, problem: &PrefixProblem) -> Option<Edit> {
    let slash = prefix.start.checked_sub(1)?;
    let with = |text: String| Some(Edit::replace(prefix.clone(), text));
    match problem {
        PrefixProblem::Empty => Some(Edit::delete(slash..prefix.end)),
        PrefixProblem::TooLong { limit, .. } => with(limit.to_string()),
        PrefixProblem::LeadingZero { value } => with(value.to_string()),
        PrefixProblem::Netmask { prefix: length, .. } => with((*length)?.to_string()),
        PrefixProblem::Dual if keyword == Keyword::Ip4 => {
            let text = &record.text()[prefix.clone()];
            let first = text.iter().position(|&byte| byte == b'/').filter(|&first| first > 0)?;
            Some(Edit::delete(prefix.start + first..prefix.end))
        }
        PrefixProblem::SingleSlash => {
            let text = &record.text()[prefix.clone()];
            let second = text.iter().position(|&byte| byte == b'/')?;
            Some(Edit::insert(prefix.start + second, "/"))
        }
        PrefixProblem::Dual | PrefixProblem::NotANumber => None,
    }
}

/// Whether the term is a sound one afterwards.
fn mends(record: &SpfRecord, term: &Spanned<Term>, edit: &Edit) -> bool {
    let offset = term.span.start;
    let within = Edit { span: edit.span.start - offset..edit.span.end - offset, content: edit.content.clone() };
    let mended = apply(&record.text()[term.span.clone()], &[within]);
    let record = mended.ok().and_then(|mended| SpfRecord::parse(&[b"v=spf1 ".as_slice(), &mended].concat()));
    record.is_some_and(|record| record.is_valid())
}

fn help(problem: &PrefixProblem) -> Option<String> {
    Some(match problem {
        PrefixProblem::Empty => "a number belongs behind the slash; without one, a single address is meant".into(),
        PrefixProblem::TooLong { limit, .. } => format!("{limit} is the most, which is a single address"),
        PrefixProblem::LeadingZero { value } => format!("write `/{value}`"),
        PrefixProblem::Netmask { prefix: Some(prefix), .. } => format!("write `/{prefix}`: SPF knows no netmasks"),
        PrefixProblem::Netmask { prefix: None, .. } => {
            "SPF knows no netmasks, and this one has no prefix length".into()
        }
        PrefixProblem::Dual => "one prefix length is enough here: the address has one family".into(),
        PrefixProblem::SingleSlash => "the IPv6 length stands behind two slashes: `a/24//64`".into(),
        PrefixProblem::NotANumber => return None,
    })
}
