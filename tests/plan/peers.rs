//! What hurt the users of other tools (PEERS: "Loss at the apex", "Half-done applies", "Timeouts taken for absence"),
//! each told by the issue that it comes from.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch::lint::Facts;
use mailvouch::plan::{Outcome, Plan, View, Watch, apply, verify};
use mailvouch::published::{Gatherer, Question, Reason, Reply, Source};
use mailvouch_providers::ProviderError;
use mailvouch_providers::zone_file::ZoneFile;
use tokio::time::Instant;

use super::bench::{Bench, held, lines, providers};
use super::scripted::{Fault, Scripted, journal};
use crate::support::dns_server::{DnsServer, Script};
use crate::support::world::{World, name};

const TOKENS: &str = "example.com 600 TXT MS=ms12345678
    example.com 600 TXT google-site-verification=a_B-c
    example.com 600 TXT \"apple-domain-verification=\" \"cut in two\"\n";
const HQ: &str = "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]
    dmarc = { policy = \"reject\" }\n";

fn apex() -> World {
    World::of(&format!("{TOKENS}example.com 600 TXT v=spf1 -all\n_dmarc.example.com TXT v=DMARC1; p=none"))
}

/// Plans and applies, with everything well.
async fn carry_out(bench: &Bench, provider: &Scripted) -> Plan {
    let plan = bench.plan(provider).await;
    let applied =
        apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 99)).await;
    let applied = applied.expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    plan
}

/// spf-tools#163, external-dns#580 and #4276, dnscontrol#798: SPF was changed, and the tokens beside it were gone.
/// terraform-provider-aws#12322: one value of a set cannot be managed by itself.
#[tokio::test(start_paused = true)]
async fn tokens_beside_the_record_outlive_every_change_of_it() {
    let world = apex();
    let provider = Scripted::over(world.at_provider("example.com"));
    let plan = carry_out(&Bench::new(&world, HQ), &provider).await;
    assert_eq!(plan.steps[0].remove.len(), 1, "the plan speaks of one value");
    let after = held(&provider, "example.com").await;
    let tokens = World::of(TOKENS).at_provider("example.com");
    let tokens = held(&tokens, "example.com").await;
    assert_eq!(after[..3], tokens[..]);
    assert_eq!(after[3..], ["600 v=spf1 ip4:192.0.2.1 -all"]);
}

/// paas-cf#1790: two pipelines that manage one set undo each other for ever.
#[tokio::test(start_paused = true)]
async fn two_that_manage_one_name_come_to_rest() {
    let world = apex();
    let provider = Scripted::over(world.at_provider("example.com"));
    carry_out(&Bench::new(&world, HQ), &provider).await;
    // The other one puts its token there, and takes ours for somebody else's.
    let mut values = provider_values(&provider).await;
    values.push(mailvouch_providers::Value::new(crate::support::world::txt("other-pipeline=1"), 600));
    provider.memory().overwrite(&name("example.com"), &name("example.com"), values);
    let again = Bench::new(&world, HQ).draft(&provider).await;
    assert_eq!(lines(&again.steps), [""; 0]);
}

async fn provider_values(provider: &Scripted) -> Vec<mailvouch_providers::Value> {
    use mailvouch_providers::Provider as _;
    let zone = provider.zone_of(&name("example.com")).await.expect("a zone");
    provider.read(&zone, &[name("example.com")]).await.expect("an answer").remove(0).values
}

/// octodns-bind#106: a run for one of several domains cut the zone file down to that domain.
#[tokio::test]
async fn a_run_for_one_domain_leaves_the_rest_of_the_file_alone() {
    let before = "; kept by hand\n$TTL 300\n@ IN SOA ns hostmaster 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n\
        a TXT \"v=spf1 -all\" ; ours\n_dmarc.a TXT \"v=DMARC1; p=reject\"\nb TXT \"v=spf1 mx -all\" ; not ours\nwww\tA\t192.0.2.80\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("example.com.zone");
    std::fs::write(&path, before).expect("the file");
    let world = World::of("a.example.com TXT v=spf1 -all\n_dmarc.a.example.com TXT v=DMARC1; p=reject");
    let bench = Bench::new(&world, &HQ.replace("example.com", "a.example.com"));
    let origin = Some(name("example.com"));
    let plan = bench.plan(&ZoneFile::file(&path, origin.clone())).await;
    let log = Scripted::over(world.at_provider("example.com")).log();
    let applied =
        apply(&plan, &providers(ZoneFile::file(&path, origin)), &Watch::default(), &mut journal(&log, 99)).await;
    let applied = applied.expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    let after = std::fs::read_to_string(&path).expect("the file");
    let changed: Vec<(&str, &str)> = before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(after.lines().count(), before.lines().count());
    assert_eq!(changed.len(), 2, "the serial and the record: {changed:?}");
    assert!(changed[1].1.contains("ip4:192.0.2.1"), "{changed:?}");
}

/// PEERS, "Loss at the apex": Stalwart's publisher writes also where it could not read the set.
#[tokio::test(start_paused = true)]
async fn what_could_not_be_read_is_not_written() {
    let world = apex();
    let plan = Bench::new(&world, HQ).plan(&world.at_provider("example.com")).await;
    let provider = Scripted::over(world.at_provider("example.com")).unreadable();
    let applied =
        apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 99)).await;
    let applied = applied.expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Failed { error: ProviderError::Unavailable(_), .. }));
    assert!(provider.events().is_empty());
}

/// virtualmin-gpl#1266: a push that went half way printed "done". dnscontrol#3649: the preview was fine, the push failed,
/// nothing was rolled back. octodns#618: the first error stopped everything where it stood.
#[tokio::test(start_paused = true)]
async fn a_push_that_goes_half_way_is_undone_and_never_called_done() {
    let world = apex();
    let rejected = ProviderError::Rejected { code: 1, message: "no".to_owned() };
    let provider = Scripted::over(world.at_provider("example.com")).batch(1).at_write(2, Fault::Refuse(rejected));
    let plan = Bench::new(&world, HQ).plan(&provider).await;
    assert_eq!(plan.steps.len(), 2);
    let applied =
        apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 99)).await;
    let applied = applied.expect("a journal");
    let Outcome::Stopped { taken_back, left, .. } = applied.outcome else { panic!("{:?}", applied.outcome) };
    assert_eq!((taken_back, left.len(), applied.written), (vec![name("example.com")], 0, 0));
    let mut after = held(&provider, "example.com").await;
    let mut before = held(&world.at_provider("example.com"), "example.com").await;
    after.sort();
    before.sort();
    assert_eq!(after, before);
}

/// dehydrated-hook-ddns-tsig#6: a resolver said yes while one authoritative server still lacked the record.
#[tokio::test]
async fn each_authoritative_server_is_asked_by_itself() {
    let world = apex();
    let plan = Bench::new(&world, HQ).plan(&world.at_provider("example.com")).await;
    let serve = |spf: &str| {
        let records = format!(
            "example.com SOA ns.example.com. hostmaster.example.com. 1 2 3 4 5\nexample.com TXT \"{spf}\"\n\
             _dmarc.example.com TXT \"v=DMARC1; p=reject\"\n"
        );
        DnsServer::start(Script::authoritative(&["example.com"]).records(&records))
    };
    let (new, old) = (serve("v=spf1 ip4:192.0.2.1 -all"), serve("v=spf1 -all"));
    let steps: Vec<_> = plan.steps.iter().collect();
    let views = verify(&steps, &[new.address(), old.address()], Duration::from_secs(5)).await;
    let views: Vec<(bool, String, View)> =
        views.into_iter().map(|view| (view.server == new.address(), view.owner.to_string(), view.view)).collect();
    let expected = [
        (true, "example.com", View::Current),
        (true, "_dmarc.example.com", View::Current),
        (false, "example.com", View::Behind),
        (false, "_dmarc.example.com", View::Current),
    ];
    assert_eq!(views, expected.map(|(is_new, owner, view)| (is_new, owner.to_owned(), view)));
}

/// A server that cannot be asked is neither behind nor current (AynOps#64).
#[tokio::test]
async fn a_server_that_fails_is_not_behind() {
    let world = apex();
    let plan = Bench::new(&world, HQ).plan(&world.at_provider("example.com")).await;
    // It serves another zone, and refuses this one.
    let server = DnsServer::start(Script::authoritative(&["example.net"]).records("example.net TXT \"x\"\n"));
    let steps: Vec<_> = plan.steps.iter().take(1).collect();
    let views = verify(&steps, &[server.address()], Duration::from_secs(5)).await;
    assert!(matches!(views[0].view, View::Unknown(_)), "{views:?}");
}

/// AynOps#64, CERT-Polska/Artemis#232: a look-up that timed out was taken for a record that is not there.
#[tokio::test]
async fn a_failed_look_up_is_never_an_absent_record() {
    let dkim = "[domains.\"example.com\".dkim]\ns1 = { cname = \"s1.vendor.example\" }\n";
    let declared = format!("{HQ}{dkim}");
    let key = include_str!("../fixtures/rules/dkim-key-differs/silent-same/keys/s2026.pub.pem");
    let key: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    for failing in ["example.com TXT !", "_dmarc.example.com TXT !", "s1._domainkey.example.com TXT !"] {
        let world = World::of(&format!(
            "example.com TXT v=spf1 ip4:192.0.2.1 -all\nexample.com A 192.0.2.1\n_dmarc.example.com TXT v=DMARC1; p=reject; rua=mailto:a@example.com
            1.2.0.192.in-addr.arpa PTR example.com.
            s1._domainkey.example.com CNAME s1.vendor.example.\ns1.vendor.example TXT v=DKIM1; p={key}\n{failing}"
        ));
        let bench = Bench::new(&world, &declared);
        let subject = bench.subjects().remove(0);
        // Without a provider there is only DNS to go by.
        let draft = mailvouch::plan::draft(&bench.gatherer(), &subject, None, &bench.taking).await.expect("a draft");
        assert_eq!(lines(&draft.steps), [""; 0], "{failing}");
        assert!(draft.desired.before.has_unknowns());
        let found = draft.advice.iter().map(|advice| advice.rule.as_str());
        // Where the selector was seen, what stands there is known to be no key.
        let found: Vec<&str> = found.filter(|rule| *rule != "dmarc-reject-without-dkim").collect();
        assert_eq!(found, ["lookup-failed"], "{failing}");
    }
}

/// Includes that could not be looked up are not taken out, and nobody is called unauthorised because of them.
#[tokio::test]
async fn nothing_is_concluded_from_an_include_that_failed() {
    let world = World::of(
        "example.com TXT v=spf1 include:_spf.vendor.example -all\n_spf.vendor.example TXT !
        _dmarc.example.com TXT v=DMARC1; p=reject",
    );
    let bench = Bench::new(
        &world,
        &format!("[senders.vendor]\ninclude = \"_spf.vendor.example\"\n{HQ}senders = [\"vendor\"]\n"),
    );
    let draft = bench.draft(&world.at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), [""; 0]);
    let facts = &draft.desired.before;
    let declared = facts.declared.as_ref().expect("a declaration");
    assert_eq!(facts.spf.missing(declared, facts.now), [], "it may pass");
}

/// Nobody answers.
struct Silence;

#[async_trait]
impl Source for Silence {
    async fn ask(&self, _question: &Question) -> Reply {
        std::future::pending().await
    }
}

/// checkdmarc#89: with thousands of domains, time-outs are all the time there is.
#[tokio::test(start_paused = true)]
async fn silence_costs_one_deadline_however_many_domains_there_are() {
    let domains: String = (0..2000).fold(String::new(), |all, n| all + &format!("[domains.\"d{n}.example\"]\n"));
    let bench = Bench::new(&World::of(""), &domains);
    let gatherer = Gatherer::new(Arc::new(Silence), 256, Duration::from_secs(30));
    let subjects = bench.subjects();
    let begun = Instant::now();
    let all = subjects.iter().map(|subject| gatherer.run(None, |ask| Facts::of(ask, subject)));
    let all = futures::future::join_all(all).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(30));
    for run in all {
        let facts = run.result.with_failures(&run.answers);
        assert!(facts.failures.iter().all(|(_, failure)| failure.reason == Reason::Deadline));
        assert!(facts.has_unknowns());
    }
}
