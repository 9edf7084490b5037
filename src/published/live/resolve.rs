//! Several servers as one source: which is asked, and who comes next when it does not tell.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt as _;
use hickory_resolver::config::{ProtocolConfig, ResolverConfig};
use hickory_resolver::system_conf::read_system_conf;
use mailvouch_providers::dns::Name;

use super::connected::Connected;
use super::pool::{Later, Outcome, Standing};
use super::read::{Answer, End};
use super::upstream::Upstream;
use crate::published::reply::MAX_CHAIN;
use crate::published::{Asking, Failure, Question, Reason, Reply, Source, State, Via};

/// How long a question waits that is asked again: a resolver has to keep a failure for at least a second (RFC 9520,
/// section 3.2), which is how long BIND does, and says the same until then.
const AGAIN_AFTER: Duration = Duration::from_millis(1100);
/// How often it is asked again before a failure is taken for what it says.
const AGAIN: usize = 3;

/// Whether the servers are to find answers, or to tell what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recursion {
    /// Resolvers: they find the answer (RD=1).
    Desired,
    /// Authoritative servers: they answer for their zones, and know nothing else (RD=0).
    No,
}

/// What a query over UDP goes out on. What comes of it is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// A socket of its own, from a port that was used for nothing else. Each question in flight takes one: whoever asks
    /// bounds how many there are.
    #[default]
    Own,
    /// A few sockets that all queries share: several times as many a second, for long lists.
    Pooled,
}

/// Whom to ask, and for how long.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// The servers, the preferred one first.
    pub upstreams: Vec<SocketAddr>,
    /// How long one query waits for its answer. With one server, silence is answered by one more query; with several,
    /// by a query to the next. An answer that needs TCP may take this long again.
    pub timeout: Duration,
    /// What kind of servers they are.
    pub recursion: Recursion,
    /// What queries go out on.
    pub transport: Transport,
}

/// Why there is nobody to ask.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// No server was given.
    #[error("no name server to ask")]
    NoUpstream,
    /// The system's resolvers cannot be told, or it lists none.
    #[error("cannot tell the system's resolvers: {0}")]
    System(String),
}

/// Asks name servers. One query for a question, at one server at a time; the next server is asked when one fails.
pub struct Live {
    upstreams: Vec<Upstream>,
    recursion: Recursion,
    /// Counts silences, so that the server that failed last comes last.
    clock: AtomicU64,
    /// Servers that are asked by name, each for what it holds itself.
    servers: Mutex<HashMap<SocketAddr, Arc<Self>>>,
    timeout: Duration,
    transport: Transport,
}

/// What one of several servers said.
struct Told {
    answer: Answer,
    by: usize,
}

impl Live {
    /// Asks these servers.
    pub fn new(mut options: LiveOptions) -> Result<Self, LiveError> {
        // The same server twice would be waited for twice.
        let mut seen = Vec::new();
        options.upstreams.retain(|server| {
            let new = !seen.contains(server);
            seen.push(*server);
            new
        });
        if options.upstreams.is_empty() {
            return Err(LiveError::NoUpstream);
        }
        Ok(Self {
            upstreams: upstreams(&options),
            recursion: options.recursion,
            clock: AtomicU64::new(0),
            servers: Mutex::default(),
            timeout: options.timeout,
            transport: options.transport,
        })
    }

    /// Asks one server for what it holds itself.
    pub fn server(server: SocketAddr, timeout: Duration) -> Result<Self, LiveError> {
        Self::one(server, timeout, Transport::Own)
    }

    fn one(server: SocketAddr, timeout: Duration, transport: Transport) -> Result<Self, LiveError> {
        Self::new(LiveOptions { upstreams: vec![server], timeout, recursion: Recursion::No, transport })
    }

    /// The server that a question names, with what was noticed about it.
    fn named(&self, server: SocketAddr) -> Result<Arc<Self>, LiveError> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = servers.get(&server) {
            return Ok(known.clone());
        }
        let new = Arc::new(Self::one(server, self.timeout, self.transport)?);
        servers.insert(server, new.clone());
        Ok(new)
    }

    /// Asks the system's resolvers (`/etc/resolv.conf`, or what the platform has instead).
    pub fn system(timeout: Duration, transport: Transport) -> Result<Self, LiveError> {
        let (config, _) = read_system_conf().map_err(|error| LiveError::System(error.to_string()))?;
        let upstreams = servers(&config);
        if upstreams.is_empty() {
            return Err(LiveError::System("none is listed".to_owned()));
        }
        Self::new(LiveOptions { upstreams, timeout, recursion: Recursion::Desired, transport })
    }

    /// The servers, those that kept silent behind the others, the latest silence last.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.upstreams.len()).collect();
        if order.len() > 1 {
            order.sort_by_key(|&index| self.upstreams[index].silent_since());
        }
        order
    }

    /// Asks these servers in turn until one tells. With the first, a query may have been begun.
    async fn ask_in_turn(
        &self,
        servers: &[usize],
        question: &Question,
        mut begun: Option<Later>,
    ) -> Result<Told, Failure> {
        let mut worst: Option<(Reason, usize)> = None;
        for &by in servers {
            let was_heard = self.upstreams[by].silent_since() == 0;
            let mut told = self.ask_one(by, question, begun.take()).await;
            // A datagram may be lost. The next server makes up for it; where there is none, the same one does, unless
            // it was silent before: then it is taken to be down.
            if servers.len() == 1 && was_heard && told == Err(Reason::Timeout) {
                told = self.ask_one(by, question, None).await;
            }
            match told {
                Ok(answer) => return Ok(Told { answer, by }),
                Err(reason) => worst = Some(more_telling(worst, (reason, by))),
            }
        }
        let (reason, by) = worst.unwrap_or((Reason::Unreachable, 0));
        Err(Failure { reason, server: self.upstreams.get(by).map(Upstream::address) })
    }

    async fn ask_one(&self, by: usize, question: &Question, begun: Option<Later>) -> Result<Answer, Reason> {
        let told = self.upstreams[by].ask(question, begun).await;
        if matches!(told, Err(Reason::Timeout | Reason::Unreachable)) {
            self.upstreams[by].keeps_silent(self.clock.fetch_add(1, Ordering::Relaxed) + 1);
        }
        told
    }
}

#[async_trait]
impl Source for Live {
    async fn ask(&self, question: &Question) -> Reply {
        if let Via::Server(server) = question.via {
            return match self.named(server) {
                Ok(named) => named.look_up(question, None).await,
                Err(_) => Reply::unknown(Reason::Unreachable),
            };
        }
        if question.via == Via::Again {
            return self.look_up_again(question).await;
        }
        self.look_up(question, None).await
    }

    fn begin(self: Arc<Self>, asking: Asking) -> Option<Asking> {
        if self.transport == Transport::Own || !matches!(asking.question().via, Via::Resolver | Via::Unchecked) {
            return Some(asking);
        }
        let preferred = self.upstreams.iter().enumerate().min_by_key(|(_, upstream)| upstream.silent_since());
        let Some((by, upstream)) = preferred else { return Some(asking) };
        let question = asking.question().clone();
        let live = self.clone();
        upstream.begin(&question, move |outcome| live.heard(by, asking, outcome));
        None
    }
}

impl Live {
    /// As often as a failure may be bad luck: a busy resolver fails now and then, one that checks signatures every time.
    async fn look_up_again(&self, question: &Question) -> Reply {
        let mut tries = 0;
        loop {
            tokio::time::sleep(AGAIN_AFTER).await;
            let reply = self.look_up(question, None).await;
            tries += 1;
            if tries == AGAIN || reply.failure().is_none_or(|failure| failure.reason != Reason::ServFail) {
                return reply;
            }
        }
    }

    /// What came of a query to one of the servers that was begun. Nearly always it tells all; else somebody has to wait for more.
    fn heard(self: Arc<Self>, by: usize, asking: Asking, outcome: Outcome<'_>) {
        let begun = match outcome {
            Outcome::Told(told) => {
                let answer = told.ok().and_then(|octets| self.upstreams[by].told(asking.question(), octets));
                if let Some(reply) = answer.and_then(Answer::into_reply) {
                    return asking.tell(reply);
                }
                std::future::ready(told.map(<[u8]>::to_vec)).boxed()
            }
            Outcome::Later(later) => later,
        };
        tokio::spawn(async move {
            let reply = self.look_up(asking.question(), Some((by, begun))).await;
            asking.tell(reply);
        });
    }

    /// Looks a question up; a query to one of the servers may have been begun with.
    async fn look_up(&self, question: &Question, mut begun: Option<(usize, Later)>) -> Reply {
        let mut chain: Vec<Name> = Vec::new();
        // What can be kept at all, can be kept so long as its shortest link.
        let mut lifetime = Some(u32::MAX);
        let mut at = question.clone();
        let mut servers = self.order();
        if let Some((by, _)) = &begun {
            servers.sort_by_key(|server| server != by);
        }
        let state = loop {
            let first = begun.take().map(|(_, query)| query);
            let Told { answer, by } = match self.ask_in_turn(&servers, &at, first).await {
                Ok(told) => told,
                Err(failure) => break State::Unknown(failure),
            };
            let again = answer.chain.iter().any(|name| *name == question.name || chain.contains(name));
            chain.extend(answer.chain);
            lifetime = lifetime.zip(answer.lifetime).map(|(all, one)| all.min(one));
            match answer.end {
                End::Found(set) => break State::Found(set),
                End::Absent(absence) => break State::Absent(absence),
                End::Alias if !again && chain.len() < MAX_CHAIN => {}
                // Resolvers answer a loop of aliases with a failure, or not at all.
                End::Alias | End::Loop => {
                    let server = Some(self.upstreams[by].address());
                    break State::Unknown(Failure { reason: Reason::ServFail, server });
                }
            }
            // The server stopped at the alias: it is asked for the target, so that "not my zone" is not taken for
            // "not there". The servers beside an authoritative one hold the same zones.
            if self.recursion == Recursion::No {
                servers = vec![by];
            }
            if let Some(target) = chain.last() {
                at = Question { name: target.clone(), ..at };
            }
        };
        let lifetime = lifetime.filter(|_| !matches!(state, State::Unknown(_)));
        Reply { chain: chain.into(), lifetime, ..Reply::from(state) }
    }
}

/// The servers, each with its sockets.
fn upstreams(options: &LiveOptions) -> Vec<Upstream> {
    let network = Connected::default();
    let standing = if options.upstreams.len() > 1 { Standing::OneOfSeveral } else { Standing::Alone };
    options.upstreams.iter().map(|server| Upstream::new(*server, standing, options, network.clone())).collect()
}

/// Of two failures the one that says more about the name than about the network; the first where both say as much.
fn more_telling(before: Option<(Reason, usize)>, now: (Reason, usize)) -> (Reason, usize) {
    let rank = |reason| match reason {
        Reason::Truncated => 0,
        Reason::ServFail => 1,
        Reason::Refused => 2,
        Reason::Garbage => 3,
        Reason::Timeout => 4,
        _ => 5,
    };
    before.filter(|before| rank(before.0) <= rank(now.0)).unwrap_or(now)
}

/// The addresses that a configuration of hickory's lists for plain DNS.
fn servers(config: &ResolverConfig) -> Vec<SocketAddr> {
    let plain = |protocol: &ProtocolConfig| matches!(protocol, ProtocolConfig::Udp);
    let of_one = config.name_servers().iter().flat_map(|server| {
        let connections = server.connections.iter().filter(|connection| plain(&connection.protocol));
        connections.map(|connection| SocketAddr::new(server.ip, connection.port))
    });
    of_one.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authorities(servers: &[SocketAddr]) -> LiveOptions {
        LiveOptions {
            upstreams: servers.to_vec(),
            timeout: Duration::from_secs(1),
            recursion: Recursion::No,
            transport: Transport::Own,
        }
    }

    #[test]
    fn somebody_has_to_be_asked() {
        assert!(matches!(Live::new(authorities(&[])), Err(LiveError::NoUpstream)));
    }

    #[test]
    fn a_server_that_is_listed_twice_is_asked_once() {
        let server: SocketAddr = "192.0.2.53:53".parse().expect("an address");
        let other: SocketAddr = "192.0.2.54:53".parse().expect("an address");
        let live = Live::new(authorities(&[server, other, server]));
        assert_eq!(live.expect("two servers").order(), [0, 1]);
    }

    #[test]
    fn the_failure_that_tells_most_is_reported() {
        let worst = |reasons: &[Reason]| {
            let numbered = reasons.iter().copied().zip(0..);
            numbered.fold(None, |worst, now| Some(more_telling(worst, now))).map(|(_, index)| index)
        };
        assert_eq!(worst(&[Reason::Timeout, Reason::ServFail, Reason::Refused]), Some(1));
        assert_eq!(worst(&[Reason::Unreachable, Reason::Timeout]), Some(1));
        assert_eq!(worst(&[Reason::Timeout, Reason::Timeout]), Some(0));
    }

    #[cfg(all(unix, not(any(target_os = "android", target_vendor = "apple"))))]
    #[test]
    fn resolv_conf_names_the_servers_and_nothing_else() {
        let text = "search corp.example\nnameserver 192.0.2.53\nnameserver 2001:db8::53\noptions ndots:5\n";
        let (config, _) = hickory_resolver::system_conf::parse_resolv_conf(text).expect("a configuration");
        let expected = ["192.0.2.53:53", "[2001:db8::53]:53"].map(|text| text.parse().expect("an address"));
        assert_eq!(servers(&config), expected);
    }
}
