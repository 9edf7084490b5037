//! One socket: queries go out, and each answer is handed to whoever waits for it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::proto::op::Message;
use rand::Rng as _;
use rustc_hash::FxBuildHasher;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior};

use super::super::wire::HEADER;
use super::case::question_end;
use crate::published::Reason;

/// Queries in flight on one socket: the buffer of a socket holds the answers to about so many. More are lost unseen.
pub(super) const IN_FLIGHT: usize = 96;
/// Queries after which a socket makes way for one with another port.
const LIFE: u32 = 20_000;
/// Largest datagram there is.
const LARGEST: usize = 65_535;
/// Answers that are handed out in a row: then others have their turn.
const IN_A_ROW: usize = 32;
/// How often it is seen to that what was begun is sent again in time.
const SWEEP: Duration = Duration::from_millis(50);

/// What came of a query.
pub(super) enum Heard<M> {
    /// A message that repeats the question as it was sent, or octets that are none.
    Answer(M),
    /// One that repeats it in other letters, upper for lower: this server does not keep them, or somebody guesses.
    OtherCase,
    /// The system says that nobody is there.
    Nobody,
}

/// A socket that is connected to one server. It is closed when the last of those who wait on it has gone.
pub(super) struct Socket {
    shared: Arc<Shared>,
    reader: AbortHandle,
    sent: AtomicU32,
}

struct Shared {
    socket: UdpSocket,
    /// By id, which nobody but us chooses.
    waiting: Mutex<HashMap<u16, Waiting, FxBuildHasher>>,
    /// How many have waited so far.
    count: AtomicU64,
}

/// Somebody who waits.
struct Waiting {
    number: u64,
    /// What was sent, and where its question ends.
    query: Box<[u8]>,
    end: usize,
    to: To,
}

/// A query that was begun: nobody waits for it, and somebody is told when there are news of it.
///
/// A long list asks by the million. A future for each query, with a timer and a channel of its own, costs several times what it takes
/// to send a datagram and read another.
pub(super) struct Begun {
    pub(super) tell: Box<dyn FnOnce(News<'_>) + Send>,
    /// When it is to be sent again.
    pub(super) due: Instant,
}

/// What there is to be said of it.
pub(super) enum News<'a> {
    Heard(Heard<&'a [u8]>),
    /// Nothing has been heard in time, or it could not be sent at once: a future has to wait for it.
    Late(Sent),
    /// It was not sent at all: no socket has room for it.
    NotSent(Vec<u8>),
}

/// A query that a future waits for.
pub(super) struct Sent {
    pub(super) pending: Pending,
    pub(super) answer: oneshot::Receiver<Heard<Vec<u8>>>,
    pub(super) query: Vec<u8>,
    /// How often it was sent so far.
    pub(super) times: u32,
}

/// The way to a future.
type ToFuture = oneshot::Sender<Heard<Vec<u8>>>;

/// Whom the answer is for.
enum To {
    /// A future.
    Future(ToFuture),
    /// Whoever is told when it comes; with the socket, which has to stay as long.
    Begun(Begun, Arc<Socket>),
}

/// Which query it is.
#[derive(Clone, Copy)]
struct Ticket {
    id: u16,
    /// Tells those apart who had the same id one after the other: once a query was answered, its id was free.
    number: u64,
}

impl Waiting {
    fn question(&self) -> &[u8] {
        &self.query[HEADER..self.end]
    }
}

impl To {
    fn tell(self, heard: Heard<&[u8]>) {
        match self {
            Self::Begun(begun, _) => (begun.tell)(News::Heard(heard)),
            Self::Future(to) => {
                let heard = match heard {
                    Heard::Answer(message) => Heard::Answer(message.to_vec()),
                    Heard::OtherCase => Heard::OtherCase,
                    Heard::Nobody => Heard::Nobody,
                };
                // Whoever has gone away needs no answer.
                let _ = to.send(heard);
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Socket {
    /// Opens one from a port that the system chooses.
    pub(super) fn connected(server: SocketAddr) -> io::Result<Self> {
        let local: SocketAddr = match server {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = std::net::UdpSocket::bind(local)?;
        socket.connect(server)?;
        socket.set_nonblocking(true)?;
        let shared = Arc::new(Shared {
            socket: UdpSocket::from_std(socket)?,
            waiting: Mutex::default(),
            count: AtomicU64::new(0),
        });
        let reader = tokio::spawn(shared.clone().read()).abort_handle();
        Ok(Self { shared, reader, sent: AtomicU32::new(0) })
    }

    /// Whether its port has been seen often enough.
    pub(super) fn is_old(&self) -> bool {
        self.sent.load(Ordering::Relaxed) >= LIFE || self.reader.is_finished()
    }

    /// Takes note of a query that a future waits for, and gives it an id that nobody else on this socket has. The way to the
    /// future is given back where there is no room.
    pub(super) fn expect(self: &Arc<Self>, query: &mut [u8], to: ToFuture) -> Result<Pending, ToFuture> {
        let ticket = self.note(query, to, To::Future)?;
        Ok(Pending { socket: self.clone(), ticket })
    }

    /// Takes note of a query that nobody waits for, and sends it, if that can be done at once. Given back where there is no room.
    pub(super) fn begin(self: &Arc<Self>, query: &mut [u8], begun: Begun) -> Result<(), Begun> {
        let ticket = self.note(query, begun, |begun| To::Begun(begun, self.clone()))?;
        self.sent.fetch_add(1, Ordering::Relaxed);
        match self.shared.socket.try_send(query) {
            // Whoever can wait sends it.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.shared.go_on(ticket, 0),
            told if sent(&told).is_err() => {
                if let Some(waiting) = self.shared.take(ticket) {
                    waiting.to.tell(Heard::Nobody);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note<W>(&self, query: &mut [u8], who: W, to: impl FnOnce(W) -> To) -> Result<Ticket, W> {
        let end = question_end(query).unwrap_or(query.len());
        let number = self.shared.count.fetch_add(1, Ordering::Relaxed);
        let mut random = rand::rng();
        let mut waiting = self.shared.waiting();
        if waiting.len() >= IN_FLIGHT {
            return Err(who);
        }
        loop {
            // There are far fewer in flight than ids.
            let id = (random.next_u32() & 0xffff) as u16;
            if let Entry::Vacant(free) = waiting.entry(id) {
                query[..2].copy_from_slice(&id.to_be_bytes());
                free.insert(Waiting { number, query: (&*query).into(), end, to: to(who) });
                return Ok(Ticket { id, number });
            }
        }
    }
}

/// A place among those who wait, given back when it is dropped.
pub(super) struct Pending {
    socket: Arc<Socket>,
    ticket: Ticket,
}

impl Drop for Pending {
    fn drop(&mut self) {
        drop(self.socket.shared.take(self.ticket));
    }
}

impl Pending {
    /// Sends the query, which bears the id.
    pub(super) async fn send(&self, query: &[u8]) -> Result<(), Reason> {
        self.socket.sent.fetch_add(1, Ordering::Relaxed);
        sent(&self.socket.shared.socket.send(query).await)
    }
}

/// What sending came to. A full buffer loses it, as the network would: it is sent again. All else is told where it is read.
fn sent(told: &io::Result<usize>) -> Result<(), Reason> {
    match told {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.raw_os_error(), Some(ENOBUFS)) => Ok(()),
        Err(_) => Err(Reason::Unreachable),
    }
}

/// "No buffer space available", on Linux.
const ENOBUFS: i32 = 105;

impl Shared {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<u16, Waiting, FxBuildHasher>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever waits for this query waits no more.
    fn take(&self, ticket: Ticket) -> Option<Waiting> {
        match self.waiting().entry(ticket.id) {
            Entry::Occupied(entry) if entry.get().number == ticket.number => Some(entry.remove()),
            _ => None,
        }
    }

    /// Hands out what comes, until nobody needs the socket any more.
    async fn read(self: Arc<Self>) {
        let mut buffer = vec![0; LARGEST];
        let mut sweeps = tokio::time::interval(SWEEP);
        sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // A closed port raises an error, and nothing that could be read.
            let ready = tokio::select! {
                ready = self.socket.ready(Interest::READABLE | Interest::ERROR) => ready,
                _ = sweeps.tick() => {
                    self.sweep();
                    continue;
                }
            };
            let Ok(ready) = ready else { return };
            let raised =
                || self.socket.take_error()?.map_or_else(|| Err(io::ErrorKind::WouldBlock.into()), Err::<(), _>);
            if ready.is_error()
                && let Err(error) = self.socket.try_io(Interest::ERROR, raised)
                && error.kind() != io::ErrorKind::WouldBlock
            {
                self.nobody();
            }
            for _ in 0..IN_A_ROW {
                match self.socket.try_recv(&mut buffer) {
                    Ok(length) => self.hand_out(&buffer[..length]),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(_) => self.nobody(),
                }
            }
        }
    }

    /// Nobody listens there: all who wait know it at once.
    fn nobody(&self) {
        let waiting = std::mem::take(&mut *self.waiting());
        for waiting in waiting.into_values() {
            waiting.to.tell(Heard::Nobody);
        }
    }

    /// A message goes to whoever asked its question; an answer to something else is passed over.
    fn hand_out(&self, message: &[u8]) {
        let Some(&id) = message.first_chunk() else { return };
        let mut waiting = self.waiting();
        let Entry::Occupied(entry) = waiting.entry(u16::from_be_bytes(id)) else { return };
        let asked = entry.get().question();
        // One question, and no other beside it.
        let repeated =
            if message.get(4..6) == Some(&[0, 1]) { message.get(HEADER..HEADER + asked.len()) } else { None };
        let heard = match repeated {
            Some(repeated) if *repeated == *asked => Heard::Answer(message),
            Some(repeated) if repeated.eq_ignore_ascii_case(asked) => Heard::OtherCase,
            // What nobody can read may have been cut on its way: TCP tells.
            _ if Message::from_vec(message).is_err() => Heard::Answer(message),
            _ => return,
        };
        let answered = entry.remove();
        drop(waiting);
        answered.to.tell(heard);
    }

    /// What was begun and has not been answered in time is for a future to wait for, which sends it again.
    fn sweep(&self) {
        let now = Instant::now();
        let late = |(id, waiting): (&u16, &Waiting)| match &waiting.to {
            To::Begun(begun, _) if begun.due <= now => Some(Ticket { id: *id, number: waiting.number }),
            _ => None,
        };
        let late: Vec<Ticket> = self.waiting().iter().filter_map(late).collect();
        for ticket in late {
            self.go_on(ticket, 1);
        }
    }

    /// A query that was begun, and sent so many times, is waited for by a future from now on. Its id stays its own: an answer to what
    /// was sent already counts.
    fn go_on(&self, ticket: Ticket, times: u32) {
        let mut all = self.waiting();
        let Some(waiting) = all.get_mut(&ticket.id).filter(|waiting| waiting.number == ticket.number) else { return };
        let (to, answer) = oneshot::channel();
        match std::mem::replace(&mut waiting.to, To::Future(to)) {
            To::Begun(begun, socket) => {
                let (query, pending) = (waiting.query.to_vec(), Pending { socket, ticket });
                drop(all);
                (begun.tell)(News::Late(Sent { pending, answer, query, times }));
            }
            waits_already @ To::Future(_) => waiting.to = waits_already,
        }
    }
}
