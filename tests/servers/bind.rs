//! BIND 9.

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
    let (port, folder) = (address.port(), directory.display());
    let rest = match &setup.snippet {
        Some(text) => text.replace("SECRET", &setup.key.secret).replace("/var/lib/bind", &folder.to_string()),
        None => key_and_zones(setup),
    };
    format!(
        r#"
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
{rest}
"#,
        name = setup.key.name,
    )
}

fn key_and_zones(setup: &Setup) -> String {
    let Key { name, algorithm, secret } = &setup.key;
    let mut text = format!("key \"{name}\" {{ algorithm {algorithm}; secret \"{secret}\"; }};\n");
    for (apex, _) in &setup.zones {
        // A secondary passes updates on where a primary would carry them out.
        let (role, takes) = match setup.primary {
            None => ("type primary;".to_owned(), "allow-update"),
            Some(at) => {
                let primary = format!("primaries {{ {} port {} key \"{name}\"; }};", at.ip(), at.port());
                (format!("type secondary; {primary}"), "allow-update-forwarding")
            }
        };
        let updates = match setup.rights {
            Rights::Update => format!("{takes} {{ key \"{name}\"; }};"),
            Rights::Transfer => String::new(),
        };
        text.push_str(&format!("zone \"{apex}\" {{ {role} {updates} file \"{apex}.zone\"; }};\n"));
    }
    text
}
