//! A message as Outlook saves it: properties in streams of a compound file (MS-OXMSG, MS-CFB). It becomes a message as
//! it travels: the headers that came with it, the text, and the messages attached to it.
//!
//! The file is other people's: streams are read up to a bound, and folders followed to a depth.

use std::io::{Cursor, Read as _};

use cfb::CompoundFile;

use super::fields::Fields;
use super::mime::{Body, Part, decoded_text};

/// How the first bytes of such a file look.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Bytes of one property that are read.
const MOST: u64 = 1024 * 1024;
/// Attachments that are looked at, and how deep messages may lie in messages.
const ATTACHMENTS: usize = 100;
const DEPTH: usize = 5;

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Reads such a file; why not, if it cannot be.
pub(super) fn read(bytes: &[u8]) -> Result<Part, String> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let part = message(&mut file, "", DEPTH);
    if part.fields.is_empty() && matches!(&part.body, Body::Several(parts) if parts.is_empty()) {
        return Err("it holds no message, or one without text".to_owned());
    }
    Ok(part)
}

fn message(file: &mut File<'_>, folder: &str, depth: usize) -> Part {
    // The transport headers; a message that never travelled has none.
    let headers = text(file, folder, "007D").unwrap_or_default();
    let (fields, _) = Fields::read(headers.as_bytes());
    let mut parts = Vec::new();
    let mut add = |body: Body| parts.push(Part { fields: Fields::default(), body });
    if let Some(plain) = text(file, folder, "1000").filter(|plain| !plain.trim().is_empty()) {
        add(Body::Text(plain));
    } else if let Some(page) = property(file, folder, "1013", "0102")
        .map(|octets| decoded_text(&octets, None))
        .or_else(|| text(file, folder, "1013"))
    {
        add(Body::Html(super::mime::page_text(&page)));
    }
    // Outlook takes a report apart: the report text, and the delivery status in properties of recipients.
    if let Some(report) = text(file, folder, "1001").filter(|report| !report.trim().is_empty()) {
        add(Body::Text(report));
    }
    for recipient in folders(file, folder, "__recip_version1.0_") {
        let address = text(file, &recipient, "39FE").or_else(|| text(file, &recipient, "3003"));
        let said = text(file, &recipient, "0C1B").or_else(|| text(file, &recipient, "1001"));
        if let Some(said) = said {
            add(Body::Text(format!("{}:\n{said}\n", address.unwrap_or_default())));
        }
    }
    for attachment in folders(file, folder, "__attach_version1.0_") {
        let inside = format!("{attachment}/__substg1.0_3701000D");
        if depth > 0 && file.is_storage(&inside) {
            add(Body::Message(Box::new(message(file, &inside, depth - 1))));
            continue;
        }
        let kind = text(file, &attachment, "370E").unwrap_or_default().to_ascii_lowercase();
        let name = text(file, &attachment, "3707").or_else(|| text(file, &attachment, "3704")).unwrap_or_default();
        let Some(octets) = property(file, &attachment, "3701", "0102") else { continue };
        match kind.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                add(Body::Status(decoded_text(&octets, None)))
            }
            "message/rfc822" | "text/rfc822-headers" => {
                if let Ok(returned) = Part::read(&octets) {
                    add(Body::Message(Box::new(returned)));
                }
            }
            _ if std::path::Path::new(&name).extension().is_some_and(|end| end.eq_ignore_ascii_case("eml")) => {
                if let Ok(returned) = Part::read(&octets) {
                    add(Body::Message(Box::new(returned)));
                }
            }
            _ if octets.windows(16).take(2_000).any(|window| window.eq_ignore_ascii_case(b"final-recipient:")) => {
                add(Body::Status(decoded_text(&octets, None)));
            }
            _ => add(Body::Other(kind)),
        }
    }
    Part { fields, body: Body::Several(parts) }
}

/// A property that is text: UTF-16, else octets.
fn text(file: &mut File<'_>, folder: &str, id: &str) -> Option<String> {
    if let Some(octets) = property(file, folder, id, "001F") {
        let units: Vec<u16> = octets.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return Some(String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned());
    }
    property(file, folder, id, "001E").map(|octets| decoded_text(&octets, None).trim_end_matches('\0').to_owned())
}

fn property(file: &mut File<'_>, folder: &str, id: &str, kind: &str) -> Option<Vec<u8>> {
    let path = format!("{folder}/__substg1.0_{id}{kind}");
    if !file.is_stream(&path) {
        return None;
    }
    let mut octets = Vec::new();
    file.open_stream(&path).ok()?.take(MOST).read_to_end(&mut octets).ok()?;
    Some(octets)
}

/// The folders in a folder whose names begin so, in their order.
fn folders(file: &File<'_>, folder: &str, prefix: &str) -> Vec<String> {
    let place = if folder.is_empty() { "/" } else { folder };
    let Ok(entries) = file.read_storage(place) else { return Vec::new() };
    entries
        .filter(|entry| entry.is_storage() && entry.name().starts_with(prefix))
        .take(ATTACHMENTS)
        .map(|entry| format!("{folder}/{}", entry.name()))
        .collect()
}
