//! One name server: a query over UDP, and over TCP where the datagram could not hold the answer.
//!
//! Every exchange has a deadline. A query over a socket of its own is sent once in here; one over the sockets that many share
//! is sent again while it is waited for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use hickory_resolver::net::NetError;
use hickory_resolver::net::tcp::TcpClientStream;
use hickory_resolver::net::udp::UdpClientStream;
use hickory_resolver::net::xfer::{DnsRequestSender, DnsStreamHandle, FirstAnswer};
use hickory_resolver::proto::op::{DnsRequest, DnsRequestOptions, DnsResponse, Message, Query, SerialMessage};
use hickory_resolver::proto::rr::RecordType;

use super::connected::Connected;
use super::pool::{Later, Outcome, Pool, Standing};
use super::read::{Answer, Fault, read};
use super::{LiveOptions, Recursion, Transport, plain, wire};
use crate::published::{Question, Reason, Via};

/// Largest datagram asked for: it passes without fragments everywhere (RFC 9715, section 3.2).
const PAYLOAD: u16 = 1232;

/// A server, and what was noticed about it.
pub(super) struct Upstream {
    server: SocketAddr,
    timeout: Duration,
    recursion: Recursion,
    network: Connected,
    /// The sockets that many queries share; none where each has one of its own.
    pool: Option<Arc<Pool>>,
    /// It answered only after the EDNS option was left out.
    without_edns: AtomicBool,
    /// When it last kept silent; zero if it has answered since.
    silent_since: AtomicU64,
}

/// How a query goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edns {
    With,
    Without,
}

impl Upstream {
    pub(super) fn new(server: SocketAddr, standing: Standing, options: &LiveOptions, network: Connected) -> Self {
        Self {
            server,
            timeout: options.timeout,
            recursion: options.recursion,
            network,
            pool: (options.transport == Transport::Pooled).then(|| Arc::new(Pool::new(server, standing))),
            without_edns: AtomicBool::new(false),
            silent_since: AtomicU64::new(0),
        }
    }

    /// Its address and port, for people.
    pub(super) fn address(&self) -> String {
        self.server.to_string()
    }

    /// When it last kept silent, on the clock of [`Self::keeps_silent`]; zero if it has answered since.
    pub(super) fn silent_since(&self) -> u64 {
        self.silent_since.load(Ordering::Relaxed)
    }

    /// Notes that it kept silent, or cannot be reached, at this moment of a clock that the caller keeps.
    pub(super) fn keeps_silent(&self, now: u64) {
        self.silent_since.store(now, Ordering::Relaxed);
    }

    /// Asks once; where a query was begun already, that is the first of it.
    pub(super) async fn ask(&self, question: &Question, begun: Option<Later>) -> Result<Answer, Reason> {
        let edns = if begun.is_none() { self.edns() } else { Edns::With };
        let mut told = self.exchange(question, edns, begun).await;
        if matches!(told, Err(Fault::NotUnderstood)) && edns == Edns::With {
            // RFC 6891, section 7: a server from before EDNS answers FORMERR.
            told = self.exchange(question, Edns::Without, None).await;
            if told.is_ok() {
                self.without_edns.store(true, Ordering::Relaxed);
            }
        }
        let told = told.map_err(|fault| match fault {
            Fault::Told(reason) => reason,
            Fault::Truncated => Reason::Truncated,
            Fault::Unreadable | Fault::NotUnderstood => Reason::Garbage,
        });
        if !matches!(told, Err(Reason::Timeout | Reason::Unreachable)) {
            self.is_heard();
        }
        told
    }

    fn edns(&self) -> Edns {
        if self.without_edns.load(Ordering::Relaxed) { Edns::Without } else { Edns::With }
    }

    fn is_heard(&self) {
        if self.silent_since() != 0 {
            self.silent_since.store(0, Ordering::Relaxed);
        }
    }

    /// Begins to ask over the sockets that many queries share, and tells what comes of it.
    pub(super) fn begin(&self, question: &Question, tell: impl FnOnce(Outcome<'_>) + Send + 'static) {
        if let Some(pool) = &self.pool {
            pool.begin(self.query(question, self.edns()), self.timeout, tell);
        }
    }

    /// What was heard of a query that was begun, if that is all there is to know.
    pub(super) fn told(&self, question: &Question, octets: &[u8]) -> Option<Answer> {
        let answer = self.read(question, octets).ok()?;
        self.is_heard();
        Some(answer)
    }

    async fn exchange(&self, question: &Question, edns: Edns, begun: Option<Later>) -> Result<Answer, Fault> {
        let told = match begun {
            Some(begun) => begun.await.map_err(unreadable).and_then(|octets| self.read(question, &octets)),
            None => self.udp(question, edns).await,
        };
        // A datagram that cannot be read may be one that was cut: TCP brings it whole, or the same garbage.
        let Err(Fault::Truncated | Fault::Unreadable) = told else { return told };
        // Put aside, here and below: what is seldom needed would make every query several times as large.
        let request = self.request(question, edns).ok_or(Reason::Garbage)?;
        match Box::pin(self.tcp(request)).await {
            Ok(response) => read(question, &response, self.recursion),
            Err(_) => told,
        }
    }

    fn read(&self, question: &Question, octets: &[u8]) -> Result<Answer, Fault> {
        if let Some(answer) = plain::read(question, octets) {
            return Ok(answer);
        }
        let message = Message::from_vec(octets).map_err(|_| Fault::Unreadable)?;
        read(question, &message, self.recursion)
    }

    fn query(&self, question: &Question, edns: Edns) -> Vec<u8> {
        wire::query(question, self.recursion == Recursion::Desired, (edns == Edns::With).then_some(PAYLOAD))
    }

    fn request(&self, question: &Question, edns: Edns) -> Option<DnsRequest> {
        let query = Query::query(wire::to_wire(&question.name)?, RecordType::from(question.rtype.0));
        let mut options = DnsRequestOptions::default();
        options.recursion_desired = self.recursion == Recursion::Desired;
        options.use_edns = edns == Edns::With;
        options.edns_payload_len = PAYLOAD;
        let mut request = DnsRequest::from_query(query, options);
        // RFC 4035, section 3.2.2.
        request.metadata.checking_disabled = question.via == Via::Unchecked;
        Some(request)
    }

    /// One datagram. Others' datagrams, other ids and other questions are passed over.
    async fn udp(&self, question: &Question, edns: Edns) -> Result<Answer, Fault> {
        let Some(pool) = &self.pool else {
            let request = self.request(question, edns).ok_or(Reason::Garbage)?;
            let response = Box::pin(self.own_udp(request)).await.map_err(unreadable)?;
            return read(question, &response, self.recursion);
        };
        let octets = pool.exchange(self.query(question, edns), self.timeout).await.map_err(unreadable)?;
        self.read(question, &octets)
    }

    /// The same from a socket of its own.
    async fn own_udp(&self, request: DnsRequest) -> Result<Message, Reason> {
        let mut stream = UdpClientStream::builder(self.server, self.network.clone())
            .with_timeout(Some(self.timeout))
            // The first transmission counts: it is not repeated while it is waited for.
            .with_max_retries(1)
            .build();
        let response = stream.send_message(request).first_answer().await.map_err(|error| reason(&error))?;
        Ok(response.into_message())
    }

    /// One query over a connection of its own.
    async fn tcp(&self, request: DnsRequest) -> Result<DnsResponse, Reason> {
        let octets = request.to_vec().map_err(|_| Reason::Garbage)?;
        let exchange = async {
            let (connecting, mut handle) =
                TcpClientStream::new(self.server, None, Some(self.timeout), self.network.clone());
            let mut stream = connecting.await?;
            handle.send(SerialMessage::new(octets, self.server))?;
            let closed = || NetError::from("closed before the answer");
            let (octets, _) = stream.next().await.ok_or_else(closed)??.into_parts();
            Ok::<_, NetError>(DnsResponse::from_buffer(octets)?)
        };
        let response = tokio::time::timeout(self.timeout, exchange).await.map_err(|_| Reason::Timeout)?;
        let response = response.map_err(|error| reason(&error))?;
        if response.id == request.id { Ok(response) } else { Err(Reason::Garbage) }
    }
}

/// What a failure to get an answer comes to: garbage is what nobody could read.
fn unreadable(reason: Reason) -> Fault {
    if reason == Reason::Garbage { Fault::Unreadable } else { reason.into() }
}

/// What a failure of the transport tells.
fn reason(error: &NetError) -> Reason {
    match error {
        NetError::Timeout => Reason::Timeout,
        NetError::Io(_) => Reason::Unreachable,
        _ => Reason::Garbage,
    }
}
