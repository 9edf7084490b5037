//! Waits between steps: what one leads to has to be there for everybody before it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mailvouch_providers::dns::Name;
use tokio::time::{Instant, sleep};

use super::model::Wait;
use super::verify::{ServerView, View, verify, verify_there};
use super::{Step, ZoneEnd};

/// How long servers may take to serve what was written, where nothing else is said.
const PATIENCE: Duration = Duration::from_mins(10);
/// Between two rounds of questions.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Whom to tell that a zone came to its end: its end, how many did so far, and of how many.
pub type Ended = Arc<dyn Fn(&ZoneEnd, usize, usize) + Send + Sync>;

/// How long a provider may take to show what it took, where nothing else is said.
const READ_BACK: Duration = Duration::from_secs(20);

/// How an apply is watched over: whom to ask whether what was written is seen, for how long, and whom to tell.
#[derive(Clone)]
pub struct Watch {
    /// The authoritative servers of each domain. Where none is known, what the provider holds has to do.
    pub servers: BTreeMap<Name, Vec<SocketAddr>>,
    /// Domains that somebody else publishes, later: their servers are asked before a step that leads to others, and
    /// neither waited for nor asked at the end. There, what the provider holds says nothing of what is served.
    pub later: BTreeSet<Name>,
    /// How long one answer may take.
    pub timeout: Duration,
    /// How long the servers may take until they serve it.
    pub patience: Duration,
    /// How long a provider may take to show what it took.
    pub read_back: Duration,
    /// Whether what was written is taken back where a later change in the same zone fails.
    pub take_back: bool,
    /// Whom to tell what is waited for.
    pub tell: fn(&str),
    /// Whom to tell that a zone came to its end.
    pub ended: Ended,
}

impl Default for Watch {
    /// Asks nobody and tells nobody.
    fn default() -> Self {
        Self {
            servers: BTreeMap::new(),
            later: BTreeSet::new(),
            timeout: Duration::from_secs(5),
            patience: PATIENCE,
            read_back: READ_BACK,
            take_back: true,
            tell: |_| {},
            ended: Arc::new(|_, _, _| {}),
        }
    }
}

impl Watch {
    /// Returns once a step may be made; what servers serve where they do not come to serve all of it.
    pub(super) async fn until_seen(&self, step: &Step, wait: &Wait, plan: &[Step]) -> Result<(), Vec<ServerView>> {
        let names: Vec<String> = wait.names.iter().map(ToString::to_string).collect();
        let names = names.join(", ");
        let servers = self.servers.get(&step.domain).map_or(&[][..], Vec::as_slice);
        let is_later = self.later.contains(&step.domain);
        if is_later && servers.is_empty() {
            return Err(Vec::new());
        }
        let patience = if is_later { Duration::ZERO } else { self.patience };
        let (mut pause, until) = (PAUSE, Instant::now() + patience);
        loop {
            let seen = self.seen(wait, plan, servers).await;
            if seen.iter().all(|view| view.view == View::Current) {
                break;
            }
            if Instant::now() + pause > until {
                return Err(seen);
            }
            (self.tell)(&format!("{} waits: not every server serves {names} yet\n", step.owner));
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        if wait.seconds > 0 {
            (self.tell)(&format!(
                "{} waits {} s: so long may caches hold that {names} is not there\n",
                step.owner, wait.seconds
            ));
            sleep(Duration::from_secs(wait.seconds.into())).await;
        }
        Ok(())
    }

    /// Asks until all servers serve all steps, or the time is up; what they served at last.
    pub async fn until_served(&self, steps: &[Step], patience: Duration) -> Vec<ServerView> {
        let (mut pause, until) = (PAUSE, Instant::now() + patience);
        loop {
            let mut seen = Vec::new();
            for (domain, servers) in self.servers.iter().filter(|(domain, _)| !self.later.contains(domain)) {
                let of_domain: Vec<&Step> = steps.iter().filter(|step| step.domain == *domain).collect();
                seen.extend(verify(&of_domain, servers, self.timeout).await);
            }
            if seen.iter().all(|view| view.view == View::Current) || Instant::now() + pause > until {
                return seen;
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn seen(&self, wait: &Wait, plan: &[Step], servers: &[SocketAddr]) -> Vec<ServerView> {
        let written: Vec<&Step> = plan.iter().filter(|step| wait.names.contains(&step.owner)).collect();
        let is_written = |name: &&Name| written.iter().any(|step| step.owner == **name);
        let before: Vec<&Name> = wait.names.iter().filter(|name| !is_written(name)).collect();
        let mut seen = verify(&written, servers, self.timeout).await;
        seen.extend(verify_there(&before, servers, self.timeout).await);
        seen
    }
}
