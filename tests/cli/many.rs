//! Many domains in one declaration.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use mailvouch_providers::dns::RrType;
use serde_json::json;

use super::Folder;
use crate::servers::cloudflare::{FakeCloudflare, Limit, TOKEN};
use crate::support::dns_server::{Act, DnsServer, Script};

const MANY: usize = 10_000;

#[test]
fn ten_thousand_domains_are_checked() {
    // All of them are as declared, but for every hundredth.
    let mut declared = "version = 1\n[egress.office]\naddresses = [\"203.0.113.10\"]\n".to_owned();
    let mut zone = "$ORIGIN test.\n$TTL 300\n@ SOA ns host 1 7200 900 1209600 300\n".to_owned();
    for n in 0..MANY {
        let address = if n % 100 == 0 { "203.0.113.11" } else { "203.0.113.10" };
        writeln!(declared, "[domains.\"d{n}.test\"]\negress = [\"office\"]").expect("a text");
        writeln!(zone, "d{n} TXT \"v=spf1 ip4:{address} -all\"\n_dmarc.d{n} TXT \"v=DMARC1; p=reject\"")
            .expect("a text");
    }
    let folder = Folder::with(&[("mailvouch.toml", &declared), ("zone", &zone)]);
    let report = folder.mailvouch("check --zone-file zone --format json").exits(1).json();
    let domains = report["domains"].as_array().expect("domains");
    let names: BTreeSet<&str> = domains.iter().map(|domain| domain["domain"].as_str().expect("a name")).collect();
    assert_eq!((domains.len(), names.len()), (MANY, MANY));
    let failed = domains.iter().filter(|domain| domain["verdict"] == "fail").count();
    assert_eq!(failed, MANY / 100);
    assert_eq!(report["summary"]["pass"], MANY - failed);
}

#[test]
fn reports_are_the_same_whatever_the_order_of_answers() {
    let names: Vec<String> = (0..4).map(|number| format!("n{number}.example.com")).collect();
    let record = |name: &String| {
        format!(
            "{name} TXT \"v=spf1 include:_spf.example.com ip4:192.0.2.1 ?all\"\n{name} MX 10 mail.example.com.\n\
             _dmarc.{name} TXT \"v=DMARC1; p=none\"\n"
        )
    };
    let records = names.iter().map(record).collect::<String>()
        + "_spf.example.com TXT \"v=spf1 a:mail.example.com ip4:203.0.113.0/24 -all\"\nmail.example.com A 203.0.113.10\n";
    let script = || Script::resolver().records(&records);
    let folder = Folder::new();
    let reports = |script: Script, concurrency: usize| -> Vec<String> {
        let server = DnsServer::start(script);
        let formats = ["human", "sarif", "html"];
        let report = |format: &str| {
            let line = format!("check --resolver {} --concurrency {concurrency} --format {format}", server.address());
            let ran = folder.mailvouch(&format!("{line} --exit-zero {}", names.join(" "))).exits(0);
            ran.stdout.replace(&server.address().to_string(), "SERVER")
        };
        formats.map(report).to_vec()
    };
    let first = reports(script(), 1);
    for (script, concurrency) in [
        (script(), 8),
        // What is asked first is answered last.
        (script().act("n0.example.com", RrType::TXT, Act::Late(Duration::from_millis(300))), 8),
    ] {
        for (format, (one, other)) in first.iter().zip(reports(script, concurrency)).enumerate() {
            assert!(*one == other, "format {format} differs:\n{one}\n{other}");
        }
    }
}

/// octodns#618: the first error stopped everything where it stood.
#[test]
fn one_zone_that_fails_stops_no_other_and_is_the_exit_code() {
    let names: Vec<String> = (0..20).map(|number| format!("d{number}.test")).collect();
    let fake = FakeCloudflare::start(&names.iter().map(String::as_str).collect::<Vec<_>>());
    // As it is published: what is not paced is refused, and told of.
    fake.state().limit = Some(Limit::new(1200, Duration::from_mins(5)));
    let mut declared = format!(
        "version = 1\n[egress.office]\naddresses = [\"203.0.113.10\"]\n[providers.cf]\nkind = \"cloudflare\"\n\
         url = \"{}\"\ntoken-env = \"TOKEN\"\nauthoritative = [\"127.0.0.1:1\"]\n",
        fake.url()
    );
    let mut records = "10.113.0.203.in-addr.arpa PTR mail.test.\nmail.test A 203.0.113.10\n".to_owned();
    for name in &names {
        writeln!(declared, "[domains.\"{name}\"]\nprovider = \"cf\"\npublished = \"provider\"\negress = [\"office\"]")
            .expect("a text");
        for (owner, content) in [(name.clone(), "v=spf1 -all"), (format!("_dmarc.{name}"), "v=DMARC1; p=reject")] {
            let record = json!({"name": owner, "type": "TXT", "content": format!("\"{content}\""), "ttl": 300});
            fake.state().put(name, record);
            writeln!(records, "{owner} TXT \"{content}\"").expect("a text");
        }
    }
    let server = DnsServer::start(Script::resolver().records(&records));
    let folder = Folder::with(&[("mailvouch.toml", &declared)]);
    let run = |command: &str, code: i32| {
        let line = format!("{command} --resolver {} --timeout 5", server.address());
        folder.mailvouch(&line).env("TOKEN", TOKEN).exits(code)
    };
    run("plan --out plan.json", 1);
    for name in ["d0.test", "d13.test"] {
        let id = fake.state().zone_id(name);
        fake.state().broken.push(id);
    }
    let ran = run("apply plan.json --yes --wait 1 --journal journal", 4);
    for name in &names {
        let is_broken = ["d0.test", "d13.test"].contains(&name.as_str());
        let told = format!("{name}: {} written", if is_broken { "0 changes" } else { "1 change" });
        assert!(ran.to_string().contains(&told), "{told:?}\n{ran}");
        let held = fake.state().at(name, name)[0]["content"].clone();
        assert_eq!(held == "\"v=spf1 -all\"", is_broken, "{name}: {held}");
    }
    let ran = ran.says("18 of 20 zones are done");
    assert_eq!(ran.stdout.matches("not done:").count(), 2, "{ran}");
    // What failed is not lost: the same journal goes on with it.
    fake.state().broken.clear();
    run("apply --resume journal --yes --wait 1", 0);
    run("plan", 0).says("nothing to change");
    assert_eq!(fake.state().limit.as_ref().expect("a limit").refused, 0);
}
