//! A clock that is wrong: a signature that is not of now is refused by real servers, and the reason is said.

use std::process::Command;

use super::job::{ALLOWED, BOTH, Job};

/// The library that gives a program another time.
fn library() -> String {
    let asked = Command::new("faketime").args(["-f", "+1h", "sh", "-c", "echo $LD_PRELOAD"]).output();
    let asked = asked.expect("`faketime` is not installed: apt-get install faketime");
    String::from_utf8(asked.stdout).expect("a path").trim().to_owned()
}

#[test]
fn a_clock_that_is_wrong_is_told_and_nothing_is_written() {
    let library = library();
    for start in BOTH {
        let job = Job::on(start);
        let before = job.dump();
        for (offset, way) in [("-1h", "ahead of it"), ("+1h", "behind it")] {
            let apply = format!("apply --yes {ALLOWED} --journal journal --resolver {}", job.holder.address());
            let run = job.folder.mailvouch(&apply).env("TSIG", &job.holder.key().secret);
            let run = run.env("LD_PRELOAD", &library).env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            run.exits(3).says("(BADTIME): check the time of this machine").says(way);
            assert!(!job.folder.path().join("journal").exists());
            assert_eq!(job.dump(), before);
        }
    }
}
