//! Where results go: a thread of its own writes them, so that a slow reader holds nobody up but those who have more to print.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use tokio::sync::Notify;

use super::super::files::NewText;
use crate::cli::Format;
use crate::lint::Report;
use crate::output::json;

/// Results that wait to be written.
const WAITING: usize = 256;
/// For so long results are put together after a write: to wake a thread for each of thousands a second costs more than it does.
const GATHERS: Duration = Duration::from_millis(5);
/// Octets that are put together for one write.
const TOGETHER: usize = 64 << 10;

/// A domain as it is written.
pub(super) enum Item {
    /// A line of JSON.
    Line(Vec<u8>),
    /// A row of a table.
    #[cfg(feature = "parquet")]
    Row(crate::output::rows::Row),
}

impl Item {
    /// A report in this format.
    pub(super) fn of(report: &Report, format: Format) -> Self {
        match format {
            #[cfg(feature = "parquet")]
            Format::Parquet => Self::Row(crate::output::rows::Row::of(report)),
            _ => Self::Line(json::whole_line(report)),
        }
    }
}

/// Takes results, and sees to it that they are written.
pub(super) struct Writer {
    items: Sender,
    thread: JoinHandle<io::Result<To>>,
}

/// Nobody reads any more.
pub(super) struct Gone;

/// What is between those who have results and the thread that writes.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    /// Told to the thread once there is something to write, or nothing will follow.
    something: Condvar,
    /// Told to those who wait for room.
    room: Notify,
}

#[derive(Default)]
struct State {
    waiting: Vec<Item>,
    /// Nothing will follow.
    closed: bool,
    /// Nobody writes any more.
    gone: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that waits, once there is something; nothing at the end.
    fn next(&self) -> Vec<Item> {
        let is_idle = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let mut state = self.something.wait_while(self.state(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let items = std::mem::take(&mut state.waiting);
        drop(state);
        self.room.notify_waiters();
        items
    }
}

/// The end of the queue of those who have results: once it is gone, nothing will follow.
struct Sender(Arc<Queue>);

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.something.notify_one();
    }
}

/// The thread's end of it: however it ends, nobody waits for it any more.
struct Reader(Arc<Queue>);

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.state().gone = true;
        self.0.room.notify_waiters();
    }
}

impl Iterator for Reader {
    type Item = Vec<Item>;

    fn next(&mut self) -> Option<Vec<Item>> {
        let items = self.0.next();
        (!items.is_empty()).then_some(items)
    }
}

impl Writer {
    /// To standard output, or to this file, which is there once it is [finished](Self::finish).
    pub(super) fn start(path: Option<&Path>, format: Format) -> anyhow::Result<Self> {
        let is_table = format == Format::Parquet;
        if is_table && cfg!(not(feature = "parquet")) {
            bail!("this build cannot write Parquet: build it with `cargo build --release --features parquet`");
        }
        if is_table && path.is_none() && io::stdout().is_terminal() {
            bail!("Parquet is no text for a terminal: name a file with `--output FILE`");
        }
        let to = match path {
            Some(path) => To::File(NewText::at(path)?),
            None => To::Output(io::stdout()),
        };
        let queue = Arc::new(Queue::default());
        let items = Reader(queue.clone());
        let write = move || if is_table { write_table(items, to) } else { write_lines(items, to) };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(write)?;
        Ok(Self { items: Sender(queue), thread })
    }

    /// One more, once there is room for it.
    pub(super) async fn put(&self, item: Item) -> Result<(), Gone> {
        let queue = &self.items.0;
        loop {
            // Before it is looked for: what is told in between is not missed.
            let room = queue.room.notified();
            {
                let mut state = queue.state();
                if state.gone {
                    return Err(Gone);
                }
                if state.waiting.len() < WAITING {
                    state.waiting.push(item);
                    if state.waiting.len() == 1 {
                        queue.something.notify_one();
                    }
                    return Ok(());
                }
            }
            room.await;
        }
    }

    /// Waits until all is written; a file takes its place. A reader that has gone away wants no more: that is no error.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { items, thread } = self;
        drop(items);
        match thread.join().map_err(|_| anyhow!("the thread that writes the output came to grief"))? {
            Ok(To::File(file)) => file.put(),
            Ok(To::Output(_)) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(error).context("cannot write the output"),
        }
    }
}

/// What is written to.
enum To {
    Output(io::Stdout),
    File(NewText),
}

impl Write for To {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::Output(output) => output.write(octets),
            Self::File(file) => file.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Output(output) => output.flush(),
            Self::File(file) => file.flush(),
        }
    }
}

/// Writes lines as they come, those together that wait together.
fn write_lines(items: Reader, to: To) -> io::Result<To> {
    let mut to = BufWriter::with_capacity(TOGETHER, to);
    for items in items {
        for item in items {
            match item {
                Item::Line(line) => to.write_all(&line)?,
                #[cfg(feature = "parquet")]
                Item::Row(_) => {}
            }
        }
        // Whoever reads wants the first before the last.
        to.flush()?;
        std::thread::sleep(GATHERS);
    }
    Ok(to.into_inner()?)
}

/// Writes rows; a table is whole with what stands at its end.
#[cfg(feature = "parquet")]
fn write_table(items: Reader, to: To) -> io::Result<To> {
    use parquet::errors::ParquetError;

    use crate::output::rows::Table;

    // What went wrong beneath is what is told.
    let told = |error: ParquetError| match error {
        ParquetError::External(beneath) => match beneath.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    };
    let mut table = Table::new(BufWriter::with_capacity(TOGETHER, to)).map_err(told)?;
    for item in items.flatten() {
        if let Item::Row(row) = item {
            table.add(row).map_err(told)?;
        }
    }
    Ok(table.finish().map_err(told)?.into_inner()?)
}

#[cfg(not(feature = "parquet"))]
fn write_table(_: Reader, to: To) -> io::Result<To> {
    Ok(to)
}
