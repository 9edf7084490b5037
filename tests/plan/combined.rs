//! Plans for several domains that share records and zones.

use mailvouch::plan::{Outcome, apply};

use super::bench::{Bench, held, lines, providers};
use super::scripted::{Scripted, journal};
use crate::support::world::World;

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
    let applied =
        apply(&plan, &providers(provider.clone()), &mut journal(&provider.log(), 99)).await.expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert_eq!(held(&provider, "_spf.example.com").await, [fixed[2..].to_owned()]);
}

#[tokio::test]
async fn two_ways_to_change_one_record_are_not_both_planned() {
    let world = World::of(
        "one.example.com TXT v=spf1 include:_spf.example.com -all
        two.example.com TXT v=spf1 include:_spf.example.com -all
        _spf.example.com TXT v=spf1 include:a.vendor.example include:b.vendor.example
        a.vendor.example TXT v=spf1 ip4:192.0.2.1
        b.vendor.example TXT v=spf1 ip4:192.0.2.2
        _dmarc.example.com TXT v=DMARC1; p=none",
    );
    let declared = "[senders.a]\ninclude = \"a.vendor.example\"\n[senders.b]\ninclude = \"b.vendor.example\"
        [domains.\"one.example.com\"]\nsenders = [\"a\"]\n[domains.\"two.example.com\"]\nsenders = [\"b\"]\n";
    let bench = Bench::new(&world, declared).accepting(&["spf-undeclared-sender"]);
    let plan = bench.plan(&world.at_provider("example.com")).await;
    assert_eq!(
        lines(&plan.steps),
        [
            "_spf.example.com",
            "- 300 v=spf1 include:a.vendor.example include:b.vendor.example",
            "+ 300 v=spf1 include:a.vendor.example",
        ]
    );
    let told = plan.advice.iter().find(|advice| advice.message.contains("in another way")).expect("advice");
    assert_eq!(told.domain.to_string(), "two.example.com");
    // The guard stands at the step that trips it, although the domain's own name does not change.
    assert_eq!(plan.steps[0].guards.len(), 1, "{:?}", plan.steps[0].guards);
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
