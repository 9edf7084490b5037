//! A zone file with a character-string that no server loads is told or refused, and never taken as if it were right.

use super::scene::folder;

/// A term more in the SPF record than one string has room for.
fn many() -> String {
    let terms: Vec<String> = (0..16).map(|n| format!("ip4:198.51.100.{}", 2 * n)).collect();
    format!("{} -all", terms.join(" "))
}

#[test]
fn a_long_string_is_told_with_its_place_and_mended() {
    let scene = folder(&[("-all", &many())]);
    let command = "check --zone-file example.com.zone --format json";
    let ran = scene.mailvouch(command).exits(1);
    let report = ran.json();
    let found = report["domains"][0]["diagnostics"].as_array().expect("findings");
    let found = found.iter().find(|found| found["rule"] == "spf-string-too-long").expect("it is told");
    let message = found["message"].as_str().expect("a message");
    assert!(message.ends_with("and 255 is the most (example.com.zone:6:7)"), "{message}");
    assert_eq!(found["fix"]["safety"], "safe");
    // Kept as evidence, it says the same.
    scene.mailvouch(&format!("{command} --save-answers saved.json")).exits(1);
    let again = scene.mailvouch("check --answers saved.json --format json").exits(1).json();
    assert_eq!(again["domains"], report["domains"]);

    scene.mailvouch("apply --zone-file example.com.zone --yes").exits(0);
    let text = scene.read("example.com.zone");
    let line = text.lines().find(|line| line.contains("v=spf1")).expect("the record");
    let strings: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    assert_eq!(strings.iter().map(|string| string.len()).collect::<Vec<_>>()[0], 255, "{line}");
    assert_eq!(strings.concat(), format!("v=spf1 ip4:203.0.113.10 {}", many()));
    assert!(text.contains("verification=9b2f"));
    let after = scene.mailvouch("check --zone-file example.com.zone").exits(0);
    assert!(!after.stdout.contains("string-too-long"), "{}", after.stdout);
}

#[test]
fn a_saved_plan_may_take_such_a_string_out_and_never_put_one_in() {
    let scene = folder(&[("-all", &many())]);
    scene.mailvouch("plan --zone-file example.com.zone --out plan.json").exits(1);
    let mut plan: serde_json::Value = serde_json::from_str(&scene.read("plan.json")).expect("a plan");
    scene.mailvouch("apply plan.json --zone-file example.com.zone --yes --journal journal.jsonl").exits(0);
    assert!(scene.read("example.com.zone").contains("verification=9b2f"));
    scene.mailvouch("check --zone-file example.com.zone").exits(0);

    // The same plan the other way round would bring it back.
    let step = plan["steps"][0].as_object_mut().expect("a step");
    for (one, other) in [("add", "remove"), ("after", "before")] {
        let (first, second) = (step[one].clone(), step[other].clone());
        step.insert(one.to_owned(), second);
        step.insert(other.to_owned(), first);
    }
    scene.write("back.json", plan.to_string());
    let ran = scene.mailvouch("apply back.json --zone-file example.com.zone --yes").exits(2);
    assert!(ran.stderr.contains("255 is the most"), "{}", ran.stderr);
    assert!(!scene.mailvouch("check --zone-file example.com.zone").exits(0).stdout.contains("string-too-long"));
}

#[test]
fn where_no_finding_would_tell_of_it_the_zone_is_refused() {
    let long = "x".repeat(256);
    let refused = |changes: &[(&str, &str)], command: &str| {
        let ran = folder(changes).mailvouch(command).exits(2);
        assert!(ran.stderr.contains("255 is the most"), "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("example.com.zone:"), "{command}: {}", ran.stderr);
    };
    let check = "check --zone-file example.com.zone";
    refused(&[("verification=9b2f", &long)], check);
    refused(&[("v=DMARC1;", &format!("v=DMARC1; x={long};"))], check);
    refused(&[("mail A 203.0.113.10", &format!("mail TXT \"v=spf1 {} -all\"", many()))], check);
    let spf: &[(&str, &str)] = &[("-all", &many())];
    refused(spf, "check --zone-file example.com.zone --ignore spf-string-too-long");
    refused(spf, "check --zone-file example.com.zone --select spf-missing");
    refused(spf, "spf tree example.com --zone-file example.com.zone");
    refused(spf, "spf eval --ip 203.0.113.10 --mail-from a@example.com --zone-file example.com.zone");
}

/// A key of 2048 bits as signers print it: in one string.
#[test]
fn a_long_string_at_a_selector_is_told_and_mended() {
    const KEY: &str = include_str!("../declared/keys/rsa2048.pub.pem");
    let key: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let scene = folder(&[]);
    let text = format!("v=DKIM1; k=rsa; p={key}");
    let zone = format!("{}\ns1._domainkey TXT \"{text}\"\n", scene.read("example.com.zone"));
    scene.write("example.com.zone", &zone);
    // Nobody looks at the selector: then nobody would tell.
    let check = "check --zone-file example.com.zone --format json";
    scene.mailvouch(check).exits(2).says("255 is the most");
    scene.mailvouch(&format!("{check} --selector s1 --ignore dkim-string-too-long")).exits(2).says("255 is the most");
    let report = scene.mailvouch(&format!("{check} --selector s1")).exits(1).json();
    let found = report["domains"][0]["diagnostics"].as_array().expect("findings");
    let rules: Vec<&str> = found.iter().filter_map(|found| found["rule"].as_str()).collect();
    assert_eq!(rules, ["dkim-string-too-long"]);
    let message = found[0]["message"].as_str().expect("a message");
    assert!(message.contains(&format!("{} octets, and 255 is the most (example.com.zone:", text.len())), "{message}");

    let declared = scene.read("mailvouch.toml");
    scene.write(
        "mailvouch.toml",
        format!("{declared}\n[domains.\"example.com\".dkim]\ns1 = {{ key-file = \"s1.pem\" }}\n"),
    );
    scene.write("s1.pem", KEY);
    scene.mailvouch("apply --zone-file example.com.zone --yes").exits(0);
    let after = scene.read("example.com.zone");
    let line = after.lines().find(|line| line.starts_with("s1._domainkey")).expect("the record");
    let strings: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    assert_eq!((strings[0].len(), strings.concat()), (255, text));
    assert_eq!(scene.mailvouch(check).exits(0).json()["domains"][0]["verdict"], "pass");
}
