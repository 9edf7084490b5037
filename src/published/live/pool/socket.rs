//! One socket: queries go out, and each answer is handed to whoever waits for it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hickory_resolver::proto::op::Message;
use rand::Rng as _;
use rustc_hash::FxBuildHasher;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::AbortHandle;

use super::case::{HEADER, question_end};
use crate::published::Reason;

/// Queries in flight on one socket: the buffer of a socket holds the answers to about so many. More are lost unseen.
const IN_FLIGHT: usize = 96;
/// Queries after which a socket makes way for one with another port.
const LIFE: u32 = 20_000;
/// Largest datagram there is.
const LARGEST: usize = 65_535;

/// What came of a query.
pub(super) enum Heard {
    /// A message that repeats the question as it was sent, or octets that are none.
    Answer(Vec<u8>),
    /// One that repeats it in other letters, upper for lower: this server does not keep them, or somebody guesses.
    OtherCase,
    /// The system says that nobody is there.
    Nobody,
}

/// A socket that is connected to one server. It is closed when the last of those who wait on it has gone.
pub(super) struct Socket {
    shared: Arc<Shared>,
    reader: AbortHandle,
    room: Arc<Semaphore>,
    sent: AtomicU32,
}

struct Shared {
    socket: UdpSocket,
    /// By id, which nobody but us chooses.
    waiting: Mutex<HashMap<u16, Waiting, FxBuildHasher>>,
    /// How many have waited so far: tells those apart who had the same id one after the other.
    count: AtomicU64,
}

/// Somebody who waits.
struct Waiting {
    number: u64,
    /// The question as it was sent.
    question: Box<[u8]>,
    to: oneshot::Sender<Heard>,
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
        Ok(Self { shared, reader, room: Arc::new(Semaphore::new(IN_FLIGHT)), sent: AtomicU32::new(0) })
    }

    /// Room for one more query, given back when it is dropped; none where it is full.
    pub(super) fn room(&self) -> Option<OwnedSemaphorePermit> {
        self.room.clone().try_acquire_owned().ok()
    }

    /// The same for whoever waits until there is.
    pub(super) async fn wait_for_room(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.room.clone().acquire_owned().await
    }

    /// Whether its port has been seen often enough.
    pub(super) fn is_old(&self) -> bool {
        self.sent.load(Ordering::Relaxed) >= LIFE || self.reader.is_finished()
    }

    /// Takes note of a query, and gives it an id that nobody else on this socket has.
    pub(super) fn expect(self: &Arc<Self>, query: &mut [u8]) -> Option<(Pending, oneshot::Receiver<Heard>)> {
        let question: Box<[u8]> = query.get(HEADER..question_end(query)?)?.into();
        let (to, answer) = oneshot::channel();
        let number = self.shared.count.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.shared.waiting();
        let mut random = rand::rng();
        let id = loop {
            // There are far fewer in flight than ids.
            let id = (random.next_u32() & 0xffff) as u16;
            if let Entry::Vacant(free) = waiting.entry(id) {
                free.insert(Waiting { number, question, to });
                break id;
            }
        };
        query[..2].copy_from_slice(&id.to_be_bytes());
        Some((Pending { socket: self.clone(), id, number }, answer))
    }
}

/// A place among those who wait, given back when it is dropped.
pub(super) struct Pending {
    socket: Arc<Socket>,
    id: u16,
    number: u64,
}

impl Drop for Pending {
    fn drop(&mut self) {
        let mut waiting = self.socket.shared.waiting();
        // Once it was answered, its id was free, and may be somebody else's by now.
        if waiting.get(&self.id).is_some_and(|waiting| waiting.number == self.number) {
            waiting.remove(&self.id);
        }
    }
}

impl Pending {
    /// Sends the query, which bears the id.
    pub(super) async fn send(&self, query: &[u8]) -> Result<(), Reason> {
        self.socket.sent.fetch_add(1, Ordering::Relaxed);
        match self.socket.shared.socket.send(query).await {
            Ok(_) => Ok(()),
            // A full buffer loses it, as the network would: it is sent again. All else is told where it is read.
            Err(error) if matches!(error.raw_os_error(), Some(ENOBUFS)) => Ok(()),
            Err(_) => Err(Reason::Unreachable),
        }
    }
}

/// "No buffer space available", on Linux.
const ENOBUFS: i32 = 105;

impl Shared {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<u16, Waiting, FxBuildHasher>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands out what comes, until nobody needs the socket any more.
    async fn read(self: Arc<Self>) {
        let mut buffer = vec![0; LARGEST];
        loop {
            // A closed port raises an error, and nothing that could be read.
            let Ok(ready) = self.socket.ready(Interest::READABLE | Interest::ERROR).await else { return };
            let raised =
                || self.socket.take_error()?.map_or_else(|| Err(io::ErrorKind::WouldBlock.into()), Err::<(), _>);
            if ready.is_error()
                && let Err(error) = self.socket.try_io(Interest::ERROR, raised)
                && error.kind() != io::ErrorKind::WouldBlock
            {
                self.nobody();
            }
            loop {
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
        let told = waiting.into_values().map(|waiting| waiting.to.send(Heard::Nobody).is_ok());
        // Whoever has gone away needs no answer.
        let _ = told.count();
    }

    /// A message goes to whoever asked its question; an answer to something else is passed over.
    fn hand_out(&self, message: &[u8]) {
        let Some(&id) = message.first_chunk() else { return };
        let mut waiting = self.waiting();
        let Entry::Occupied(entry) = waiting.entry(u16::from_be_bytes(id)) else { return };
        let asked = &entry.get().question;
        // One question, and no other beside it.
        let repeated =
            if message.get(4..6) == Some(&[0, 1]) { message.get(HEADER..HEADER + asked.len()) } else { None };
        let heard = match repeated {
            Some(repeated) if *repeated == **asked => Heard::Answer(message.to_vec()),
            Some(repeated) if repeated.eq_ignore_ascii_case(asked) => Heard::OtherCase,
            // What nobody can read may have been cut on its way: TCP tells.
            _ if Message::from_vec(message).is_err() => Heard::Answer(message.to_vec()),
            _ => return,
        };
        let waiting = entry.remove();
        drop(waiting.to.send(heard));
    }
}
