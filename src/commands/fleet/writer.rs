//! Where lines go: a thread of its own writes them, so that a slow reader holds nobody up but those who have more to print.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::thread::JoinHandle;

use anyhow::{Context as _, anyhow};
use tokio::sync::mpsc;

use super::super::files::NewText;

/// Lines that wait to be written.
const WAITING: usize = 256;
/// Octets that are put together for one write.
const TOGETHER: usize = 64 << 10;

/// Takes lines, and sees to it that they are written.
pub(super) struct Writer {
    lines: mpsc::Sender<String>,
    thread: JoinHandle<io::Result<Option<NewText>>>,
}

/// Nobody reads any more.
pub(super) struct Gone;

impl Writer {
    /// To standard output, or to this file, which is there once it is [finished](Self::finish).
    pub(super) fn start(path: Option<&Path>) -> anyhow::Result<Self> {
        let file = path.map(NewText::at).transpose()?;
        let (lines, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || match file {
            Some(file) => {
                let mut to = BufWriter::with_capacity(TOGETHER, file);
                write(waiting, &mut to)?;
                Ok(Some(to.into_inner()?))
            }
            None => write(waiting, &mut BufWriter::with_capacity(TOGETHER, io::stdout())).map(|()| None),
        })?;
        Ok(Self { lines, thread })
    }

    /// One line more, once there is room for it.
    pub(super) async fn line(&self, line: String) -> Result<(), Gone> {
        self.lines.send(line).await.map_err(|_| Gone)
    }

    /// Waits until all is written; a file takes its place. A reader that has gone away wants no more: that is no error.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { lines, thread } = self;
        drop(lines);
        match thread.join().map_err(|_| anyhow!("the thread that writes the output came to grief"))? {
            Ok(file) => file.map_or(Ok(()), NewText::put),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(error).context("cannot write the output"),
        }
    }
}

/// Writes lines as they come, those together that wait together.
fn write(mut lines: mpsc::Receiver<String>, to: &mut impl Write) -> io::Result<()> {
    while let Some(line) = lines.blocking_recv() {
        to.write_all(line.as_bytes())?;
        while let Ok(line) = lines.try_recv() {
            to.write_all(line.as_bytes())?;
        }
        // Whoever reads wants the first before the last.
        to.flush()?;
    }
    Ok(())
}
