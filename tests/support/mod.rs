//! What the areas share.

pub(crate) mod dns_server;
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
    settings.bind_to_scope()
}
