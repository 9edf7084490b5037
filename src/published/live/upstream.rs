//! One name server: a query over UDP, and over TCP where the datagram could not hold the answer.
//!
//! Every exchange has a deadline. A query over a socket of its own is sent once in here; one over the sockets that many share
//! is sent again while it is waited for.

use std::net::SocketAddr;
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
use super::pool::{Pool, Standing};
use super::read::{Answer, Fault, read};
use super::{LiveOptions, Recursion, Transport, wire};
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
    pool: Option<Pool>,
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
            pool: (options.transport == Transport::Pooled).then(|| Pool::new(server, standing)),
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

    /// Asks once.
    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, Reason> {
        let edns = if self.without_edns.load(Ordering::Relaxed) { Edns::Without } else { Edns::With };
        let mut told = self.exchange(question, edns).await;
        if matches!(told, Err(Fault::NotUnderstood)) && edns == Edns::With {
            // RFC 6891, section 7: a server from before EDNS answers FORMERR.
            told = self.exchange(question, Edns::Without).await;
            if told.is_ok() {
                self.without_edns.store(true, Ordering::Relaxed);
            }
        }
        let told = told.map_err(|fault| match fault {
            Fault::Told(reason) => reason,
            Fault::Truncated => Reason::Truncated,
            Fault::NotUnderstood => Reason::Garbage,
        });
        if !matches!(told, Err(Reason::Timeout | Reason::Unreachable)) {
            self.silent_since.store(0, Ordering::Relaxed);
        }
        told
    }

    async fn exchange(&self, question: &Question, edns: Edns) -> Result<Answer, Fault> {
        // A datagram that cannot be read may be one that was cut: TCP brings it whole, or the same garbage.
        let cut = match self.udp(question, edns).await {
            Ok(response) => match read(question, &response, self.recursion) {
                Err(Fault::Truncated) => Fault::Truncated,
                told => return told,
            },
            Err(Reason::Garbage) => Reason::Garbage.into(),
            Err(reason) => return Err(reason.into()),
        };
        // Put aside, here and below: what is seldom needed would make every query several times as large.
        let request = self.request(question, edns).ok_or(Reason::Garbage)?;
        let response = Box::pin(self.tcp(request)).await.map_err(|_| cut)?;
        read(question, &response, self.recursion)
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
    async fn udp(&self, question: &Question, edns: Edns) -> Result<Message, Reason> {
        let Some(pool) = &self.pool else {
            let request = self.request(question, edns).ok_or(Reason::Garbage)?;
            return Box::pin(self.own_udp(request)).await;
        };
        let payload = (edns == Edns::With).then_some(PAYLOAD);
        let query = wire::query(question, self.recursion == Recursion::Desired, payload);
        let answer = pool.exchange(query, self.timeout).await?;
        wire::answer(&answer).map_err(|_| Reason::Garbage)
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

/// What a failure of the transport tells.
fn reason(error: &NetError) -> Reason {
    match error {
        NetError::Timeout => Reason::Timeout,
        NetError::Io(_) => Reason::Unreachable,
        _ => Reason::Garbage,
    }
}
