//! Files of octoDNS, under the contract in several layouts, and in what is theirs alone.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::octodns::{Layout, OctoDns};
use mailvouch_providers::{Provider, Value};
use tempfile::TempDir;

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture};

mod any;
mod cases;
mod peer;
mod refusals;

upholds_contract!(start_plain);

mod crlf {
    super::upholds_contract!(super::start_crlf);
}

mod bare {
    super::upholds_contract!(super::start_bare);
}

/// Somebody with an editor, who writes a whole file each time, as it would look after years of work.
struct Editor {
    file: PathBuf,
    layout: Layout,
    line_end: &'static str,
    _folder: TempDir,
}

fn apex() -> Name {
    "example.com".parse().expect("a name")
}

async fn start_plain() -> Fixture {
    started(Layout::default(), "\n")
}

/// Lines that end with a carriage return too.
async fn start_crlf() -> Fixture {
    started(Layout::default(), "\r\n")
}

/// Semicolons as they are, and another TTL where none is given.
async fn start_bare() -> Fixture {
    started(Layout { default_ttl: 7200, escaped_semicolons: false }, "\n")
}

fn started(layout: Layout, line_end: &'static str) -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("example.com.yaml");
    let provider: Arc<dyn Provider> = Arc::new(OctoDns::folder(folder.path(), layout));
    let editor = Editor { file, layout, line_end, _folder: folder };
    editor.save(&[(apex(), Value::new(Rdata::parse(RrType::NS, "ns.elsewhere.test.").expect("data"), 7200))]);
    Fixture { provider, apex: apex(), backend: Box::new(editor) }
}

impl Editor {
    /// Everything that stands in the file, by a reader that is not the provider's.
    fn all(&self) -> Vec<(Name, Value)> {
        let text = fs::read_to_string(&self.file).expect("the file");
        let zone: serde_norway::Mapping =
            serde_norway::from_str(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
        let mut all = Vec::new();
        for (key, records) in &zone {
            let key = key.as_str().expect("a name");
            let owner = if key.is_empty() { apex() } else { apex().child(key).expect("a name") };
            let records = records.as_sequence().cloned().unwrap_or_else(|| vec![records.clone()]);
            for record in records {
                let rtype: RrType = record["type"].as_str().expect("a type").parse().expect("a type");
                let ttl = record.get("ttl").map_or(self.layout.default_ttl, |ttl| {
                    u32::try_from(ttl.as_u64().expect("a number")).expect("a TTL")
                });
                let values = record.get("values").or_else(|| record.get("value")).expect("values");
                let values = values.as_sequence().cloned().unwrap_or_else(|| vec![values.clone()]);
                all.extend(values.iter().map(|value| (owner.clone(), Value::new(self.rdata(rtype, value), ttl))));
            }
        }
        all
    }

    fn rdata(&self, rtype: RrType, value: &serde_norway::Value) -> Rdata {
        let text = |value: &serde_norway::Value| value.as_str().expect("a text").to_owned();
        match rtype {
            RrType::TXT => {
                let text = if self.layout.escaped_semicolons { text(value).replace("\\;", ";") } else { text(value) };
                Rdata::Txt(mailvouch_providers::dns::Txt::from_text(text.as_bytes()))
            }
            RrType::MX => Rdata::Mx {
                preference: u16::try_from(value["preference"].as_u64().expect("a number")).expect("a preference"),
                exchange: text(&value["exchange"]).parse().expect("a name"),
            },
            RrType(257) => {
                let (flags, tag) = (value["flags"].as_u64().expect("flags"), text(&value["tag"]));
                Rdata::parse(rtype, &format!("{flags} {tag} \"{}\"", text(&value["value"]))).expect("data")
            }
            _ => Rdata::parse(rtype, &text(value)).expect("data"),
        }
    }

    /// Writes all of it: sorted, with comments, and each name in one of the forms that there are.
    fn save(&self, all: &[(Name, Value)]) {
        let mut lines = String::from("---\n# Who changes this asks the hostmaster.\n");
        let mut keys: Vec<(String, &Name)> = all
            .iter()
            .map(|(owner, _)| {
                let labels = owner.to_string();
                (labels.strip_suffix("example.com").expect("below it").trim_end_matches('.').to_owned(), owner)
            })
            .collect();
        keys.sort();
        keys.dedup();
        for (key, owner) in keys {
            let mut types: Vec<RrType> =
                all.iter().filter(|(name, _)| name == owner).map(|(_, value)| value.rdata.rtype()).collect();
            types.sort();
            types.dedup();
            writeln!(lines, "# {owner}\n'{key}':").expect("a text");
            let list = types.len() > 1;
            for rtype in types {
                let values = all.iter().filter(|(name, value)| name == owner && value.rdata.rtype() == rtype);
                let values: Vec<&Value> = values.map(|(_, value)| value).collect();
                let (first, rest) = if list { ("  - ", "    ") } else { ("  ", "  ") };
                writeln!(lines, "{first}ttl: {} # seconds", values[0].ttl).expect("a text");
                writeln!(lines, "{rest}type: {rtype}").expect("a text");
                if let [only] = values[..]
                    && rtype != RrType::MX
                    && rtype != RrType(257)
                {
                    writeln!(lines, "{rest}value: {}", self.scalar(only)).expect("a text");
                    continue;
                }
                writeln!(lines, "{rest}values:").expect("a text");
                for value in values {
                    writeln!(lines, "{rest}  # one").expect("a text");
                    match &value.rdata {
                        Rdata::Mx { preference, exchange } => writeln!(
                            lines,
                            "{rest}  - exchange: {}\n{rest}    preference: {preference}",
                            exchange.absolute()
                        ),
                        Rdata::Other { rtype: RrType(257), text } => {
                            let [flags, tag, value] =
                                <[&str; 3]>::try_from(text.splitn(3, ' ').collect::<Vec<_>>()).expect("three");
                            writeln!(lines, "{rest}  - flags: {flags}\n{rest}    tag: {tag}\n{rest}    value: {value}")
                        }
                        _ => writeln!(lines, "{rest}  - {} # {}", self.scalar(value), value.rdata.rtype()),
                    }
                    .expect("a text");
                }
            }
        }
        fs::write(&self.file, lines.replace('\n', self.line_end)).expect("the file");
    }

    fn scalar(&self, value: &Value) -> String {
        match &value.rdata {
            Rdata::Txt(txt) => {
                let joined = String::from_utf8(txt.joined()).expect("a text");
                let escaped = if self.layout.escaped_semicolons { joined.replace(';', "\\;") } else { joined };
                format!("'{}'", escaped.replace('\'', "''"))
            }
            Rdata::Cname(name) | Rdata::Ns(name) | Rdata::Ptr(name) => name.absolute(),
            other => format!("\"{other}\""),
        }
    }
}

#[async_trait]
impl Backend for Editor {
    async fn add(&self, owner: &Name, values: &[Value]) {
        let mut all = self.all();
        all.extend(values.iter().map(|value| (owner.clone(), value.clone())));
        self.save(&all);
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        let mut all = self.all();
        let before = all.len();
        all.retain(|(name, value)| name != owner || !values.contains(value));
        assert_eq!(all.len() + values.len(), before, "not there as it was added");
        self.save(&all);
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        Some(self.all().into_iter().filter(|(name, _)| name == owner).map(|(_, value)| value).collect())
    }

    fn has_soa(&self) -> bool {
        false
    }
}
