//! Plans for several domains that share records and zones.

use mailvouch::declared::Guard;
use mailvouch::plan::{Conflict, Outcome, Watch, apply, judge_others};

use super::bench::{Bench, held, lines, providers};
use super::scripted::{Scripted, journal};
use crate::support::world::{World, name};

const SHARED: &str = "one.example.com TXT v=spf1 include:_spf.example.com -all
    two.example.com TXT v=spf1 include:_spf.example.com -all
    _spf.example.com TXT v=spf1 ip4:192.0.2.1,ip4:192.0.2.2
    _dmarc.example.com TXT v=DMARC1; p=none";

#[tokio::test(start_paused = true)]
async fn a_record_that_two_domains_share_is_mended_once() {
    let world = World::of(SHARED);
    let declared = "[egress.hq]\naddresses = [\"192.0.2.1\", \"192.0.2.2\"]
        [domains.\"one.example.com\"]\negress = [\"hq\"]\n[domains.\"two.example.com\"]\negress = [\"hq\"]\n";
    let bench = Bench::new(&world, declared).accepting(&["spf-syntax"]);
    let provider = Scripted::over(world.at_provider("example.com"));
    let plan = bench.plan(&provider).await;
    let fixed = "+ 300 v=spf1 ip4:192.0.2.1 ip4:192.0.2.2";
    assert_eq!(lines(&plan.steps), ["_spf.example.com", "- 300 v=spf1 ip4:192.0.2.1,ip4:192.0.2.2", fixed]);
    let applied = apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 99))
        .await
        .expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert_eq!(held(&provider, "_spf.example.com").await, [fixed[2..].to_owned()]);
}

/// One include, which each of two domains wants for itself alone.
const TORN: &str = "one.example.com TXT v=spf1 include:_spf.example.com -all
    two.example.com TXT v=spf1 include:_spf.example.com -all
    _spf.example.com TXT v=spf1 include:a.vendor.example include:b.vendor.example
    a.vendor.example TXT v=spf1 ip4:192.0.2.1
    b.vendor.example TXT v=spf1 ip4:192.0.2.2
    _dmarc.example.com TXT v=DMARC1; p=none";
const EACH_ONE: &str = "[senders.a]\ninclude = \"a.vendor.example\"\n[senders.b]\ninclude = \"b.vendor.example\"
    [domains.\"one.example.com\"]\nsenders = [\"a\"]\n[domains.\"two.example.com\"]\nsenders = [\"b\"]\n";

#[tokio::test]
async fn two_ways_to_change_one_record_are_both_refused_by_name() {
    let world = World::of(TORN);
    let bench = Bench::new(&world, EACH_ONE).accepting(&["spf-undeclared-sender"]);
    let (plan, conflicts) = bench.plan_first(2, &world.at_provider("example.com")).await;
    assert_eq!(lines(&plan.steps), [""; 0]);
    let both = ["one.example.com", "two.example.com"].map(name);
    assert_eq!(conflicts, [Conflict { owner: name("_spf.example.com"), domains: both.to_vec() }]);
    let told: Vec<_> = plan
        .advice
        .iter()
        .filter(|advice| advice.message.contains("want _spf.example.com in different ways"))
        .collect();
    assert_eq!(told.iter().map(|advice| &advice.domain).collect::<Vec<_>>(), both.iter().collect::<Vec<_>>());
    assert!(told.iter().all(|advice| advice.message.contains("one.example.com and two.example.com")), "{told:#?}");
    let help = told[1].help.as_deref().expect("what it wants");
    assert!(help.contains("add TXT \"v=spf1 include:b.vendor.example\""), "{help}");
}

#[tokio::test]
async fn what_a_shared_record_does_to_others_is_shown_and_guarded() {
    let world = World::of(TORN);
    let bench = Bench::new(&world, EACH_ONE).accepting(&["spf-undeclared-sender"]);
    // Only the first domain is planned: what the second needs goes.
    let (plan, conflicts) = bench.plan_first(1, &world.at_provider("example.com")).await;
    assert_eq!(conflicts, []);
    let change =
        ["- 300 v=spf1 include:a.vendor.example include:b.vendor.example", "+ 300 v=spf1 include:a.vendor.example"];
    assert_eq!(lines(&plan.steps), ["_spf.example.com", change[0], change[1]]);
    let shown: Vec<(String, Vec<String>, usize, usize)> = plan
        .domains
        .iter()
        .map(|effect| {
            let lost = effect.spf.lost.networks.iter().map(ToString::to_string).collect();
            (effect.domain.to_string(), lost, effect.spf.lookups.before, effect.spf.lookups.after)
        })
        .collect();
    let loss = |domain: &str| (domain.to_owned(), vec!["192.0.2.2/32".to_owned()], 3, 2);
    assert_eq!(shown, [loss("one.example.com"), loss("two.example.com")]);
    let guards: Vec<_> = plan.steps[0]
        .guards
        .iter()
        .map(|guarded| (guarded.guard, guarded.domain_of(&plan.steps[0]).to_string()))
        .collect();
    let shrinks = |domain: &str| (Guard::ShrinksSpf, domain.to_owned());
    assert_eq!(guards, [shrinks("one.example.com"), shrinks("two.example.com")]);
}

#[tokio::test]
async fn a_declared_domain_that_leads_elsewhere_is_left_out() {
    let world = World::of(&format!("{TORN}\nthree.example.com TXT v=spf1 include:b.vendor.example -all"));
    let declared = format!("{EACH_ONE}[domains.\"three.example.com\"]\nsenders = [\"b\"]\n");
    let bench = Bench::new(&world, &declared).accepting(&["spf-undeclared-sender"]);
    let (plan, _) = bench.plan_first(1, &world.at_provider("example.com")).await;
    assert!(plan.domains.iter().all(|effect| effect.domain != name("three.example.com")), "{:#?}", plan.domains);
}

/// What could not be looked up is no loss, and no reason to stop (PEERS, "Timeouts taken for absence": AynOps#64).
#[tokio::test]
async fn a_domain_that_could_not_be_looked_up_loses_nothing_by_that() {
    let world = World::of(&format!("{TORN}\nfails.example.com TXT !"));
    let declared = format!("{EACH_ONE}[domains.\"fails.example.com\"]\nsenders = [\"b\"]\n");
    let bench = Bench::new(&world, &declared).accepting(&["spf-undeclared-sender"]);
    let (plan, _) = bench.plan_first(1, &world.at_provider("example.com")).await;
    assert!(plan.domains.iter().all(|effect| effect.domain != name("fails.example.com")), "{:#?}", plan.domains);
    let guarded: Vec<_> =
        plan.steps.iter().flat_map(|step| &step.guards).filter_map(|told| told.domain.clone()).collect();
    assert_eq!(guarded, [name("two.example.com")]);
}

/// A shared record that could not be looked up: nobody's loss is made up, and what is not known is said.
#[tokio::test]
async fn what_is_partly_unknown_is_said_so() {
    let world = World::of(&TORN.replace("b.vendor.example TXT v=spf1 ip4:192.0.2.2", "b.vendor.example TXT !"));
    let bench = Bench::new(&world, EACH_ONE).accepting(&["spf-undeclared-sender"]);
    let (plan, _) = bench.plan_first(1, &world.at_provider("example.com")).await;
    for effect in &plan.domains {
        assert!(effect.spf.lost.is_empty() && effect.spf.partly_unknown, "{effect:#?}");
    }
    let guards: Vec<Guard> = plan.steps.iter().flat_map(|step| &step.guards).map(|told| told.guard).collect();
    assert!(guards.iter().all(|guard| *guard == Guard::ShrinksSpf), "{guards:?}");
}

#[tokio::test]
async fn what_a_policy_does_to_the_domains_below_it_is_guarded_too() {
    let world = World::of("_dmarc.example.com TXT v=DMARC1; p=none\nsub.example.com TXT v=spf1 -all");
    let declared = "[domains.\"example.com\"]\ndmarc = { policy = \"reject\" }\n[domains.\"sub.example.com\"]\n";
    let (plan, _) = Bench::new(&world, declared).plan_first(1, &world.at_provider("example.com")).await;
    let guards: Vec<_> = plan
        .steps
        .iter()
        .flat_map(|step| step.guards.iter().map(move |one| (step.owner.to_string(), one.guard, one.domain.clone())))
        .collect();
    let at = || "_dmarc.example.com".to_owned();
    let below = Some(name("sub.example.com"));
    assert_eq!(guards, [(at(), Guard::TightensDmarc, None), (at(), Guard::TightensDmarc, below)]);
}

#[tokio::test]
async fn a_saved_plan_is_judged_again_for_those_it_reaches() {
    let world = World::of(TORN);
    let bench = Bench::new(&world, EACH_ONE).accepting(&["spf-undeclared-sender"]);
    let provider = world.at_provider("example.com");
    let (plan, _) = bench.plan_first(1, &provider).await;
    let others = bench.subjects().split_off(1);
    let providers = providers(provider);
    let tripped = judge_others(&bench.gatherer(), &others, &providers, &plan.steps).await.expect("it can be judged");
    let tripped: Vec<_> = tripped.into_iter().map(|(domain, tripped)| (domain.to_string(), tripped.guard)).collect();
    assert_eq!(tripped, [("two.example.com".to_owned(), Guard::ShrinksSpf)]);
}

/// What stands behind an alias is seen through it, and never written through it (CNAME, RFC 1034, section 3.6.2).
#[tokio::test]
async fn a_change_at_the_target_of_an_alias_is_seen_through_it() {
    let world = World::of(
        "one.example.com TXT v=spf1 include:alias.example.com -all
        two.example.com TXT v=spf1 include:_spf.example.com -all
        alias.example.com CNAME _spf.example.com.
        _spf.example.com TXT v=spf1 ip4:192.0.2.1,ip4:192.0.2.2
        _dmarc.example.com TXT v=DMARC1; p=none",
    );
    let hq = "[egress.hq]\naddresses = [\"192.0.2.1\", \"192.0.2.2\"]\n";
    let (one, two) =
        ("[domains.\"one.example.com\"]\negress = [\"hq\"]\n", "[domains.\"two.example.com\"]\negress = [\"hq\"]\n");
    let provider = world.at_provider("example.com");
    let through = Bench::new(&world, &format!("{hq}{two}{one}")).accepting(&["spf-syntax"]);
    let (plan, _) = through.plan_first(1, &provider).await;
    let owners: Vec<String> = plan.steps.iter().map(|step| step.owner.to_string()).collect();
    assert_eq!(owners, ["_spf.example.com"]);
    let gained: Vec<(String, u64)> =
        plan.domains.iter().map(|effect| (effect.domain.to_string(), effect.spf.gained.ipv4)).collect();
    assert_eq!(gained, [("two.example.com".to_owned(), 2), ("one.example.com".to_owned(), 2)]);
    // The other one by itself does not write through its alias, nor over it.
    let (plan, _) =
        Bench::new(&world, &format!("{hq}{one}{two}")).accepting(&["spf-syntax"]).plan_first(1, &provider).await;
    assert!(plan.steps.iter().all(|step| step.owner == name("one.example.com")), "{:?}", lines(&plan.steps));
}

#[tokio::test]
async fn much_at_once_is_guarded_in_the_plan_of_all() {
    let many = 26;
    let selectors: String =
        (0..many).fold(String::new(), |all, n| all + &format!("k{n} = {{ cname = \"k{n}.vendor.example\" }}\n"));
    let keys = (0..many).fold(String::new(), |all, n| all + &format!("k{n}.vendor.example TXT v=DKIM1; p=AAAA\n"));
    let world = World::of(&format!("example.com TXT v=spf1 -all\n_dmarc.example.com TXT v=DMARC1; p=none\n{keys}"));
    let bench = Bench::new(&world, &format!("[domains.\"example.com\"]\n[domains.\"example.com\".dkim]\n{selectors}"));
    let plan = bench.plan(&world.at_provider("example.com")).await;
    assert_eq!(plan.steps.len(), many);
    let guards: Vec<_> = plan.steps.iter().flat_map(|step| &step.guards).map(|guarded| guarded.guard.name()).collect();
    assert_eq!(guards, ["large-change"]);
}
