//! A snapshot as a file: kept with a report as evidence, and replayed with no network.

use std::sync::Arc;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RdataError, RecordSet, RrType};
use serde::{Deserialize, Serialize};

use super::{Absence, Answers, Failure, LongString, Question, Reason, Reply, Source, State, Via};

/// The version of the file that this program writes, and the only one that it reads.
const VERSION: u32 = 1;

/// Why a text is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not JSON of the right shape.
    #[error("not a snapshot of answers: {0}")]
    Shape(#[from] serde_json::Error),
    /// It was written by another generation of this program.
    #[error("version {0} of the snapshot format is not known; this program reads version {VERSION}")]
    Version(u32),
    /// The same question is answered twice.
    #[error("{0} is answered twice")]
    Twice(Question),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    answers: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    name: Name,
    #[serde(rename = "type")]
    rtype: RrType,
    #[serde(default, skip_serializing_if = "Via::is_resolver")]
    via: Via,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    chain: Vec<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wildcard: Option<Name>,
    status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    records: Option<SourceSet>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    long_strings: Vec<LongStringEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<String>,
}

/// A record set as a source has it: a zone file can hold strings that no server would publish.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceSet {
    ttl: u32,
    values: Vec<SourceValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceValue {
    r#type: RrType,
    data: String,
}

/// A character-string that is too long: which, and where it was written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LongStringEntry {
    /// The value, by its place in the set.
    value: usize,
    string: usize,
    at: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Found,
    Nxdomain,
    Nodata,
    Unknown,
}

impl Answers {
    /// The snapshot as JSON (`docs/formats/answers.md`), in order: the same answers give the same bytes.
    pub fn to_json(&self) -> Result<String, SnapshotError> {
        let answers = self.sorted().into_iter().map(|(question, reply)| Entry::new(question, reply)).collect();
        Ok(serde_json::to_string_pretty(&File { version: VERSION, answers })? + "\n")
    }

    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        /// Only the version: another one may have another shape.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.version != VERSION {
            return Err(SnapshotError::Version(head.version));
        }
        let file: File = serde_json::from_str(text)?;
        let mut answers = Self::default();
        for entry in file.answers {
            let (question, reply) = entry.read()?;
            if answers.get(&question).is_some() {
                return Err(SnapshotError::Twice(question));
            }
            answers.insert(question, Arc::new(reply));
        }
        Ok(answers)
    }
}

impl Entry {
    fn new(question: &Question, reply: &Reply) -> Self {
        let (status, records, failure) = match &reply.state {
            State::Found(set) => (Status::Found, Some(SourceSet::new(set)), None),
            State::Absent(Absence::NxDomain) => (Status::Nxdomain, None, None),
            State::Absent(Absence::NoData) => (Status::Nodata, None, None),
            State::Unknown(failure) => (Status::Unknown, None, Some(failure)),
        };
        let place = |long: &LongString| {
            let held = Rdata::Txt(long.value.clone());
            let value = reply.records()?.values.iter().position(|value| *value == held)?;
            Some(LongStringEntry { value, string: long.string, at: long.at.clone() })
        };
        Self {
            long_strings: reply.long_strings.iter().filter_map(place).collect(),
            name: question.name.clone(),
            rtype: question.rtype,
            via: question.via,
            chain: reply.chain.to_vec(),
            wildcard: reply.wildcard.clone(),
            status,
            records,
            reason: failure.map(|failure| failure.reason),
            server: failure.and_then(|failure| failure.server.clone()),
        }
    }

    fn read(self) -> Result<(Question, Reply), SnapshotError> {
        use serde::de::Error as _;
        let question = Question { name: self.name, rtype: self.rtype, via: self.via };
        let records = self.records.map(SourceSet::read).transpose().map_err(serde_json::Error::custom)?;
        let long_strings = long_strings(self.long_strings, records.as_ref())
            .map_err(|why| serde_json::Error::custom(format!("{question}: {why}")))?;
        let state = match (self.status, records, self.reason) {
            (Status::Found, Some(set), None) => {
                // A set of another type than was asked for would be read as knowledge about the wrong thing.
                if set.values.is_empty() || set.values.iter().any(|value| value.rtype() != question.rtype) {
                    let message = format!("{question}: found, but its records are of another type, or none");
                    return Err(serde_json::Error::custom(message).into());
                }
                State::Found(set)
            }
            (Status::Nxdomain, None, None) => State::Absent(Absence::NxDomain),
            (Status::Nodata, None, None) => State::Absent(Absence::NoData),
            (Status::Unknown, None, Some(reason)) => State::Unknown(Failure { reason, server: self.server }),
            _ => {
                let message = format!(
                    "{question}: `found` goes with `records`, `unknown` with `reason`, the others with neither"
                );
                return Err(serde_json::Error::custom(message).into());
            }
        };
        Ok((question, Reply { chain: self.chain.into(), wildcard: self.wildcard, long_strings, state }))
    }
}

impl SourceSet {
    fn new(set: &RecordSet) -> Self {
        let value = |value: &Rdata| SourceValue { r#type: value.rtype(), data: value.to_string() };
        Self { ttl: set.ttl, values: set.values.iter().map(value).collect() }
    }

    fn read(self) -> Result<RecordSet, RdataError> {
        let value = |value: SourceValue| Rdata::parse_source(value.r#type, &value.data);
        Ok(RecordSet { ttl: self.ttl, values: self.values.into_iter().map(value).collect::<Result<_, _>>()? })
    }
}

/// The strings that are too long; each that is, and no other, has to be among the entries.
fn long_strings(entries: Vec<LongStringEntry>, set: Option<&RecordSet>) -> Result<Box<[LongString]>, String> {
    let values = set.map_or(&[][..], |set| &set.values);
    let named = |value: usize, string: usize| {
        let mut all = entries.iter();
        all.any(|entry| entry.value == value && entry.string == string)
    };
    for (value, txt) in values.iter().enumerate().filter_map(|(at, value)| Some((at, value.as_txt()?))) {
        if let Some((_, octets)) = txt.long_strings().find(|(string, _)| !named(value, *string)) {
            return Err(RdataError::LongString(octets.len()).to_string());
        }
    }
    let read = |entry: LongStringEntry| {
        let txt = values.get(entry.value).and_then(Rdata::as_txt);
        let txt = txt.filter(|txt| txt.long_strings().any(|(string, _)| string == entry.string));
        let value = txt.ok_or("`long-strings` names a string that is not too long")?.clone();
        Ok(LongString { value, string: entry.string, at: entry.at })
    };
    entries.into_iter().map(read).collect()
}

/// A snapshot answers from itself: what it lacks is unknown, not absent. What was asked but once had one answer.
#[async_trait]
impl Source for Answers {
    async fn ask(&self, question: &Question) -> Reply {
        let first = || self.get(&question.clone().via(Via::Resolver)).filter(|_| question.via == Via::Again);
        let held = self.get(question).or_else(first);
        held.map_or_else(|| Reply::unknown(Reason::NotInSnapshot), |reply| Reply::clone(reply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailvouch_providers::dns::Txt;

    fn sample() -> Answers {
        let name = |text: &str| text.parse::<Name>().expect("a name");
        let txt = Txt::from_strings([b"v=spf1 ".to_vec(), b"\x00\xff\"\\ -all".to_vec()]).expect("short strings");
        let set = RecordSet { ttl: 300, values: vec![Rdata::Txt(txt)] };
        let failure = Failure { reason: Reason::ServFail, server: Some("192.0.2.53:53".to_owned()) };
        let replies = [
            ("example.com", Reply { chain: Box::new([name("b.example")]), ..Reply::found(set) }),
            ("gone.example", Reply::absent(Absence::NxDomain)),
            ("empty.example", Reply::absent(Absence::NoData)),
            ("broken.example", Reply::from(State::Unknown(failure))),
        ];
        let mut all: Answers = replies
            .map(|(owner, reply)| (Question::new(&name(owner), RrType::TXT), Arc::new(reply)))
            .into_iter()
            .collect();
        let server = Via::Server("[2001:db8::53]:53".parse().expect("an address"));
        for via in [Via::Unchecked, Via::Again, server] {
            let question = Question::new(&name("example.com"), RrType::TXT).via(via);
            all.insert(question, Arc::new(Reply::absent(Absence::NoData)));
        }
        all
    }

    #[test]
    fn what_was_saved_is_what_is_replayed() {
        let answers = sample();
        let text = answers.to_json().expect("it can be written");
        let read = Answers::from_json(&text).expect("it can be read");
        assert_eq!(read.sorted(), answers.sorted());
        assert_eq!(read.to_json().expect("it can be written"), text);
    }

    #[test]
    fn a_contradiction_is_refused() {
        let refused = |text: &str| Answers::from_json(text).expect_err(text).to_string();
        assert!(refused("{}").contains("version"));
        assert!(refused(r#"{"version":2,"answers":[]}"#).contains("version 2"));
        let entry = r#"{"name":"a.example","type":"TXT","status":"found"}"#;
        assert!(refused(&format!(r#"{{"version":1,"answers":[{entry}]}}"#)).contains("goes with"));
        let entry = r#"{"name":"a.example","type":"TXT","status":"nodata"}"#;
        assert!(refused(&format!(r#"{{"version":1,"answers":[{entry},{entry}]}}"#)).contains("twice"));
        let entry = r#"{"name":"a.example","type":"TXT","via":"somebody","status":"nodata"}"#;
        assert!(refused(&format!(r#"{{"version":1,"answers":[{entry}]}}"#)).contains("not `somebody`"));
    }

    #[tokio::test]
    async fn what_a_snapshot_lacks_is_unknown() {
        let question = Question::new(&"other.example".parse().expect("a name"), RrType::TXT);
        assert_eq!(sample().ask(&question).await, Reply::unknown(Reason::NotInSnapshot));
        assert_eq!(sample().ask(&question.via(Via::Again)).await, Reply::unknown(Reason::NotInSnapshot));
    }

    #[tokio::test]
    async fn what_a_snapshot_holds_once_is_the_same_again() {
        let failed = Question::new(&"broken.example".parse().expect("a name"), RrType::TXT);
        let told = sample().ask(&failed.clone().via(Via::Again)).await;
        assert_eq!(told.failure().expect("a failure").reason, Reason::ServFail);
        assert_eq!(sample().ask(&failed.via(Via::Unchecked)).await, Reply::unknown(Reason::NotInSnapshot));
    }
}
