//! Words for each way in which a term can be malformed.

use mailvouch_providers::dns::escape_joined_text;

use crate::record::spf::{
    AddressProblem, DomainProblem, MacroProblem, MacroProblemKind, Malformed, MalformedKind, SpfRecord, Term,
};
use crate::record::{Span, Spanned};

/// A malformed term, for people.
pub(super) struct Explained {
    /// What is wrong.
    pub(super) message: String,
    /// The bytes that are.
    pub(super) at: Span,
    /// What to do.
    pub(super) help: Option<String>,
}

/// Says what is wrong with a term, and where.
pub(super) fn explain(record: &SpfRecord, term: &Spanned<Term>, malformed: &Malformed) -> Explained {
    let shown = |span: &Span| escape_joined_text(&record.text()[span.clone()]);
    let whole = || term.span.clone();
    let (message, at, help): (String, Span, Option<String>) = match &malformed.kind {
        MalformedKind::RunTogether(pieces) if pieces.len() == 1 => {
            ("punctuation does not belong in an SPF record".into(), whole(), None)
        }
        MalformedKind::RunTogether(_) => {
            ("SPF terms are separated by spaces, and by nothing else".into(), whole(), None)
        }
        MalformedKind::QualifierAlone => ("a qualifier stands alone".into(), whole(), None),
        MalformedKind::RepeatedQualifier { qualifiers } => {
            ("a term has one qualifier at the most".into(), qualifiers.clone(), None)
        }
        MalformedKind::MissingName { delimiter } => {
            (format!("a name is missing before `{}`", char::from(*delimiter)), whole(), None)
        }
        MalformedKind::BadModifierName { name, .. } => {
            (format!("`{}` cannot be the name of a modifier", shown(name)), name.clone(), None)
        }
        MalformedKind::MissingArgument { keyword, .. } => {
            (format!("`{}` needs an argument", keyword.node.as_str()), whole(), None)
        }
        MalformedKind::UnexpectedArgument { keyword, argument } => {
            (format!("`{}` takes no argument", keyword.node.as_str()), argument.clone(), None)
        }
        MalformedKind::BadAddress { keyword, address, problem } => {
            let message = format!("`{}` is no address for `{}`", shown(address), keyword.node.as_str());
            (message, address.clone(), Some(address_help(problem)))
        }
        MalformedKind::BadDomain { keyword, domain, problem } => {
            let message = format!("`{}` is no domain for `{}`", shown(domain), keyword.node.as_str());
            let (at, help) = domain_help(domain, problem);
            (message, at, Some(help))
        }
        // These have rules of their own.
        MalformedKind::Foreign(_)
        | MalformedKind::UnknownMechanism { .. }
        | MalformedKind::WrongFamily { .. }
        | MalformedKind::BadPrefix { .. } => ("the term is malformed".into(), whole(), None),
        MalformedKind::BadValue { name, problem, .. } => {
            let message = format!("the value of `{}` has a broken macro", shown(name));
            (message, problem.span.clone(), Some(macro_help(problem)))
        }
    };
    Explained { message, at, help }
}

fn address_help(problem: &AddressProblem) -> String {
    match problem {
        AddressProblem::OctetCount(count) => {
            format!("an IPv4 address has four numbers, here are {count} (RFC 7208, section 5.6)")
        }
        AddressProblem::OctetTooLarge(_) => "each number of an IPv4 address is 255 at the most".into(),
        AddressProblem::LeadingZero(_) => "a number of an IPv4 address has no zero before it".into(),
        AddressProblem::Bracketed(address) => format!("write `{address}`, without brackets"),
        AddressProblem::FromTo(from, to) => {
            format!("write the networks from {from} to {to}, each with its prefix length")
        }
        AddressProblem::DomainName => "a name goes with `a:`".into(),
        AddressProblem::Other => "write one address, or a network with its prefix length".into(),
    }
}

fn domain_help(domain: &Span, problem: &DomainProblem) -> (Span, String) {
    match problem {
        DomainProblem::Address { address, .. } => {
            let keyword = if address.node.is_ipv6() { "ip6" } else { "ip4" };
            (address.span.clone(), format!("an address goes with `{keyword}:`"))
        }
        DomainProblem::Prefix(span) => (span.clone(), "a prefix length goes with `a` and `mx` only".into()),
        DomainProblem::SingleLabel => (domain.clone(), "write the whole name: one label is not enough".into()),
        DomainProblem::TopLabel(span) => (span.clone(), "the last label cannot be that of a domain name".into()),
        DomainProblem::Macro(problem) => (problem.span.clone(), macro_help(problem)),
    }
}

fn macro_help(problem: &MacroProblem) -> String {
    match problem.kind {
        MacroProblemKind::BarePercent => "a percent sign is written `%%`".into(),
        MacroProblemKind::Unclosed => "the macro has no `}`".into(),
        MacroProblemKind::Empty => "the macro is empty".into(),
        MacroProblemKind::UnknownLetter(letter) => format!("`{}` is no macro letter", letter.escape_ascii()),
        MacroProblemKind::ExplanationOnly(letter) => {
            format!("`{}` may stand in explanations only", letter.escape_ascii())
        }
        MacroProblemKind::ZeroParts => "a macro keeps at least one label".into(),
        MacroProblemKind::BadTransformer(byte) => {
            format!("`{}` may not stand behind the macro letter", byte.escape_ascii())
        }
        MacroProblemKind::BadOctet(byte) => format!("`{}` may not stand here", byte.escape_ascii()),
    }
}
