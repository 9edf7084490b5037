//! A server that speaks HTTPS, with a certificate as a test wants it, and keeps all that it is sent.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use super::server::program;

/// A certificate of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// For `localhost`, by the CA.
    Good,
    /// For `elsewhere.test`, by the CA.
    OtherName,
    /// For `localhost`, by the CA, and over since 2020.
    Expired,
    /// For `localhost`, by the CA, from 2090 on.
    NotYet,
    /// For `localhost`, by itself.
    SelfSigned,
}

/// A CA in a folder: `ca.pem` is what a client has to trust.
pub(crate) struct Authority<'a> {
    folder: &'a Path,
}

impl<'a> Authority<'a> {
    /// A new one.
    pub(crate) fn new(folder: &'a Path) -> Self {
        let authority = Self { folder };
        let configuration = "[ca]\ndefault_ca = it\n[it]\ndatabase = index\nnew_certs_dir = .\nserial = serial\n\
                             default_md = sha256\npolicy = any\nunique_subject = no\n[any]\ncommonName = supplied\n\
                             [req]\ndistinguished_name = name\n[name]\n[root]\nbasicConstraints = critical, CA:true\n";
        for (name, text) in [("ca.conf", configuration), ("index", ""), ("serial", "01\n")] {
            fs::write(folder.join(name), text).expect("a file");
        }
        authority
            .openssl("req -config ca.conf -x509 -extensions root -subj /CN=tests -days 2 -out ca.pem -keyout ca.key");
        authority
    }

    fn openssl(&self, arguments: &str) {
        let mut command = Command::new(program("openssl", "openssl"));
        command.current_dir(self.folder).args(arguments.split_whitespace());
        if arguments.starts_with("req") {
            command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
        }
        let output = command.stdin(Stdio::null()).output().expect("openssl");
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes a certificate and its key.
    fn issue(&self, certificate: Certificate) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let name = if certificate == Certificate::OtherName { "elsewhere.test" } else { "localhost" };
        let (from, until) = match certificate {
            Certificate::Expired => ("20190101000000Z", "20200101000000Z"),
            Certificate::NotYet => ("20900101000000Z", "20910101000000Z"),
            _ => ("20200101000000Z", "20900101000000Z"),
        };
        fs::write(self.folder.join("extensions"), format!("subjectAltName = DNS:{name}\n")).expect("a file");
        if certificate == Certificate::SelfSigned {
            let of = format!("-subj /CN={name} -addext subjectAltName=DNS:{name} -days 2 -out its.pem -keyout its.key");
            self.openssl(&format!("req -config ca.conf -x509 -extensions root {of}"));
        } else {
            self.openssl(&format!("req -config ca.conf -subj /CN={name} -out its.csr -keyout its.key"));
            let of = format!("-extfile extensions -startdate {from} -enddate {until} -in its.csr -out its.pem");
            self.openssl(&format!("ca -config ca.conf -batch -notext -cert ca.pem -keyfile ca.key {of}"));
        }
        let chain = CertificateDer::from_pem_file(self.folder.join("its.pem")).expect("a certificate");
        (vec![chain], PrivateKeyDer::from_pem_file(self.folder.join("its.key")).expect("a key"))
    }
}

/// A server that answers every request with 403. Dropping it stops it.
pub(crate) struct TlsServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
    stop: Arc<AtomicBool>,
}

impl TlsServer {
    pub(crate) fn start(authority: &Authority<'_>, certificate: Certificate) -> Self {
        let (chain, key) = authority.issue(certificate);
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let versions = ServerConfig::builder_with_provider(crypto).with_safe_default_protocol_versions();
        let config = versions.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("a key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let server = Self { address, received: Arc::default(), stop: Arc::default() };
        let (config, received, stop) = (Arc::new(config), server.received.clone(), server.stop.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let (config, received) = (config.clone(), received.clone());
                thread::spawn(move || serve(stream, config, &received));
            }
        });
        server
    }

    /// `https://localhost:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// All that came, decrypted.
    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().expect("no panic")).into_owned()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, config: Arc<ServerConfig>, received: &Mutex<Vec<u8>>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let Ok(mut connection) = ServerConnection::new(config) else { return };
    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
    let mut octets = [0; 4096];
    let from = received.lock().expect("no panic").len();
    // Whoever does not trust it goes away in the midst of the handshake.
    while let Ok(count @ 1..) = tls.read(&mut octets) {
        let mut received = received.lock().expect("no panic");
        received.extend_from_slice(&octets[..count]);
        if is_whole(&received[from..]) {
            let body = r#"{"success": false, "errors": [{"code": 10000, "message": "no"}], "error": "not for you"}"#;
            let head = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = tls.write_all(format!("{head}{body}").as_bytes());
            break;
        }
    }
    connection.send_close_notify();
    let _ = connection.complete_io(&mut stream);
}

/// Whether a request is there to its end.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.to_ascii_lowercase().lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}
