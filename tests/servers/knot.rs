//! Knot DNS.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use super::server::{Key, Rights, Server, Setup, program};

/// A primary for one zone, with a key that may update it.
pub(crate) fn start(apex: &str, text: &str) -> Server {
    start_with(&Setup::new(apex, text))
}

/// A server as it is set up.
pub(crate) fn start_with(setup: &Setup) -> Server {
    assert!(setup.primary.is_none(), "only primaries are run with Knot");
    Server::launch(setup, launch)
}

fn launch(directory: &Path, address: SocketAddr, setup: &Setup) -> Command {
    let configuration = directory.join("knot.conf");
    fs::write(&configuration, configured(directory, address, setup)).expect("a file");
    for (apex, text) in &setup.zones {
        fs::write(directory.join(format!("{apex}.zone")), text).expect("a file");
    }
    let mut command = Command::new(program("knotd", "knot"));
    command.arg("-c").arg(configuration);
    command
}

fn configured(directory: &Path, address: SocketAddr, setup: &Setup) -> String {
    let (port, folder) = (address.port(), directory.display());
    let rest = match &setup.snippet {
        Some(text) => text.replace("SECRET", &setup.key.secret),
        None => key_and_zones(setup),
    };
    format!(
        r#"
server:
    rundir: "{folder}"
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
    journal-db-mode: asynchronous
log:
  - target: stderr
    any: info
template:
  - id: default
    storage: "{folder}"
    file: "%s.zone"
{rest}
"#
    )
}

fn key_and_zones(setup: &Setup) -> String {
    let Key { name, algorithm, secret } = &setup.key;
    let actions = match setup.rights {
        Rights::Update => "[transfer, update]",
        Rights::Transfer => "transfer",
    };
    let mut text = format!(
        r"
key:
  - id: {name}
    algorithm: {algorithm}
    secret: {secret}
acl:
  - id: {name}
    key: {name}
    action: {actions}
zone:
"
    );
    for (apex, _) in &setup.zones {
        text.push_str(&format!("  - domain: {apex}\n    acl: {name}\n"));
    }
    text
}
