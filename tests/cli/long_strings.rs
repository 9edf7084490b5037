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
