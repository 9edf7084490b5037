//! What `dkim new` says. The JSON is `docs/formats/dkim-new.md`, version 1: a field keeps its name and its meaning.

use std::path::Path;

use mailvouch_providers::dns::{Name, Txt};
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::declared::{KeyAlgorithm, PublicKey};
use crate::output::columns::{line_width, wrap};
use crate::output::json::pretty;
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::schema::schema_of;
use crate::output::style::{GOOD, STRONG, WARNING, paint};
use crate::output::words::indented;

/// A selector that does not sign yet.
#[derive(Clone, Copy, Debug)]
pub struct NewSelector<'a> {
    /// The domain that is going to sign.
    pub domain: &'a Name,
    /// The selector, in A-labels.
    pub selector: &'a str,
    /// Where the record goes.
    pub owner: &'a Name,
    /// The public half, with the file that it is in.
    pub key: &'a PublicKey,
    /// The file of the private half.
    pub private_file: &'a Path,
    /// The file of the public half, as the declaration has to name it.
    pub key_file: &'a str,
    /// The declaration, or where one would be.
    pub declaration: &'a Path,
}

impl NewSelector<'_> {
    /// The text of the record, in strings of at most 255 octets (RFC 1035, section 3.3).
    fn txt(&self) -> Txt {
        Txt::from_text(self.key.record_text().as_bytes())
    }

    /// The record as a line of a master file; its TTL is that of the file.
    fn line(&self) -> String {
        format!("{} IN TXT {}", self.owner.absolute(), self.txt())
    }

    /// What the declaration has to say.
    fn declared(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        // A bare key has no dots.
        let key = if self.selector.contains('.') { quoted(self.selector) } else { self.selector.to_owned() };
        let domain = self.domain;
        format!("[domains.\"{domain}\".dkim]\n{key} = {{ key-file = {} }}\n", quoted(self.key_file))
    }
}

/// Where the files are, what to publish and what to declare.
pub fn human(new: &NewSelector<'_>) -> String {
    let shown = |path: &Path| printable(&path.display().to_string()).into_owned();
    let made = format!("{} at {}", new.key.algorithm, new.owner);
    let files = [
        format!("private key: {}, for whoever signs and nobody else", shown(new.private_file)),
        format!("public key:  {}", shown(&new.key.file)),
    ];
    let mut text = format!("{}: {}\n{}\n", paint(GOOD, "made"), paint(STRONG, &made), indented("  ", files));
    text.push_str("Publish this record (`mailvouch plan` does, once it is declared), and sign when it is served:\n\n");
    text.push_str(&format!("{}\n\n", new.line()));
    let declaration = shown(new.declaration);
    text.push_str(&indented(
        "",
        wrap(
            &format!("Declare it in {declaration} (where the table is there already, add the last line only):"),
            line_width(),
        ),
    ));
    text.push_str(&format!("\n{}", printable_lines(&new.declared())));
    if new.key.algorithm == KeyAlgorithm::Ed25519 {
        let why = "many receivers do not verify Ed25519: sign with an RSA key as well, under another \
                   selector";
        text.push_str(&format!("\n{}", remark("", WARNING, "note:", why)));
    }
    text
}

/// Lines that can be copied: a path of anybody's in them has no control characters.
fn printable_lines(text: &str) -> String {
    indented("", text.lines().map(|line| printable(line).into_owned()))
}

#[derive(JsonSchema, Serialize)]
struct Document<'a> {
    version: u32,
    domain: String,
    selector: &'a str,
    algorithm: &'static str,
    bits: usize,
    private_key_file: String,
    public_key_file: String,
    record: Record,
    declaration: Lines,
}

#[derive(JsonSchema, Serialize)]
struct Record {
    owner: String,
    r#type: &'static str,
    value: String,
    character_strings: Vec<String>,
    master_file: String,
}

#[derive(JsonSchema, Serialize)]
struct Lines {
    file: String,
    toml: String,
}

/// The same as one document.
pub fn json(new: &NewSelector<'_>) -> String {
    let shown = |path: &Path| path.display().to_string();
    let strings = |txt: &Txt| txt.strings().iter().map(|string| String::from_utf8_lossy(string).into_owned()).collect();
    pretty(&Document {
        version: 1,
        domain: new.domain.to_string(),
        selector: new.selector,
        algorithm: new.key.algorithm.tag_value(),
        bits: match new.key.algorithm {
            KeyAlgorithm::Rsa { bits } => bits,
            KeyAlgorithm::Ed25519 => 256,
        },
        private_key_file: shown(new.private_file),
        public_key_file: shown(&new.key.file),
        record: Record {
            owner: new.owner.to_string(),
            r#type: "TXT",
            value: new.key.record_text(),
            character_strings: strings(&new.txt()),
            master_file: new.line(),
        },
        declaration: Lines { file: shown(new.declaration), toml: new.declared() },
    })
}

/// The schema of `dkim new`.
pub fn schema() -> Schema {
    schema_of::<Document<'_>>()
}
