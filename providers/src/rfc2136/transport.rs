//! The way to the server: TCP, messages behind two octets of length, each signed, none waited for without an end.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hickory_proto::op::{Message, MessageType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::TsigKey;
use super::fault::Fault;
use super::tsig::{self, Signed};

/// Questions under way at once. Their 15 KB fit into the buffers of any socket, so that neither side waits for the other
/// to read first.
const WINDOW: usize = 100;

/// A server and the key that it knows.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    pub(super) server: SocketAddr,
    pub(super) key: TsigKey,
    /// Longest silence, in whatever it is that is waited for.
    pub(super) timeout: Duration,
}

/// A connection that is opened when it is needed, and again where the server closes it after an answer.
pub(super) struct Session<'a> {
    transport: &'a Transport,
    stream: Option<TcpStream>,
}

/// What became of a window of questions.
enum Round {
    Complete,
    /// The server closed the connection before it had answered all.
    Closed,
}

impl Transport {
    pub(super) fn session(&self) -> Session<'_> {
        Session { transport: self, stream: None }
    }

    /// Sends one message over a connection of its own, once, and waits for its answer. A message that was sent is never
    /// sent again, so a change is not made twice.
    pub(super) async fn send_once(&self, message: &Message) -> Result<Message, Fault> {
        // Signed before the connection stands: what cannot be sent is known before anything is.
        let signed = tsig::sign(message, &self.key, now())?;
        let mut stream = self.connect().await?;
        match self.write(&mut stream, &framed(&signed.octets)).await {
            Ok(Round::Complete) => {}
            Ok(Round::Closed) => return Err(self.no_answer("closed the connection")),
            Err(fault) => return Err(fault),
        }
        let Some(octets) = self.receive(&mut stream).await? else {
            return Err(self.no_answer("closed the connection without an answer"));
        };
        if answered_id(&octets) != Some(message.metadata.id) {
            return Err(self.no_answer("answered what was not asked"));
        }
        self.believe(&octets, message, &signed)
    }

    async fn connect(&self) -> Result<TcpStream, Fault> {
        let cannot = |why: String| Fault::NotSent(format!("cannot connect to {}: {why}", self.server));
        match timeout(self.timeout, TcpStream::connect(self.server)).await {
            Err(_) => Err(cannot(format!("no answer within {:?}", self.timeout))),
            Ok(Err(error)) => Err(cannot(error.to_string())),
            Ok(Ok(stream)) => {
                // A window is written whole: there is nothing to wait for.
                stream.set_nodelay(true).map_err(|error| cannot(error.to_string()))?;
                Ok(stream)
            }
        }
    }

    async fn write(&self, stream: &mut TcpStream, octets: &[u8]) -> Result<Round, Fault> {
        match timeout(self.timeout, stream.write_all(octets)).await {
            Err(_) => Err(self.silence()),
            Ok(Err(error)) if is_closed(error.kind()) => Ok(Round::Closed),
            Ok(Err(error)) => Err(self.no_answer(&format!("could not be written to: {error}"))),
            Ok(Ok(())) => Ok(Round::Complete),
        }
    }

    /// The next message; none where the server closed the connection.
    async fn receive(&self, stream: &mut TcpStream) -> Result<Option<Vec<u8>>, Fault> {
        let message = async {
            let length = stream.read_u16().await?;
            let mut octets = vec![0; usize::from(length)];
            stream.read_exact(&mut octets).await?;
            Ok(octets)
        };
        match timeout(self.timeout, message).await {
            Err(_) => Err(self.silence()),
            Ok(Ok(octets)) => Ok(Some(octets)),
            Ok(Err(error)) if is_closed(std::io::Error::kind(&error)) => Ok(None),
            Ok(Err(error)) => Err(self.no_answer(&format!("could not be read from: {error}"))),
        }
    }

    fn believe(&self, octets: &[u8], request: &Message, signed: &Signed) -> Result<Message, Fault> {
        let answer = tsig::believe(octets, &signed.mac, &self.key, now()).map_err(|fault| self.named(fault))?;
        // The signature covers the request's: what was asked needs no second look.
        let is_answer = answer.metadata.message_type == MessageType::Response
            && answer.metadata.op_code == request.metadata.op_code
            && !answer.metadata.truncation;
        if is_answer { Ok(answer) } else { Err(self.no_answer("answered with what is no answer")) }
    }

    fn silence(&self) -> Fault {
        self.no_answer(&format!("said nothing for {:?}", self.timeout))
    }

    fn no_answer(&self, what: &str) -> Fault {
        Fault::NoAnswer(format!("the server {} {what}", self.server))
    }

    /// The fault with the server's address in front.
    fn named(&self, fault: Fault) -> Fault {
        let server = self.server;
        match fault {
            Fault::NoAnswer(what) => self.no_answer(&what),
            Fault::KeyRefused(why) => Fault::KeyRefused(format!("at {server}: {why}")),
            Fault::SignatureRefused(why) => Fault::SignatureRefused(format!("at {server}: {why}")),
            Fault::TooLarge | Fault::NotSent(_) | Fault::Refused(_) => fault,
        }
    }
}

impl Session<'_> {
    /// Asks all of these, which change nothing, and gives their answers in their order; their ids are set here. An
    /// answer is signed, or is a refusal and holds nothing else.
    pub(super) async fn ask(&mut self, mut questions: Vec<Message>) -> Result<Vec<Message>, Fault> {
        let mut answers = Vec::with_capacity(questions.len());
        for window in questions.chunks_mut(WINDOW) {
            for (id, question) in (0..).zip(window.iter_mut()) {
                question.metadata.id = id;
            }
            answers.extend(self.ask_window(window).await?);
        }
        Ok(answers)
    }

    async fn ask_window(&mut self, questions: &[Message]) -> Result<Vec<Message>, Fault> {
        let mut answers: Vec<Option<Message>> = vec![None; questions.len()];
        loop {
            let open = answers.iter().filter(|answer| answer.is_none()).count();
            if open == 0 {
                return Ok(answers.into_iter().flatten().collect());
            }
            let (mut stream, fresh) = match self.stream.take() {
                Some(stream) => (stream, false),
                None => (self.transport.connect().await?, true),
            };
            match self.round(&mut stream, questions, &mut answers).await? {
                Round::Complete => self.stream = Some(stream),
                // A server may close whenever it likes (RFC 7766, section 6.2.4): what is still open is asked again,
                // as long as each new connection brings at least one answer.
                Round::Closed if fresh && answers.iter().filter(|answer| answer.is_none()).count() == open => {
                    return Err(self.transport.no_answer("closed the connection without an answer"));
                }
                Round::Closed => {}
            }
        }
    }

    /// Sends what has no answer yet, and reads until all have one.
    async fn round(
        &self,
        stream: &mut TcpStream,
        questions: &[Message],
        answers: &mut [Option<Message>],
    ) -> Result<Round, Fault> {
        let transport = self.transport;
        let mut sent: Vec<Option<Signed>> = Vec::with_capacity(questions.len());
        let mut octets = Vec::new();
        for (question, answer) in questions.iter().zip(&*answers) {
            let signed = match answer {
                Some(_) => None,
                None => Some(tsig::sign(question, &transport.key, now())?),
            };
            octets.extend(signed.iter().flat_map(|signed| framed(&signed.octets)));
            sent.push(signed);
        }
        if let Round::Closed = transport.write(stream, &octets).await? {
            return Ok(Round::Closed);
        }
        while answers.iter().any(Option::is_none) {
            let Some(octets) = transport.receive(stream).await? else { return Ok(Round::Closed) };
            // Answers come in whatever order (RFC 7766, section 6.2.1.1), each once.
            let index = answered_id(&octets).map(usize::from);
            let asked = index.and_then(|index| Some((index, sent.get_mut(index)?.take()?)));
            let Some((index, signed)) = asked else { return Err(transport.no_answer("answered what was not asked")) };
            let question = &questions[index];
            answers[index] = Some(match transport.believe(&octets, question, &signed) {
                // Of a zone that they do not hold, servers say so without a look at the key.
                Err(Fault::Refused(code)) => Message::error_msg(question.metadata.id, question.metadata.op_code, code),
                answer => answer?,
            });
        }
        Ok(Round::Complete)
    }
}

fn answered_id(octets: &[u8]) -> Option<u16> {
    octets.first_chunk().map(|id| u16::from_be_bytes(*id))
}

/// The message behind its length (RFC 1035, section 4.2.2). The codec writes no longer ones.
fn framed(octets: &[u8]) -> Vec<u8> {
    let length = u16::try_from(octets.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], octets].concat()
}

fn is_closed(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
    )
}

/// Seconds since 1970; a clock before that is the year 1970's beginning, and the server will say so.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
