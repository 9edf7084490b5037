//! The program as a user has it: its command line, its exit codes, what it prints and writes.

mod authority;
mod azure;
mod baselines;
mod bounce_checks;
mod clock;
mod cloudflare;
mod contract;
mod crash;
mod demo;
mod digitalocean;
mod dkim_new;
mod dmarc;
mod dnssec;
mod economy;
mod evidence;
mod examples;
mod exit_codes;
mod flattening;
mod flattening_in_source;
mod google;
mod guards;
mod help;
mod hosts;
mod in_source;
mod init;
mod job;
mod killed;
mod kubernetes;
mod long_list;
mod long_strings;
mod main_job;
mod many;
mod observe;
mod plan_file;
mod preflight;
mod record;
mod refusals;
mod runner;
mod scene;
mod secrets;
mod shared;
mod sources;
mod spark;
mod spf_coverage;
mod spf_eval;
mod spf_tree;
mod spf_worlds;
mod tls;
mod unknown;
mod usage;
mod walk;
mod well_run;
mod written;

use insta::internals::SettingsBindDropGuard;

use runner::Folder;

/// Sends snapshots to `snapshots/cli/`, without what is different each time.
fn snapshots() -> (SettingsBindDropGuard, SettingsBindDropGuard) {
    let area = crate::support::snapshots("cli");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "[SERVER]");
    settings.add_filter(r"apply-\d{8}T\d{6}Z-\d+\.jsonl", "[JOURNAL]");
    (settings.bind_to_scope(), area)
}
