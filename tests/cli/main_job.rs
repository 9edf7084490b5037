//! The main job: see what is wrong, see the difference, plan it, carry it out, and nothing else has changed.

use std::collections::BTreeSet;
use std::path::Path;

use mailvouch::plan::{Entry, Journal, Plan};
use mailvouch_providers::dns::master;

use super::job::{ALLOWED, BOTH, Job, Record, SPF, assert_only_the_plan, records, setup};
use super::runner::Ran;
use crate::servers::{Server, Setup, bind, knot};

fn rules(ran: &Ran) -> BTreeSet<String> {
    let report = ran.json();
    let findings = report["domains"][0]["diagnostics"].as_array().expect("findings").clone();
    findings.iter().map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect()
}

/// All that the journal has to hold of a plan that was carried out.
fn assert_journal(text: &str, plan: &Plan) {
    let entries = Journal::read(text).expect("a journal");
    assert!(matches!(&entries[0], Entry::Begin { version: 1, steps, .. } if *steps == plan.steps.len()), "{text}");
    for (index, planned) in plan.steps.iter().enumerate() {
        let intents: Vec<usize> = (0..entries.len())
            .filter(|&at| match &entries[at] {
                Entry::Intent { step, provider, zone, owner, remove, add } => {
                    *step == index
                        && Some(provider) == planned.provider.as_ref()
                        && Some(zone) == planned.zone.as_ref()
                        && (owner, remove, add) == (&planned.owner, &planned.remove, &planned.add)
                }
                _ => false,
            })
            .collect();
        let written = entries.iter().position(|entry| *entry == Entry::Written { step: index });
        let [intent] = intents[..] else { panic!("step {index}: {text}") };
        assert!(written.is_some_and(|written| intent < written), "announced before it is done: {text}");
    }
    assert_eq!(entries.last(), Some(&Entry::End { complete: true }));
    assert_eq!(entries.len(), 2 + 2 * plan.steps.len());
}

fn on_a_server(start: fn(&Setup) -> Server) {
    let job = Job::on(start);
    let before = job.dump();
    let expected = ["dkim-ed25519-only", "dkim-missing", "dmarc-differs", "egress-not-authorised"].map(str::to_owned);
    assert_eq!(rules(&job.run("check --format json", 1)), BTreeSet::from(expected));
    job.run("diff", 1).says("+ v=DMARC1; p=quarantine").says("ip4:198.51.100.7 -all");
    job.run("plan --out plan.json", 1).says("needs --allow tightens-dmarc");
    let files = job.folder.files();
    job.run("apply plan.json --journal journal", 5).says(ALLOWED);
    assert_eq!(job.dump(), before, "a guard is not allowed");
    assert_eq!(job.folder.files(), files, "nothing is begun, so there is no journal");
    let news = job.holder.dump("news.example");

    let applied = job.run(&format!("apply plan.json --journal journal {ALLOWED}"), 0);
    assert!(
        applied.stdout.contains(&job.holder.address().to_string()),
        "the server is asked what it serves\n{applied}"
    );
    assert_only_the_plan(&job.plan(), &records(&before), &records(&job.dump()));
    assert_eq!(job.holder.dump("news.example"), news);
    assert_journal(&job.folder.read("journal"), &job.plan());

    assert_eq!(rules(&job.run("check --format json", 0)), BTreeSet::new());
    job.run("diff", 0).says("nothing to change");
    job.run("plan --out again.json", 0).says("nothing to change");
    assert!(Plan::from_json(&job.folder.read("again.json")).expect("a plan").is_empty());
    let after = job.dump();
    job.run("apply again.json --journal again", 0);
    job.run("apply --yes --journal again", 0);
    assert_eq!(job.dump(), after);
}

#[test]
fn the_whole_job_on_bind() {
    on_a_server(bind::start_with);
}

#[test]
fn the_whole_job_on_knot() {
    on_a_server(knot::start_with);
}

fn loaded(path: &Path) -> BTreeSet<Record> {
    let zone = master::load(path, None).expect("a zone");
    zone.records().map(|loaded| (loaded.record.owner.clone(), loaded.record.ttl, loaded.record.rdata.clone())).collect()
}

#[test]
fn the_whole_job_on_a_file() {
    let job = Job::on_a_file();
    let path = job.folder.path().join("example.com.zone");
    let (before, text) = (loaded(&path), job.folder.read("example.com.zone"));
    job.run("check", 1);
    job.run("diff", 1);
    job.run("plan --out plan.json", 1);
    job.run("apply plan.json", 5).says(ALLOWED);
    assert_eq!(job.folder.read("example.com.zone"), text);
    job.run(&format!("apply plan.json --journal journal {ALLOWED}"), 0);
    assert_only_the_plan(&job.plan(), &before, &loaded(&path));
    assert_journal(&job.folder.read("journal"), &job.plan());
    job.run("check", 0);
    job.run("plan", 0).says("nothing to change");
    // Every line that is not ours stands as it stood.
    let after = job.folder.read("example.com.zone");
    let ours = |line: &&str| ["SOA", "v=spf1 ip4", "_dmarc", "s2026"].iter().any(|ours| line.contains(ours));
    let others = |text: &str| text.lines().filter(|line| !ours(line)).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(others(&after), others(&text));
}

#[test]
fn without_a_saved_plan_it_is_made_and_carried_out_at_once() {
    let job = Job::on(bind::start_with);
    let before = job.dump();
    job.run("plan --out plan.json", 1);
    job.run(&format!("apply {ALLOWED}"), 5).says("--yes");
    assert_eq!(job.dump(), before);
    job.run(&format!("apply --yes {ALLOWED} --domain example.com"), 0);
    assert_only_the_plan(&job.plan(), &records(&before), &records(&job.dump()));
    // The journal has a place of its own beside the declaration.
    let journals: Vec<_> = std::fs::read_dir(job.folder.path().join(".mailvouch")).expect("a folder").collect();
    assert_eq!(journals.len(), 1);
}

#[test]
fn what_the_provider_holds_is_read_from_it_where_the_declaration_says_so() {
    let job = Job::on(bind::start_with);
    let declared = job.folder.read("mailvouch.toml");
    job.folder.write("mailvouch.toml", declared.replace("senders =", "published = \"provider\"\nsenders ="));
    // DNS is asked for what the provider has no zone for, and nobody answers there.
    let run = |command: &str, code| {
        let command = format!("{command} --resolver 127.0.0.1:1 --format json");
        job.folder.mailvouch(&command).env("TSIG", &job.holder.key().secret).exits(code)
    };
    let ran = run("check --select dmarc-differs", 1);
    assert_eq!(rules(&ran), BTreeSet::from(["dmarc-differs".to_owned()]));
    let records = ran.json()["domains"][0]["records"].clone();
    assert!(records[0]["values"].as_array().is_some_and(|values| values.len() == 5), "{ran}");
}

#[test]
fn authoritative_servers_are_asked_and_one_that_lags_is_no_failure() {
    let (first, second) = (bind::start_with(&setup()), knot::start_with(&setup()));
    let (at, lagging, gone) = (first.address(), second.address(), "127.0.0.1:1");
    let servers = format!("authoritative = [\"{at}\", \"{lagging}\", \"{gone}\"]\n");
    let job = Job::with(first, &servers);
    job.run("plan --out plan.json", 1);
    let ran = job.run(&format!("apply plan.json {ALLOWED}"), 0);
    let line = |server: &str| {
        ran.stdout.lines().find(|line| line.contains(server)).unwrap_or_else(|| panic!("{server}: {ran}"))
    };
    let words = |server: &str, words: &[&str]| {
        let line = line(server);
        assert!(words.iter().all(|word| line.contains(word)), "{line}");
    };
    assert!(!line(&at.to_string()).contains("yet"), "{ran}");
    words(&lagging.to_string(), &["yet"]);
    words(gone, &["could not be asked"]);
    // The others have what they had.
    assert!(second.dump("example.com").contains(SPF));
}

#[test]
fn a_domain_without_a_provider_is_planned_and_not_applied() {
    for start in BOTH {
        let job = Job::on(start);
        let declared = job.folder.read("mailvouch.toml").replace("provider = \"dns\"\n", "");
        job.folder.write("mailvouch.toml", declared);
        let before = job.dump();
        job.run("plan --out plan.json", 1);
        job.run(&format!("apply plan.json {ALLOWED}"), 5);
        assert_eq!(job.dump(), before);
    }
}
