//! The sockets to one server, and the life of one query.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rand::Rng as _;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::case::mix;
use super::socket::{Begun, Heard, IN_FLIGHT as ON_A_SOCKET, News, Sent, Socket};
use super::timer::RoundTrip;
use super::window::Window;
use crate::published::Reason;

/// Sockets to one server.
const SOCKETS: usize = 16;
/// Queries to one server at a time: one that answers in 20 ms takes 75,000 a second.
const IN_FLIGHT: usize = SOCKETS * ON_A_SOCKET;

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

/// What comes of a query that was begun.
pub(in crate::published::live) enum Outcome<'a> {
    /// Octets that repeat the question, or are no message; or why there are none.
    Told(Result<&'a [u8], Reason>),
    /// It takes longer, and somebody has to wait for it: with this.
    Later(Later),
}

/// A query that is on its way.
pub(in crate::published::live) type Later = BoxFuture<'static, Result<Vec<u8>, Reason>>;

/// A place among the queries in flight, given back when it is dropped.
struct Place(Arc<Pool>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.window.give_back();
    }
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
        self: &Arc<Self>,
        mut query: Vec<u8>,
        timeout: Duration,
    ) -> Result<Vec<u8>, Reason> {
        self.mix(&mut query);
        // Whoever waits for a server that keeps silent, while another may answer, waits in vain.
        let place = if let Some(place) = self.free_place() {
            place
        } else {
            tokio::select! {
                place = self.place() => place?,
                () = self.silence.notified() => return Err(Reason::Timeout),
            }
        };
        let at = Instant::now();
        let (mut to, answer) = oneshot::channel();
        let pending = loop {
            match self.on_a_socket(to, |socket, to| socket.expect(&mut query, to)) {
                Ok(pending) => break pending,
                Err((_, Some(_))) => return Err(Reason::Unreachable),
                // There is a place: room comes with one that is being given back.
                Err((given_back, None)) => to = given_back,
            }
            tokio::task::yield_now().await;
        };
        self.wait(place, Sent { pending, answer, query, times: 0 }, at, timeout).await
    }

    /// Begins with the same, and tells what comes of it.
    pub(in crate::published::live) fn begin(
        self: &Arc<Self>,
        mut query: Vec<u8>,
        timeout: Duration,
        tell: impl FnOnce(Outcome<'_>) + Send + 'static,
    ) {
        let later = move |pool: Arc<Self>, query| async move { pool.exchange(query, timeout).await }.boxed();
        let Some(place) = self.free_place() else { return tell(Outcome::Later(later(self.clone(), query))) };
        self.mix(&mut query);
        let at = Instant::now();
        let told: Box<dyn FnOnce(News<'_>) + Send> = Box::new(move |news| {
            let pool = place.0.clone();
            match news {
                News::Heard(heard) => {
                    let told = pool.heard(heard, Some(at));
                    // Whoever goes on may need it.
                    drop(place);
                    tell(Outcome::Told(told));
                }
                News::Late(sent) => {
                    tell(Outcome::Later(async move { pool.wait(place, sent, at, timeout).await }.boxed()));
                }
                News::NotSent(query) => {
                    drop(place);
                    tell(Outcome::Later(later(pool, query)));
                }
            }
        });
        let begun = Begun { tell: told, due: at + self.round_trip.patience() };
        if let Err((begun, _)) = self.on_a_socket(begun, |socket, begun| socket.begin(&mut query, begun)) {
            (begun.tell)(News::NotSent(query));
        }
    }

    fn mix(&self, query: &mut [u8]) {
        if !self.folds_case.load(Ordering::Relaxed) {
            mix(query);
        }
    }

    /// A place among the queries in flight, if there is one at once.
    fn free_place(self: &Arc<Self>) -> Option<Place> {
        self.window.free_place().then(|| Place(self.clone()))
    }

    /// Waits for one.
    async fn place(self: &Arc<Self>) -> Result<Place, Reason> {
        self.window.place().await.map_err(|_| Reason::Unreachable)?;
        Ok(Place(self.clone()))
    }

    /// Waits for the answer to a query that was noted at that time, and sends it again as long as none comes.
    async fn wait(&self, _place: Place, mut sent: Sent, at: Instant, timeout: Duration) -> Result<Vec<u8>, Reason> {
        let until = at + timeout;
        let mut wait = self.round_trip.patience();
        loop {
            if sent.times > 0 {
                self.window.lost(wait);
                wait *= 2;
            }
            sent.pending.send(&sent.query).await?;
            sent.times += 1;
            let next = until.min(Instant::now() + wait);
            match tokio::time::timeout_at(next, &mut sent.answer).await {
                // Only an answer to what was sent once tells how long the way is.
                Ok(Ok(heard)) => return self.heard(heard, (sent.times == 1).then_some(at)),
                Ok(Err(_)) => return Err(Reason::Unreachable),
                Err(_) if next == until => {
                    let is_silent = self.heard.load(Ordering::Relaxed) + millis(timeout) <= self.now();
                    if is_silent && self.standing == Standing::OneOfSeveral {
                        self.silence.notify_waiters();
                    }
                    return Err(Reason::Timeout);
                }
                Err(_) => {}
            }
        }
    }

    /// Takes note of what came of a query, which was sent at that time and no other.
    fn heard<M>(&self, heard: Heard<M>, at: Option<Instant>) -> Result<M, Reason> {
        match heard {
            Heard::Answer(message) => {
                self.heard.store(self.now(), Ordering::Relaxed);
                if let Some(at) = at {
                    self.round_trip.took(at.elapsed());
                    self.window.answered();
                }
                Ok(message)
            }
            Heard::OtherCase => {
                // The caller asks over TCP then, which nobody forges from afar.
                self.folds_case.store(true, Ordering::Relaxed);
                Err(Reason::Garbage)
            }
            Heard::Nobody => Err(Reason::Unreachable),
        }
    }

    /// Milliseconds since the first query.
    fn now(&self) -> u64 {
        millis(self.begun.elapsed())
    }

    /// Does it on one of the sockets, at random, or on the next that has room for it; or gives back what it is to be done with, and
    /// why a socket could not be opened.
    fn on_a_socket<W, T>(
        &self,
        mut with: W,
        mut done: impl FnMut(&Arc<Socket>, W) -> Result<T, W>,
    ) -> Result<T, (W, Option<io::Error>)> {
        let first = rand::rng().next_u32() as usize % SOCKETS;
        let mut unopened = None;
        for step in 0..SOCKETS {
            match self.at((first + step) % SOCKETS) {
                Ok(socket) => match done(&socket, with) {
                    Ok(done) => return Ok(done),
                    Err(given_back) => with = given_back,
                },
                Err(error) => unopened = Some(error),
            }
        }
        Err((with, unopened))
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
