//! Where results go: a thread of its own writes them, so that a slow reader holds nobody up but those who have more to print.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;
use std::thread::JoinHandle;

use anyhow::{Context as _, anyhow, bail};
use tokio::sync::mpsc;

use super::super::files::NewText;
use crate::cli::Format;
use crate::lint::Report;
use crate::output::json;

/// Results that wait to be written.
const WAITING: usize = 256;
/// Octets that are put together for one write.
const TOGETHER: usize = 64 << 10;

/// A domain as it is written.
pub(super) enum Item {
    /// A line of JSON.
    Line(String),
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
            _ => Self::Line(json::line(report) + "\n"),
        }
    }
}

/// Takes results, and sees to it that they are written.
pub(super) struct Writer {
    items: mpsc::Sender<Item>,
    thread: JoinHandle<io::Result<To>>,
}

/// Nobody reads any more.
pub(super) struct Gone;

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
        let (items, waiting) = mpsc::channel(WAITING);
        let write = move || if is_table { write_table(waiting, to) } else { write_lines(waiting, to) };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(write)?;
        Ok(Self { items, thread })
    }

    /// One more, once there is room for it.
    pub(super) async fn put(&self, item: Item) -> Result<(), Gone> {
        self.items.send(item).await.map_err(|_| Gone)
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
fn write_lines(mut items: mpsc::Receiver<Item>, to: To) -> io::Result<To> {
    let mut to = BufWriter::with_capacity(TOGETHER, to);
    while let Some(item) = items.blocking_recv() {
        let mut next = Some(item);
        while let Some(item) = next {
            match item {
                Item::Line(line) => to.write_all(line.as_bytes())?,
                #[cfg(feature = "parquet")]
                Item::Row(_) => {}
            }
            next = items.try_recv().ok();
        }
        // Whoever reads wants the first before the last.
        to.flush()?;
    }
    Ok(to.into_inner()?)
}

/// Writes rows; a table is whole with what stands at its end.
#[cfg(feature = "parquet")]
fn write_table(mut items: mpsc::Receiver<Item>, to: To) -> io::Result<To> {
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
    while let Some(item) = items.blocking_recv() {
        if let Item::Row(row) = item {
            table.add(row).map_err(told)?;
        }
    }
    Ok(table.finish().map_err(told)?.into_inner()?)
}

#[cfg(not(feature = "parquet"))]
fn write_table(_: mpsc::Receiver<Item>, to: To) -> io::Result<To> {
    Ok(to)
}
