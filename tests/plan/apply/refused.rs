//! Changes that are not made, and of which nothing is left.

use mailvouch::plan::{Outcome, Plan, Step, Watch, apply};
use mailvouch_providers::dns::{Rdata, Txt};
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{ProviderError, Value};

use super::fixture::{APEX, plan, provider, rejected, run, step, unavailable, untouched, zone};
use crate::plan::bench::{held, providers};
use crate::plan::scripted::{Fault, journal};
use crate::support::world::{name, txt};

#[tokio::test(start_paused = true)]
async fn what_is_refused_at_once_is_not_written() {
    let cases: [(ProviderError, bool); 5] = [
        (rejected(), true),
        (ProviderError::Unsupported("no".to_owned()), true),
        (ProviderError::Stale(Vec::new()), true),
        (unavailable(), false),
        (ProviderError::Unauthorized("no".to_owned()), false),
    ];
    for (error, refused) in cases {
        let provider = provider().at_write(1, Fault::Refuse(error.clone()));
        let applied = run(&provider).await;
        match &applied.outcome {
            Outcome::Refused { owner, error: said } if refused => {
                assert_eq!((owner, said), (&name("example.com"), &error));
            }
            Outcome::Failed { owner, error: said } if !refused => {
                assert_eq!((owner, said), (&name("example.com"), &error));
            }
            other => panic!("{error}: {other:?}"),
        }
        assert_eq!(applied.written, 0);
        assert_eq!(zone(&provider).await, untouched());
        let tail = ["refused 0", "refused 1", "refused 2", "end false"];
        assert_eq!(provider.events()[5..], tail, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_zone_that_changed_since_the_plan_is_stale() {
    let cut = Txt::from_strings([b"v=spf1 mx ".as_slice(), b"ip4:192.0.2.1 -all".as_slice()]).expect("two strings");
    let cases: [(&str, Vec<Rdata>); 4] = [
        ("what goes is gone", vec![txt("MS=ms1"), txt("v=spf1 a -all")]),
        ("what comes is there", vec![txt("v=spf1 mx -all"), txt("v=spf1 mx ip4:192.0.2.1 -all")]),
        ("what comes is there, cut in other places", vec![txt("v=spf1 mx -all"), Rdata::Txt(cut)]),
        ("another record came beside", vec![txt("v=spf1 mx -all"), txt("v=spf1 a -all")]),
    ];
    for (what, values) in cases {
        let provider = provider();
        let values = values.into_iter().map(|rdata| Value::new(rdata, 600)).collect();
        provider.memory().overwrite(&name("example.com"), &name("example.com"), values);
        let before = held(&provider, "example.com").await;
        let applied = run(&provider).await;
        let Outcome::Refused { owner, error: ProviderError::Stale(values) } = &applied.outcome else {
            panic!("{what}: {:?}", applied.outcome)
        };
        assert_eq!(owner, &name("example.com"));
        assert!(!values.is_empty() && !values.iter().any(|value| value.rdata == txt("MS=ms1")), "{what}: {values:?}");
        assert_eq!(held(&provider, "example.com").await, before);
        assert!(provider.events().is_empty(), "{what}: not even the journal was begun");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_came_beside_makes_nothing_stale() {
    let provider = provider();
    let mut values: Vec<Value> = APEX.iter().map(|text| Value::new(txt(&text[4..]), 600)).collect();
    values.push(Value::new(txt("new-token=1"), 600));
    provider.memory().overwrite(&name("example.com"), &name("example.com"), values);
    let applied = run(&provider).await;
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert!(held(&provider, "example.com").await.contains(&"600 new-token=1".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_zone_that_changes_between_the_read_and_the_write_is_stale_too() {
    let theirs = |memory: &Memory| {
        memory.overwrite(
            &name("example.com"),
            &name("_dmarc.example.com"),
            vec![Value::new(txt("v=DMARC1; p=quarantine"), 60)],
        );
    };
    let provider = provider().before_write(1, theirs);
    let applied = run(&provider).await;
    assert!(matches!(&applied.outcome, Outcome::Refused { error: ProviderError::Stale(_), .. }));
    // One group: nothing of it was written.
    assert_eq!(held(&provider, "example.com").await, APEX);
    assert_eq!(held(&provider, "_dmarc.example.com").await, ["60 v=DMARC1; p=quarantine"]);
}

#[tokio::test(start_paused = true)]
async fn what_no_plan_of_ours_would_do_is_refused() {
    let cases: Vec<(Step, &str)> = vec![
        (step("example.com", &["MS=ms1"], &[]), "no mail record"),
        (step("other.example", &[], &["v=spf1 -all"]), "no name of"),
        (Step { provider: None, ..step("example.com", &[], &[]) }, "no provider"),
        (Step { provider: Some("x".to_owned()), ..step("example.com", &[], &[]) }, "not in the declaration"),
        (Step { zone: Some(name("sub.example.com")), ..step("sub.example.com", &[], &["v=spf1 -all"]) }, "is now in"),
        (step("example.com", &["v=spf1 mx -all"], &[]), "changed since"),
        (step("example.com", &[], &["v=spf1 -all"]), "changed since"),
    ];
    for (step, reason) in cases {
        let provider = provider();
        let plan = Plan::new(vec![step], Vec::new());
        let mut journal = journal(&provider.log(), usize::MAX);
        let applied =
            apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal).await.expect("a journal");
        match &applied.outcome {
            Outcome::Refused { error, .. } => assert!(error.to_string().contains(reason), "{error}"),
            other => panic!("{reason}: {other:?}"),
        }
        assert_eq!(zone(&provider).await, untouched());
        assert!(provider.events().is_empty());
    }
    let twice = Plan::new(plan().steps.into_iter().chain(plan().steps).collect(), Vec::new());
    let provider = provider();
    let applied = apply(&twice, &providers(provider.clone()), &Watch::default(), &mut journal(&provider.log(), 9))
        .await
        .expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Refused { .. }), "{:?}", applied.outcome);
}
