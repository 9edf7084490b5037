//! A query that nobody waits for: somebody is told when its answer comes.
//!
//! A long list asks by the million. A future for each of them, with a timer and a channel of its own, costs several times what it takes
//! to send a datagram and read another.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::pool::Place;
use super::socket::{Heard, Pending};
use crate::published::Reason;

/// What comes of it.
pub(in crate::published::live) enum Outcome<'a> {
    /// Octets that repeat the question, or are no message; or why there are none.
    Told(Result<&'a [u8], Reason>),
    /// It takes longer, and somebody has to wait for it: with this.
    Later(Later),
}

/// A query that is on its way.
pub(in crate::published::live) type Later = BoxFuture<'static, Result<Vec<u8>, Reason>>;

/// Whoever is told.
pub(in crate::published::live) type Tell = Box<dyn FnOnce(Outcome<'_>) + Send>;

/// A query that was begun.
pub(super) struct Begun {
    pub(super) place: Place,
    pub(super) tell: Tell,
    /// When it was sent.
    pub(super) at: Instant,
    /// When it is to be sent again.
    pub(super) due: Instant,
    pub(super) timeout: Duration,
}

/// A query that a future waits for.
pub(super) struct Sent {
    pub(super) pending: Pending,
    pub(super) answer: oneshot::Receiver<Heard<Vec<u8>>>,
    pub(super) query: Vec<u8>,
    /// How often it was sent so far.
    pub(super) times: u32,
}

impl Begun {
    pub(super) fn tell(self, heard: Heard<&[u8]>) {
        let Self { place, tell, at, .. } = self;
        let told = place.pool().heard(heard, Some(at));
        // Whoever goes on may need it.
        drop(place);
        tell(Outcome::Told(told));
    }

    /// A future waits for it from now on.
    pub(super) fn go_on(self, sent: Sent) {
        let Self { place, tell, at, timeout, .. } = self;
        tell(Outcome::Later(async move { Arc::clone(place.pool()).wait(place, sent, at, timeout).await }.boxed()));
    }
}
