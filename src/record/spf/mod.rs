//! SPF records (RFC 7208): every term with its span, nothing refused once the version is recognised.
//!
//! Syntax is that of RFC 7208, section 12, to the letter: what a lenient receiver may take besides is not taken here.
//! A term that breaks it is a [`Malformed`] node that says what is wrong and where, so that a rule can point at it and
//! a fix can be built. Nothing here is looked up or judged.

mod change;
mod domain_spec;
mod malformed;
mod near_miss;
mod parse;
mod record;
mod spacing;
mod term;

pub use domain_spec::{DomainSpec, Escape, MacroExpand, MacroLetter, MacroPart, MacroString};
pub use malformed::{
    AddressProblem, DomainProblem, MacroProblem, MacroProblemKind, Malformed, MalformedKind, PrefixProblem,
};
pub use near_miss::{NearMiss, NearMissKind, near_miss};
pub use record::SpfRecord;
pub use spacing::Torn;
pub use term::{Directive, DualPrefix, Ip4Range, Ip6Range, Keyword, Mechanism, Modifier, Qualifier, Term};
