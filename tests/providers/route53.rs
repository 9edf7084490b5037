//! The contract, with `moto`, and with a stand-in that refuses what `moto` lets pass.

pub(crate) mod fake;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::route53::{Credentials, Route53};
use mailvouch_providers::{Patience, Value};
use serde_json::{Value as Json, json};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture};
use crate::servers::{moto, program_of_peers};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(20);

fn provider(url: &str) -> Route53 {
    let credentials = Credentials::new("an-access-key", "a-secret-of-the-tests", None);
    Route53::new(Some(url), None, None, credentials, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 4, pause: Duration::from_millis(5) })
}

async fn start() -> Fixture {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let apex: Name = format!("t{}.example", COUNT.fetch_add(1, Ordering::Relaxed)).parse().expect("a name");
    let moto = moto::start();
    let mut hand = Hand::start(&moto.url());
    let zone = hand.ask(&json!(["create", apex.to_string()])).as_str().expect("an id").to_owned();
    let provider = Arc::new(provider(&moto.url()));
    let backend = Boto { hand: Mutex::new(hand), zone, _moto: moto };
    Fixture { provider, apex, backend: Box::new(backend) }
}

/// Amazon's own client, in a process of its own.
pub(crate) struct Hand {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Hand {
    pub(crate) fn start(url: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/route53_hand.py");
        let mut command = Command::new(program_of_peers("python"));
        let mut process =
            command.args([script, url]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python");
        let answers = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, answers }
    }

    pub(crate) fn ask(&mut self, command: &Json) -> Json {
        let input = self.process.stdin.as_mut().expect("its input");
        writeln!(input, "{command}").expect("it reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{command}: {line:?}: {error}"))
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Boto {
    hand: Mutex<Hand>,
    zone: String,
    _moto: Arc<moto::Moto>,
}

impl Boto {
    fn ask(&self, command: &Json) -> Json {
        self.hand.lock().expect("no panic").ask(command)
    }
}

#[async_trait]
impl Backend for Boto {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let (rtype, data) = (value.rdata.rtype().to_string(), value.rdata.to_string());
            self.ask(&json!(["add", self.zone, owner.to_string(), rtype, value.ttl, data]));
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let (rtype, data) = (value.rdata.rtype().to_string(), value.rdata.to_string());
            self.ask(&json!(["remove", self.zone, owner.to_string(), rtype, data]));
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let held = self.ask(&json!(["truth", self.zone, owner.to_string()]));
        Some(held.as_array().expect("a list").iter().map(|each| value_of(each).expect("a value")).collect())
    }
}

/// A value as the hand tells it: type, TTL, data.
pub(crate) fn value_of(told: &Json) -> Option<Value> {
    let rtype = told[0].as_str()?.parse().ok()?;
    let ttl = u32::try_from(told[1].as_u64()?).ok()?;
    Some(Value::new(Rdata::parse(rtype, told[2].as_str()?).ok()?, ttl))
}
