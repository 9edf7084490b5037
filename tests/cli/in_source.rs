//! Zones that are published from a repository: the plan is an edit of the source, or the lines to put into it.

use super::runner::Folder;
use super::scene::{DECLARED, OFFICE_FAILS, zone};

/// The scene with another provider. What DNS serves is the zone file of the scene.
fn folder(provider: &str, files: &[(&str, &str)]) -> Folder {
    let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", provider);
    let published = zone(&[OFFICE_FAILS]);
    let mut all = vec![("mailvouch.toml", declared.as_str()), ("dns.zone", published.as_str())];
    all.extend(files);
    Folder::with(&all)
}

const YAML: &str = "---\n'':\n  # The office.\n  - ttl: 300\n    type: TXT\n    values:\n      - v=spf1 -all # was empty\n      - verification=9b2f\n\
                    _dmarc:\n  ttl: 300\n  type: TXT\n  value: v=DMARC1\\; p=reject\\; rua=mailto:dmarc@example.com\n";

#[test]
fn octodns_is_edited_and_dns_is_not_waited_for() {
    let folder = folder("kind = \"octodns\"\ndir = \"config\"", &[("config/example.com.yaml", YAML)]);
    let plan = folder.mailvouch("plan --zone-file dns.zone").exits(1);
    let plan = plan.says("in config/example.com.yaml:7").says("- - v=spf1 -all # was empty");
    plan.says("+ - v=spf1 ip4:203.0.113.10 -all # was empty");
    let applied = folder.mailvouch("apply --yes --allow widens-spf --zone-file dns.zone").exits(0);
    applied.says("DNS stays as it is until octoDNS (`octodns-sync`)").says("commit it");
    assert_eq!(folder.read("config/example.com.yaml"), YAML.replace("v=spf1 -all", "v=spf1 ip4:203.0.113.10 -all"));
}

#[test]
fn what_cannot_be_edited_is_advice_with_its_place() {
    let anchored = YAML.replace("- v=spf1", "- &spf v=spf1");
    let folder = folder("kind = \"octodns\"\nfile = \"example.com.yaml\"", &[("example.com.yaml", &anchored)]);
    let plan = folder.mailvouch("plan --zone-file dns.zone").ends();
    plan.says("example.com.yaml:7:14: an anchor, an alias or a tag").says("put in TXT");
    assert_eq!(folder.read("example.com.yaml"), anchored);
}

#[test]
fn a_source_that_cannot_be_read_is_no_absence() {
    for (text, words) in [(None, "No such file"), (Some("'':\n  type: [\n"), "is no YAML")] {
        let files: Vec<(&str, &str)> = text.map(|text| ("example.com.yaml", text)).into_iter().collect();
        let folder = folder("kind = \"octodns\"\nfile = \"example.com.yaml\"", &files);
        let ran = folder.mailvouch("plan --zone-file dns.zone").exits(3);
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains(words), "{ran}");
    }
}

const DNSCONFIG: &str = "var REG = NewRegistrar(\"none\"); // TXT(\"@\", \"v=spf1 -all\")\nrequire(\"./mail.js\");\n";
const MAIL: &str = "D(\"example.com\", REG, DnsProvider(DSP),\n    A(\"@\", \"192.0.2.1\"),\n    TXT('@', 'v=spf1 -all', TTL(300)), // SPF\nEND);\n";

#[test]
fn dnscontrol_is_told_which_line_becomes_which() {
    let folder =
        folder("kind = \"dnscontrol\"\nfile = \"dnsconfig.js\"", &[("dnsconfig.js", DNSCONFIG), ("mail.js", MAIL)]);
    let plan = folder.mailvouch("plan --zone-file dns.zone").exits(1);
    let plan = plan.says("in ./mail.js:3:14").says("- TXT('@', 'v=spf1 -all', TTL(300)), // SPF");
    plan.says("+ TXT('@', 'v=spf1 ip4:203.0.113.10 -all', TTL(300)), // SPF");
    let refused = folder.mailvouch("apply --yes --allow widens-spf --zone-file dns.zone").exits(5);
    refused.says("+ TXT('@', 'v=spf1 ip4:203.0.113.10 -all', TTL(300)), // SPF");
    assert_eq!(folder.read("mail.js"), MAIL);
}

#[test]
fn what_a_program_works_out_is_told_as_not_found() {
    let built = MAIL
        .replace("TXT('@', 'v=spf1 -all', TTL(300))", "SPF_BUILDER({ label: \"@\", parts: [\"v=spf1\", \"-all\"] })");
    let folder =
        folder("kind = \"dnscontrol\"\nfile = \"dnsconfig.js\"", &[("dnsconfig.js", DNSCONFIG), ("mail.js", &built)]);
    let plan = folder.mailvouch("plan --zone-file dns.zone").exits(1).says("could not be found as a literal");
    plan.says("`SPF_BUILDER` at ./mail.js:3 works").says("+ TXT(\"@\", \"v=spf1 ip4:203.0.113.10 -all\", TTL(300)),");
}

const MAIN_TF: &str = "resource \"aws_route53_record\" \"apex\" {\n  zone_id = aws_route53_zone.main.zone_id\n  name    = \"example.com\"\n  type    = \"TXT\"\n  ttl     = 300\n  records = [\n    \"v=spf1 -all\",\n    \"verification=9b2f\",\n  ]\n}\n";

#[test]
fn terraform_is_told_which_line_becomes_which() {
    let folder = folder("kind = \"terraform\"\ndir = \"infra\"", &[("infra/dns/main.tf", MAIN_TF)]);
    let plan = folder.mailvouch("plan --zone-file dns.zone").exits(1);
    let plan = plan.says("main.tf:7:5").says("- \"v=spf1 -all\",").says("+ \"v=spf1 ip4:203.0.113.10 -all\",");
    plan.says("(to be put into the source by hand)").says("1 to be put into the source by hand");
    folder.mailvouch("apply --yes --allow widens-spf --zone-file dns.zone").exits(5);
    assert_eq!(folder.read("infra/dns/main.tf"), MAIN_TF);
}

#[test]
fn changes_of_one_line_are_told_as_one() {
    let weak = zone(&[OFFICE_FAILS, ("p=reject", "p=none")]);
    let program = "D(\"example.com\", R, TXT(\"@\", \"v=spf1 -all\"), TXT(\"_dmarc\", \"v=DMARC1; p=none; rua=mailto:dmarc@example.com\"));\n";
    let folder =
        folder("kind = \"dnscontrol\"\nfile = \"dnsconfig.js\"", &[("dnsconfig.js", program), ("weak.zone", &weak)]);
    let plan = folder.mailvouch("plan --zone-file weak.zone --format json").exits(1).json();
    let lines = |step: usize| plan["steps"][step]["source"][0].clone();
    let both = program.trim_end().replace("v=spf1 -all", "v=spf1 ip4:203.0.113.10 -all").replace("p=none", "p=reject");
    for step in 0..2 {
        assert_eq!(lines(step)["add"], serde_json::json!([both]), "{plan}");
        let note = lines(step)["note"].as_str().map(str::to_owned).unwrap_or_default();
        assert!(note.contains("with all changes of these lines"), "{plan}");
    }
}

#[test]
fn a_plan_of_what_is_put_in_by_hand_is_told_as_that() {
    let folder = folder("kind = \"terraform\"\ndir = \"infra\"", &[("infra/main.tf", MAIN_TF)]);
    let refused = folder.mailvouch("apply --yes --allow widens-spf --zone-file dns.zone").exits(5);
    refused.says("example.com is published from a source that is not written to").says("`mailvouch plan DOMAIN…`");
}

#[test]
fn several_names_come_into_an_empty_file_at_once() {
    for (empty, after) in [
        ("", "---\n'':\n"),
        ("\n  \n", "\n  \n---\n'':\n"),
        ("\u{feff}", "\u{feff}---\n'':\n"),
        ("# c", "# c\n'':\n"),
        ("--- # c\n", "--- # c\n'':\n"),
    ] {
        let folder = folder("kind = \"octodns\"\ndir = \"config\"", &[("config/example.com.yaml", empty)]);
        let allow = "--allow widens-spf --allow tightens-dmarc";
        folder.mailvouch(&format!("apply --yes {allow} --zone-file dns.zone")).exits(0);
        let written = folder.read("config/example.com.yaml");
        assert!(written.starts_with(after) && written.contains("\n_dmarc:\n"), "{written}");
    }
    for (text, place) in [("---\n...\n", "2:1"), ("---\nnull\n", "2:1")] {
        let folder = folder("kind = \"octodns\"\ndir = \"config\"", &[("config/example.com.yaml", text)]);
        let plan = folder.mailvouch("plan --zone-file dns.zone").ends();
        plan.says(&format!("config/example.com.yaml:{place}: no name stands in this file, and something else does"));
        assert_eq!(folder.read("config/example.com.yaml"), text);
    }
}

#[test]
fn a_source_without_the_zone_is_no_zone_without_records() {
    for (provider, published, words) in [
        ("kind = \"octodns\"\ndir = \"config\"", "", "config/example.com.yaml: is not there"),
        ("kind = \"octodns\"\ndir = \"config\"", "published = \"provider\"\n", "config/example.com.yaml: is not there"),
        (
            "kind = \"octodns\"\nfile = \"config/example.org.yaml\"",
            "",
            "config/example.org.yaml: is the file of another zone",
        ),
    ] {
        let folder = folder(provider, &[("config/example.org.yaml", YAML)]);
        let declared = folder.read("mailvouch.toml");
        folder.write("mailvouch.toml", declared.replace("egress = [", &format!("{published}egress = [")));
        let ran = folder.mailvouch("plan --zone-file dns.zone").exits(3);
        ran.says(words);
    }
}

#[test]
fn what_waits_to_be_published_is_told_without_a_step() {
    let folder = folder("kind = \"octodns\"\ndir = \"config\"", &[("config/example.com.yaml", YAML)]);
    folder.mailvouch("apply --yes --allow widens-spf --zone-file dns.zone").exits(0);
    let plan = folder.mailvouch("plan --zone-file dns.zone").exits(0).says("nothing to change");
    let plan =
        plan.says("DNS serves another set than the source (`zone`, config/example.com.yaml) has: example.com TXT");
    plan.says("have the source published, if it is newer");
    // And not once it is.
    folder.write("dns.zone", zone(&[]));
    let plan = folder.mailvouch("plan --zone-file dns.zone").exits(0);
    assert!(!plan.stdout.contains("DNS serves another set"), "{plan}");
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let folder = folder("kind = \"octodns\"\nfile = \"example.com.yaml\"", &[]);
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("example.com.yaml")).status();
    assert!(made.expect("mkfifo").success());
    folder.mailvouch("plan --zone-file dns.zone").exits(3).says("example.com.yaml: is no file");
}
