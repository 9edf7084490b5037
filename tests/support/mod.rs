//! What the areas share.

pub(crate) mod dns_server;
pub(crate) mod proxy;
pub(crate) mod pyspf;
pub(crate) mod vectors;
pub(crate) mod world;

use insta::Settings;
use insta::internals::SettingsBindDropGuard;

/// Sends this test's snapshots to `snapshots/<area>/` at the root of the repository.
pub(crate) fn snapshots(area: &str) -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(format!("{}/snapshots/{area}", env!("CARGO_MANIFEST_DIR")));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // A filter is a regular expression: a bare `0.1.0` also stands in `T204120Z`, once in a while.
    settings.add_filter(&format!(r"\b{}\b", env!("CARGO_PKG_VERSION").replace('.', r"\.")), "[VERSION]");
    // The folder of the repository, letter by letter, since a path may hold what a regular expression means otherwise.
    let literal: String = env!("CARGO_MANIFEST_DIR").chars().flat_map(escaped).collect();
    settings.add_filter(&format!("{literal}/"), "");
    settings.bind_to_scope()
}

/// A character as a regular expression matches it.
fn escaped(letter: char) -> Vec<char> {
    if letter.is_ascii_punctuation() { vec!['\\', letter] } else { vec![letter] }
}
