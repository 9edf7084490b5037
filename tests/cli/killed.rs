//! The program itself is killed (SIGKILL) at seeded requests to a real BIND and a real PowerDNS; then it goes on, or takes
//! back. Some of the requests never arrive, some arrive when it is gone, and some were answered.
//!
//! `MAILVOUCH_CHAOS` and `MAILVOUCH_CHAOS_SEED` work as in `tests/chaos`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use super::Folder;
use super::scene::{DECLARED, DMARC_WEAK, OFFICE_FAILS, zone};
use crate::chaos::{Seeded, Seeds};
use crate::servers::{Record, Server, Setup, bind, powerdns};
use crate::support::proxy::{Fate, Proxy, Speech, changes_something};

const APPLY: &str = "apply --journal journal --allow tightens-dmarc";
const RESUME: &str = "apply --resume journal --allow tightens-dmarc";
const ROLLBACK: &str = "rollback journal";

/// A server, and how the program reaches it.
struct Place {
    server: Server,
    address: SocketAddr,
    speech: Speech,
    /// Lines of the declaration; `ADDRESS` stands for the proxy.
    provider: String,
    secret: String,
}

/// One zone there, and the program's folder.
struct Scene {
    apex: String,
    folder: Folder,
    proxy: Proxy,
    /// The process that is to be killed, 0 for none yet.
    victim: Arc<AtomicU32>,
    healed: Arc<AtomicBool>,
    /// Requests so far: all, and those that change something.
    asked: Arc<(AtomicUsize, AtomicUsize)>,
}

fn zone_named(apex: &str) -> String {
    zone(&[OFFICE_FAILS, DMARC_WEAK]).replace("example.com", apex)
}

fn apexes(seeds: &Seeds) -> Vec<String> {
    std::iter::once("quiet.example".to_owned()).chain(seeds.all().map(|seed| format!("k{seed}.example"))).collect()
}

fn at_bind(seeds: &Seeds) -> Place {
    let mut setup = Setup::new("unused.example", "");
    setup.zones = apexes(seeds).iter().map(|apex| (apex.clone(), zone_named(apex))).collect();
    let server = bind::start_with(&setup);
    let provider =
        format!("kind = \"rfc2136\"\nserver = \"ADDRESS\"\nkey-name = \"{}\"\nkey-env = \"SECRET\"", setup.key.name);
    Place { address: server.address(), speech: Speech::Dns, provider, secret: setup.key.secret, server }
}

fn at_powerdns(seeds: &Seeds) -> Place {
    let server = powerdns::start("template.example", &zone_named("template.example"));
    for apex in apexes(seeds) {
        powerdns::copy_zone(&server, "template.example", &apex);
    }
    let provider = "kind = \"powerdns\"\nurl = \"http://ADDRESS\"\napi-key-env = \"SECRET\"".to_owned();
    let address = powerdns::api(&server).trim_start_matches("http://").parse().expect("an address");
    Place { address, speech: Speech::Http, provider, secret: powerdns::API_KEY.to_owned(), server }
}

impl Place {
    /// A scene in which `decide` has a say for each request: its number among all, and among those that write.
    fn scene(&self, apex: &str, at: Option<(Kill, bool, usize)>) -> Scene {
        while !self.server.serves(apex) {
            sleep(Duration::from_millis(10));
        }
        let victim = Arc::new(AtomicU32::new(0));
        let healed = Arc::new(AtomicBool::new(at.is_none()));
        let asked: Arc<(AtomicUsize, AtomicUsize)> = Arc::default();
        let (pid, over, count, speech) = (victim.clone(), healed.clone(), asked.clone(), self.speech);
        let proxy = Proxy::between(speech, self.address, move |message| {
            let is_write = match speech {
                Speech::Dns => changes_something(message),
                Speech::Http => !message.starts_with(b"GET "),
            };
            let number = count.0.fetch_add(1, Ordering::SeqCst);
            let write = count.1.fetch_add(usize::from(is_write), Ordering::SeqCst);
            match at {
                Some((kill, of_writes, at)) if !over.load(Ordering::SeqCst) => {
                    let falls = if of_writes { is_write && write == at } else { number == at };
                    if falls { kill.strike(&pid) } else { Fate::Pass }
                }
                _ => Fate::Pass,
            }
        });
        let provider = self.provider.replace("ADDRESS", &proxy.address().to_string());
        let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
        let declared = declared.replace("example.com", apex);
        let folder = Folder::with(&[("mailvouch.toml", &declared), ("published", &zone_named(apex))]);
        Scene { apex: apex.to_owned(), folder, proxy, victim, healed, asked }
    }

    fn records(&self, scene: &Scene) -> BTreeSet<Record> {
        self.server.records(&scene.apex)
    }

    fn command(&self, scene: &Scene, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailvouch"));
        command.args(arguments.split(' ')).args(["--zone-file", "published", "--yes", "--timeout", "5"]);
        command.current_dir(scene.folder.path()).env_clear().env("SECRET", &self.secret);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// How many requests an apply makes that nothing befalls, and the zone before and after.
    fn quiet(&self) -> ((usize, usize), [BTreeSet<Record>; 2]) {
        let scene = self.scene("quiet.example", None);
        let before = self.records(&scene);
        let ran = self.command(&scene, APPLY).output().expect("it runs");
        assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
        let counts = (scene.asked.0.load(Ordering::SeqCst), scene.asked.1.load(Ordering::SeqCst));
        (counts, [before, self.records(&scene)])
    }
}

fn told(ran: &Output) -> String {
    String::from_utf8_lossy(&[&ran.stdout[..], &ran.stderr].concat()).into_owned()
}

/// What becomes of the request at which the program is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kill {
    AndItIsLost,
    AndItArrives,
    WhenItIsAnswered,
}

impl Kill {
    const ALL: [Self; 3] = [Self::AndItIsLost, Self::AndItArrives, Self::WhenItIsAnswered];

    fn strike(self, victim: &AtomicU32) -> Fate {
        while victim.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(1));
        }
        let id = victim.load(Ordering::SeqCst).to_string();
        // The answer would come after the blow: what it was killed with is an answer that it never read.
        Command::new("kill").args(["-9", &id]).status().expect("kill");
        match self {
            Self::AndItIsLost => Fate::Cut,
            Self::AndItArrives => Fate::Late,
            Self::WhenItIsAnswered => Fate::LoseAnswer,
        }
    }
}

/// The zone of one scene in the terms of another.
fn renamed(records: &BTreeSet<Record>, from: &str, to: &str) -> BTreeSet<Record> {
    let text = |(owner, ttl, rdata): &Record| {
        let line = format!("{} {ttl} IN {} {rdata}", owner.absolute(), rdata.rtype());
        line.replace(from, to)
    };
    crate::servers::records(&records.iter().map(text).collect::<Vec<_>>().join("\n"))
}

fn killed_at(place: &Place, seeds: &Seeds) {
    let ((messages, writes), quiet) = place.quiet();
    let struck = Mutex::new([0; Kill::ALL.len()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for seed in seeds.all() {
        let mut numbers = Seeded::new(seed);
        let turn = usize::try_from(seed % Kill::ALL.len() as u64).expect("small");
        let (kill, of_writes) = (Kill::ALL[turn], numbers.below(2) == 0);
        let at = numbers.below(if of_writes { writes } else { messages });
        let scene = place.scene(&format!("k{seed}.example"), Some((kill, of_writes, at)));
        let [before, after] = quiet.each_ref().map(|zone| renamed(zone, "quiet.example", &scene.apex));
        let case = format!(
            "{kill:?} at request {at}{}; alone: MAILVOUCH_CHAOS=1 MAILVOUCH_CHAOS_SEED={seed} tests/run cli::killed",
            if of_writes { " that writes" } else { "" }
        );
        assert_eq!(place.records(&scene), before, "{case}");
        let mut child = place.command(&scene, APPLY).spawn().expect("it runs");
        scene.victim.store(child.id(), Ordering::SeqCst);
        let ended = child.wait().expect("an end");
        assert_eq!(ended.code(), None, "it was to be killed: {case}");
        runtime.block_on(scene.proxy.still());
        scene.healed.store(true, Ordering::SeqCst);
        struck.lock().expect("no panic")[turn] += 1;
        let journal = scene.folder.path().join("journal");
        if !journal.exists() || scene.folder.read("journal").is_empty() {
            assert_eq!(place.records(&scene), before, "before anything was begun: {case}");
            continue;
        }
        let (recover, end) = if numbers.below(2) == 0 { (RESUME, after) } else { (ROLLBACK, before) };
        let mut command = place.command(&scene, recover);
        let ran = command.output().expect("it runs");
        assert_eq!(ran.status.code(), Some(0), "{recover}, {case}: {}", told(&ran));
        assert_eq!(place.records(&scene), end, "{recover}, {case}: {}", told(&ran));
        assert!(!scene.folder.read("journal").contains(&place.secret));
    }
    let struck = struck.into_inner().expect("no panic");
    assert!(!seeds.are_many() || struck.iter().all(|count| *count > 0), "{struck:?}");
}

#[test]
fn killed_at_bind_it_goes_on_or_takes_back() {
    let seeds = Seeds::usual(24);
    killed_at(&at_bind(&seeds), &seeds);
}

#[test]
fn killed_at_powerdns_it_goes_on_or_takes_back() {
    let seeds = Seeds::usual(24);
    killed_at(&at_powerdns(&seeds), &seeds);
}
