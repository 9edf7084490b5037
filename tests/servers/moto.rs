//! `moto_server`: AWS as far as it goes, one process for all tests that run beside each other.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::program_of_peers;

/// It, running. The last test that holds it stops it.
pub(crate) struct Moto {
    process: Child,
    address: SocketAddr,
}

/// The one that runs, or a new one.
pub(crate) fn start() -> Arc<Moto> {
    static RUNNING: Mutex<Weak<Moto>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().expect("no panic");
    if let Some(moto) = running.upgrade() {
        return moto;
    }
    let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let mut command = Command::new(program_of_peers("moto_server"));
    command.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
    let process =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("moto_server");
    let moto = Arc::new(Moto { process, address });
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begun.elapsed() < Duration::from_mins(1), "moto_server did not come up");
        sleep(Duration::from_millis(50));
    }
    *running = Arc::downgrade(&moto);
    moto
}

impl Moto {
    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL of its API.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may be gone already: what counts is that it is waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
