//! Why an evaluation came to *none*, *permerror* or *temperror*.

use std::fmt;

use mailvouch_providers::dns::Name;

use crate::published::{Failure, Question};
use crate::record::Span;
use crate::spf::{LOOKUP_LIMIT, MX_LIMIT, VOID_LIMIT};

/// Why an evaluation came to *none*, *permerror* or *temperror*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// *None*: the domain can be no name, or has only one label (RFC 7208, section 4.3).
    NotADomain(String),
    /// *None*: no SPF record stands at the domain (section 4.5).
    NoRecord(Name),
    /// *Permerror*: several SPF records stand at one name (section 4.5).
    ManyRecords {
        /// Where.
        name: Name,
        /// How many.
        count: usize,
    },
    /// *Permerror*: a term breaks the syntax, so no term counts (section 4.6).
    Syntax {
        /// Whose record.
        owner: Name,
        /// The term's bytes in it.
        span: Span,
        /// The term as text, for people.
        term: String,
    },
    /// *Permerror*: a second `redirect` or `exp` (section 6).
    Duplicate {
        /// Whose record.
        owner: Name,
        /// The modifier's bytes in it.
        span: Span,
        /// The modifier as text, for people.
        term: String,
    },
    /// *Permerror*: `include` or `redirect` leads to what has no record, or can have none (sections 5.2 and 6.1).
    NothingThere {
        /// Where it leads, as far as that can be told.
        target: String,
    },
    /// *Permerror*: more terms that ask DNS than are allowed (section 4.6.4).
    LookupLimit,
    /// *Permerror*: more look-ups that find nothing than are allowed (section 4.6.4).
    VoidLimit,
    /// *Permerror*: an `mx` with more exchanges than may be looked up (section 4.6.4).
    MxLimit {
        /// Whose exchanges.
        name: Name,
        /// How many.
        count: usize,
    },
    /// *Temperror*: a look-up failed (sections 4.4 and 5).
    LookUpFailed {
        /// What was asked.
        question: Question,
        /// What went wrong.
        failure: Failure,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADomain(text) => write!(f, "`{text}` is not a domain name of two labels or more"),
            Self::NoRecord(name) => write!(f, "{name} publishes no SPF record"),
            Self::ManyRecords { name, count } => write!(f, "{name} publishes {count} SPF records; one is allowed"),
            Self::Syntax { owner, term, .. } => write!(f, "`{term}` in the record of {owner} is no valid term"),
            Self::Duplicate { owner, term, .. } => {
                write!(f, "`{term}` in the record of {owner} is the second of its kind")
            }
            Self::NothingThere { target } => write!(f, "no SPF record stands at `{target}`"),
            Self::LookupLimit => write!(f, "more than {LOOKUP_LIMIT} terms ask DNS"),
            Self::VoidLimit => write!(f, "more than {VOID_LIMIT} look-ups find nothing"),
            Self::MxLimit { name, count } => {
                write!(f, "{name} has {count} mail exchanges; at most {MX_LIMIT} may be looked up")
            }
            Self::LookUpFailed { question, failure } => write!(f, "{question} could not be looked up: {failure}"),
        }
    }
}
