//! What a run over a long list came to, and how to go on with it.

use std::time::Duration;

use super::closing::{below, counted};
use crate::output::Tally;
use crate::output::words::{count, grouped};

/// A run over a list.
#[derive(Clone, Debug)]
pub struct LongRun<'a> {
    /// What it found.
    pub tally: Tally,
    /// How many questions were asked.
    pub questions: u64,
    /// How long it took.
    pub took: Duration,
    /// The list, for people.
    pub list: &'a str,
    /// The last line that was looked at, where the run was stopped before the end.
    pub stopped_after: Option<u64>,
    /// Lines that hold nothing to look at.
    pub bad_lines: u64,
    /// Domains of which something could not be told.
    pub untold: u64,
    /// Where they are listed.
    pub untold_in: Option<&'a str>,
}

impl LongRun<'_> {
    /// The last lines of the run.
    pub fn text(&self) -> String {
        let mut text = counted(&self.tally);
        let mut say = |line: &str| text.push_str(&below(line));
        say(&self.speed());
        if self.bad_lines > 0 {
            let lines = count(usize::try_from(self.bad_lines).unwrap_or(usize::MAX), "line");
            say(&format!("{lines} of {} held no domain, and could not be looked at", self.list));
        }
        if self.untold > 0 {
            let number = grouped(self.untold.into());
            say(&match self.untold_in {
                Some(path) => format!("of {number} something could not be told; look again: --domains-from {path}"),
                None => format!("of {number} something could not be told; with --unknown-to FILE they are listed"),
            });
        }
        if let Some(line) = self.stopped_after {
            let list = self.list;
            say(&format!("stopped after line {line} of {list}: go on with --resume-from {}", line + 1));
        }
        text
    }

    fn speed(&self) -> String {
        let milliseconds = self.took.as_millis().max(1);
        let each_second = |number: u128| grouped(number * 1000 / milliseconds);
        let domains = each_second(self.tally.domains() as u128);
        let questions = each_second(self.questions.into());
        let seconds = self.took.as_secs_f64();
        format!("{seconds:.1} s, {domains} domains a second, {questions} questions a second")
    }
}
