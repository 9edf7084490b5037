//! The styles of everything that people read. One place, so that a colour means the same everywhere.

use anstyle::{AnsiColor, Style};

use crate::lint::{Severity, Verdict};

pub(super) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const INFO: Style = AnsiColor::BrightBlue.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Line numbers, arrows, and what else frames a text.
pub(super) const FRAME: Style = AnsiColor::BrightBlue.on_default().bold();
pub(super) const STRONG: Style = Style::new().bold();
/// What is to be typed as it stands.
pub(super) const CODE: Style = AnsiColor::Cyan.on_default();
/// What stays as it is.
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const ADDED: Style = AnsiColor::Green.on_default();
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();
pub(super) const ADDED_TOKEN: Style = AnsiColor::Green.on_default().bold().underline();
pub(super) const REMOVED_TOKEN: Style = AnsiColor::Red.on_default().bold().underline();

/// `text` in a style.
pub(super) fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

pub(super) fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => INFO,
    }
}

pub(super) fn of_verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => GOOD,
        Verdict::Unknown => WARNING,
        Verdict::Fail => ERROR,
    }
}
