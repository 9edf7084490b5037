//! `check --domains-from … --format ndjson`: a list that is looked at while it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hickory_proto::op::ResponseCode;
use mailvouch_providers::dns::RrType;
use serde_json::Value;

use super::Folder;
use crate::support::dns_server::{Act, DnsServer, Script};

/// Domains of the world; each tenth has no SPF record, and each seventh an alias for a key.
const DOMAINS: usize = 120;

fn script() -> Script {
    let mut records = "_spf.vendor.test TXT \"v=spf1 include:_a.vendor.test ip4:192.0.2.0/24 ~all\"\n\
        _a.vendor.test TXT \"v=spf1 ip4:203.0.113.0/24 ~all\"\n\
        k.vendor.test TXT \"v=DKIM1; p=\"\n"
        .to_owned();
    for n in 0..DOMAINS {
        writeln!(records, "d{n}.test MX 10 mx.vendor.test.").expect("a text");
        writeln!(records, "_dmarc.d{n}.test TXT \"v=DMARC1; p=reject\"").expect("a text");
        if n % 10 != 0 {
            writeln!(records, "d{n}.test TXT \"v=spf1 include:_spf.vendor.test ~all\"").expect("a text");
        }
        if n % 7 == 0 {
            writeln!(records, "s1._domainkey.d{n}.test CNAME k.vendor.test.").expect("a text");
        }
    }
    Script::resolver().records(&records)
}

fn list() -> String {
    (0..DOMAINS).map(|n| format!("d{n}.test s1\n")).collect::<Vec<_>>().concat()
}

/// The lines by domain: they come in any order.
fn by_domain(lines: &[Value]) -> BTreeMap<String, Value> {
    let of = |line: &Value| (line["domain"].as_str().expect("a domain").to_owned(), line.clone());
    let all: BTreeMap<String, Value> = lines.iter().map(of).collect();
    assert_eq!(all.len(), lines.len(), "no domain comes twice");
    all
}

fn names(lines: &[Value]) -> BTreeSet<String> {
    by_domain(lines).into_keys().collect()
}

#[test]
fn each_line_is_what_one_document_says_whatever_questions_go_out_on() {
    let server = DnsServer::start(script());
    let folder = Folder::with(&[("list", &list())]);
    let check = format!("check --domains-from list --resolver {}", server.address());
    let document = folder.mailvouch(&format!("{check} --format json")).exits(1).json();
    let expected = by_domain(document["domains"].as_array().expect("domains"));
    assert_eq!(expected.len(), DOMAINS);
    for transport in ["auto", "own", "pooled"] {
        let ran = folder.mailvouch(&format!("{check} --format ndjson --transport {transport}")).exits(1);
        assert_eq!(by_domain(&ran.lines()), expected, "{transport}");
        ran.says("120 domains:").says("questions a second");
    }
}

#[test]
fn what_many_share_is_asked_once() {
    let server = DnsServer::start(script());
    let folder = Folder::with(&[("list", &list())]);
    folder.mailvouch(&format!("check --domains-from list --format ndjson --resolver {}", server.address())).exits(1);
    let asked = server.questions();
    let shared = |name: &str| asked.iter().filter(|question| question.to_lowercase().contains(name)).count();
    for name in ["_spf.vendor.test", "_a.vendor.test", "_dmarc.test"] {
        assert_eq!(shared(name), 1, "{name}");
    }
}

#[test]
fn the_parts_of_a_list_are_all_of_it() {
    let server = DnsServer::start(script());
    let folder = Folder::with(&[("list", &list())]);
    let mut seen = BTreeSet::new();
    for part in 1..=3 {
        let check = format!("check --domains-from list --shard {part}/3 --resolver {}", server.address());
        let lines = names(&folder.mailvouch(&format!("{check} --format ndjson")).exits(1).lines());
        let document = folder.mailvouch(&format!("{check} --format json")).exits(1).json();
        assert_eq!(names(document["domains"].as_array().expect("domains")), lines);
        assert!(lines.len() > DOMAINS / 6, "part {part}: {}", lines.len());
        assert!(lines.iter().all(|name| seen.insert(name.clone())), "part {part} holds what another does");
    }
    assert_eq!(seen.len(), DOMAINS);
    let check = format!("check --domains-from - --shard 1/9999 --format ndjson --resolver {}", server.address());
    folder.mailvouch(&check).reading("d1.test\n").exits(0).says("lists no domain of this part");
    folder.mailvouch("check --domains-from list --shard 4/3").exits(2).says("1/8 to 8/8");
    folder.mailvouch("check a.test --shard 1/3").exits(2).says("--domains-from");
}

#[test]
fn a_bad_line_is_told_and_the_others_are_looked_at() {
    let server = DnsServer::start(script());
    let long = format!("{}.test", "x".repeat(20_000));
    let lines: [&[u8]; 11] = [
        b"\xef\xbb\xbfd1.test s1\r",
        b"# a comment, and an empty line",
        b"",
        b"d2.test # why",
        b"exa mple.test s1 s2",
        b"http://d3.test/",
        b"\xff\xfe.test",
        long.as_bytes(),
        b"d4.test bad..selector",
        b"D5.Test. s1,,s2",
        b"d6.test",
    ];
    let folder = Folder::new();
    folder.write("list", lines.join(&b"\n"[..]));
    let check = format!("check --domains-from list --format ndjson --resolver {}", server.address());
    let ran = folder.mailvouch(&check).exits(2);
    assert_eq!(names(&ran.lines()), BTreeSet::from(["d1.test", "d2.test", "d5.test", "d6.test"].map(str::to_owned)));
    for place in ["list:5:", "list:6:", "list:7: is no text", "list:8: is longer than 8192 octets", "list:9:"] {
        assert!(ran.stderr.contains(place), "{place}\n{ran}");
    }
    ran.says("5 lines of list held no domain");
    // Where all comes at the end, the first of them stops it.
    folder.mailvouch(&check.replace("ndjson", "json")).exits(2).says("list:5:");
}

#[test]
fn a_list_that_is_none_is_told() {
    let folder = Folder::with(&[("empty", "# nothing\n\n"), ("list", "d1.test\n")]);
    for (list, words) in [
        ("empty", "empty lists no domain"),
        ("absent", "cannot read absent"),
        (".", "is a folder, not a list of domains"),
        ("list --resume-from 7", "list lists no domain from line 7 on"),
    ] {
        for format in ["ndjson", "json"] {
            let check = format!("check --domains-from {list} --format {format} --resolver 127.0.0.1:1");
            folder.mailvouch(&check).exits(2).says(words);
        }
    }
    folder.mailvouch("check --domains-from - --format ndjson --resolver 127.0.0.1:1").exits(2).says("lists no domain");
}

#[test]
fn what_could_not_be_told_is_listed_and_can_be_looked_at_again() {
    let failing = script().act("d3.test", RrType::TXT, Act::Rcode(ResponseCode::ServFail)).act(
        "_dmarc.d5.test",
        RrType::TXT,
        Act::Rcode(ResponseCode::Refused),
    );
    let (failing, sound) = (DnsServer::start(failing), DnsServer::start(script()));
    let folder = Folder::with(&[("list", &list())]);
    for format in ["ndjson", "json"] {
        let check = |list: &str, server: &DnsServer| {
            format!(
                "check --domains-from {list} --unknown-to {format} --format {format} --resolver {}",
                server.address()
            )
        };
        folder.mailvouch(&check("list", &failing)).exits(1);
        let listed: BTreeSet<String> = folder.read(format).lines().map(str::to_owned).collect();
        assert_eq!(listed, BTreeSet::from(["d3.test s1".to_owned(), "d5.test s1".to_owned()]));
        // The file that is read is replaced once all is known.
        folder.mailvouch(&check(format, &sound)).exits_with_one_of(&[0, 1]);
        assert_eq!(folder.read(format), "");
    }
}

#[test]
fn a_server_that_tells_nothing_is_named_while_the_run_goes_on() {
    let folder = Folder::with(&[("list", &list())]);
    let check = "check --domains-from list --format ndjson --resolver";
    let ran = folder.mailvouch(&format!("{check} 127.0.0.1:1")).exits(3);
    assert_eq!(ran.lines().len(), DOMAINS);
    ran.says("of the first 64 domains nothing could be told: the server cannot be reached [127.0.0.1:1]");
    let server = DnsServer::start(script().act("d3.test", RrType::TXT, Act::Rcode(ResponseCode::ServFail)));
    let ran = folder.mailvouch(&format!("{check} {}", server.address())).exits(1);
    assert!(!ran.stderr.contains("nothing could be told"), "{ran}");
}

#[test]
fn a_server_that_keeps_silent_is_named_before_any_domain_is_done() {
    let server = DnsServer::start(Script::resolver().act("d0.test", RrType::TXT, Act::Silence));
    let folder = Folder::with(&[("list", "d0.test\n")]);
    let check = format!("check --domains-from list --format ndjson --timeout 60 --resolver {}", server.address());
    let mut process = begun(&folder, &check);
    let mut said = String::new();
    BufReader::new(process.stderr.take().expect("its words")).read_line(&mut said).expect("words");
    let words = format!("of no domain anything could be told within 10 s, by {}; ", server.address());
    assert!(said.starts_with(&words), "{said}");
    process.kill().expect("it is there");
    process.wait().expect("it ends");
}

#[test]
fn a_run_goes_on_where_it_is_told_to() {
    let server = DnsServer::start(script());
    let folder = Folder::with(&[("list", &list())]);
    let check = format!("check --domains-from list --format ndjson --resume-from 101 --resolver {}", server.address());
    let expected = (100..DOMAINS).map(|n| format!("d{n}.test")).collect();
    assert_eq!(names(&folder.mailvouch(&check).exits(1).lines()), expected);
}

#[test]
fn declared_domains_of_a_list_are_held_to_what_is_declared() {
    let server = DnsServer::start(script());
    let declared = "version = 1\n[egress.o]\naddresses = [\"198.51.100.7\"]\n[domains.\"d1.test\"]\negress = [\"o\"]\n";
    let folder = Folder::with(&[("mailvouch.toml", declared), ("list", "d1.test\nd2.test\n")]);
    let check = format!("check --domains-from list --format ndjson --resolver {}", server.address());
    let lines = by_domain(&folder.mailvouch(&check).exits(1).lines());
    let rules = |domain: &str| {
        let found = lines[domain]["diagnostics"].as_array().expect("findings").clone();
        found.iter().map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect::<Vec<_>>()
    };
    assert!(rules("d1.test").contains(&"egress-not-authorised".to_owned()));
    assert!(!rules("d2.test").contains(&"egress-not-authorised".to_owned()));
}

/// A run whose output is read by the test.
fn begun(folder: &Folder, arguments: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mailvouch"))
        .env_clear()
        .current_dir(folder.path())
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

fn tell(process: &Child, signal: &str) {
    let told = Command::new("kill").args([signal, &process.id().to_string()]).status().expect("kill");
    assert!(told.success());
}

#[test]
fn lines_come_while_the_list_is_still_being_written() {
    let server = DnsServer::start(script());
    let folder = Folder::new();
    let check = format!("check --domains-from - --format ndjson --resolver {}", server.address());
    let mut process = begun(&folder, &check);
    let mut list = process.stdin.take().expect("its input");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    for n in [1, 2, 3] {
        writeln!(list, "d{n}.test").expect("it reads");
        let line: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
        assert_eq!(line["domain"], format!("d{n}.test"));
    }
    drop(list);
    assert!(lines.next().is_none());
    process.wait().expect("it ends");
}

#[test]
fn told_to_stop_it_finishes_what_it_began_and_says_how_to_go_on() {
    for signal in ["-INT", "-TERM"] {
        let server = DnsServer::start(script().delay(Duration::from_millis(100)));
        let folder = Folder::with(&[("list", &list())]);
        let check = "check --domains-from list --format ndjson --concurrency 4 --unknown-to unknown --resolver";
        let mut process = begun(&folder, &format!("{check} {}", server.address()));
        let mut out = BufReader::new(process.stdout.take().expect("its output"));
        let mut first = String::new();
        out.read_line(&mut first).expect("a line");
        tell(&process, signal);
        let mut rest = String::new();
        out.read_to_string(&mut rest).expect("text");
        let (mut said, mut end) = (String::new(), process.wait().expect("it ends").code());
        process.stderr.take().expect("its words").read_to_string(&mut said).expect("text");
        // d0 has no SPF record.
        assert_eq!(end.take(), Some(1), "{said}");
        let done = first.lines().chain(rest.lines()).count();
        assert!((1..DOMAINS).contains(&done), "{done}: {said}");
        let words = format!("go on with --resume-from {}", done + 1);
        assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains(&words), "{words}\n{said}");
        assert_eq!(folder.read("unknown"), "");
    }
}

#[test]
fn told_twice_it_stops_at_once() {
    let server = DnsServer::start(Script::resolver().act("d0.test", RrType::TXT, Act::Silence));
    let folder = Folder::with(&[("list", "d0.test\n")]);
    let check = format!("check --domains-from list --format ndjson --timeout 60 --resolver {}", server.address());
    let mut process = begun(&folder, &check);
    let since = Instant::now();
    while server.seen().is_empty() {
        assert!(since.elapsed() < Duration::from_secs(30), "nothing was asked");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut said = BufReader::new(process.stderr.take().expect("its words"));
    tell(&process, "-INT");
    let mut words = String::new();
    said.read_line(&mut words).expect("words");
    assert!(words.contains("stopping"), "{words}");
    tell(&process, "-INT");
    assert_eq!(process.wait().expect("it ends").code(), Some(2));
    assert!(since.elapsed() < Duration::from_secs(50));
}

#[test]
fn a_reader_that_waits_is_waited_for_and_one_that_goes_ends_the_run() {
    let server = DnsServer::start(script());
    let folder = Folder::new();
    // Far more lines than a pipe and what lies before it can hold.
    let many: String = list().repeat(60);
    folder.write("list", &many);
    let check = format!("check --domains-from list --format ndjson --concurrency 8 --resolver {}", server.address());
    let mut process = begun(&folder, &check);
    let mut out = BufReader::new(process.stdout.take().expect("its output"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    std::thread::sleep(Duration::from_secs(2));
    // It waits: nobody reads.
    assert!(process.try_wait().expect("it is there").is_none());
    drop(out);
    let since = Instant::now();
    while process.try_wait().expect("it is there").is_none() {
        assert!(since.elapsed() < Duration::from_mins(1), "it goes on for nobody");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut said = String::new();
    process.stderr.take().expect("its words").read_to_string(&mut said).expect("text");
    assert!(!said.contains("panicked") && !said.contains("error:"), "{said}");
}

#[test]
fn output_goes_to_a_file_that_is_whole() {
    let server = DnsServer::start(script());
    let folder = Folder::with(&[("list", &list())]);
    let check = format!("check --domains-from list --format ndjson -o out --resolver {}", server.address());
    let ran = folder.mailvouch(&check).exits(1);
    assert_eq!((ran.stdout.as_str(), folder.read("out").lines().count()), ("", DOMAINS));
    folder.mailvouch(&check.replace("-o out", "-o no/such/folder/out")).exits(2).says("cannot write");
    folder.mailvouch(&check.replace("-o out", "-o /dev/full")).exits(2).says("cannot write the output");
}

#[test]
fn a_table_is_what_the_lines_say() {
    let server = DnsServer::start(script());
    let folder = Folder::with(&[("list", &list())]);
    let check = format!("check --domains-from list --resolver {} --format", server.address());
    let lines = by_domain(&folder.mailvouch(&format!("{check} ndjson")).exits(1).lines());
    let ran = folder.mailvouch(&format!("{check} parquet -o table.parquet")).exits(1);
    assert_eq!(ran.stdout, "");
    // DuckDB reads it as whoever has such a file would.
    let read = "import duckdb, json, sys\n\
        rows = duckdb.sql(\"SELECT * FROM 'table.parquet'\")\n\
        print(json.dumps([dict(zip(rows.columns, row)) for row in rows.fetchall()]))";
    let python = crate::servers::program_of_peers("python");
    let output = Command::new(python).args(["-c", read]).current_dir(folder.path()).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(rows.len(), lines.len());
    for row in rows {
        let line = &lines[row["domain"].as_str().expect("a domain")];
        let report: Value = serde_json::from_str(row["report"].as_str().expect("a report")).expect("JSON");
        assert_eq!((&report, &row["verdict"]), (line, &line["verdict"]));
        let found = line["diagnostics"].as_array().expect("findings");
        let parts: Vec<Value> = found
            .iter()
            .map(|found| serde_json::json!({ "rule": found["rule"], "severity": found["severity"], "message": found["message"] }))
            .collect();
        assert_eq!(row["findings"], Value::Array(parts));
        let count = |severity: &str| found.iter().filter(|found| found["severity"] == severity).count();
        assert_eq!([&row["errors"], &row["warnings"], &row["infos"]], ["error", "warning", "info"].map(count));
        let spf = line["spf"].as_object();
        assert_eq!(row["spf_lookups"], spf.map_or(Value::Null, |spf| spf["lookups"]["worst"].clone()));
    }
    folder.mailvouch("check a.test --format parquet").exits(2).says("--domains-from FILE");
    folder.mailvouch(&format!("{check} parquet -o /dev/full")).exits(2).says("cannot write the output");
}
