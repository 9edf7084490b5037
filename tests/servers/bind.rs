//! BIND 9.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use super::server::{Rights, Server, Setup, program};

/// A primary for one zone, with a key that may update it.
pub(crate) fn start(apex: &str, text: &str) -> Server {
    start_with(&Setup::new(apex, text))
}

/// A server as it is set up.
pub(crate) fn start_with(setup: &Setup) -> Server {
    Server::launch(setup, launch)
}

fn launch(directory: &Path, address: SocketAddr, setup: &Setup) -> Command {
    let configuration = directory.join("named.conf");
    fs::write(&configuration, configured(directory, address, setup)).expect("a file");
    for (apex, text) in &setup.zones {
        if setup.primary.is_none() {
            fs::write(directory.join(format!("{apex}.zone")), text).expect("a file");
        }
    }
    // Systems with AppArmor keep the installed program inside the system's own folders; a copy is not kept so.
    let copy = directory.join("named");
    fs::copy(program("named", "bind9"), &copy).expect("a copy");
    let mut command = Command::new(copy);
    command.args(["-g", "-4", "-n", "1", "-c"]).arg(configuration);
    command
}

fn configured(directory: &Path, address: SocketAddr, setup: &Setup) -> String {
    let (key, port, folder) = (&setup.key, address.port(), directory.display());
    let mut text = format!(
        r#"
key "{name}" {{
    algorithm {algorithm};
    secret "{secret}";
}};
controls {{ }};
options {{
    directory "{folder}";
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    pid-file none;
    session-keyfile none;
    recursion no;
    notify no;
    dnssec-validation no;
    empty-zones-enable no;
    allow-transfer {{ key "{name}"; }};
}};
"#,
        name = key.name,
        algorithm = key.algorithm,
        secret = key.secret,
    );
    for (apex, _) in &setup.zones {
        // A secondary passes updates on where a primary would carry them out.
        let (role, takes) = match setup.primary {
            None => ("type primary;".to_owned(), "allow-update"),
            Some(at) => {
                let primary = format!("primaries {{ {} port {} key \"{}\"; }};", at.ip(), at.port(), key.name);
                (format!("type secondary; {primary}"), "allow-update-forwarding")
            }
        };
        let updates = match setup.rights {
            Rights::Update => format!("{takes} {{ key \"{}\"; }};", key.name),
            Rights::Transfer => String::new(),
        };
        let zone = format!("{role} {updates}");
        text.push_str(&format!("zone \"{apex}\" {{ {zone} file \"{apex}.zone\"; }};\n"));
    }
    text
}
