//! An HTTP server on loopback that says what it is told to, by the first part of a path.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The server; its thread ends with the test process.
pub(crate) struct Http {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Http {
    /// Answers `/NAME…` with the octets of that name. An empty answer never comes.
    pub(crate) fn serve(answers: impl IntoIterator<Item = (String, String)>) -> Self {
        let answers: Vec<(String, String)> = answers.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = requests.clone();
        thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                counted.fetch_add(1, Ordering::Relaxed);
                let mut head = Vec::new();
                let mut octet = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut octet).is_ok_and(|read| read == 1) {
                    head.push(octet[0]);
                }
                let path = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned();
                let name = path.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
                match answers.iter().find(|(known, _)| *known == name) {
                    Some((_, answer)) if !answer.is_empty() => {
                        // Whoever has enough of an answer hangs up.
                        let _ = stream.write_all(answer.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes());
                    }
                    // It stays open: nothing comes.
                    _ => kept.push(stream),
                }
            }
        });
        Self { url, requests }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How often it was asked.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}
