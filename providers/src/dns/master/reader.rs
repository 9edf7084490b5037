//! Gives the lines of a master file their meaning: directives, and records with the owner and the TTL that they have
//! by what stands before them.

use std::ops::Range;

use super::lexer::{At, Lexer, Line, Token};
use super::{Fault, MasterError, Place};
use crate::dns::presentation::unescape;
use crate::dns::rdata::{name_fields, ttl_seconds};
use crate::dns::{Field, Name, Rdata, RrType, escape_joined_text};

/// A directive or a record, and the lines that it takes up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its octets: whole lines, with the end of the last where the file has one there.
    pub span: Range<usize>,
    /// The number of its first line, counted from one.
    pub line: usize,
    /// What it says.
    pub kind: Kind,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `$ORIGIN`: what relative names are below, from here on.
    Origin(Name),
    /// `$TTL`: seconds, for records from here on that have none of their own (RFC 2308, section 4).
    Ttl(u32),
    /// `$INCLUDE`.
    Include(Include),
    /// A record.
    Record(Record),
}

/// `$INCLUDE`: another file stands in for this line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The name of the file, as octets.
    pub path: Vec<u8>,
    /// The octets of that name, with its quotes.
    pub path_span: Range<usize>,
    /// The origin in that file: its own, or the one of this line.
    pub origin: Option<Name>,
}

/// A record, and where its fields stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The owner.
    pub owner: Name,
    /// Where it is named; none if the line begins with a blank, and the owner is that of the record before.
    pub owner_span: Option<Range<usize>>,
    /// What it would be below if it were relative; none where no origin is known.
    pub origin: Option<Name>,
    /// The TTL that it has, in seconds.
    pub ttl: u32,
    /// Where that comes from.
    pub ttl_from: TtlFrom,
    /// Where the type stands.
    pub type_span: Range<usize>,
    /// The data.
    pub rdata: Rdata,
    /// From the first field of the data to the end of the last; parentheses and comments may stand between them.
    pub rdata_span: Range<usize>,
}

/// Where the TTL of a record comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TtlFrom {
    /// Its own field, which stands there.
    Own(Range<usize>),
    /// `$TTL`.
    Default,
    /// The record before it (RFC 1035, section 5.1).
    Last,
    /// The MINIMUM of the SOA record, in a file that has no other TTL before it, as BIND reads it.
    SoaMinimum,
}

/// What goes from one line to the next, and in part from one file to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// What relative names are below.
    pub(super) origin: Option<Name>,
    /// The owner of the last record.
    pub(super) owner: Option<Name>,
    pub(super) ttl: TtlState,
    /// What becomes of character-strings that are too long.
    pub(super) long_strings: LongStrings,
}

/// What becomes of character-strings of over 255 octets, which no server loads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LongStrings {
    /// The file is refused, as a server does.
    #[default]
    Refused,
    /// They are kept: whoever asked for it tells them.
    Kept,
}

/// What a record without a TTL of its own gets. `$INCLUDE` does not restore it, other than origin and owner.
#[derive(Clone, Debug, Default)]
pub(super) struct TtlState {
    /// The default, and where it comes from.
    default: Option<(u32, TtlFrom)>,
    /// The TTL of the last record.
    last: Option<u32>,
}

/// Reads one text.
pub(super) struct Reader<'a> {
    text: &'a [u8],
    lexer: Lexer<'a>,
    tokens: Vec<Token>,
    pub(super) state: State,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8], state: State) -> Result<Self, MasterError> {
        let lexer = Lexer::new(text).map_err(|at| placed(text, at))?;
        Ok(Self { text, lexer, tokens: Vec::new(), state })
    }

    /// The next entry; none at the end of the text.
    pub(super) fn next_entry(&mut self) -> Result<Option<Entry>, MasterError> {
        self.entry().map_err(|at| placed(self.text, at))
    }

    fn entry(&mut self) -> Result<Option<Entry>, At> {
        let Some(line) = self.lexer.next_line(&mut self.tokens)? else {
            return Ok(None);
        };
        // Taken out for as long as they are borrowed; given back for their allocation.
        let tokens = std::mem::take(&mut self.tokens);
        let first = tokens[0].field(self.text);
        let kind = if !line.begins_blank && !first.quoted && first.raw.starts_with(b"$") {
            self.directive(&tokens)
        } else {
            self.record(&line, &tokens)
        };
        self.tokens = tokens;
        Ok(Some(Entry { span: line.span, line: line.number, kind: kind? }))
    }

    fn directive(&mut self, tokens: &[Token]) -> Result<Kind, At> {
        let wants = |message| At::new(tokens[0].span.start, Fault::DirectiveFields(message));
        let word = tokens[0].field(self.text).raw.to_ascii_uppercase();
        match (&*word, &tokens[1..]) {
            (b"$ORIGIN", [name]) => {
                let origin = self.name(name)?;
                self.state.origin = Some(origin.clone());
                Ok(Kind::Origin(origin))
            }
            (b"$ORIGIN", _) => Err(wants("$ORIGIN takes one name")),
            (b"$TTL", [ttl]) => {
                let seconds = seconds(ttl, self.text).ok_or_else(|| self.at(ttl, Fault::Ttl))?;
                self.state.ttl.default = Some((seconds, TtlFrom::Default));
                Ok(Kind::Ttl(seconds))
            }
            (b"$TTL", _) => Err(wants("$TTL takes one number of seconds")),
            (b"$INCLUDE", [path, rest @ ..]) if rest.len() <= 1 => {
                let origin = rest.first().map(|name| self.name(name)).transpose()?;
                let name = path.field(self.text).unescaped();
                let name = name.ok_or_else(|| wants("the file name of $INCLUDE has a broken escape"))?;
                let origin = origin.or_else(|| self.state.origin.clone());
                Ok(Kind::Include(Include { path: name, path_span: path.span.clone(), origin }))
            }
            (b"$INCLUDE", _) => Err(wants("$INCLUDE takes a file name, and an origin if need be")),
            (b"$GENERATE", _) => Err(At::new(tokens[0].span.start, Fault::Generate)),
            _ => Err(self.at(&tokens[0], Fault::Directive)),
        }
    }

    fn record(&mut self, line: &Line, tokens: &[Token]) -> Result<Kind, At> {
        let (owner, owner_span, rest) = match tokens {
            rest if line.begins_blank => {
                let owner = self.state.owner.clone().ok_or(At::new(line.span.start, Fault::NoOwner))?;
                (owner, None, rest)
            }
            [first, ..] if first.quoted => return Err(At::new(first.span.start, Fault::QuotedOwner)),
            [first, rest @ ..] => (self.name(first)?, Some(first.span.clone()), rest),
            [] => return Err(At::new(line.span.start, Fault::NoType)),
        };
        let (ttl, rest) = self.ttl_and_class(rest)?;
        let [type_token, fields @ ..] = rest else {
            return Err(At::new(tokens[tokens.len() - 1].span.end, Fault::NoType));
        };
        let rdata = self.rdata(type_token, fields)?;
        let (ttl, ttl_from) = self.effective_ttl(ttl, &rdata, line)?;
        let rdata_span = match fields {
            [first, .., last] => first.span.start..last.span.end,
            [only] => only.span.clone(),
            [] => type_token.span.end..type_token.span.end,
        };
        self.state.owner = Some(owner.clone());
        let origin = self.state.origin.clone();
        let type_span = type_token.span.clone();
        Ok(Kind::Record(Record { owner, owner_span, origin, ttl, ttl_from, type_span, rdata, rdata_span }))
    }

    /// A TTL and a class may stand before the type, either of them first.
    fn ttl_and_class<'t>(&self, mut rest: &'t [Token]) -> Result<(Option<&'t Token>, &'t [Token]), At> {
        let (mut ttl, mut class) = (None, None);
        while let [first, tail @ ..] = rest {
            let raw = first.field(self.text).raw;
            if first.quoted {
                break;
            } else if ttl.is_none() && raw.first().is_some_and(u8::is_ascii_digit) {
                if seconds(first, self.text).is_none() {
                    return Err(self.at(first, Fault::Ttl));
                }
                ttl = Some(first);
            } else if class.is_none() && is_class(raw) {
                if !raw.eq_ignore_ascii_case(b"IN") && !raw.eq_ignore_ascii_case(b"CLASS1") {
                    return Err(self.at(first, Fault::Class));
                }
                class = Some(first);
            } else {
                break;
            }
            rest = tail;
        }
        Ok((ttl, rest))
    }

    fn rdata(&self, type_token: &Token, tokens: &[Token]) -> Result<Rdata, At> {
        let word = type_token.field(self.text);
        let known = std::str::from_utf8(word.raw).ok().and_then(|word| word.parse::<RrType>().ok());
        let rtype = known.filter(|_| !word.quoted).ok_or_else(|| self.at(type_token, Fault::Type))?;
        let fields: Vec<Field<'_>> = tokens.iter().map(|token| token.field(self.text)).collect();
        let generic = fields.first().is_some_and(|field| field.raw == br"\#" && !field.quoted);
        if self.state.origin.is_none() && !generic {
            let names = name_fields(rtype).iter().filter_map(|index| tokens.get(*index));
            if let Some(relative) = names.into_iter().find(|token| !is_absolute(token.field(self.text).raw)) {
                return Err(self.at(relative, Fault::NoOrigin));
            }
        }
        let root = Name::root();
        let origin = self.state.origin.as_ref().unwrap_or(&root);
        let read = match self.state.long_strings {
            LongStrings::Refused => Rdata::from_fields(rtype, &fields, origin),
            LongStrings::Kept => Rdata::from_source_fields(rtype, &fields, origin),
        };
        read.map_err(|error| {
            let at = tokens.first().map_or(type_token.span.start, |token| token.span.start);
            At::new(at, Fault::Rdata(error))
        })
    }

    /// The TTL that a record has, and from where. The state keeps what the next one may take from it.
    fn effective_ttl(&mut self, own: Option<&Token>, rdata: &Rdata, line: &Line) -> Result<(u32, TtlFrom), At> {
        let state = &mut self.state.ttl;
        let (ttl, from) = match (own, &state.default, state.last, rdata) {
            (Some(own), ..) => (seconds(own, self.text).unwrap_or_default(), TtlFrom::Own(own.span.clone())),
            (None, Some(default), ..) => default.clone(),
            (None, None, Some(last), _) => (last, TtlFrom::Last),
            (None, None, None, Rdata::Soa(soa)) => {
                let default = (soa.minimum, TtlFrom::SoaMinimum);
                state.default = Some(default.clone());
                default
            }
            (None, None, None, _) => return Err(At::new(line.span.start, Fault::NoTtl)),
        };
        state.last = Some(ttl);
        Ok((ttl, from))
    }

    fn name(&self, token: &Token) -> Result<Name, At> {
        let raw = token.field(self.text).raw;
        let origin = match &self.state.origin {
            Some(origin) => origin,
            None if is_absolute(raw) => &Name::root(),
            None => return Err(self.at(token, Fault::NoOrigin)),
        };
        Name::parse_relative(raw, origin).map_err(|source| self.at(token, |text| Fault::Name { text, source }))
    }

    fn at(&self, token: &Token, fault: impl FnOnce(String) -> Fault) -> At {
        At::new(token.span.start, fault(shown(token.field(self.text).raw)))
    }
}

/// The fault, with the place that a person can find.
fn placed(text: &[u8], at: At) -> MasterError {
    MasterError { file: None, place: Some(Place::of(text, at.offset)), fault: at.fault }
}

/// As much of a field as fits into a message.
fn shown(raw: &[u8]) -> String {
    const ENOUGH: usize = 80;
    let more = if raw.len() > ENOUGH { "…" } else { "" };
    format!("{}{more}", escape_joined_text(&raw[..raw.len().min(ENOUGH)]))
}

fn seconds(token: &Token, text: &[u8]) -> Option<u32> {
    ttl_seconds(std::str::from_utf8(token.field(text).raw).ok()?)
}

/// Whether a name ends with the dot of the root.
fn is_absolute(raw: &[u8]) -> bool {
    // The last octet decides, with whether a backslash made it a part of a label.
    unescape(raw).last().flatten() == Some((b'.', false))
}

/// Whether a word is a class (RFC 1035, section 3.2.4; RFC 3597, section 5).
fn is_class(word: &[u8]) -> bool {
    let named = [&b"IN"[..], b"CH", b"HS", b"CS"].iter().any(|class| word.eq_ignore_ascii_case(class));
    let number = word.split_at_checked(5).filter(|(class, _)| class.eq_ignore_ascii_case(b"CLASS"));
    named || number.is_some_and(|(_, number)| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}
