//! How each command ends: `docs/exit-codes.md`, case by case.

use hickory_proto::op::ResponseCode;
use mailvouch_providers::dns::RrType;

use super::Folder;
use super::scene::{DECLARED, DMARC_WEAK, OFFICE_FAILS, folder, zone};
use crate::servers::{Rights, Setup, bind};
use crate::support::dns_server::{Act, DnsServer, Script};

const FROM_FILE: &str = "--zone-file example.com.zone";

/// The records of [`super::scene::ZONE`] that are asked for, as a resolver has them.
const RECORDS: &str = "example.com MX 10 mail.example.com.\n\
    mail.example.com A 203.0.113.10\n\
    10.113.0.203.in-addr.arpa PTR mail.example.com.\n\
    example.com TXT \"v=spf1 ip4:203.0.113.10 -all\"\n\
    _dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"";

/// A resolver whose look-ups of one record fail.
fn failing(owner: &str) -> (DnsServer, String) {
    let act = Act::Rcode(ResponseCode::ServFail);
    let server = DnsServer::start(Script::resolver().records(RECORDS).act(owner, RrType::TXT, act));
    let argument = format!("--resolver {}", server.address());
    (server, argument)
}

#[test]
fn check_is_0_where_all_is_as_declared() {
    folder(&[]).mailvouch(&format!("check {FROM_FILE}")).exits(0).says("example.com: pass");
}

#[test]
fn check_is_1_where_an_error_stands() {
    folder(&[OFFICE_FAILS]).mailvouch(&format!("check {FROM_FILE}")).exits(1).says("example.com: fail");
}

#[test]
fn check_is_3_where_it_could_not_tell() {
    let (_server, resolver) = failing("_dmarc.example.com");
    folder(&[]).mailvouch(&format!("check {resolver}")).exits(3).says("example.com: unknown");
}

#[test]
fn an_error_comes_before_what_could_not_be_told() {
    let (_server, resolver) = failing("_dmarc.example.com");
    let declared = DECLARED.replace("203.0.113.10", "203.0.113.11");
    let folder = Folder::with(&[("mailvouch.toml", &declared)]);
    folder.mailvouch(&format!("check {resolver}")).exits(1).says("example.com: fail");
    // Also where they stand at two domains.
    let two = format!("{DECLARED}[domains.\"parked.example\"]\nsends = false\n");
    let folder = Folder::with(&[("mailvouch.toml", &two)]);
    let ran = folder.mailvouch(&format!("check {resolver} --fail-on warning --format json")).exits(1);
    let verdict = |index: usize| ran.json()["domains"][index]["verdict"].clone();
    assert_eq!((verdict(0), verdict(1)), ("unknown".into(), "pass".into()), "{ran}");
}

#[test]
fn a_wrong_declaration_comes_before_what_could_not_be_told() {
    let (_server, resolver) = failing("_dmarc.example.com");
    let folder = folder(&[]);
    folder.mailvouch(&format!("check {resolver} --save-answers no/folder")).exits(2);
    folder.write("mailvouch.toml", DECLARED.replace("\"office\"", "\"offices\""));
    folder.mailvouch(&format!("check {resolver}")).exits(2);
}

#[test]
fn fail_on_sets_what_is_1_and_not_the_verdict() {
    let parked = "version = 1\n[domains.\"example.com\"]\nsends = false\n";
    let warning = Folder::with(&[("mailvouch.toml", parked), ("example.com.zone", &zone(&[("-all", "~all")]))]);
    let error = folder(&[OFFICE_FAILS]);
    for (level, of_error, of_warning) in [("error", 1, 0), ("warning", 1, 1), ("info", 1, 1), ("never", 0, 0)] {
        let command = format!("check {FROM_FILE} --fail-on {level}");
        error.mailvouch(&command).exits(of_error).says("example.com: fail");
        warning.mailvouch(&command).exits(of_warning).says("example.com: pass");
    }
}

#[test]
fn a_failed_look_up_never_counts_for_fail_on() {
    let (_server, resolver) = failing("_dmarc.example.com");
    for level in ["error", "never"] {
        folder(&[]).mailvouch(&format!("check {resolver} --fail-on {level}")).exits(3);
    }
    // Nor does one for a name that the files do not hold, of which nothing more is said.
    let folder = folder(&[("-all", "include:_spf.elsewhere.test -all")]);
    let ran = folder.mailvouch(&format!("check {FROM_FILE} --select lookup-failed --fail-on info")).exits(0);
    ran.says("lookup-failed");
}

#[test]
fn exit_zero_takes_findings_as_they_come() {
    let command = format!("check {FROM_FILE} --exit-zero");
    folder(&[OFFICE_FAILS]).mailvouch(&command).exits(0).says("example.com: fail");
    folder(&[OFFICE_FAILS]).mailvouch(&format!("{command} -c missing.toml")).exits(2);
    // Silence is not health: what could not be told is no finding.
    let (_server, resolver) = failing("_dmarc.example.com");
    folder(&[]).mailvouch(&format!("check {resolver} --exit-zero")).exits(3);
}

#[test]
fn diff_and_plan_are_0_1_2_and_3() {
    for command in ["diff", "plan"] {
        let from_file = format!("{command} {FROM_FILE}");
        folder(&[]).mailvouch(&from_file).exits(0).says("nothing to change");
        folder(&[OFFICE_FAILS]).mailvouch(&from_file).exits(1);
        folder(&[OFFICE_FAILS]).mailvouch(&from_file).arg("nonsense").exits(2);
        // What the provider holds counts for more than what DNS serves: without one, DNS has to answer.
        let (_server, resolver) = failing("example.com");
        let alone = Folder::with(&[("mailvouch.toml", &DECLARED.replace("provider = \"zone\"\n", ""))]);
        alone.mailvouch(&format!("{command} {resolver}")).exits(3);
    }
}

#[test]
fn plan_is_1_where_something_can_be_changed_though_not_all_could_be_told() {
    let (_server, resolver) = failing("_spf.elsewhere.test");
    let folder = folder(&[DMARC_WEAK, ("-all", "include:_spf.elsewhere.test -all")]);
    folder.mailvouch(&format!("plan {resolver} --format json")).exits(1);
}

#[test]
fn plan_is_3_where_the_provider_cannot_be_read() {
    let folder = Folder::with(&[("mailvouch.toml", DECLARED)]);
    for command in ["diff", "plan", "apply --yes"] {
        let resolver = DnsServer::start(Script::resolver().records(RECORDS));
        let ran = folder.mailvouch(&format!("{command} --resolver {}", resolver.address())).exits(3);
        ran.says("example.com.zone");
    }
}

#[test]
fn apply_is_0_where_nothing_is_to_be_done() {
    let folder = folder(&[]);
    let before = folder.files();
    folder.mailvouch(&format!("apply {FROM_FILE}")).exits(0).says("nothing to change");
    folder.mailvouch(&format!("plan {FROM_FILE} --out plan.json")).exits(0);
    folder.mailvouch(&format!("apply plan.json {FROM_FILE}")).exits(0).says("nothing to change");
    let after: Vec<_> = folder.files().into_iter().filter(|(path, _)| !path.ends_with("plan.json")).collect();
    assert_eq!(after, before);
}

#[test]
fn apply_is_5_where_nobody_said_yes() {
    let folder = folder(&[OFFICE_FAILS]);
    let before = folder.files();
    // Standard input is no terminal: nobody is there to be asked, whatever it says.
    folder.mailvouch(&format!("apply {FROM_FILE}")).reading("yes\n").exits(5).says("--yes");
    assert_eq!(folder.files(), before);
    folder.mailvouch(&format!("apply {FROM_FILE} --yes")).exits(0);
    folder.mailvouch(&format!("check {FROM_FILE}")).exits(0);
}

#[test]
fn apply_is_5_where_a_guard_is_not_allowed() {
    let folder = folder(&[OFFICE_FAILS, DMARC_WEAK]);
    let before = folder.files();
    for allowed in ["", "--allow weakens-dmarc"] {
        folder.mailvouch(&format!("apply {FROM_FILE} --yes {allowed}")).exits(5).says("--allow tightens-dmarc");
        assert_eq!(folder.files(), before);
    }
    folder.write("mailvouch.toml", format!("{DECLARED}allow = [\"tightens-dmarc\"]\n"));
    folder.mailvouch(&format!("apply {FROM_FILE} --yes")).exits(0);
}

#[test]
fn apply_is_3_where_what_to_change_could_not_be_told() {
    let folder = folder(&[]);
    let (_server, resolver) = failing("_spf.elsewhere.test");
    folder.write("example.com.zone", zone(&[("-all", "include:_spf.elsewhere.test -all")]));
    let before = folder.files();
    folder.mailvouch(&format!("apply {resolver} --yes")).exits(3).says("nothing to change");
    assert_eq!(folder.files(), before);
}

/// Two domains at two providers: the second one lets us read and not write, which shows when the first is written.
#[test]
fn apply_is_4_where_it_stopped_part_way() {
    let second = zone(&[OFFICE_FAILS]).replace("example.com", "example.net");
    let server = bind::start_with(&Setup { rights: Rights::Transfer, ..Setup::new("example.net", &second) });
    let key = server.key();
    let declared = format!(
        "{DECLARED}\n[providers.dns]\nkind = \"rfc2136\"\nserver = \"{}\"\nauthoritative = [\"{0}\"]\nkey-name = \"{}\"\nkey-env = \"TSIG\"\n\n{}",
        server.address(),
        key.name,
        DECLARED[DECLARED.find("[domains").expect("a domain")..]
            .replace("example.com", "example.net")
            .replace("\"zone\"", "\"dns\"")
    );
    let folder = Folder::with(&[
        ("mailvouch.toml", &declared),
        ("example.com.zone", &zone(&[OFFICE_FAILS])),
        ("example.net.zone", &second),
    ]);
    let (before, dump) = (folder.read("example.com.zone"), server.dump("example.net"));
    let zones = "--zone-file example.com.zone --zone-file example.net.zone";
    let apply = format!("apply {zones} --yes --journal journal");
    let ran = folder.mailvouch(&apply).env("TSIG", &key.secret).exits(4);
    ran.says("1 of 2 zones are done").says("not done: example.net").says("nothing of this plan stands in the zones");
    assert_eq!(server.dump("example.net"), dump);
    // One zone's failure is no other's.
    assert!(folder.read("example.com.zone").contains("ip4:203.0.113.10"));
    folder.mailvouch("rollback journal --yes").env("TSIG", &key.secret).exits(0).says("1 change taken back");
    folder.mailvouch("rollback journal --yes").env("TSIG", &key.secret).exits(0).says("nothing of it stands");
    // What was written is taken back, but for the serial, which secondaries have to see rise.
    let without_serial =
        |text: &str| text.lines().filter(|line| !line.contains("SOA")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(without_serial(&folder.read("example.com.zone")), without_serial(&before));
    assert_ne!(folder.read("example.com.zone"), before);
    let journal = folder.read("journal");
    for entry in ["\"written\"", "\"refused\"", "\"taken-back\"", "\"complete\":false"] {
        assert!(journal.contains(entry), "{journal}");
    }
}

/// The change stands: whoever loads the zone next serves it. So it is no failure that nothing was written.
#[test]
fn apply_is_4_where_the_zone_could_not_be_loaded() {
    let folder = folder(&[OFFICE_FAILS]);
    let with_reload = |command: &str| {
        let line = format!("file = \"example.com.zone\"\nreload = [{command}]");
        folder.write("mailvouch.toml", DECLARED.replace("file = \"example.com.zone\"", &line));
    };
    with_reload("\"/bin/false\"");
    folder.mailvouch(&format!("apply {FROM_FILE} --yes")).exits(4);
    folder.mailvouch(&format!("check {FROM_FILE}")).exits(0);
    folder.write("example.com.zone", zone(&[OFFICE_FAILS]));
    let (zone, loaded) = (folder.path().join("example.com.zone"), folder.path().join("loaded"));
    with_reload(&format!("\"/bin/cp\", \"{}\", \"{}\"", zone.display(), loaded.display()));
    folder.mailvouch(&format!("apply {FROM_FILE} --yes")).exits(0);
    assert_eq!(folder.read("loaded"), folder.read("example.com.zone"));
}

#[test]
fn rules_explain_and_demo_are_0_or_2() {
    let folder = Folder::new();
    for (arguments, code) in [
        ("rules", 0),
        ("rules --format yaml", 2),
        ("rules spf-missing", 2),
        ("explain spf-missing", 0),
        ("explain", 2),
        ("explain nonsense", 2),
        ("demo", 0),
        ("demo fast", 2),
    ] {
        folder.mailvouch(arguments).exits(code);
    }
}
