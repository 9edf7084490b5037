//! A server that lets nobody in, and gives back what it was sent, turned over in every way.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

/// It, running. Dropping it stops it.
pub(crate) struct Echo {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Echo {
    /// With what else it gives back, for it knows the credential in other forms too.
    pub(crate) fn start(more: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let echo = Self { address, stop: Arc::default() };
        let (stop, count) = (echo.stop.clone(), Arc::new(AtomicUsize::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let (more, number) = (more.clone(), count.fetch_add(1, Ordering::Relaxed));
                thread::spawn(move || serve(stream, number, &more));
            }
        });
        echo
    }

    /// `http://127.0.0.1:PORT/`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, number: usize, more: &[String]) {
    let mut came = Vec::new();
    let mut octets = [0; 4096];
    while !came.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut octets) {
            Ok(count @ 1..) => came.extend_from_slice(&octets[..count]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&came);
    let secrets: Vec<&str> = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| ["authorization", "x-api-key"].contains(&name.to_ascii_lowercase().as_str()))
        .map(|(_, value)| value.trim())
        .chain(more.iter().map(String::as_str))
        .collect();
    let told = format!("what is {}?", secrets.join(" or "));
    // Each in its turn: as each service refuses, as a proxy does, and as what is no answer at all.
    let json = json!({"success": false, "errors": [{"code": 9999, "message": told}], "error": told});
    let (status, body) = match number % 6 {
        0 => (403, json.to_string()),
        1 => (400, told),
        2 => (500, json.to_string()),
        3 => (200, json!({"success": true, "result": [{"id": told, "name": 7}], "kind": told}).to_string()),
        4 => (200, json!([{"id": "x", "name": told, "kind": 9}, told]).to_string()),
        _ => {
            (403, format!("<ErrorResponse><Error><Code>Denied</Code><Message>{told}</Message></Error></ErrorResponse>"))
        }
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // Whoever asked may have gone away.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}
