//! One question to DNS and what came of it.

use std::fmt;
use std::net::SocketAddr;

use mailvouch_providers::dns::{Name, RecordSet, RrType, Txt};
use serde::{Deserialize, Serialize};

/// Longest chain of aliases that is followed; resolvers give up at about as many.
pub(super) const MAX_CHAIN: usize = 16;

/// What is asked: the class is always IN.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The name asked for.
    pub name: Name,
    /// The type asked for.
    #[serde(rename = "type")]
    pub rtype: RrType,
    /// Who is asked.
    #[serde(default, skip_serializing_if = "Via::is_resolver")]
    pub via: Via,
}

/// Who is asked, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Via {
    /// Whoever answers for the run: resolvers, zone files, a provider.
    #[default]
    Resolver,
    /// The resolvers, with checking disabled: they answer also what DNSSEC proves wrong (CD, RFC 4035, section 3.2.2).
    Unchecked,
    /// Whoever answers for the run, once more: whether a failure stays. Of resolvers, which keep a failure for a while,
    /// after that while; a source that is no network says what it said.
    Again,
    /// This server and no other, for what it holds itself.
    Server(SocketAddr),
}

impl Via {
    /// Whether it is the usual way.
    pub fn is_resolver(&self) -> bool {
        *self == Self::Resolver
    }

    /// Whether it is the usual way, the first time or again.
    pub(crate) fn is_usual(self) -> bool {
        matches!(self, Self::Resolver | Self::Again)
    }
}

/// The words for [`Via::Unchecked`] and [`Via::Again`] in files.
const UNCHECKED: &str = "unchecked";
const AGAIN: &str = "again";

impl From<Via> for String {
    fn from(via: Via) -> Self {
        match via {
            Via::Resolver => "resolver".to_owned(),
            Via::Unchecked => UNCHECKED.to_owned(),
            Via::Again => AGAIN.to_owned(),
            Via::Server(address) => address.to_string(),
        }
    }
}

impl TryFrom<String> for Via {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "resolver" => Ok(Self::Resolver),
            UNCHECKED => Ok(Self::Unchecked),
            AGAIN => Ok(Self::Again),
            server => server.parse().map(Self::Server).map_err(|_| {
                format!("`via` is `{UNCHECKED}`, `{AGAIN}`, or the address and port of a server, not `{server}`")
            }),
        }
    }
}

impl Question {
    /// The question for records of this type at this name.
    pub fn new(name: &Name, rtype: RrType) -> Self {
        Self { name: name.clone(), rtype, via: Via::Resolver }
    }

    /// The same question to somebody else.
    #[must_use]
    pub fn via(self, via: Via) -> Self {
        Self { via, ..self }
    }
}

impl fmt::Display for Question {
    /// `example.com. TXT`, as labels of findings have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name.absolute(), self.rtype)?;
        match self.via {
            Via::Resolver => Ok(()),
            Via::Unchecked => write!(f, " with checking disabled"),
            Via::Again => write!(f, " once more"),
            Via::Server(address) => write!(f, " at {address}"),
        }
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The aliases followed (RFC 1034, section 3.6.2): each name that a CNAME pointed to, in order; the last one is
    /// the owner of what was found, or the name that is absent. Empty where the name asked for is no alias.
    pub chain: Box<[Name]>,
    /// The wildcard that the answer was made from (RFC 4592), where the source can tell.
    pub wildcard: Option<Name>,
    /// What in the records cannot be published as it is written; only zone files have such.
    pub long_strings: Box<[LongString]>,
    /// The result.
    pub state: State,
}

/// A character-string of over 255 octets in a zone file: no server loads the zone (RFC 1035, section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongString {
    /// The value that it is part of.
    pub value: Txt,
    /// Which string of it, counted from zero.
    pub string: usize,
    /// Where it begins, for people: `example.com.zone:7:21`.
    pub at: String,
}

/// The three ways in which a look-up can end. There is no fourth, and none may be taken for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The records.
    Found(RecordSet),
    /// DNS says that there are none: this is knowledge.
    Absent(Absence),
    /// Nobody could be asked, or nobody said: nothing may be concluded from it.
    Unknown(Failure),
}

/// How a record can be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The name does not exist, nor does any below it (RFC 8020).
    NxDomain,
    /// The name exists, but holds no record of the type (RFC 2308, section 2.2).
    NoData,
}

/// A look-up that told nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub reason: Reason,
    /// Who was asked, for people (`192.0.2.53:53`); none where nobody was.
    pub server: Option<String>,
}

/// Why a look-up told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No answer came in time.
    Timeout,
    /// The server could not be reached.
    Unreachable,
    /// The server failed: RCODE 2.
    ServFail,
    /// The server will not answer us: RCODE 5.
    Refused,
    /// What came was no answer to the question.
    Garbage,
    /// The answer was cut off, and the whole one could not be had over TCP.
    Truncated,
    /// The time for the whole run was up before it was asked, or before it was answered.
    Deadline,
    /// The analysis asked for more than one domain may.
    Budget,
    /// The name lies under none of the loaded zones.
    OutsideView,
    /// The saved snapshot does not hold it.
    NotInSnapshot,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "no answer in time",
            Self::Unreachable => "the server cannot be reached",
            Self::ServFail => "the server failed (SERVFAIL)",
            Self::Refused => "the server refused to answer (REFUSED)",
            Self::Garbage => "what came back was no answer to the question",
            Self::Truncated => "the answer was truncated, and TCP did not bring the whole",
            Self::Deadline => "the time for the whole run was up",
            Self::Budget => "more questions than one domain may ask",
            Self::OutsideView => "the name lies outside the zone files that were given",
            Self::NotInSnapshot => "the saved snapshot does not hold it",
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if let Some(server) = &self.server {
            write!(f, " [{server}]")?;
        }
        Ok(())
    }
}

impl Reply {
    /// These records, at the name that was asked for.
    pub fn found(set: RecordSet) -> Self {
        Self::from(State::Found(set))
    }

    /// No such record.
    pub fn absent(absence: Absence) -> Self {
        Self::from(State::Absent(absence))
    }

    /// No idea, with nobody to name.
    pub fn unknown(reason: Reason) -> Self {
        Self::from(State::Unknown(Failure { reason, server: None }))
    }

    /// The records, if any were found.
    pub fn records(&self) -> Option<&RecordSet> {
        match &self.state {
            State::Found(set) => Some(set),
            State::Absent(_) | State::Unknown(_) => None,
        }
    }

    /// Whether DNS said that there is none: false also where nothing is known.
    pub fn is_absent(&self) -> bool {
        matches!(self.state, State::Absent(_))
    }

    /// Why nothing is known, if nothing is.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.state {
            State::Unknown(failure) => Some(failure),
            State::Found(_) | State::Absent(_) => None,
        }
    }

    /// Whether the name asked for is an alias.
    pub fn is_alias(&self) -> bool {
        !self.chain.is_empty()
    }
}

impl From<State> for Reply {
    fn from(state: State) -> Self {
        Self { chain: Box::default(), wildcard: None, long_strings: Box::default(), state }
    }
}
