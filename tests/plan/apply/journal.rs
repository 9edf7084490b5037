//! What is written down, and when; and that nothing is written once that fails.

use std::path::Path;
use std::sync::{Arc, Mutex};

use mailvouch::plan::{Entry, Journal, Outcome, StopReason, Watch, apply};
use mailvouch_providers::Value;
use mailvouch_providers::memory::Memory;

use super::fixture::{plan, provider, rejected, run, stopped, untouched, zone};
use crate::plan::bench::{held, providers, shown};
use crate::plan::scripted::{Fault, journal};
use crate::support::world::name;

fn on_disk(path: &Path) -> Vec<Entry> {
    Journal::read(&std::fs::read_to_string(path).expect("the file")).expect("a journal")
}

/// The values of each announced change, as they go and come.
fn announced(entries: &[Entry]) -> Vec<(usize, Vec<String>, Vec<String>)> {
    let all = |values: &[Value]| values.iter().map(shown).collect::<Vec<_>>();
    let intent = |entry: &Entry| match entry {
        Entry::Intent { step, remove, add, .. } => Some((*step, all(remove), all(add))),
        _ => None,
    };
    entries.iter().filter_map(intent).collect()
}

#[tokio::test(start_paused = true)]
async fn every_value_is_on_disk_before_the_write_that_touches_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("apply.jsonl");
    // What the file held at each write.
    let seen: Arc<Mutex<Vec<Vec<Entry>>>> = Arc::default();
    let look = |path: &Path| {
        let (path, seen) = (path.to_owned(), seen.clone());
        move |_: &Memory| seen.lock().expect("no panic").push(on_disk(&path))
    };
    let provider = provider().batch(2).before_write(1, look(&path)).before_write(2, look(&path));
    let mut journal = Journal::create(&path).expect("a journal");
    let applied =
        apply(&plan(), &providers(provider.clone()), &Watch::default(), &mut journal).await.expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    // With the TTLs that stand at the provider, not those of the plan: so they can be put back.
    let line = |step, remove: &str, add: &str| (step, vec![remove.to_owned()], vec![add.to_owned()]);
    let all = [
        line(0, "600 v=spf1 mx -all", "600 v=spf1 mx ip4:192.0.2.1 -all"),
        line(1, "300 v=DMARC1; p=none", "300 v=DMARC1; p=reject"),
        line(2, "300 v=DKIM1; p=", "300 v=DKIM1; p=AAAA"),
    ];
    let seen: Vec<_> = seen.lock().expect("no panic").iter().map(|entries| announced(entries)).collect();
    assert_eq!(seen, [all[..2].to_vec(), all.to_vec()]);
    // Other people's values are in nobody's way, and not in the journal either.
    assert!(!std::fs::read_to_string(&path).expect("the file").contains("MS=ms1"));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_fails_half_way_leaves_all_that_is_needed_to_put_it_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("apply.jsonl");
    let provider = provider().batch(1).at_write(2, Fault::Refuse(rejected()));
    let mut journal = Journal::create(&path).expect("a journal");
    apply(&plan(), &providers(provider.clone()), &Watch::default(), &mut journal).await.expect("a journal");
    let entries = on_disk(&path);
    let Entry::Begin { version, steps, .. } = &entries[0] else { panic!("{entries:?}") };
    assert_eq!((*version, *steps), (Journal::VERSION, 3));
    let Entry::Intent { step: 0, provider: by, zone, owner, .. } = &entries[1] else { panic!("{entries:?}") };
    assert_eq!((by.as_str(), zone, owner), ("dns", &name("example.com"), &name("example.com")));
    assert_eq!(entries[2], Entry::Written { step: 0 });
    assert!(matches!(&entries[3], Entry::Intent { step: 1, .. }));
    assert!(matches!(&entries[4], Entry::Refused { step: 1, error } if error.contains("no")), "{:?}", entries[4]);
    let end = [Entry::TakeBack { step: 0 }, Entry::TakenBack { step: 0 }, Entry::End { complete: false }];
    assert_eq!(entries[5..], end);
    // What was never begun is not in it.
    assert_eq!(announced(&entries).len(), 2);
}

#[test]
fn another_runs_journal_is_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("apply.jsonl");
    for held in ["", "of another run\n"] {
        std::fs::write(&path, held).expect("a file");
        let error = Journal::create(&path).expect_err("it is there");
        assert_eq!(error.source.kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), held);
    }
    #[cfg(unix)]
    {
        // Nor through a link, wherever it leads.
        let link = folder.path().join("link.jsonl");
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &link).expect("a link");
        assert!(Journal::create(&link).is_err());
        assert!(!folder.path().join("nowhere").exists());
    }
}

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
        let applied = apply(&plan(), &providers(provider.clone()), &Watch::default(), &mut journal).await;
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
    let applied = apply(&plan(), &providers(provider.clone()), &Watch::default(), &mut journal)
        .await
        .expect("something was written");
    let (_, error, taken_back, left) = stopped(&applied);
    assert!(matches!(error, StopReason::Journal(_)), "{error}");
    assert_eq!((taken_back.len(), left.len(), applied.written), (0, 3, 3));
}
