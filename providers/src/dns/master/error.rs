//! Why a master file cannot be read: where, what is wrong, and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::{MAX_DEPTH, MAX_FILE};
use crate::dns::{NameError, RdataError};

/// Why a master file cannot be read.
#[derive(Debug, thiserror::Error)]
pub struct MasterError {
    /// The file, where it came from one.
    pub file: Option<PathBuf>,
    /// The place in it; none if it is about the whole file.
    pub place: Option<Place>,
    /// What is wrong there.
    #[source]
    pub fault: Fault,
}

/// A place in a text, both counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The octet in the line.
    pub column: usize,
}

impl Place {
    /// The place of the octet at `offset`.
    pub(super) fn of(text: &[u8], offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        Self { line: count_lines(before) + 1, column: before.len() - line_start + 1 }
    }
}

/// How many line ends there are.
#[expect(clippy::naive_bytecount, reason = "lines are counted once; no crate for that")]
pub(super) fn count_lines(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte == b'\n').count()
}

impl fmt::Display for MasterError {
    /// `zone.db:3:5: what is wrong; what to do`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.place) {
            (Some(file), Some(Place { line, column })) => write!(f, "{}:{line}:{column}: ", file.display())?,
            (Some(file), None) => write!(f, "{}: ", file.display())?,
            (None, Some(Place { line, column })) => write!(f, "line {line}, column {column}: ")?,
            (None, None) => {}
        }
        write!(f, "{}", self.fault)
    }
}

/// What is wrong in a master file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The system does not give the file.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A directory, a device, a pipe.
    #[error("is not a regular file")]
    NotAFile,
    /// More octets than are read; with what came before it through `$INCLUDE`.
    #[error("{0} octets, with the files that include it; {MAX_FILE} is the most that is read")]
    TooLarge(u64),
    /// A byte order mark.
    #[error("the file begins with a byte order mark; save it as plain text without one")]
    ByteOrderMark,
    /// A control character where none belongs.
    #[error("octet {0:#04x} is a control character; remove it, or write it as \\{0:03}")]
    Control(u8),
    /// A carriage return in the middle of a line.
    #[error("a carriage return that no line feed follows; end lines with a line feed")]
    CarriageReturn,
    /// A line end in a quoted string. Servers disagree about what it means.
    #[error("the line ends inside of quotes; close them, and go on in new ones inside of parentheses")]
    QuoteOverLines,
    /// A quote that nothing closes.
    #[error("this quote is never closed")]
    OpenQuote,
    /// A quote with a word directly before or behind it. Servers disagree about what it means.
    #[error("a quote inside of a word; put a blank between them, or write it as \\\"")]
    QuoteInWord,
    /// A backslash before a line end or the end of the file.
    #[error("a backslash at the end of a line; remove it, or write it as \\\\")]
    Backslash,
    /// A parenthesis that nothing closes.
    #[error("this parenthesis is never closed")]
    OpenParenthesis,
    /// A closing parenthesis that closes nothing.
    #[error("this parenthesis closes nothing; remove it, or write it as \\)")]
    CloseParenthesis,
    /// `$GENERATE`.
    #[error("$GENERATE is not supported: it is no part of the standard; write the records out")]
    Generate,
    /// Any other word with a dollar sign.
    #[error("`{0}` is no directive; $ORIGIN, $TTL and $INCLUDE are, and an owner name would begin with \\$")]
    Directive(String),
    /// A directive with the wrong fields.
    #[error("{0}")]
    DirectiveFields(&'static str),
    /// A record that has no owner of its own and none before it.
    #[error("the line begins with a blank, and no record stands before it whose owner it could take; name the owner")]
    NoOwner,
    /// A quoted owner name.
    #[error("an owner name in quotes; write it without")]
    QuotedOwner,
    /// A relative name, and nothing that it is relative to.
    #[error("`{0}` is a relative name, and the origin is not known; put $ORIGIN above it, or end it with a dot")]
    NoOrigin(String),
    /// No domain name.
    #[error("`{text}` is no domain name: {source}")]
    Name {
        /// What stands there.
        text: String,
        /// Why.
        source: NameError,
    },
    /// No TTL.
    #[error("`{0}` is no TTL: 0 to 2147483647 seconds, or with units as in 1h30m")]
    Ttl(String),
    /// A record that has no TTL by any rule.
    #[error("the record has no TTL, and none stands before it; put $TTL at the top of the file")]
    NoTtl,
    /// A class that is not the internet's.
    #[error("class {0}; only IN can be read")]
    Class(String),
    /// A record that ends before its type.
    #[error("the record has no type")]
    NoType,
    /// No type.
    #[error("`{0}` is no record type; one without a name is written TYPE and its number")]
    Type(String),
    /// Fields that are no rdata of the type.
    #[error("{0}")]
    Rdata(RdataError),
    /// A file that another one names.
    #[error("`{name}` cannot be included: {fault}")]
    Include {
        /// The name.
        name: String,
        /// Why.
        #[source]
        fault: Box<Self>,
    },
    /// A file name that leads out of the folder.
    #[error("it is outside of the folder of the zone file; only files inside of it are read")]
    Outside,
    /// A file that includes itself, through others or not.
    #[error("it would include itself")]
    Loop,
    /// Files that include files that include files.
    #[error("files include files more than {MAX_DEPTH} deep")]
    Depth,
    /// Two different SOA records.
    #[error("a second SOA record, which differs from the first; a zone has one (RFC 1035, section 5.2)")]
    SecondSoa,
    /// A file that says nothing.
    #[error("holds no record")]
    NoRecord,
}
