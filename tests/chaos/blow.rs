//! What can happen to a request, and what that is in each language.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::support::proxy::{Answered, Fate, Speech, framed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The connection ends before the request got anywhere.
    Cut,
    /// It gets nowhere, and nobody says so.
    Swallowed,
    /// It takes its time, and so little that nobody gives up.
    Delayed,
    /// It takes so long that it arrives when nobody waits for it any more.
    Late,
    /// It is done, and no answer comes.
    AnswerLost,
    /// It is done, and half of the answer comes.
    AnswerHalved,
    /// The server gets it twice; the answer is that to the first.
    Repeated,
    /// The same; the answer is that to the second.
    RepeatedSecond,
    /// A server error, and nothing is done.
    Failed,
    /// A server error, and it is done.
    DoneAndFailed,
    /// Turned away as too much, or as not allowed; nothing is done.
    TurnedAway,
    /// What is answered is no answer, and nothing is done.
    Garbage,
    /// The same, and it is done.
    DoneAndGarbage,
    /// The process is gone before the request is.
    KilledBefore,
    /// The process is gone when the server has answered.
    KilledAfter,
    /// The process is gone, and then the request arrives.
    KilledLate,
    /// Somebody puts a token beside ours, and another elsewhere in the zone.
    Token,
    /// Somebody puts another record in the place of ours.
    Ours,
    /// Somebody has our record say something else.
    Edited,
}

impl Blow {
    pub(crate) const ALL: [Self; 19] = [
        Self::Cut,
        Self::Swallowed,
        Self::Delayed,
        Self::Late,
        Self::AnswerLost,
        Self::AnswerHalved,
        Self::Repeated,
        Self::RepeatedSecond,
        Self::Failed,
        Self::DoneAndFailed,
        Self::TurnedAway,
        Self::Garbage,
        Self::DoneAndGarbage,
        Self::KilledBefore,
        Self::KilledAfter,
        Self::KilledLate,
        Self::Token,
        Self::Ours,
        Self::Edited,
    ];

    /// Whether a request arrives after whoever sent it has gone on.
    pub(crate) fn is_late(self) -> bool {
        matches!(self, Self::Late | Self::KilledLate)
    }

    /// What becomes of a message that it falls on.
    pub(crate) fn fate(self, speech: Speech, message: &[u8], killed: &Arc<Notify>) -> Fate {
        match self {
            Self::Cut => Fate::Cut,
            Self::Swallowed => Fate::Swallow,
            Self::Delayed => Fate::Delay(Duration::from_millis(30)),
            Self::Late => Fate::Late,
            Self::AnswerLost => Fate::LoseAnswer,
            Self::AnswerHalved => Fate::Halve,
            Self::Repeated => Fate::Twice(Answered::First),
            Self::RepeatedSecond => Fate::Twice(Answered::Second),
            Self::Failed => Fate::Answer(failure(speech, message)),
            Self::DoneAndFailed => Fate::PassAndAnswer(failure(speech, message)),
            Self::TurnedAway => Fate::Answer(turned_away(speech, message)),
            Self::Garbage => Fate::Answer(garbage(speech)),
            Self::DoneAndGarbage => Fate::PassAndAnswer(garbage(speech)),
            Self::KilledBefore => {
                killed.notify_one();
                Fate::Cut
            }
            Self::KilledAfter => Fate::LoseAnswerAndTell(killed.clone()),
            Self::KilledLate => {
                killed.notify_one();
                Fate::Late
            }
            Self::Token | Self::Ours | Self::Edited => Fate::Pass,
        }
    }
}

fn failure(speech: Speech, message: &[u8]) -> Vec<u8> {
    match speech {
        Speech::Dns => unsigned(message, 2),
        Speech::Http => http("502 Bad Gateway", "", "<html>502 Bad Gateway</html>"),
    }
}

fn turned_away(speech: Speech, message: &[u8]) -> Vec<u8> {
    match speech {
        Speech::Dns => unsigned(message, 5),
        Speech::Http => http("429 Too Many Requests", "Retry-After: 0\r\n", "slower, please"),
    }
}

fn garbage(speech: Speech) -> Vec<u8> {
    match speech {
        Speech::Dns => framed(b"not a message, and longer than the head of one"),
        Speech::Http => http("200 OK", "", "<html>a proxy is in the way</html>"),
    }
}

/// An answer of this code that nobody signed.
fn unsigned(message: &[u8], code: u8) -> Vec<u8> {
    framed(&[message[0], message[1], message[2] | 0x80, code, 0, 0, 0, 0, 0, 0, 0, 0])
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n{body}").into_bytes()
}
