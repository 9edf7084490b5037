//! What is wrong with a certificate that was not trusted, and what to do about it.
//!
//! Certificates are verified always. The roots are those of the system, or of the file that `SSL_CERT_FILE` names.

use std::error::Error;
use std::io;

use rustls::CertificateError;

/// Why no connection came about, where that is the server's certificate; none for any other reason. The handshake was
/// broken off: nothing of the request was sent.
pub(super) fn refused(error: &reqwest::Error) -> Option<String> {
    let Some(rustls::Error::InvalidCertificate(problem)) = behind(error) else { return None };
    Some(format!("{}; nothing was sent", told(problem)))
}

/// The error of TLS that is behind another, however deep.
fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    // An error of the system's kind does not give what it wraps as its source.
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => behind(wrapped),
        None => error.source().and_then(behind),
    }
}

fn told(problem: &CertificateError) -> String {
    const TRUST: &str = "if the server is yours, add the certificate of the CA that signed it to those of the system, or \
                         name a file of CA certificates in SSL_CERT_FILE; if not, somebody else may answer in its place";
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired: renew it at the server, or see whether this machine's clock is right"
                .to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet: see whether this machine's clock is right".to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            // As rustls shows them: `DnsName("…")`.
            let plain = |name: &String| name.trim_start_matches("DnsName(\"").trim_end_matches("\")").to_owned();
            let names: Vec<String> = presented.iter().map(plain).collect();
            let names = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
            format!(
                "its certificate is not for {}, but for {names}: give in `url` a name that it is for, or the server a \
                 certificate for this one",
                expected.to_str()
            )
        }
        // A CA of the same name with another key is another CA.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            format!("its certificate is signed by nobody whom this machine trusts: {TRUST}")
        }
        // A server that shows the certificate of a CA as its own: mostly one that it signed itself.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            format!(
                "its certificate is one of a CA, not of a server: give it one that a CA signed, for its name; {TRUST}"
            )
        }
        other => format!("its certificate is not accepted: {other}"),
    }
}
