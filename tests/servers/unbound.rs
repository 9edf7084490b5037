//! Unbound: a resolver that validates, for one zone of one server.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use super::server::{Role, Server, Setup, program};

/// A resolver that asks `authority` about `apex` and trusts the key that `anchor` (DS records) tells of. All other
/// names do not exist for it.
pub(crate) fn start(apex: &str, anchor: &str, authority: SocketAddr) -> Server {
    let setup = Setup { primary: Some(authority), role: Role::Resolver, ..Setup::new(apex, anchor) };
    Server::launch(&setup, launch)
}

fn launch(directory: &Path, address: SocketAddr, setup: &Setup) -> Command {
    let (apex, anchor) = &setup.zones[0];
    let anchors = directory.join("anchors");
    fs::write(&anchors, anchor).expect("a file");
    let configuration = directory.join("unbound.conf");
    fs::write(&configuration, configured(directory, address, apex, setup.primary.expect("an authority")))
        .expect("a file");
    // Systems with AppArmor keep the installed program inside the system's own folders; a copy is not kept so.
    let copy = directory.join("unbound");
    fs::copy(program("unbound", "unbound"), &copy).expect("a copy");
    let mut command = Command::new(copy);
    command.arg("-d").arg("-c").arg(configuration);
    command
}

fn configured(directory: &Path, address: SocketAddr, apex: &str, authority: SocketAddr) -> String {
    let (folder, port, server, server_port) = (directory.display(), address.port(), authority.ip(), authority.port());
    format!(
        r#"
server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: ""
    do-daemonize: no
    num-threads: 1
    interface: 127.0.0.1@{port}
    port: {port}
    do-ip6: no
    do-not-query-localhost: no
    module-config: "validator iterator"
    trust-anchor-file: "{folder}/anchors"
    local-zone: "." static
    local-zone: "{apex}." transparent
stub-zone:
    name: "{apex}."
    stub-addr: {server}@{server_port}
remote-control:
    control-enable: no
"#
    )
}
