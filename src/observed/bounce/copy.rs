//! A bounce written down anew, for somebody else to read: every part as the text that it says, in UTF-8; no attachment,
//! and of the message that did not arrive its header alone. What is taken out of it is so in all of its parts: nothing is
//! left encoded.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

use super::fields::{decoded, media_type, parameter};
use super::mime::{Body, Part};
use super::read::{BounceError, parts};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The message as a file: one with a header, or the bare text that was pasted.
    pub text: String,
    /// Whether it has a header.
    pub has_header: bool,
    /// The headers alone: its own, then that of the message that did not arrive.
    pub headers: String,
    /// When it was written, by its own header: `2026-11-03T09:14:20Z`.
    pub date: Option<String>,
}

/// Copies of the messages in it, with `change` done to every text of them.
pub fn copies(bytes: &[u8], change: &dyn Fn(&str) -> String) -> Result<Vec<Copy>, BounceError> {
    let (_, parts) = parts(bytes)?;
    Ok(parts.iter().map(|part| copy(part, change)).collect())
}

/// Addresses in the header of the message that did not arrive: who else was to get it.
pub fn addressees(bytes: &[u8]) -> Result<Vec<String>, BounceError> {
    let (_, parts) = parts(bytes)?;
    let mut found = Vec::new();
    for part in &parts {
        for leaf in part.leaves() {
            if let Body::Message(returned) = &leaf.body {
                for name in TO {
                    for value in returned.fields.all(name) {
                        found.extend(addresses(&decoded(value)));
                    }
                }
            }
        }
        for name in ["X-Failed-Recipients", "X-Original-To"] {
            found.extend(part.fields.all(name).flat_map(addresses));
        }
    }
    Ok(found)
}

/// Fields that name recipients, and people beside their addresses.
const TO: [&str; 6] = ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Apparently-To"];

/// Fields that are written anew.
const MIME: [&str; 4] = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Content-Length"];

fn copy(part: &Part, change: &dyn Fn(&str) -> String) -> Copy {
    let has_header = !part.fields.is_empty();
    let mut writer = Writer { change, boundaries: 0 };
    let mut headers = header(part, change);
    for leaf in part.leaves() {
        if let Body::Message(returned) = &leaf.body {
            headers.push_str(&format!("\n-- the message that did not arrive --\n{}", header(returned, change)));
        }
    }
    let date = part.fields.get("Date").and_then(date);
    let text = if has_header { writer.message(part) } else { writer.bare(part) };
    Copy { text, has_header, headers, date }
}

/// A date of a header, in UTC.
fn date(value: &str) -> Option<String> {
    let line = format!("{value}\n");
    let HeaderValue::DateTime(date) = MessageStream::new(line.as_bytes()).parse_date() else { return None };
    let date = date.is_valid().then(|| jiff::Timestamp::from_second(date.to_timestamp()).ok())??;
    Some(date.to_string())
}

fn header(part: &Part, change: &dyn Fn(&str) -> String) -> String {
    let mut text = String::new();
    for (name, value) in part.fields.iter() {
        if MIME.iter().any(|field| field.eq_ignore_ascii_case(name)) {
            continue;
        }
        text.push_str(&format!("{name}: {}\n", field(name, value, change)));
    }
    text
}

/// A value on one line. Where it names recipients, the names beside the addresses go too.
fn field(name: &str, value: &str, change: &dyn Fn(&str) -> String) -> String {
    let value = one_line(&decoded(value));
    let changed = change(&value);
    if TO.iter().any(|field| field.eq_ignore_ascii_case(name)) && changed != value {
        return addresses(&changed).join(", ");
    }
    changed
}

fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// The addresses in a text, as it stands.
fn addresses(text: &str) -> Vec<String> {
    let is_end =
        |char: char| char.is_whitespace() || matches!(char, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '[' | ']');
    let words = text
        .split(is_end)
        .filter(|word| word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')));
    words.map(|word| word.trim_start_matches("mailto:").trim_end_matches('.').to_owned()).collect()
}

struct Writer<'a> {
    change: &'a dyn Fn(&str) -> String,
    boundaries: usize,
}

impl Writer<'_> {
    /// A message with its header.
    fn message(&mut self, part: &Part) -> String {
        format!("{}MIME-Version: 1.0\n{}", header(part, self.change), self.body(part))
    }

    /// Its text alone.
    fn bare(&self, part: &Part) -> String {
        match &part.body {
            Body::Text(text) => (self.change)(text),
            _ => String::new(),
        }
    }

    /// The fields that say what a body is, an empty line, and the body.
    fn body(&mut self, part: &Part) -> String {
        match &part.body {
            Body::Text(text) | Body::Html(text) => self.text("text/plain; charset=utf-8", text),
            Body::Status(text) => self.text("message/delivery-status", &without_names(text)),
            Body::Feedback => self.text("text/plain; charset=utf-8", "[a feedback report was left out]\n"),
            Body::Disposition => self.text("text/plain; charset=utf-8", "[a disposition notification was left out]\n"),
            Body::Other(kind) => {
                let note = format!("[a part was left out: {}]\n", one_line(kind));
                self.text("text/plain; charset=utf-8", &note)
            }
            Body::Message(returned) => {
                let fields = header(returned, self.change);
                format!("Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: 8bit\n\n{fields}")
            }
            Body::Several(parts) => self.several(part, parts),
        }
    }

    fn text(&self, kind: &str, text: &str) -> String {
        let text = (self.change)(&text.replace("\r\n", "\n"));
        format!("Content-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n{}\n", text.trim_end_matches('\n'))
    }

    fn several(&mut self, part: &Part, parts: &[Part]) -> String {
        self.boundaries += 1;
        let number = self.boundaries;
        let bodies: Vec<String> = parts.iter().map(|part| self.body(part)).collect();
        // A boundary that stands in no text: the first of a row, since all of them cannot.
        let mut candidates = (0_u32..).map(|turn| format!("=_mailvouch_{number}_{turn}"));
        let boundary =
            candidates.find(|boundary| !bodies.iter().any(|body| body.contains(boundary.as_str()))).unwrap_or_default();
        let stated = part.fields.get("Content-Type").unwrap_or_default();
        let kind =
            Some(media_type(stated)).filter(|kind| is_plain(kind)).unwrap_or_else(|| "multipart/mixed".to_owned());
        let report = parameter(stated, "report-type").filter(|kind| is_plain(kind));
        let report = report.map(|kind| format!("; report-type={kind}")).unwrap_or_default();
        let mut text = format!("Content-Type: {kind}{report}; boundary=\"{boundary}\"\n\n");
        for body in bodies {
            text.push_str(&format!("--{boundary}\n{body}\n"));
        }
        text + &format!("--{boundary}--\n")
    }
}

fn is_plain(kind: &str) -> bool {
    !kind.is_empty() && kind.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '/' | '-' | '.' | '+'))
}

/// Delivery-status fields without the name that Exchange puts beside an address.
fn without_names(text: &str) -> String {
    let is_name = |line: &&str| line.to_ascii_lowercase().starts_with("x-display-name:");
    text.lines().filter(|line| !is_name(line)).flat_map(|line| [line, "\n"]).collect()
}
