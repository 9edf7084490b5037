//! `examples/06-fleet/spark.py`, run by a real Spark: what it counts is what one process counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hickory_proto::op::ResponseCode;
use mailvouch_providers::dns::RrType;
use serde_json::Value;

use super::runner::Folder;
use crate::support::dns_server::{Act, DnsServer, Script};

/// Few: what takes the time is Spark's start.
const DOMAINS: usize = 24;
/// More than there are domains of some kinds, so that each partition is another mixture.
const PARTITIONS: usize = 3;

/// What `tests/run` installs into `target/spark`.
pub(super) fn program(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/spark/bin").join(name);
    assert!(path.exists(), "{} is not there: `tests/run` installs it", path.display());
    path
}

/// A list with comments, and what is published for it: a third in order, a sixth each broken in another way, and one
/// of which nobody answers the first question.
pub(super) fn fleet() -> (String, DnsServer) {
    let (mut list, mut records) = ("# All of them.\n\n".to_owned(), String::new());
    for number in 0..DOMAINS {
        let domain = format!("d{number}.test");
        let selectors = ["s1,s2", "s1", ""][number % 3];
        writeln!(list, "{domain} {selectors} # customer {number}").expect("a text");
        let spf: &[&str] = match number % 6 {
            0 => &["v=spf1 include:_spf.shared.test ~all", "v=spf1 -all"],
            1 => &["v=spf1 include:_spf.shared.test ipv4:20.1.2.3 ~all"],
            2 => &[],
            _ => &["v=spf1 include:_spf.shared.test -all"],
        };
        for text in spf {
            writeln!(records, "{domain} TXT \"{text}\"").expect("a text");
        }
        if number % 6 != 3 {
            writeln!(records, "_dmarc.{domain} TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@{domain}\"").expect("a text");
        }
        writeln!(records, "{domain} MX 10 mx.shared.test.\ns1._domainkey.{domain} TXT \"v=DKIM1; p=\"")
            .expect("a text");
    }
    records += "_spf.shared.test TXT \"v=spf1 ip4:20.1.0.0/16 ~all\"\n";
    let failing = Act::Rcode(ResponseCode::ServFail);
    let server = DnsServer::start(Script::resolver().records(&records).act("d5.test", RrType::TXT, failing));
    (list, server)
}

/// How many domains have which verdict.
type Verdicts = BTreeMap<String, usize>;
/// By rule and severity, in how many domains it is found, and how often.
type Rules = BTreeMap<(String, String), (usize, usize)>;

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a small one")
}

/// The same from the lines of one run.
fn counted(lines: &[Value]) -> (Verdicts, Rules) {
    let (mut verdicts, mut found): (Verdicts, BTreeMap<_, (BTreeSet<_>, usize)>) = Default::default();
    for line in lines {
        *verdicts.entry(text(&line["verdict"])).or_default() += 1;
        for finding in line["diagnostics"].as_array().expect("findings") {
            let (domains, count) = found.entry((text(&finding["rule"]), text(&finding["severity"]))).or_default();
            domains.insert(text(&line["domain"]));
            *count += 1;
        }
    }
    (verdicts, found.into_iter().map(|(rule, (domains, count))| (rule, (domains.len(), count))).collect())
}

/// What Spark counted.
fn told(document: &Value) -> (Verdicts, Rules) {
    let verdicts = document["verdicts"].as_object().expect("verdicts").iter();
    let verdicts = verdicts.map(|(verdict, count)| (verdict.clone(), number(count))).collect();
    let rule = |found: &Value| {
        let counts = (number(&found["domains"]), number(&found["findings"]));
        ((text(&found["rule"]), text(&found["severity"])), counts)
    };
    (verdicts, document["rules"].as_array().expect("rules").iter().map(rule).collect())
}

fn spark(folder: &Folder, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(program("spark-submit"));
    // On loopback alone, without its pages; and a JVM that starts fast, since it hardly does more.
    for setting in [
        "spark.driver.host=127.0.0.1",
        "spark.driver.bindAddress=127.0.0.1",
        "spark.ui.enabled=false",
        "spark.log.level=WARN",
        "spark.sql.shuffle.partitions=2",
        "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    ] {
        command.args(["--conf", setting]);
    }
    command
        .args(["--master", "local[2]"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/06-fleet/spark.py"));
    command.args(arguments).args(["--mailvouch", env!("CARGO_BIN_EXE_mailvouch")]).current_dir(folder.path());
    command.env("PYSPARK_PYTHON", program("python")).env("SPARK_LOCAL_IP", "127.0.0.1");
    command.env("SPARK_LOCAL_DIRS", folder.path()).output().expect("spark-submit starts")
}

#[test]
fn it_counts_what_one_process_counts() {
    let (list, server) = fleet();
    let resolver = server.address().to_string();
    let folder = Folder::with(&[("list", &list)]);
    let one = format!("check --domains-from list --format ndjson --exit-zero --resolver {resolver}");
    let lines = folder.mailvouch(&one).exits(3).lines();
    assert_eq!(lines.len(), DOMAINS);
    let (verdicts, rules) = counted(&lines);
    for rule in ["spf-multiple-records", "spf-unknown-mechanism", "spf-missing", "dmarc-missing", "dkim-revoked"] {
        assert!(rules.keys().any(|(found, _)| found == rule), "{rule} is not found: {rules:?}");
    }
    assert!(["pass", "fail", "unknown"].iter().all(|verdict| verdicts.contains_key(*verdict)), "{verdicts:?}");

    let partitions = PARTITIONS.to_string();
    let ran = spark(&folder, &["list", "--partitions", &partitions, "--resolver", &resolver, "--out", "fleet"]);
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{errors}");
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    assert_eq!(told(&document), (verdicts, rules));
    let is_written = folder.path().join("fleet/_SUCCESS").exists();
    assert!(is_written, "{errors}");
}

/// Without Spark, whose start takes longer than all the rest: the function that it calls for each partition.
#[test]
fn a_run_that_fails_is_no_run_without_findings() {
    let script = "import sys; sys.path.insert(0, sys.argv[1]); import spark\n\
                  print(list(spark.checker(sys.argv[2:])(iter([]))))\n\
                  list(spark.checker(sys.argv[2:])(['example.com']))";
    let mut command = Command::new(program("python"));
    command.args(["-B", "-c", script]).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/06-fleet"));
    command.arg(env!("CARGO_BIN_EXE_mailvouch")).args(["check", "--domains-from", "-", "--resolver", "nobody"]);
    let ran = command.output().expect("python starts");
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(!ran.status.success() && ran.stdout == b"[]\n", "a partition without domains is none: {ran:?}");
    assert!(errors.contains("RuntimeError: mailvouch ends with 2") && errors.contains("'nobody'"), "{errors}");
}
