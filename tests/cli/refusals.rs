//! What makes `apply` stop before it writes: a zone that is not as it was, a server that is gone, a key that is wrong.

use super::job::{ALLOWED, BOTH, Job, SPF, assert_only_the_plan, records, setup};
use crate::servers::{Rights, Server, Setup, bind};

const APPLY: &str = "apply plan.json --allow tightens-dmarc";

/// A job whose plan is made, and whose zone somebody then changed.
fn planned_and_then(start: fn(&Setup) -> Server, lines: &str) -> Job<Server> {
    let job = Job::on(start);
    job.run("plan --out plan.json", 1);
    job.update(lines);
    job
}

#[test]
fn a_value_that_somebody_changed_since_is_not_overwritten() {
    let other = "\"v=spf1 ip4:203.0.113.10 ip4:192.0.2.99 include:_spf.news.example -all\"";
    let lines = format!("del example.com. TXT {SPF}\nadd example.com. 7200 TXT {other}");
    for start in BOTH {
        let job = planned_and_then(start, &lines);
        let before = job.dump();
        let ran = job.run(APPLY, 5);
        let (_, refusal) = ran.stdout.split_once("refused, and nothing was written: example.com").expect("a refusal");
        assert!(refusal.contains(&SPF.replace("\" \"", "").replace('"', "")), "what changed is named\n{ran}");
        // Allowing what the guards would say of it does not help, and is not asked for.
        assert!(!ran.stderr.contains("--allow"), "{ran}");
        job.run(&format!("{APPLY} --allow shrinks-spf --allow widens-spf"), 5);
        assert_eq!(job.dump(), before);
        // A new plan starts from what stands there now.
        job.run("plan --out plan.json", 1);
        job.run(APPLY, 0);
        assert!(job.dump().contains("ip4:192.0.2.99"));
    }
}

#[test]
fn a_change_at_another_name_of_the_plan_stops_all_of_it() {
    for start in BOTH {
        let job = planned_and_then(start, "del _dmarc.example.com. TXT");
        let before = job.dump();
        job.run(APPLY, 5).says("_dmarc.example.com");
        assert_eq!(job.dump(), before);
    }
}

#[test]
fn a_token_that_came_beside_it_survives() {
    for start in BOTH {
        let job = planned_and_then(start, "add example.com. 7200 TXT \"verification=came-later\"");
        let before = job.dump();
        job.run(APPLY, 0);
        assert_only_the_plan(&job.plan(), &records(&before), &records(&job.dump()));
        assert!(job.dump().contains("verification=came-later"));
    }
}

#[test]
fn a_second_spf_record_that_somebody_added_stops_it() {
    for start in BOTH {
        let job = planned_and_then(start, "add example.com. 7200 TXT \"v=spf1 ip4:192.0.2.99 -all\"");
        let (before, files) = (job.dump(), job.folder.files());
        let ran = job.run(APPLY, 5);
        let (_, refusal) = ran.stdout.split_once("refused, and nothing was written: example.com").expect("a refusal");
        assert!(refusal.contains("v=spf1 ip4:192.0.2.99 -all"), "what is in the way is named\n{ran}");
        assert_eq!(job.dump(), before);
        assert_eq!(job.folder.files(), files, "nothing was begun, so there is no journal");
    }
}

#[test]
fn what_the_plan_adds_and_somebody_added_already_stops_it() {
    for start in BOTH {
        let job = Job::on(start);
        job.run("plan --out plan.json", 1);
        job.run(APPLY, 0);
        let after = job.dump();
        let ran = job.run(APPLY, 5);
        assert!(!ran.stderr.contains("--allow"), "a guard is not what is in the way\n{ran}");
        assert_eq!(job.dump(), after);
    }
}

#[test]
fn an_alias_that_somebody_put_there_stops_it() {
    for start in BOTH {
        let job = planned_and_then(start, "add s2026._domainkey.example.com. 300 CNAME key.vendor.test.");
        let before = job.dump();
        job.run(APPLY, 5).says("s2026._domainkey.example.com");
        assert_eq!(job.dump(), before);
    }
}

#[test]
fn a_server_that_is_gone_is_3() {
    for start in BOTH {
        let mut job = Job::on(start);
        job.run("plan --out plan.json", 1);
        job.holder.stop();
        job.run(APPLY, 3).says(&job.holder.address().to_string());
        job.run("apply --yes", 3);
        job.run("plan", 3);
        job.run("check", 3);
    }
}

#[test]
fn a_wrong_key_is_3_and_said_to_be_the_key() {
    for start in BOTH {
        let job = Job::on(start);
        job.run("plan --out plan.json", 1);
        let before = job.dump();
        let other = "c29tZXRoaW5nIGVsc2UsIGFuZCBubyBzZWNyZXQ=";
        for command in [APPLY, "plan", "diff", "apply --yes"] {
            job.run_with(other, command, 3).says("BADSIG").says("key");
        }
        let declared = job.folder.read("mailvouch.toml").replace(&job.holder.key().name, "somebody-else");
        job.folder.write("mailvouch.toml", declared);
        for command in [APPLY, "plan"] {
            job.run(command, 3).says("BADKEY").says("somebody-else");
        }
        // What is published can be checked without it.
        job.run("check", 1);
        assert_eq!(job.dump(), before);
    }
}

#[test]
fn a_key_that_may_not_write_is_3() {
    for start in BOTH {
        let job = Job::with(start(&Setup { rights: Rights::Transfer, ..setup() }), "");
        let before = job.dump();
        job.run("plan --out plan.json", 1);
        job.run(APPLY, 3);
        assert_eq!(job.dump(), before);
    }
}

#[test]
fn a_secret_that_cannot_be_had_is_2() {
    let job = Job::on(bind::start_with);
    job.run_with("", "plan", 2).says("the environment variable TSIG is not set");
    job.run_with("no base64!", "plan", 2).says("base64");
    let declared = job.folder.read("mailvouch.toml");
    let keyless = declared.lines().filter(|line| !line.starts_with("key-")).collect::<Vec<_>>().join("\n");
    for (lines, words) in
        [("key-file = \"secret\"", "secret"), ("key-command = [\"/nonexistent/program\"]", "/nonexistent/program")]
    {
        let name = format!("kind = \"rfc2136\"\nkey-name = \"{}\"\n{lines}", job.holder.key().name);
        job.folder.write("mailvouch.toml", keyless.replace("kind = \"rfc2136\"", &name));
        job.run("plan", 2).says(words);
    }
}

#[test]
fn a_secret_comes_from_a_file_or_a_program_too() {
    let job = Job::on(bind::start_with);
    let secrets = tempfile::tempdir().expect("a folder");
    let file = secrets.path().join("secret");
    std::fs::write(&file, format!("{}\n", job.holder.key().secret)).expect("a file");
    let declared = job.folder.read("mailvouch.toml");
    for line in
        [format!("key-file = \"{}\"", file.display()), format!("key-command = [\"/bin/cat\", \"{}\"]", file.display())]
    {
        job.folder.write("mailvouch.toml", declared.replace("key-env = \"TSIG\"", &line));
        job.run_with("not used", "plan", 1);
    }
}

#[test]
fn a_journal_is_never_written_over() {
    let job = Job::on(bind::start_with);
    job.run("plan --out plan.json", 1);
    job.folder.write("journal", "of another run\n");
    let before = job.dump();
    job.run(&format!("{APPLY} --journal journal"), 2).says("journal");
    job.run(&format!("{APPLY} --journal mailvouch.toml/journal"), 2).says("journal");
    assert_eq!(job.folder.read("journal"), "of another run\n");
    assert_eq!(job.dump(), before);
}

#[test]
fn a_plan_for_what_is_not_declared_is_2() {
    let job = Job::on(bind::start_with);
    job.run("plan --out plan.json", 1);
    let before = job.dump();
    let declared = job.folder.read("mailvouch.toml").replace("example.com\"", "example.net\"");
    job.folder.write("mailvouch.toml", declared);
    job.run(APPLY, 2).says("example.com is not declared");
    job.run(&format!("apply --yes {ALLOWED} --domain example.com"), 2).says("example.com is not declared");
    assert_eq!(job.dump(), before);
}

/// Two writers on one file: what the second one finds is not what it planned for.
#[test]
fn a_zone_file_that_somebody_edited_is_not_overwritten() {
    let job = Job::on_a_file();
    job.run("plan --out plan.json", 1);
    let edited = job.folder.read("example.com.zone").replace("ip4:203.0.113.10", "ip4:203.0.113.11");
    job.folder.write("example.com.zone", &edited);
    job.run(APPLY, 5);
    assert_eq!(job.folder.read("example.com.zone"), edited);
    // What is beside it may change.
    let edited = edited.replace("ip4:203.0.113.11", "ip4:203.0.113.10").replace("MS=ms41770329", "MS=ms1");
    job.folder.write("example.com.zone", &edited);
    job.run(APPLY, 0);
    assert!(job.folder.read("example.com.zone").contains("MS=ms1"));
}
