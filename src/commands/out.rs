//! Where a command prints: standard output, or the file that was asked for.

use std::io::{self, Write};
use std::path::Path;

use anstream::adapter::strip_str;
use anyhow::Context as _;

use super::files::NewText;
use crate::cli::Exit;
use crate::declared::DeclarationError;
use crate::output::human;
use crate::published::Reason;

/// An output that is written as results come.
pub(super) struct Out {
    to: To,
}

enum To {
    Terminal(anstream::AutoStream<io::Stdout>),
    /// A file never gets colours.
    File(NewText),
}

impl Out {
    /// Standard output, or this file, which is there once it is [finished](Self::finish).
    pub(super) fn new(path: Option<&Path>) -> anyhow::Result<Self> {
        let to = match path {
            None => To::Terminal(anstream::AutoStream::auto(io::stdout())),
            Some(path) => To::File(NewText::at(path)?),
        };
        Ok(Self { to })
    }

    /// Writes a text, and sees to it that whoever reads has it. A reader that has gone away wants no more.
    pub(super) fn print(&mut self, text: &str) -> anyhow::Result<()> {
        let written = match &mut self.to {
            To::Terminal(stream) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
            To::File(file) => write!(file, "{}", strip_str(text)),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other.context("cannot write the output")?),
        }
    }

    /// All is written: a file takes its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self.to {
            To::Terminal(_) => Ok(()),
            To::File(file) => file.put(),
        }
    }
}

/// Prints one text that is all there is to say.
pub(super) fn print_whole(path: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let mut out = Out::new(path)?;
    out.print(text)?;
    out.finish()
}

/// How a run ends that was to say what receivers find: a failure that they meet too is what they find.
pub(super) fn end_of_failure(reason: Reason) -> Exit {
    match reason {
        Reason::Timeout | Reason::ServFail | Reason::Refused | Reason::Garbage | Reason::Truncated => Exit::Clean,
        Reason::Unreachable | Reason::Deadline | Reason::Budget | Reason::OutsideView | Reason::NotInSnapshot => {
            Exit::Unknown
        }
    }
}

/// Says something to whoever sits there, beside the output.
pub(super) fn say(text: &str) {
    let mut stream = anstream::AutoStream::auto(io::stderr());
    // Nobody to tell is no reason to stop.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Says what went wrong, and how the run ends.
pub(super) fn failure(error: &anyhow::Error) -> Exit {
    match error.downcast_ref::<DeclarationError>() {
        Some(declaration) => say(&human::problems(declaration)),
        None => say(&human::failure(&told_once(error))),
    }
    match error.downcast_ref::<Ended>() {
        Some(ended) => ended.exit,
        None => Exit::Error,
    }
}

/// An error and its causes; those that repeat what they are caused by are told once.
fn told_once(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// Marks an error with an exit code other than 2.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(super) struct Ended {
    /// How the run ends.
    pub(super) exit: Exit,
    /// What came of it, for people.
    pub(super) what: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_once() {
        let gone = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let error =
            anyhow::Error::new(gone).context("a.zone cannot be read: no such file").context("nothing was planned");
        assert_eq!(told_once(&error), "nothing was planned: a.zone cannot be read: no such file");
    }
}
