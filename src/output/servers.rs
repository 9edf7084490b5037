//! What authoritative servers serve after an apply, for people.

use super::printable::printable;
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
