//! Applies that stop part-way: our own values go back, and nobody else's.

use mailvouch::plan::{Plan, StopReason, Watch, apply};
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{CompareAndSwap, Value};

use super::fixture::{provider, rejected, run, step, stopped, unavailable, untouched, zone};
use crate::plan::bench::{held, providers};
use crate::plan::scripted::{Fault, Scripted, journal};
use crate::support::world::{World, name, txt};

#[tokio::test(start_paused = true)]
async fn a_second_group_that_is_refused_takes_the_first_back() {
    let provider = provider().batch(2).at_write(2, Fault::Refuse(rejected()));
    let applied = run(&provider).await;
    let (owner, error, taken_back, left) = stopped(&applied);
    assert_eq!(owner, "s1._domainkey.example.com");
    assert!(matches!(error, StopReason::Provider(said) if *said == rejected()));
    assert_eq!(taken_back, ["_dmarc.example.com", "example.com"], "the latest first");
    assert_eq!((left.len(), applied.written), (0, 0));
    assert_eq!(zone(&provider).await, untouched());
    assert_eq!(
        provider.events()[6..],
        [
            "intent 2",
            "write s1._domainkey.example.com",
            "refused 2",
            "take-back 1",
            "write _dmarc.example.com",
            "taken-back 1",
            "take-back 0",
            "write example.com",
            "taken-back 0",
            "end false",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_others_added_meanwhile_stays_when_ours_is_taken_back() {
    let newcomer = |memory: &Memory| {
        let values = ["MS=ms1", "google-site-verification=x", "v=spf1 mx ip4:192.0.2.1 -all", "new-token=1"];
        let values = values.map(|text| Value::new(txt(text), 600)).to_vec();
        memory.overwrite(&name("example.com"), &name("example.com"), values);
    };
    let provider = provider().batch(1).before_write(2, newcomer).at_write(2, Fault::Refuse(rejected()));
    let applied = run(&provider).await;
    assert_eq!(stopped(&applied).2, ["example.com"]);
    let apex = held(&provider, "example.com").await;
    assert_eq!(apex, ["600 MS=ms1", "600 google-site-verification=x", "600 new-token=1", "600 v=spf1 mx -all"]);
}

#[tokio::test(start_paused = true)]
async fn what_others_made_of_ours_is_left_as_it_is() {
    let theirs = |memory: &Memory| {
        let values = ["MS=ms1", "v=spf1 include:theirs.example -all"].map(|text| Value::new(txt(text), 600)).to_vec();
        memory.overwrite(&name("example.com"), &name("example.com"), values);
    };
    let provider = provider().batch(1).before_write(2, theirs).at_write(2, Fault::Refuse(rejected()));
    let applied = run(&provider).await;
    let (_, _, taken_back, left) = stopped(&applied);
    assert_eq!((taken_back.len(), left), (0, vec!["example.com".to_owned()]));
    assert_eq!(applied.written, 1);
    assert_eq!(held(&provider, "example.com").await, ["600 MS=ms1", "600 v=spf1 include:theirs.example -all"]);
    assert!(provider.events().contains(&"not-taken-back 0".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_group_that_ends_half_done_is_taken_back() {
    let provider = provider().cas(CompareAndSwap::PerValue).at_write(1, Fault::RefuseAllButFirst(rejected()));
    let applied = run(&provider).await;
    let (owner, _, taken_back, left) = stopped(&applied);
    assert_eq!((owner.as_str(), taken_back, left.len()), ("_dmarc.example.com", vec!["example.com".to_owned()], 0));
    assert_eq!((zone(&provider).await, applied.written), (untouched(), 0));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_ends_half_done_is_taken_back() {
    for fault in [Fault::AddOnly(unavailable()), Fault::RemoveOnly(rejected())] {
        let provider = provider().cas(CompareAndSwap::PerValue).batch(1).at_write(2, fault.clone());
        let applied = run(&provider).await;
        let (_, _, taken_back, left) = stopped(&applied);
        assert_eq!(taken_back, ["_dmarc.example.com", "example.com"], "{fault:?}");
        assert_eq!((left.len(), zone(&provider).await), (0, untouched()), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_record_is_taken_back_to_none() {
    let provider = Scripted::over(World::of("example.com 600 TXT MS=ms1").at_provider("example.com"))
        .batch(1)
        .at_write(2, Fault::Refuse(rejected()));
    let plan = Plan::new(
        vec![step("example.com", &[], &["v=spf1 -all"]), step("_dmarc.example.com", &[], &["v=DMARC1; p=reject"])],
        Vec::new(),
    );
    let mut journal = journal(&provider.log(), usize::MAX);
    let applied = apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal).await.expect("a journal");
    assert_eq!(stopped(&applied).2, ["example.com"]);
    assert_eq!(held(&provider, "example.com").await, ["600 MS=ms1"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_taken_back_is_left_and_the_rest_is_still_taken_back() {
    let provider = provider().batch(2).at_write(2, Fault::Refuse(rejected())).at_write(3, Fault::Refuse(unavailable()));
    let applied = run(&provider).await;
    let (_, _, taken_back, left) = stopped(&applied);
    assert_eq!((taken_back, left), (vec!["example.com".to_owned()], vec!["_dmarc.example.com".to_owned()]));
    assert_eq!(applied.written, 1);
    assert_eq!(held(&provider, "_dmarc.example.com").await, ["300 v=DMARC1; p=reject"]);
}
