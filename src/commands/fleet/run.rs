//! The run: lines come in, domains are looked at beside each other, lines go out.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::anyhow;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::super::baseline::Known;
use super::super::check::{end_of_notes, tell_notes};
use super::super::list::{Line, List};
use super::super::out::say;
use super::super::unknowns::Unknowns;
use super::super::world::{World, at_once_of_list, time};
use super::domain::{Done, Fleet};
use super::progress::Progress;
use super::stop;
use super::writer::{Item, Writer};
use crate::cli::{CheckArgs, Exit, Format};
use crate::output::Tally;
use crate::output::human::{self, LongRun};

/// Portions of lines that are read ahead.
const AHEAD: usize = 16;
/// Lines of one portion, where so many are there.
const PORTION: usize = 64;
/// So many domains are under way at any time. More are begun with only while the processors would be idle otherwise: what waits
/// for them, and not for an answer, takes room in their caches.
const AT_ONCE: usize = 64;
/// So many further ones are begun with at a time.
const FURTHER: usize = 16;
/// A task that waits longer than this for its turn waits for the processors.
const BUSY: Duration = Duration::from_micros(500);
/// Domains of which nothing could be told, from the first on, after which that is said.
const NOTHING_SO_FAR: u64 = 64;
/// For how long nothing has to be told of any domain until that is said.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bad lines that are told one by one.
const TOLD: u64 = 20;

/// Whether a run is one over a list that is looked at while it is read: what holds all of it in memory is not.
pub(in crate::commands) fn takes(arguments: &CheckArgs) -> bool {
    let CheckArgs { world, evidence, .. } = arguments;
    let streams = match arguments.format {
        // Findings about a zone file that no server would load need to know beforehand who is looked at.
        Format::Ndjson => world.source.zone_file.is_empty(),
        Format::Parquet => true,
        _ => false,
    };
    streams
        && world.list.domains_from.is_some()
        && world.domains.is_empty()
        && world.save_answers.is_none()
        && evidence.folder.is_none()
        && arguments.write_baseline.is_none()
}

pub(in crate::commands) async fn run(arguments: &CheckArgs) -> anyhow::Result<Exit> {
    let Some(path) = arguments.world.list.domains_from.as_deref() else { return Err(anyhow!("no list is given")) };
    let world = World::for_list(&arguments.world)?;
    tell_notes(&world);
    let known = Mutex::new(Known::of(&world, arguments)?);
    let now = time(arguments.world.as_of);
    let fleet = Arc::new(Fleet { world, arguments: arguments.clone(), known, now });
    let list = List::open(path, &arguments.world.list)?;
    let mut run = Run::new(&fleet, &list)?;
    let written = Writer::start(arguments.world.output.as_deref(), arguments.format)?;
    let with = fleet.clone();
    // A task like those that it waits for: to wake this thread for each of them would cost more than it does.
    let through = tokio::spawn(async move {
        run.through(list, &with, &written).await?;
        Ok::<_, anyhow::Error>((run, written))
    });
    let (run, written) = through.await??;
    written.finish()?;
    run.end(&fleet, path)
}

/// What has come of a run so far.
struct Run {
    begun: Instant,
    progress: Progress,
    unknowns: Option<Unknowns>,
    tally: Tally,
    exit: Exit,
    untold: u64,
    bad_lines: u64,
    /// The list, for people.
    list: String,
    /// The last line that was begun with.
    last: u64,
    /// Octets of the list that were read by then.
    read: u64,
    /// It was told to stop before the end.
    stopped: bool,
    /// What is said where there was nothing to look at.
    nothing: String,
    is_part: bool,
}

/// A line, and how far the list was read with it.
type Read = (anyhow::Result<Line>, u64);
/// Lines that were there at the same time.
type Portion = std::vec::IntoIter<Read>;

impl Run {
    fn new(fleet: &Fleet, list: &List) -> anyhow::Result<Self> {
        let CheckArgs { unknown_to, world, .. } = &fleet.arguments;
        Ok(Self {
            begun: Instant::now(),
            progress: Progress::new(world.output.is_none(), list.progress().1),
            unknowns: unknown_to.as_deref().map(Unknowns::new).transpose()?,
            tally: Tally::default(),
            exit: Exit::Clean,
            untold: 0,
            bad_lines: 0,
            list: list.name(),
            last: 0,
            read: 0,
            stopped: false,
            nothing: list.holds_nothing(),
            is_part: world.list.shard.is_some(),
        })
    }

    /// All of the list, or as much as there is before somebody stops it.
    async fn through(&mut self, list: List, fleet: &Arc<Fleet>, written: &Writer) -> anyhow::Result<()> {
        let at_once = at_once_of_list(&fleet.arguments.world);
        let mut portions = reading(list)?;
        let mut lines = Portion::default();
        let mut reads = true;
        let mut running = JoinSet::new();
        let mut turn = tokio::spawn(wait_for_turn());
        let mut told_to_stop = Box::pin(stop::told_to());
        let mut patience = Box::pin(tokio::time::sleep(PATIENCE));
        let mut is_patient = true;
        while reads || !running.is_empty() {
            tokio::select! {
                biased;
                told = &mut told_to_stop => {
                    told?;
                    if self.stopped {
                        // Twice: at once. What is under way is lost, and would be done again.
                        running.abort_all();
                        return Err(anyhow!("stopped before all that was begun with was done"));
                    }
                    (self.stopped, reads) = (true, false);
                    self.progress.say("stopping: what was begun with is being finished; once more stops at once\n");
                    told_to_stop = Box::pin(stop::told_to());
                }
                Some(done) = running.join_next(), if !running.is_empty() => {
                    // A panic stays inside its domain.
                    if let Some(item) = self.done(done?)? && written.put(item).await.is_err() {
                        // Nobody reads any more.
                        return Ok(());
                    }
                }
                () = &mut patience, if is_patient && !running.is_empty() => {
                    is_patient = false;
                    if self.tally.domains() == 0 {
                        let seconds = PATIENCE.as_secs();
                        self.doubt(&format!("of no domain anything could be told within {seconds} s, by {}", asked(fleet)));
                    }
                }
                portion = portions.recv(), if reads && lines.len() == 0 => match portion {
                    Some(portion) => lines = portion,
                    None => reads = false,
                },
                () = std::future::ready(()), if reads && lines.len() > 0 && running.len() < at_once.min(AT_ONCE) => {
                    // A list that comes slowly is no sign of anything.
                    if running.is_empty() {
                        patience.as_mut().reset(tokio::time::Instant::now() + PATIENCE);
                    }
                    self.begin(&mut lines, 1, fleet, &mut running)?;
                }
                waited = &mut turn, if reads && lines.len() > 0 && running.len() < at_once => {
                    if waited? < BUSY {
                        self.begin(&mut lines, FURTHER.min(at_once - running.len()), fleet, &mut running)?;
                    }
                    turn = tokio::spawn(wait_for_turn());
                }
            }
        }
        Ok(())
    }

    /// Begins with so many lines, as far as there are any.
    fn begin(
        &mut self,
        lines: &mut Portion,
        most: usize,
        fleet: &Arc<Fleet>,
        running: &mut JoinSet<Done>,
    ) -> anyhow::Result<()> {
        for (line, read) in lines.take(most) {
            self.read = read;
            match line? {
                Line::Domain(listed) => {
                    self.last = listed.line;
                    let fleet = fleet.clone();
                    running.spawn(async move { fleet.look_at(listed).await });
                }
                Line::Bad(error) => self.bad(&error),
            }
        }
        Ok(())
    }

    fn bad(&mut self, error: &anyhow::Error) {
        self.bad_lines += 1;
        self.exit = self.exit.or(Exit::Error);
        if self.bad_lines <= TOLD {
            self.progress.say(&human::failure(&error.to_string()));
        }
    }

    /// Asks whether the right server is asked. It may be over in a moment, and the run goes on; or it would take hours.
    fn doubt(&self, why: &str) {
        self.progress.say(&format!(
            "{why}; is that whom to ask (--resolver)? The run goes on; Ctrl-C ends it, and says how to go on with it\n"
        ));
    }

    /// Counts a domain, and gives what is to be printed of it.
    fn done(&mut self, done: Done) -> anyhow::Result<Option<Item>> {
        let Done { listed, told } = done;
        let (item, untold) = match told {
            Ok(told) => {
                self.tally += told.tally;
                self.exit = self.exit.or(told.exit);
                (Some(told.item), told.untold)
            }
            Err(error) => {
                self.exit = self.exit.or(Exit::Error);
                self.progress.say(&human::failure(&error.to_string()));
                (None, Some(error.to_string()))
            }
        };
        if let Some(why) = untold {
            self.untold += 1;
            if let Some(unknowns) = &mut self.unknowns {
                unknowns.note(&listed.domain, &listed.selectors)?;
            }
            if self.untold == NOTHING_SO_FAR && self.tally.unknown == self.tally.domains() {
                self.doubt(&format!("of the first {NOTHING_SO_FAR} domains nothing could be told: {why}"));
            }
        }
        self.progress.tell(self.read, &self.tally);
        Ok(item)
    }

    fn end(self, fleet: &Fleet, path: &Path) -> anyhow::Result<Exit> {
        let Self { begun, progress, unknowns, tally, mut exit, .. } = self;
        progress.end();
        let untold_in = fleet.arguments.unknown_to.as_ref().map(|path| path.display().to_string());
        unknowns.map_or(Ok(()), Unknowns::finish)?;
        let mut known = fleet.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.close();
        let notes = known.notes();
        say(&human::notes(&notes));
        exit = exit.or(end_of_notes(&notes, &fleet.arguments));
        if tally.domains() == 0 && self.bad_lines == 0 && !self.stopped {
            // A part may be empty: the list is short, and there are many parts.
            if self.is_part {
                say(&format!("{}\n", self.nothing));
                return Ok(exit);
            }
            return Err(anyhow!(self.nothing));
        }
        let run = LongRun {
            tally,
            questions: fleet.world.gatherer.asked(),
            took: begun.elapsed(),
            list: &self.list,
            stopped_after: self.stopped.then_some(self.last),
            bad_lines: self.bad_lines,
            untold: self.untold,
            untold_in: untold_in.as_deref(),
        };
        say(&run.text());
        if self.stopped && path == Path::new("-") {
            say("  the list came over standard input: give it again with that option\n");
        }
        // Not all was looked at: that is no pass.
        Ok(if self.stopped { exit.or(Exit::Unknown) } else { exit })
    }
}

/// Who is asked, for people.
fn asked(fleet: &Fleet) -> String {
    let servers = &fleet.arguments.world.source.resolver;
    if servers.is_empty() {
        return "the resolvers of this machine".to_owned();
    }
    servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// For how long a task that has nothing to wait for waits all the same: until those before it have had their turn.
async fn wait_for_turn() -> Duration {
    let asked = Instant::now();
    tokio::task::yield_now().await;
    asked.elapsed()
}

/// Reads lines ahead, on a thread of their own: a file may be slow, and standard input may wait for somebody.
fn reading(mut list: List) -> anyhow::Result<mpsc::Receiver<Portion>> {
    let (to, portions) = mpsc::channel(AHEAD);
    std::thread::Builder::new().name("reader".to_owned()).spawn(move || {
        let mut portion = Vec::new();
        loop {
            let line = list.next_line().transpose();
            let ends = line.as_ref().is_none_or(Result::is_err);
            portion.extend(line.map(|line| (line, list.progress().0)));
            // What is there is looked at; it is not known when more will come.
            if ends || portion.len() >= PORTION || !list.has_more_at_hand() {
                let nobody_reads = to.blocking_send(std::mem::take(&mut portion).into_iter()).is_err();
                if ends || nobody_reads {
                    return;
                }
            }
        }
    })?;
    Ok(portions)
}
