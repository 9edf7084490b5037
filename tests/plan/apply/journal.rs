//! What is written down, and when; and that nothing is written once that fails.

use mailvouch::plan::{Outcome, StopReason, apply};

use super::fixture::{plan, provider, rejected, run, stopped, untouched, zone};
use crate::plan::bench::{held, providers};
use crate::plan::scripted::{Fault, journal};

#[tokio::test(start_paused = true)]
async fn each_line_is_on_disk_before_what_it_announces() {
    let provider = provider().batch(2);
    let applied = run(&provider).await;
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert_eq!((applied.written, applied.unfinished.len()), (3, 0));
    assert_eq!(
        provider.events(),
        [
            "begin 3",
            "intent 0",
            "intent 1",
            "write example.com _dmarc.example.com",
            "written 0",
            "written 1",
            "intent 2",
            "write s1._domainkey.example.com",
            "written 2",
            "end true",
        ]
    );
    // Values come with the TTL of their set as it is now, and others stay where they are.
    let apex = held(&provider, "example.com").await;
    assert_eq!(apex, ["600 MS=ms1", "600 google-site-verification=x", "600 v=spf1 mx ip4:192.0.2.1 -all"]);
    assert_eq!(held(&provider, "_dmarc.example.com").await, ["300 v=DMARC1; p=reject"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_after_the_journal_failed() {
    // Room for so many lines, and with batches of one and a fault at the third write, all kinds of lines come up.
    for room in 0..14 {
        let provider = provider().batch(1).at_write(3, Fault::Refuse(rejected()));
        let log = provider.log();
        let mut journal = journal(&log, room);
        let applied = apply(&plan(), &providers(provider.clone()), &mut journal).await;
        let events = provider.events();
        let lines = events.iter().filter(|event| !event.starts_with("write ")).count();
        let writes = events.len() - lines;
        assert!(lines <= room);
        if lines < room {
            continue; // It never failed.
        }
        // The last line that was written announced at most one write.
        let last_line = events.iter().rposition(|event| !event.starts_with("write ")).map_or(0, |at| at + 1);
        assert!(events.len() - last_line <= 1, "room for {room}: {events:?}");
        match applied {
            Err(error) => {
                assert!(error.to_string().contains("no space left"), "{error}");
                assert_eq!((writes, zone(&provider).await), (0, untouched()), "room for {room}");
            }
            Ok(applied) => {
                let (_, _, taken_back, left) = stopped(&applied);
                // Whatever stands is told, and whatever is told stands.
                let standing = zone(&provider).await.iter().filter(|text| !untouched().contains(text)).count();
                assert_eq!((left.len(), applied.written), (standing, standing), "room for {room}: {events:?}");
                assert!(taken_back.len() <= 2);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_last_line_that_fails_does_not_hide_that_everything_stands() {
    let provider = provider();
    let mut journal = journal(&provider.log(), 7);
    let applied = apply(&plan(), &providers(provider.clone()), &mut journal).await.expect("something was written");
    let (_, error, taken_back, left) = stopped(&applied);
    assert!(matches!(error, StopReason::Journal(_)), "{error}");
    assert_eq!((taken_back.len(), left.len(), applied.written), (0, 3, 3));
}
