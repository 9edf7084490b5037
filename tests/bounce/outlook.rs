//! Files of Outlook: made here with the crate that reads them, in the shape that Outlook gives them.

use std::io::{Cursor, Write as _};

use cfb::CompoundFile;
use mailvouch::observed::bounce::{Container, read};

use super::{codes, mail};

/// A file with these streams: a path without the prefix of Outlook, and what is in it.
fn file(folders: &[&str], streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
    for folder in folders {
        file.create_storage(folder).expect("a folder");
    }
    for (path, octets) in streams {
        file.create_stream(path).expect("a stream").write_all(octets).expect("octets");
    }
    file.flush().expect("all of it");
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn headers_text_and_delivery_status_are_read() {
    let octets = file(
        &["/__attach_version1.0_#00000000", "/__attach_version1.0_#00000001", "/__attach_version1.0_#00000001/__substg1.0_3701000D"],
        &[
            ("/__substg1.0_007D001F", wide("From: <postmaster@example.com>\r\nTo: <alice@example.com>\r\nSubject: Undeliverable: x\r\nX-MS-Exchange-Message-Is-Ndr:\r\n\r\n")),
            ("/__substg1.0_1000001F", wide("Delivery has failed.\r\n")),
            ("/__attach_version1.0_#00000000/__substg1.0_370E001F", wide("message/delivery-status")),
            (
                "/__attach_version1.0_#00000000/__substg1.0_37010102",
                b"Reporting-MTA: dns;mail.example.com\r\n\r\nFinal-Recipient: rfc822;bob@example.org\r\nAction: failed\r\nStatus: 5.7.606\r\nDiagnostic-Code: smtp;550 5.7.606 Access denied, banned sending IP [203.0.113.25]\r\n".to_vec(),
            ),
            ("/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_007D001E", b"From: Alice <alice@example.com>\r\nMessage-ID: <1@example.com>\r\n\r\n".to_vec()),
        ],
    );
    let found = mail(&octets);
    assert_eq!(found.container, Container::Outlook);
    let message = &found.messages[0];
    assert_eq!(
        (codes(&message.reports[0]).as_str(), message.reports[0].cause.reason.as_str()),
        ("550 5.7.606", "banned-sending-ip")
    );
    assert_eq!(message.subject.as_deref(), Some("Undeliverable: x"));
    assert_eq!(message.returned.message_id.as_deref(), Some("<1@example.com>"));
}

#[test]
fn the_text_alone_is_enough() {
    for (id, octets) in [
        ("1000001F", wide("bob@example.org\r\nRemote Server returned '550 5.7.708 Access denied, traffic not accepted from this IP'\r\n")),
        ("10130102", b"<html><body><p>bob@example.org</p><p>Remote Server returned '550 5.7.708 Access denied, traffic not accepted from this IP'</p></body></html>".to_vec()),
        ("1001001F", wide("bob@example.org\r\n#550 5.7.708 Access denied, traffic not accepted from this IP##\r\n")),
    ] {
        let found = mail(&file(&[], &[(&format!("/__substg1.0_{id}"), octets)]));
        assert_eq!(codes(&found.messages[0].reports[0]), "550 5.7.708", "{id}");
    }
}

#[test]
fn files_that_are_broken_are_refused_with_what_to_do() {
    let whole = file(&[], &[("/__substg1.0_1000001F", wide(&"550 5.7.708 x ".repeat(400)))]);
    for end in (8..whole.len()).step_by(97) {
        // Whatever is left of it: an answer or a refusal, and no panic.
        let _ = read(&whole[..end]);
    }
    for at in (8..whole.len()).step_by(13) {
        let mut octets = whole.clone();
        octets[at] ^= 0xff;
        let _ = read(&octets);
    }
    let error = read(&whole[..600]).expect_err("a file that ends early").to_string();
    assert!(error.contains("save the message as `.eml`"), "{error}");
    let error = read(&file(&[], &[])).expect_err("an empty one").to_string();
    assert!(error.contains("no message"), "{error}");
}
