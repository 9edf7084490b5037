//! How far a long run has come, for whoever sits before a terminal.

use std::fmt;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};

use crate::output::Tally;

/// A bar on a terminal; nothing elsewhere, nor where the lines themselves go to it.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(prints_here: bool, length: Option<u64>) -> Self {
        if prints_here && std::io::stdout().is_terminal() || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let (bar, template) = match length {
            Some(length) => (ProgressBar::new(length), "{bar:30} {percent}%  {msg}{left}"),
            None => (ProgressBar::no_length(), "{spinner} {msg}"),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.with_key("left", left));
        bar.enable_steady_tick(Duration::from_millis(200));
        let progress = Self { bar };
        progress.tell(0, &Tally::default());
        progress
    }

    /// So much of the list has been read, and this is what was found.
    pub(super) fn tell(&self, read: u64, tally: &Tally) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_position(read);
        let done = tally.domains();
        let seconds = self.bar.elapsed().as_secs().max(1);
        let each_second = u64::try_from(done).unwrap_or(u64::MAX) / seconds;
        self.bar.set_message(format!("{done} domains, {each_second} a second, {} unknown", tally.unknown));
    }

    /// Says something above the bar.
    pub(super) fn say(&self, text: &str) {
        self.bar.suspend(|| super::super::out::say(text));
    }

    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// How long it will take, once that can be told: not before something has been done.
fn left(state: &ProgressState, to: &mut dyn fmt::Write) {
    if state.pos() > 0 {
        // A bar that cannot be drawn is no reason to end.
        let _ = write!(to, ", {:#} left", HumanDuration(state.eta()));
    }
}
