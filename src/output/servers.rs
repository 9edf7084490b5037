//! What authoritative servers serve after an apply, for people.

use jiff::{SignedDuration, Timestamp};
use mailvouch_providers::dns::Name;

use super::printable::printable;
use super::words::duration;
use crate::plan::{ServerView, View};

/// One line a server; nothing where none was asked.
pub fn verified(views: &[ServerView]) -> String {
    let mut servers: Vec<_> = views.iter().map(|view| view.server).collect();
    servers.sort_unstable();
    servers.dedup();
    let mut text = String::new();
    for server in servers {
        let of_server = || views.iter().filter(|view| view.server == server);
        let behind: Vec<String> =
            of_server().filter(|view| view.view == View::Behind).map(|view| view.owner.to_string()).collect();
        let unknown = of_server().find_map(|view| match &view.view {
            View::Unknown(failure) => Some((&view.owner, failure)),
            View::Current | View::Behind => None,
        });
        let line = match (unknown, behind.is_empty()) {
            (Some((owner, failure)), _) => {
                format!("could not be asked about {owner}: {}", printable(&failure.to_string()))
            }
            (None, true) => format!("serves all of it ({} names)", of_server().count()),
            (None, false) => format!("does not serve it yet at {}: written, and on its way", behind.join(", ")),
        };
        text.push_str(&format!("{server} {line}\n"));
    }
    text
}

/// Names of which the resolver still has the old, with the time at which the last cache has forgotten it.
pub fn cached<'a>(old: impl Iterator<Item = (&'a Name, u32)>, now: Timestamp) -> String {
    let mut text = String::new();
    for (owner, seconds) in old {
        let until = now.checked_add(SignedDuration::from_secs(seconds.into())).unwrap_or(now);
        let at = until.strftime("%Y-%m-%d %H:%M:%S UTC");
        text.push_str(&format!(
            "{owner}: the resolver asked still has the old, for up to {}: until {at}\n",
            duration(seconds)
        ));
    }
    text
}
