//! Answers that do not come, or are not true: the provider is asked, never assumed.

use std::time::Duration;

use mailvouch::plan::Outcome;
use mailvouch_providers::ProviderError;
use tokio::time::Instant;

use super::fixture::{provider, rejected, run, stopped, untouched, zone};
use crate::plan::bench::held;
use crate::plan::scripted::Fault;

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_is_asked_after() {
    // The change was made.
    let provider = provider().at_write(1, Fault::WriteAndSay(ProviderError::Indeterminate));
    let applied = run(&provider).await;
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert_eq!(applied.written, 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_with_the_change_is_no_success() {
    let provider = provider().at_write(1, Fault::Refuse(ProviderError::Indeterminate));
    let begun = Instant::now();
    let applied = run(&provider).await;
    // It is waited for: the request may still be on its way.
    assert!(begun.elapsed() >= Duration::from_secs(18), "{:?}", begun.elapsed());
    assert!(begun.elapsed() <= Duration::from_secs(21), "once for the group: {:?}", begun.elapsed());
    assert!(matches!(&applied.outcome, Outcome::Failed { error: ProviderError::Unavailable(_), .. }));
    assert_eq!((zone(&provider).await, applied.written), (untouched(), 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_provider_took_and_does_not_show_may_still_come() {
    let provider = provider().batch(1).at_write(2, Fault::Pretend);
    let applied = run(&provider).await;
    let (owner, _, taken_back, left) = stopped(&applied);
    assert_eq!(owner, "_dmarc.example.com");
    assert_eq!(taken_back, ["example.com"]);
    assert_eq!(left, ["_dmarc.example.com"], "nobody can say that it will not");
    assert_eq!(zone(&provider).await, untouched());
    assert!(provider.events().contains(&"lost 1".to_owned()), "{:?}", provider.events());
}

#[tokio::test(start_paused = true)]
async fn an_answer_for_every_change_is_not_taken_for_granted() {
    let provider = provider().at_write(1, Fault::AnswerShort);
    let applied = run(&provider).await;
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_change_may_fail_and_the_change_stands() {
    let faults = [Fault::WriteAndSay(ProviderError::Unfinished("reload failed".to_owned())), Fault::Unsettled];
    for fault in faults {
        let provider = provider().batch(1).at_write(2, fault);
        let applied = run(&provider).await;
        assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
        assert_eq!(applied.written, 3);
        let unfinished: Vec<String> = applied.unfinished.iter().map(|(owner, _)| owner.to_string()).collect();
        assert_eq!(unfinished, ["_dmarc.example.com"]);
        assert_eq!(held(&provider, "_dmarc.example.com").await, ["300 v=DMARC1; p=reject"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_back_is_not_called_done() {
    let provider = provider().unreadable_from(1);
    let applied = run(&provider).await;
    let (_, _, taken_back, left) = stopped(&applied);
    assert_eq!((taken_back.len(), left.len(), applied.written), (0, 3, 0));
    assert_eq!(held(provider.memory(), "_dmarc.example.com").await, ["300 v=DMARC1; p=reject"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_lost_while_taking_back_is_asked_after() {
    let provider = provider()
        .batch(2)
        .at_write(2, Fault::Refuse(rejected()))
        .at_write(3, Fault::WriteAndSay(ProviderError::Indeterminate))
        .at_write(4, Fault::WriteAndSay(ProviderError::Unfinished("reload failed".to_owned())));
    let applied = run(&provider).await;
    assert_eq!(stopped(&applied).2, ["_dmarc.example.com", "example.com"]);
    assert_eq!(zone(&provider).await, untouched());
}
