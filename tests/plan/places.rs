//! Where a plan may write, and where it only says what it would: aliases, delegations, wildcards, other zones.

use mailvouch::declared::Guard;
use mailvouch::plan::{Draft, Holder, Step, draft};
use mailvouch_providers::Value;

use super::bench::{Bench, lines};
use super::scripted::Scripted;
use crate::support::world::{World, name, txt};

const SPF: &str = "example.com TXT v=spf1 ip4:192.0.2.1 -all\nexample.com A 192.0.2.1\n
    1.2.0.192.in-addr.arpa PTR example.com.\n";
const DECLARED: &str = "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]
    dmarc = { policy = \"none\" }\n";

fn advised(draft: &Draft) -> Vec<&str> {
    draft.advice.iter().map(|advice| advice.rule.as_str()).collect()
}

fn guards(draft: &Draft) -> Vec<(String, Guard)> {
    let of_step = |step: &Step| {
        let owner = step.owner.to_string();
        step.guards.iter().map(|guarded| (owner.clone(), guarded.guard)).collect::<Vec<_>>()
    };
    draft.steps.iter().flat_map(of_step).collect()
}

#[tokio::test]
async fn nothing_is_written_through_an_alias() {
    let world = World::of(&format!(
        "{SPF}_dmarc.example.com CNAME example.vendor.example.
        example.vendor.example TXT v=DMARC1; p=reject"
    ));
    let draft = Bench::new(&world, DECLARED).draft(&world.at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), [""; 0]);
    assert_eq!(advised(&draft), ["dmarc-cname", "dmarc-no-rua", "dmarc-differs"]);
    let help = draft.advice[2].help.as_deref().expect("advice");
    assert!(help.contains("nothing is written through it"), "{help}");
}

#[tokio::test]
async fn an_alias_that_dns_does_not_show_yet_is_not_written_over_either() {
    // The provider holds the alias; DNS still serves what was there before.
    let dns = World::of(&format!("{SPF}_dmarc.example.com TXT v=DMARC1; p=reject"));
    let provider = World::of(&format!("{SPF}_dmarc.example.com CNAME example.vendor.example."));
    let draft = Bench::new(&dns, DECLARED).draft(&provider.at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), [""; 0]);
}

#[tokio::test]
async fn a_name_under_a_delegation_becomes_advice_with_the_text_to_send() {
    let zone = format!(
        "{SPF}_dmarc.example.com TXT v=DMARC1; p=none
        _domainkey.example.com NS ns.vendor.example.
        s1.vendor.example TXT v=DKIM1; p=AAAA"
    );
    let declared = format!("{DECLARED}[domains.\"example.com\".dkim]\ns1 = {{ cname = \"s1.vendor.example\" }}\n");
    // What is asked below the delegation is answered by the other servers: there is nothing there yet.
    let world = World::of(&zone.replace("_domainkey.example.com NS ns.vendor.example.", ""));
    let draft = Bench::new(&world, &declared).draft(&World::of(&zone).at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), [""; 0]);
    let expected = ["dmarc-no-rua", "dmarc-policy-none", "dkim-missing", "dkim-missing"];
    assert_eq!(advised(&draft), expected, "what is wrong, and what to send");
    let sent = draft.advice[3].help.as_deref().expect("a text");
    assert_eq!(sent, "add s1._domainkey.example.com. 3600 CNAME s1.vendor.example.");
    // The plan is proved without what cannot be done: the finding remains.
    assert!(draft.desired.remaining.iter().any(|found| found.rule == "dkim-missing"));
    assert!(draft.desired.changes.is_empty());
}

#[tokio::test]
async fn what_can_be_done_is_done_beside_what_cannot() {
    let zone = "example.com TXT v=spf1 -all
        example.com A 192.0.2.1
        1.2.0.192.in-addr.arpa PTR example.com.
        _dmarc.example.com TXT v=DMARC1; p=none
        _dmarc.example.com NS ns.vendor.example.";
    let declared = DECLARED.replace("none", "quarantine");
    let world = World::of(&zone.replace("_dmarc.example.com NS ns.vendor.example.", ""));
    let draft = Bench::new(&world, &declared).draft(&World::of(zone).at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), ["example.com", "- 300 v=spf1 -all", "+ 300 v=spf1 ip4:192.0.2.1 -all"]);
    // Nothing is guarded that is not done.
    assert_eq!(guards(&draft), []);
    assert_eq!(advised(&draft), ["dmarc-no-rua", "dmarc-differs", "dmarc-differs"]);
}

#[tokio::test]
async fn the_zone_is_found_for_each_owner() {
    // `_dmarc` is a zone of its own at the same provider.
    let world = World::of("example.com TXT v=spf1 -all");
    let provider = world.at_provider("example.com");
    provider.overwrite(&name("_dmarc.example.com"), &name("other._dmarc.example.com"), Vec::new());
    let draft = Bench::new(&world, DECLARED).draft(&provider).await;
    let zones: Vec<_> = draft.steps.iter().map(|step| step.zone.clone().expect("a zone").to_string()).collect();
    assert_eq!(zones, ["example.com", "_dmarc.example.com"]);
}

#[tokio::test]
async fn a_name_that_the_provider_has_no_zone_for_is_advice() {
    let world = World::of("sub.example.com TXT v=spf1 -all");
    let declared = DECLARED.replace("example.com", "sub.example.com");
    let draft = Bench::new(&world, &declared).draft(&World::of("").at_provider("other.example")).await;
    assert_eq!(lines(&draft.steps), [""; 0]);
    assert!(draft.advice.iter().any(|advice| advice.message.contains("has no zone for it")), "{:#?}", draft.advice);
}

#[tokio::test]
async fn what_the_provider_holds_counts_for_more_than_what_dns_serves() {
    // DNS serves what was there before, a token less.
    let dns = World::of("example.com TXT v=spf1 -all\n_dmarc.example.com TXT v=DMARC1; p=none");
    let provider = World::of(
        "example.com TXT v=spf1 mx -all
        example.com TXT MS=new
        _dmarc.example.com TXT v=DMARC1; p=none",
    );
    let draft = Bench::new(&dns, DECLARED).draft(&provider.at_provider("example.com")).await;
    let expected = ["example.com", "- 300 v=spf1 mx -all", "+ 300 v=spf1 mx ip4:192.0.2.1 -all"];
    assert_eq!(lines(&draft.steps), expected);
    assert_eq!(draft.steps[0].notes.len(), 1, "the reader is told");
    assert!(draft.steps[0].after.contains(&Value::new(txt("MS=new"), 300)));
}

#[tokio::test]
async fn a_wildcards_answer_is_neither_changed_nor_a_difference() {
    let zone = format!("{SPF}*.example.com TXT v=DMARC1; p=reject\n");
    // A resolver does not tell that a wildcard made the answer; a zone file does. Either way it is the same plan.
    let told = World::of(&zone);
    let untold = World::of(&format!("{SPF}_dmarc.example.com TXT v=DMARC1; p=reject"));
    for dns in [told.clone(), untold] {
        let draft = Bench::new(&dns, DECLARED).draft(&told.at_provider("example.com")).await;
        assert_eq!(lines(&draft.steps), ["_dmarc.example.com", "+ 3600 v=DMARC1; p=none"]);
        assert_eq!(draft.steps[0].notes, [""; 0]);
        let owner = "_dmarc.example.com".to_owned();
        assert!(guards(&draft).contains(&(owner, Guard::ShadowsWildcard)), "{:?}", guards(&draft));
    }
}

#[tokio::test]
async fn a_wildcard_that_another_name_stands_in_front_of_covers_nothing() {
    // `_domainkey.example.com` exists: the wildcard ends there (RFC 4592, section 2.2.1).
    let zone = format!(
        "{SPF}*.example.com TXT anything
        other._domainkey.example.com TXT v=DKIM1; p=AAAA
        _dmarc.example.com TXT v=DMARC1; p=none
        s1.vendor.example TXT v=DKIM1; p=AAAA"
    );
    let declared = format!("{DECLARED}[domains.\"example.com\".dkim]\ns1 = {{ cname = \"s1.vendor.example\" }}\n");
    let world = World::of(&zone);
    let draft = Bench::new(&world, &declared).draft(&world.at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), ["s1._domainkey.example.com", "+ 3600 CNAME s1.vendor.example."]);
    assert_eq!(guards(&draft), []);
}

#[tokio::test]
async fn a_name_that_comes_into_being_below_a_covered_one_is_told_of() {
    // `_dmarc.sub` makes `sub` exist: the wildcard's MX answers there no more.
    let world = World::of(
        "*.example.com MX 10 mx.example.com.
        mx.example.com A 192.0.2.1",
    );
    let declared = "[domains.\"sub.example.com\"]\ndmarc = { policy = \"none\" }\n";
    let draft = Bench::new(&world, declared).draft(&world.at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), ["_dmarc.sub.example.com", "+ 3600 v=DMARC1; p=none"]);
    let all = guards(&draft);
    assert!(all.contains(&("_dmarc.sub.example.com".to_owned(), Guard::ShadowsWildcard)), "{all:?}");
}

#[tokio::test]
async fn what_cannot_be_beside_an_alias_is_seen_before_anything_is_written() {
    let world = World::of(&format!(
        "{SPF}_dmarc.example.com TXT v=DMARC1; p=none
        s1._domainkey.example.com TXT v=DKIM1; p=
        s1._domainkey.example.com A 192.0.2.1
        s1.vendor.example TXT v=DKIM1; p=AAAA"
    ));
    let declared = format!("{DECLARED}[domains.\"example.com\".dkim]\ns1 = {{ cname = \"s1.vendor.example\" }}\n");
    let draft = Bench::new(&world, &declared).draft(&world.at_provider("example.com")).await;
    assert_eq!(lines(&draft.steps), [""; 0]);
    assert!(draft.advice.iter().any(|advice| advice.message.contains("beside other records")), "{:#?}", draft.advice);
}

#[tokio::test]
async fn without_a_provider_there_are_steps_that_nobody_can_apply() {
    let world = World::of("example.com TXT v=spf1 -all\n_dmarc.example.com TXT v=DMARC1; p=none");
    let bench = Bench::new(&world, DECLARED);
    let subject = bench.subjects().remove(0);
    let draft = draft(&bench.gatherer(), &subject, None, &bench.taking).await.expect("a draft");
    assert_eq!(draft.steps.len(), 1);
    assert_eq!((&draft.steps[0].provider, &draft.steps[0].zone), (&None, &None));
}

#[tokio::test]
async fn a_provider_that_cannot_be_read_stops_the_plan() {
    let world = World::of(SPF);
    let bench = Bench::new(&world, DECLARED);
    let subject = bench.subjects().remove(0);
    let provider = Scripted::over(world.at_provider("example.com")).unreadable();
    let holder = Holder { name: "dns", provider: &provider };
    let refused = draft(&bench.gatherer(), &subject, Some(holder), &bench.taking).await;
    let error = refused.expect_err("nothing is planned on a guess");
    assert!(error.to_string().contains("dns"), "{error}");
}
