//! How far a run over many zones has come: a bar on a terminal, a line for each zone elsewhere.

use std::io::IsTerminal as _;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::out::say;
use crate::plan::{Ended, ZoneEnd};

/// Told of each zone that came to its end.
pub(super) fn zones() -> Ended {
    if !std::io::stderr().is_terminal() {
        return Arc::new(|zone, done, total| say(&format!("[{done}/{total}] {}\n", line(zone))));
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} zones, {eta} left  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Arc::new(move |zone, done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if zone.problem.is_some() {
            bar.println(line(zone));
        }
        if done == total {
            bar.finish_and_clear();
        }
    })
}

fn line(zone: &ZoneEnd) -> String {
    let names: Vec<String> = zone.zones.iter().map(ToString::to_string).collect();
    crate::output::plan::zone_line(&names.join(", "), zone)
}
