//! Master files, under the contract in three layouts, and in what is theirs alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Provider, Value};
use tempfile::TempDir;

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton};

mod any_layout;
mod disk;
mod layout;
mod refusals;
mod workbench;

upholds_contract!(start_plain);

mod crlf {
    super::upholds_contract!(super::start_crlf);
}

mod included {
    super::upholds_contract!(super::start_included);
}

/// Somebody with an editor, who writes whole lines at the end of a file.
struct Editor {
    zone: PathBuf,
    written: PathBuf,
    line_end: &'static str,
    _folder: TempDir,
}

fn apex() -> Name {
    "example.com".parse().expect("a name")
}

/// One record a line, each in full.
async fn start_plain() -> Fixture {
    let text: String = skeleton(&apex()).iter().map(|(owner, value)| line(owner, value) + "\n").collect();
    started(&[("example.com.zone", &text)], "example.com.zone", "\n")
}

/// Lines that end with a carriage return too, but for the last, which does not end at all.
async fn start_crlf() -> Fixture {
    let text = "$ORIGIN com.\r\n$TTL 7200\r\nexample\tSOA ns.elsewhere.test. hostmaster.elsewhere.test. ( ; made by hand\r\n\
                \t\t2026010100 ; serial\r\n\t\t3600 600 604800 300 )\r\n\r\n\t\tNS\tns.elsewhere.test.";
    started(&[("example.com.zone", text)], "example.com.zone", "\r\n")
}

/// All but the beginning in another file.
async fn start_included() -> Fixture {
    let text = "@ 7200 SOA ns.elsewhere.test. hostmaster.elsewhere.test. 2026010100 3600 600 604800 300\n\
                \t NS ns.elsewhere.test.\n$INCLUDE parts/records ; the rest\n";
    started(&[("example.com.zone", text), ("parts/records", "")], "parts/records", "\n")
}

fn started(files: &[(&str, &str)], written: &str, line_end: &'static str) -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let provider: Arc<dyn Provider> = Arc::new(ZoneFile::folder(folder.path()));
    let zone = folder.path().join("example.com.zone");
    let written = folder.path().join(written);
    Fixture { provider, apex: apex(), backend: Box::new(Editor { zone, written, line_end, _folder: folder }) }
}

fn line(owner: &Name, value: &Value) -> String {
    format!("{} {} IN {} {}", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
}

#[async_trait]
impl Backend for Editor {
    async fn add(&self, owner: &Name, values: &[Value]) {
        let mut text = fs::read_to_string(&self.written).expect("the file");
        for value in values {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(self.line_end);
            }
            text.push_str(&line(owner, value));
            // The layout without a last line end stays one.
            text.push_str(if self.line_end == "\n" { "\n" } else { "" });
        }
        fs::write(&self.written, text).expect("the file");
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        let text = fs::read_to_string(&self.written).expect("the file");
        let gone: Vec<String> = values.iter().map(|value| line(owner, value)).collect();
        let kept: Vec<&str> =
            text.split_inclusive('\n').filter(|line| !gone.iter().any(|gone| gone == line.trim_end())).collect();
        assert_eq!(kept.len() + gone.len(), text.split_inclusive('\n').count(), "not there as it was added");
        fs::write(&self.written, kept.concat()).expect("the file");
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let all = as_bind_reads(&self.zone, &apex());
        Some(all.into_iter().filter(|(name, _)| name == owner).map(|(_, value)| value).collect())
    }
}

/// All records of a zone file in the eyes of BIND. A file that it would not load fails the test.
pub(crate) fn as_bind_reads(path: &Path, apex: &Name) -> Vec<(Name, Value)> {
    let done = Command::new("named-compilezone")
        .args(["-q", "-i", "none", "-k", "ignore", "-n", "ignore", "-M", "ignore", "-S", "ignore", "-W", "ignore"])
        .args(["-s", "full", "-o", "-", &apex.absolute()])
        .arg(path)
        .current_dir(path.parent().expect("a folder"))
        .output()
        .expect("named-compilezone, of the package bind9-utils, is needed for this test");
    let text = fs::read_to_string(path).unwrap_or_default();
    assert!(done.status.success(), "BIND does not take this:\n{text}\n{}", String::from_utf8_lossy(&done.stderr));
    let lines = String::from_utf8(done.stdout).expect("text");
    lines.lines().filter(|line| !line.starts_with(';')).map(record).collect()
}

/// A record of the fullest form: owner, TTL, class, type, data.
fn record(line: &str) -> (Name, Value) {
    let mut rest = line;
    let mut word = || {
        let (word, tail) = rest.split_once([' ', '\t']).expect("five fields");
        rest = tail.trim_start();
        word
    };
    let (owner, ttl, _, rtype) = (word(), word(), word(), word());
    let rtype: RrType = rtype.parse().expect("a type");
    let rdata = Rdata::parse(rtype, rest).expect("its data");
    (owner.parse().expect("a name"), Value::new(rdata, ttl.parse().expect("a TTL")))
}
