//! A zone, a plan for three of its names, and how an apply of it ended.

use mailvouch::plan::{Applied, Outcome, Plan, Step, StopReason, Watch, apply};
use mailvouch_providers::dns::Name;
use mailvouch_providers::{ProviderError, Value};

use crate::plan::bench::{held, providers};
use crate::plan::scripted::{Scripted, journal};
use crate::support::world::{World, name, txt};

const ZONE: &str = "example.com 600 TXT MS=ms1
    example.com 600 TXT v=spf1 mx -all
    example.com 600 TXT google-site-verification=x
    _dmarc.example.com TXT v=DMARC1; p=none
    s1._domainkey.example.com TXT v=DKIM1; p=";

pub(super) const APEX: [&str; 3] = ["600 MS=ms1", "600 v=spf1 mx -all", "600 google-site-verification=x"];
const DMARC: &str = "300 v=DMARC1; p=none";

pub(super) fn step(owner: &str, remove: &[&str], add: &[&str]) -> Step {
    // The TTLs of a plan are those of the day that it was made on.
    let values = |texts: &[&str]| texts.iter().map(|text| Value::new(txt(text), 1)).collect::<Vec<_>>();
    Step {
        domain: name("example.com"),
        provider: Some("dns".to_owned()),
        zone: Some(name("example.com")),
        owner: name(owner),
        remove: values(remove),
        add: values(add),
        before: Vec::new(),
        after: Vec::new(),
        rules: Vec::new(),
        guards: Vec::new(),
        waits: None,
        notes: Vec::new(),
        source: Vec::new(),
    }
}

/// Three names, in the order of a plan.
pub(super) fn plan() -> Plan {
    Plan::new(
        vec![
            step("example.com", &["v=spf1 mx -all"], &["v=spf1 mx ip4:192.0.2.1 -all"]),
            step("_dmarc.example.com", &["v=DMARC1; p=none"], &["v=DMARC1; p=reject"]),
            step("s1._domainkey.example.com", &["v=DKIM1; p="], &["v=DKIM1; p=AAAA"]),
        ],
        Vec::new(),
    )
}

pub(super) fn provider() -> Scripted {
    Scripted::over(World::of(ZONE).at_provider("example.com"))
}

/// Applies with a journal that has room for all lines.
pub(super) async fn run(provider: &Scripted) -> Applied {
    let mut journal = journal(&provider.log(), usize::MAX);
    apply(&plan(), &providers(provider.clone()), &Watch::default(), &mut journal)
        .await
        .expect("a journal that can be written")
}

pub(super) async fn zone(provider: &Scripted) -> Vec<String> {
    let mut all = Vec::new();
    for owner in ["example.com", "_dmarc.example.com", "s1._domainkey.example.com"] {
        all.extend(held(provider, owner).await);
    }
    all.sort();
    all
}

/// The zone as it was, whatever the order of a set.
pub(super) fn untouched() -> Vec<String> {
    let mut all: Vec<String> = APEX.iter().map(|text| (*text).to_owned()).collect();
    all.extend([DMARC.to_owned(), "300 v=DKIM1; p=".to_owned()]);
    all.sort();
    all
}

pub(super) fn unavailable() -> ProviderError {
    ProviderError::Unavailable("no route".to_owned())
}

pub(super) fn rejected() -> ProviderError {
    ProviderError::Rejected { code: 9, message: "no".to_owned() }
}

/// Where it stopped, why, what was taken back, and what is left.
pub(super) fn stopped(applied: &Applied) -> (String, &StopReason, Vec<String>, Vec<String>) {
    let names = |names: &[Name]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    match &applied.outcome {
        Outcome::Stopped { owner, error, taken_back, left } => {
            let left: Vec<Name> = left.iter().map(|(owner, _)| owner.clone()).collect();
            (owner.to_string(), error, names(taken_back), names(&left))
        }
        other => panic!("{other:?}"),
    }
}
