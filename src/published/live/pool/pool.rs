//! The sockets to one server, and the life of one query.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::Rng as _;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::Instant;

use super::case::mix;
use super::socket::{Heard, Socket};
use super::timer::RoundTrip;
use super::window::Window;
use crate::published::Reason;

/// Sockets to one server.
const SOCKETS: usize = 16;
/// Queries to one server at a time: one that answers in 20 ms takes 75,000 a second.
const IN_FLIGHT: usize = 1536;

/// A few sockets for all queries to one server.
pub(in crate::published::live) struct Pool {
    server: SocketAddr,
    sockets: [Mutex<Option<Arc<Socket>>>; SOCKETS],
    window: Window,
    round_trip: RoundTrip,
    /// It sent a question back in other letters than it came in.
    folds_case: AtomicBool,
    standing: Standing,
    begun: Instant,
    /// When it was last heard, in milliseconds since then.
    heard: AtomicU64,
    /// Told to those who wait for their turn once it keeps silent.
    silence: Notify,
}

/// Whether there is somebody else to ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::published::live) enum Standing {
    Alone,
    OneOfSeveral,
}

impl Pool {
    pub(in crate::published::live) fn new(server: SocketAddr, standing: Standing) -> Self {
        Self {
            server,
            sockets: [const { Mutex::new(None) }; SOCKETS],
            window: Window::new(IN_FLIGHT),
            round_trip: RoundTrip::default(),
            folds_case: AtomicBool::new(false),
            standing,
            begun: Instant::now(),
            heard: AtomicU64::new(0),
            silence: Notify::new(),
        }
    }

    /// Asks with this message, whose id does not count, and gives back what repeats its question. It is sent again, ever
    /// more seldom, until `timeout` is over: datagrams get lost.
    pub(in crate::published::live) async fn exchange(
        &self,
        mut query: Vec<u8>,
        timeout: Duration,
    ) -> Result<Vec<u8>, Reason> {
        let mixes = !self.folds_case.load(Ordering::Relaxed);
        if mixes {
            mix(&mut query);
        }
        // Whoever waits for a server that keeps silent, while another may answer, waits in vain.
        let _place = if let Some(place) = self.window.free_place() {
            place
        } else {
            tokio::select! {
                place = self.window.place() => place.map_err(|_| Reason::Unreachable)?,
                () = self.silence.notified() => return Err(Reason::Timeout),
            }
        };
        let (socket, _room) = self.socket().await.map_err(|_| Reason::Unreachable)?;
        let (pending, mut answer) = socket.expect(&mut query).ok_or(Reason::Garbage)?;
        let begun = Instant::now();
        let until = begun + timeout;
        let mut wait = self.round_trip.patience();
        let mut sent = 0;
        loop {
            pending.send(&query).await?;
            sent += 1;
            let next = until.min(Instant::now() + wait);
            match tokio::time::timeout_at(next, &mut answer).await {
                Ok(Ok(Heard::Answer(message))) => {
                    self.heard.store(self.now(), Ordering::Relaxed);
                    if sent == 1 {
                        self.round_trip.took(begun.elapsed());
                        self.window.answered();
                    }
                    return Ok(message);
                }
                Ok(Ok(Heard::OtherCase)) => {
                    // The caller asks over TCP then, which nobody forges from afar.
                    self.folds_case.fetch_or(mixes, Ordering::Relaxed);
                    return Err(Reason::Garbage);
                }
                Ok(Ok(Heard::Nobody) | Err(_)) => return Err(Reason::Unreachable),
                Err(_) if next == until => {
                    let is_silent = self.heard.load(Ordering::Relaxed) + millis(timeout) <= self.now();
                    if is_silent && self.standing == Standing::OneOfSeveral {
                        self.silence.notify_waiters();
                    }
                    return Err(Reason::Timeout);
                }
                Err(_) => {
                    self.window.lost(wait);
                    wait *= 2;
                }
            }
        }
    }

    /// Milliseconds since the first query.
    fn now(&self) -> u64 {
        millis(self.begun.elapsed())
    }

    /// One of the sockets, at random, or the next that has room for one more.
    async fn socket(&self) -> io::Result<(Arc<Socket>, OwnedSemaphorePermit)> {
        let first = rand::rng().next_u32() as usize % SOCKETS;
        for step in 0..SOCKETS {
            let socket = self.at((first + step) % SOCKETS)?;
            if let Some(room) = socket.room() {
                return Ok((socket, room));
            }
        }
        let socket = self.at(first)?;
        let room = socket.wait_for_room().await;
        Ok((socket, room.map_err(io::Error::other)?))
    }

    /// The socket at this place, which is opened if it has not been, or has served its time.
    fn at(&self, index: usize) -> io::Result<Arc<Socket>> {
        let mut place = self.sockets[index].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(socket) = place.as_ref().filter(|socket| !socket.is_old()) {
            return Ok(socket.clone());
        }
        let socket = Arc::new(Socket::connected(self.server)?);
        *place = Some(socket.clone());
        Ok(socket)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
