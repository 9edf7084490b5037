//! PowerDNS Authoritative Server with SQLite, and its HTTP API.

use std::fs::{self, File};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};

use super::server::{Server, Setup, program};

/// The key of the API.
pub(crate) const API_KEY: &str = "an-api-key-of-the-tests";

/// A primary for one zone, with a key that may transfer it.
pub(crate) fn start(apex: &str, text: &str) -> Server {
    start_with(&Setup::new(apex, text))
}

/// A server as it is set up.
pub(crate) fn start_with(setup: &Setup) -> Server {
    assert!(setup.primary.is_none(), "only primaries are run with PowerDNS");
    Server::launch(setup, launch)
}

/// The base URL of its API: the port of its DNS, at another loopback address.
pub(crate) fn api(server: &Server) -> String {
    format!("http://{}", beside(server.address()))
}

fn beside(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), address.port())
}

/// Runs `pdnsutil` with the server's data: somebody else's hand.
pub(crate) fn pdnsutil(server: &Server, arguments: &[&str]) {
    run_pdnsutil(server.directory(), arguments);
}

/// Puts a copy of a zone beside it, under another name of the same form: by the database, which is the fastest way.
pub(crate) fn copy_zone(server: &Server, from: &str, to: &str) {
    let script = format!(
        "PRAGMA busy_timeout = 20000;
        BEGIN IMMEDIATE;
        INSERT INTO domains (name, type) SELECT '{to}', type FROM domains WHERE name = '{from}';
        INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, ordername, auth)
            SELECT new.id, replace(records.name, '{from}', '{to}'), records.type, replace(content, '{from}', '{to}'),
                ttl, prio, disabled, ordername, auth
            FROM records JOIN domains AS old ON old.id = domain_id JOIN domains AS new ON new.name = '{to}'
            WHERE old.name = '{from}';
        INSERT INTO domainmetadata (domain_id, kind, content)
            SELECT new.id, kind, content
            FROM domainmetadata JOIN domains AS old ON old.id = domain_id JOIN domains AS new ON new.name = '{to}'
            WHERE old.name = '{from}';
        COMMIT;"
    );
    let mut sqlite = Command::new(program("sqlite3", "sqlite3"));
    let output = sqlite.arg("-bail").arg(server.directory().join("pdns.db")).arg(script).output().expect("sqlite3");
    assert!(output.status.success(), "{to}: {}", String::from_utf8_lossy(&output.stderr));
}

fn run_pdnsutil(directory: &Path, arguments: &[&str]) {
    let mut command = Command::new(program("pdnsutil", "pdns-server"));
    command.arg("--config-dir").arg(directory).args(arguments);
    let output = command.stdin(Stdio::null()).output().expect("pdnsutil");
    let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "pdnsutil {arguments:?}: {told}");
}

fn launch(directory: &Path, address: SocketAddr, setup: &Setup) -> Command {
    fs::write(directory.join("pdns.conf"), configured(directory, address)).expect("a file");
    let schema = File::open("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")
        .expect("the schema: apt-get install pdns-backend-sqlite3");
    let mut sqlite = Command::new(program("sqlite3", "sqlite3"));
    let made = sqlite.arg(directory.join("pdns.db")).stdin(schema).status().expect("sqlite3");
    assert!(made.success(), "no database");
    let key = &setup.key;
    run_pdnsutil(directory, &["import-tsig-key", &key.name, &key.algorithm.to_string(), &key.secret]);
    for (apex, text) in &setup.zones {
        let zone = directory.join(format!("{apex}.zone"));
        fs::write(&zone, text).expect("a file");
        run_pdnsutil(directory, &["load-zone", apex, zone.to_str().expect("a path")]);
        run_pdnsutil(directory, &["activate-tsig-key", apex, &key.name, "primary"]);
        run_pdnsutil(directory, &["set-meta", apex, "SOA-EDIT-API", "DEFAULT"]);
    }
    let mut command = Command::new(program("pdns_server", "pdns-server"));
    command.arg(format!("--config-dir={}", directory.display()));
    command
}

fn configured(directory: &Path, address: SocketAddr) -> String {
    let (folder, web) = (directory.display(), beside(address));
    let (ip, port, web_ip, web_port) = (address.ip(), address.port(), web.ip(), web.port());
    // Without caches: what somebody else's hand writes is seen at once.
    format!(
        "launch=gsqlite3\ngsqlite3-database={folder}/pdns.db\ngsqlite3-dnssec=yes\nsocket-dir={folder}\ndaemon=no\nguardian=no\n\
         local-address={ip}\nlocal-port={port}\nreuseport=no\ncache-ttl=0\nquery-cache-ttl=0\nnegquery-cache-ttl=0\n\
         zone-cache-refresh-interval=0\nallow-axfr-ips=127.0.0.0/8\nsecurity-poll-suffix=\nversion-string=anonymous\n\
         api=yes\napi-key={API_KEY}\nwebserver=yes\nwebserver-address={web_ip}\nwebserver-port={web_port}\n\
         webserver-allow-from=127.0.0.0/8\n"
    )
}
