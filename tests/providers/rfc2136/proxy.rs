//! Somebody in the middle: passes messages between the provider and a server, one by one, and does to them what a test
//! wants, or lets somebody else be quicker.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};

/// What becomes of a message from the provider.
pub(super) enum Fate {
    /// It goes to the server, and the answer back.
    Pass,
    /// The same, and then the connection ends.
    PassAndClose,
    /// It goes to the server; the answer gets lost with the connection.
    LoseAnswer,
    /// It goes to the server; the answer is changed on its way.
    Alter(fn(&mut Vec<u8>)),
    /// It goes nowhere; these octets are the answer.
    Answer(Vec<u8>),
}

type Decide = dyn FnMut(&[u8]) -> Fate + Send;

pub(super) struct Proxy {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Proxy {
    /// A proxy before `server`, with a say for each message.
    pub(super) fn start(server: SocketAddr, decide: impl FnMut(&[u8]) -> Fate + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let over = Arc::new(AtomicBool::new(false));
        let decide: Arc<Mutex<Decide>> = Arc::new(Mutex::new(decide));
        let ends = over.clone();
        let accepting = spawn(move || {
            for client in listener.incoming() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let (client, decide) = (client.expect("a connection"), decide.clone());
                spawn(move || serve(client, server, &decide));
            }
        });
        Self { address, over, accepting: Some(accepting) }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is over.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// Serves one connection until either side ends it.
fn serve(mut client: TcpStream, server: SocketAddr, decide: &Mutex<Decide>) -> Option<()> {
    let mut upstream = TcpStream::connect(server).ok()?;
    loop {
        let message = receive(&mut client)?;
        // A hook that panicked has failed its test already.
        let fate = decide.lock().ok()?(&message);
        if let Fate::Answer(octets) = fate {
            client.write_all(&octets).ok()?;
            continue;
        }
        send(&mut upstream, &message)?;
        let mut answer = receive(&mut upstream)?;
        match fate {
            Fate::LoseAnswer => return None,
            Fate::Alter(alter) => alter(&mut answer),
            _ => {}
        }
        send(&mut client, &answer)?;
        if let Fate::PassAndClose = fate {
            return None;
        }
    }
}

fn receive(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message).ok()?;
    Some(message)
}

fn send(stream: &mut TcpStream, message: &[u8]) -> Option<()> {
    stream.write_all(&framed(message)).ok()
}

/// A message as it goes over TCP.
pub(super) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("a message that fits");
    [&length.to_be_bytes()[..], message].concat()
}

/// Whether a message is an UPDATE that can change something in `example.com` (RFC 2136, section 2.2): not one whose first
/// prerequisite is that the apex is not in use.
pub(super) fn changes_something(message: &[u8]) -> bool {
    const APEX_IS_UNUSED: [u8; 6] = [0xc0, 12, 0, 255, 0, 254];
    let zone_section = 12 + b"\x07example\x03com\0".len() + 4;
    let is_update = message[2] >> 3 & 0b1111 == 5 && message[8..10] != [0, 0];
    is_update && !message[zone_section..].starts_with(&APEX_IS_UNUSED)
}
