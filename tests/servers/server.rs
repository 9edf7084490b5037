//! What the servers have in common: a directory, a key, a process, and other people's tools to look and change.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::rfc2136::{TsigAlgorithm, TsigKey, TsigSecret};

/// Longest that a server may take to answer its first question.
const PATIENCE: Duration = Duration::from_secs(30);
/// A port can be taken by somebody else between our finding it free and the server's binding it.
const ATTEMPTS: usize = 10;

/// A key that a server and a test share.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) algorithm: TsigAlgorithm,
    /// In base64.
    pub(crate) secret: String,
}

impl Key {
    /// A key of a name that no other server of this run knows: what answers to it is the server meant.
    pub(crate) fn new(algorithm: TsigAlgorithm) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("mailvouch-{}-{count}", std::process::id());
        Self { name, algorithm, secret: "bWFpbHZvdWNoIHRlc3RzLCBub3QgYSBzZWNyZXQgYXQgYWxs".to_owned() }
    }

    /// The same as the provider takes it.
    pub(crate) fn tsig(&self) -> TsigKey {
        TsigKey {
            name: self.name.parse().expect("a name"),
            algorithm: self.algorithm,
            secret: TsigSecret::from_base64(&self.secret).expect("base64"),
        }
    }

    /// As `dig -y` and `nsupdate -y` take it.
    fn argument(&self) -> String {
        format!("{}:{}:{}", self.algorithm, self.name, self.secret)
    }
}

/// What the key may do besides asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Update and transfer the zones.
    Update,
    /// Transfer them.
    Transfer,
}

/// What a server is to hold and to allow.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Each zone's apex and master file.
    pub(crate) zones: Vec<(String, String)>,
    pub(crate) key: Key,
    pub(crate) rights: Rights,
    /// Where the server has its zones from and passes updates on to; their text is not used then. None for a primary.
    pub(crate) primary: Option<SocketAddr>,
    /// Key, rights and zone in the server's own words, in place of those above; `SECRET` stands for the key's.
    pub(crate) snippet: Option<String>,
    pub(crate) role: Role,
}

/// Whether a server holds its zones or finds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Authoritative,
    /// It knows no key.
    Resolver,
}

impl Setup {
    /// A primary for one zone, and a key that may do everything with it.
    pub(crate) fn new(apex: &str, text: &str) -> Self {
        let (zones, key) = (vec![(apex.to_owned(), text.to_owned())], Key::new(TsigAlgorithm::HmacSha256));
        Self { zones, key, rights: Rights::Update, primary: None, snippet: None, role: Role::Authoritative }
    }
}

/// A server that runs. Dropping it stops it and removes its directory.
pub(crate) struct Server {
    address: SocketAddr,
    setup: Setup,
    process: Option<Child>,
    directory: tempfile::TempDir,
}

/// What is different between programs: the command that starts one in a directory, at an address, with its
/// configuration written there.
pub(super) type Launch = fn(&Path, SocketAddr, &Setup) -> Command;

impl Server {
    /// Starts a server and waits until it answers for its first zone.
    pub(super) fn launch(setup: &Setup, launch: Launch) -> Self {
        for _ in 0..ATTEMPTS {
            let directory = tempfile::Builder::new().prefix("mailvouch-").tempdir().expect("a temporary directory");
            let log = directory.path().join("log");
            let output = File::create(&log).expect("a log file");
            let address = free_address();
            let mut command = launch(directory.path(), address, setup);
            command.stdin(Stdio::null()).stdout(output.try_clone().expect("a second handle")).stderr(output);
            let process = match command.spawn() {
                Ok(process) => process,
                // A process that another test forks at this moment holds a copied program open for writing.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                    sleep(Duration::from_millis(50));
                    continue;
                }
                Err(error) => panic!("{command:?}: {error}"),
            };
            let mut server = Self { address, setup: setup.clone(), process: Some(process), directory };
            if server.comes_up(&log) {
                return server;
            }
        }
        panic!("{ATTEMPTS} attempts, and no port or program that was free");
    }

    /// Whether it answers; not where the port was taken. Any other failure ends the test with the server's log.
    fn comes_up(&mut self, log: &Path) -> bool {
        let started = Instant::now();
        let apex = self.setup.zones[0].0.clone();
        loop {
            if self.serves(&apex) {
                return true;
            }
            let told = String::from_utf8_lossy(&fs::read(log).expect("the log")).into_owned();
            if told.contains("address in use") || told.contains("address already in use") {
                return false;
            }
            let exited = self.process.as_mut().and_then(|process| process.try_wait().expect("a status"));
            let hopeless = exited.is_some() || started.elapsed() > PATIENCE;
            assert!(!hopeless, "the server did not come up ({exited:?}):\n{told}");
            sleep(Duration::from_millis(10));
        }
    }

    /// Where it listens, with TCP and UDP.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its configuration and its data are.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The key it knows.
    pub(crate) fn key(&self) -> &Key {
        &self.setup.key
    }

    /// Every record of a zone, one a line in presentation form, sorted: from a transfer, so no wildcard, alias or
    /// delegation stands in the way.
    pub(crate) fn dump(&self, apex: &str) -> String {
        let text = self.dig(&[apex, "AXFR", "+noall", "+answer", "+time=10"]);
        assert!(!text.starts_with(';') && !text.is_empty(), "no transfer of {apex}: {text}");
        // Blanks between fields are dig's; one owner's and the SOA that stands at both ends, once.
        let mut lines: Vec<String> = text.lines().map(one_blank_between_fields).collect();
        lines.sort();
        lines.dedup();
        lines.join("\n")
    }

    /// Whether it answers for a zone.
    pub(crate) fn serves(&self, apex: &str) -> bool {
        let answer = self.dig(&[apex, "SOA", "+short", "+time=1", "+tries=1"]);
        !answer.is_empty() && !answer.starts_with(';')
    }

    /// The records of a zone, whatever its serial number.
    pub(crate) fn records(&self, apex: &str) -> BTreeSet<Record> {
        let without_serial = |(owner, ttl, mut rdata): Record| {
            if let Rdata::Soa(soa) = &mut rdata {
                soa.serial = 0;
            }
            (owner, ttl, rdata)
        };
        records(&self.dump(apex)).into_iter().map(without_serial).collect()
    }

    /// Somebody else's hand: these lines of nsupdate are sent as one update, which has to succeed.
    pub(crate) fn update(&self, apex: &str, script: &str) {
        let (ip, port) = (self.address.ip(), self.address.port());
        let script = format!("server {ip} {port}\nzone {apex}\n{script}\nsend\n");
        let mut command = Command::new(program("nsupdate", "bind9-dnsutils"));
        command.args(["-v", "-y", &self.setup.key.argument()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("nsupdate");
        process.stdin.take().expect("its input").write_all(script.as_bytes()).expect("nsupdate reads its script");
        let output = process.wait_with_output().expect("nsupdate ends");
        let told = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&told));
    }

    /// Stops it as a crash would; what is kept of it is its address.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may be gone already: what counts is that it is waited for.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    fn dig(&self, arguments: &[&str]) -> String {
        let (ip, port) = (self.address.ip().to_string(), self.address.port().to_string());
        let mut command = Command::new(program("dig", "bind9-dnsutils"));
        command.args(["-r", &format!("@{ip}"), "-p", &port, "+tcp"]);
        match self.setup.role {
            Role::Authoritative => command.args(["-y", &self.setup.key.argument(), "+norecurse"]),
            // It is up also where it finds what it may not show.
            Role::Resolver => command.arg("+cdflag"),
        };
        let output = command.args(arguments).output().expect("dig");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A record as it is compared: its TTL counts.
pub(crate) type Record = (Name, u32, Rdata);

/// The records of a transfer.
pub(crate) fn records(dump: &str) -> BTreeSet<Record> {
    let record = |line: &str| {
        let fields: Vec<&str> = line.splitn(5, ' ').collect();
        let [owner, ttl, _class, rtype, data] = fields[..] else { panic!("{line}") };
        let rtype: RrType = rtype.parse().expect("a type");
        (owner.parse().expect("a name"), ttl.parse().expect("a TTL"), Rdata::parse(rtype, data).expect(line))
    };
    dump.lines().map(record).collect()
}

/// The line with one blank between its first five parts: owner, TTL, class, type, data.
fn one_blank_between_fields(line: &str) -> String {
    let mut rest = line;
    let mut fields = Vec::new();
    for _ in 0..4 {
        let (field, tail) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        fields.push(field);
        rest = tail.trim_start();
    }
    fields.push(rest);
    fields.join(" ")
}

/// Where a program is: in the path, or where Debian puts those that are root's to call.
pub(super) fn program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"].map(PathBuf::from);
    let found = std::env::split_paths(&path).chain(system).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is not installed: apt-get install {package}"))
}

/// A port on loopback that is free with TCP and UDP now.
fn free_address() -> SocketAddr {
    loop {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = tcp.local_addr().expect("its address");
        if UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
}
