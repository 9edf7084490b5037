//! What other tools got wrong about SPF (PEERS: "Wrong SPF"), each told by the thread that it comes from.

use std::fmt::Write as _;

use mailvouch::plan::Draft;
use mailvouch::record::SpfRecord;
use mailvouch::record::spf::Qualifier;
use mailvouch::spf::{Class, Coverage, Family, LOOKUP_LIMIT};

use super::bench::{Bench, lines};
use crate::support::world::{World, name};

const DMARC: &str = "_dmarc.example.com TXT v=DMARC1; p=reject; rua=mailto:a@example.com\n";
const DECLARED: &str = "[domains.\"example.com\"]\n";

async fn drafted(zone: &str, declared: &str, accept: &[&str]) -> Draft {
    let world = World::of(&format!("{DMARC}{zone}"));
    Bench::new(&world, declared).accepting(accept).draft(&world.at_provider("example.com")).await
}

/// What everybody would get before, if nobody counted look-ups, and gets afterwards, by class and family.
fn before_and_after(draft: &Draft) -> [Vec<String>; 2] {
    let of = |coverage: &Coverage| {
        let classes = [Class::Pass, Class::Fail, Class::SoftFail, Class::Neutral, Class::PermError];
        let all = classes.into_iter().flat_map(|class| Family::BOTH.map(|family| (class, family)));
        all.map(|(class, family)| format!("{class} {:?}", coverage.class(family, class).networks(family))).collect()
    };
    let before = Coverage::without_limits(&draft.desired.before.spf.tree);
    [of(&before), of(draft.desired.after.spf.coverage())]
}

fn passes(draft: &Draft, address: &str) -> bool {
    let address = address.parse().expect("an address");
    draft.desired.after.spf.coverage().class(Family::of(address), Class::Pass).contains(address)
}

/// A service whose record costs six look-ups, and one that costs five.
fn services(first: &str) -> String {
    let mut zone = format!(
        "{first}\nb.vendor.example TXT v=spf1 include:b1.example include:b2.example include:b3.example include:b4.example ~all\n"
    );
    for number in 1..=5 {
        let _ = writeln!(zone, "a{number}.example TXT v=spf1 ip4:198.51.100.{}/28 -all", 16 * number);
        let _ = writeln!(zone, "b{number}.example TXT v=spf1 ip4:203.0.113.{}/28 -all", 16 * number);
    }
    zone
}

const FIVE: &str = "include:a1.example include:a2.example include:a3.example include:a4.example include:a5.example";

/// dnscontrol#4630: flattening took the last term of an include for its `all`, and a range that mail left from was gone.
#[tokio::test]
async fn an_include_without_all_keeps_its_last_range_when_it_is_flattened() {
    for (first, last) in [
        (format!("a.vendor.example TXT v=spf1 {FIVE} ip4:192.0.2.182"), "192.0.2.182"),
        (
            format!(
                "a.vendor.example TXT v=spf1 redirect=r.example\nr.example TXT v=spf1 {FIVE} ip6:2001:db8:56::/56 ~all"
            ),
            "2001:db8:56::9",
        ),
        (
            format!("a.vendor.example TXT v=spf1 include:r.example\nr.example TXT v=spf1 {FIVE} ip4:192.0.2.182"),
            "192.0.2.182",
        ),
        // What an include inside says of the rest ends nothing (RFC 7208, section 5.2).
        (
            format!(
                "none.example TXT v=spf1 -all\na.vendor.example TXT v=spf1 include:none.example {FIVE} ip4:192.0.2.182"
            ),
            "192.0.2.182",
        ),
    ] {
        let zone = format!(
            "example.com TXT v=spf1 include:a.vendor.example include:b.vendor.example -all\n{}",
            services(&first)
        );
        let draft = drafted(&zone, DECLARED, &["spf-lookup-limit"]).await;
        assert!(
            lines(&draft.steps).iter().any(|line| line == "_spf1.example.com"),
            "{first}: {:?}",
            lines(&draft.steps)
        );
        let [before, after] = before_and_after(&draft);
        assert_eq!(before, after, "{first}");
        assert!(passes(&draft, last), "{first}");
    }
}

/// letsencrypt/spf-flattener#25: behind a `redirect`, `-all` is the domain's own; flattened away, a fail became neutral.
#[tokio::test]
async fn a_fail_behind_a_redirect_stays_a_fail_when_it_is_flattened() {
    let first = format!("a.vendor.example TXT v=spf1 {FIVE} ip4:192.0.2.182");
    let zone = format!(
        "example.com TXT v=spf1 redirect=_spf.example.com
        _spf.example.com TXT v=spf1 include:a.vendor.example include:b.vendor.example -all\n{}",
        services(&first)
    );
    let draft = drafted(&zone, DECLARED, &["spf-lookup-limit"]).await;
    assert!(draft.desired.before.spf.cost.lookups > LOOKUP_LIMIT);
    assert!(draft.desired.after.spf.cost.lookups <= LOOKUP_LIMIT, "{:?}", lines(&draft.steps));
    let [before, after] = before_and_after(&draft);
    assert_eq!(before, after);
    let refused = draft.desired.after.spf.coverage().class(Family::V4, Class::Fail);
    assert!(refused.contains("192.0.2.1".parse().expect("an address")), "`-all` is gone");
}

/// dnscontrol#4062 (and #4042): `+mx` and `?a` were called no part of SPF.
#[tokio::test]
async fn a_qualifier_goes_with_every_mechanism() {
    let mechanisms =
        ["a", "mx", "a:h.example", "mx/24", "ip4:192.0.2.1", "ip6:::1", "include:i.example", "exists:e.example"];
    for (sign, qualifier) in
        [("+", Qualifier::Pass), ("-", Qualifier::Fail), ("~", Qualifier::SoftFail), ("?", Qualifier::Neutral)]
    {
        for mechanism in mechanisms.into_iter().chain(["ptr", "all"]) {
            let text = format!("v=spf1 {sign}{mechanism}");
            let record = SpfRecord::parse(text.as_bytes()).expect("a record");
            assert!(record.is_valid(), "{text}");
            let (_, directive) = record.directives().next().expect("a directive");
            assert_eq!(directive.effective_qualifier(), qualifier, "{text}");
        }
    }
    // And what a plan does not have to touch stays as it is written.
    let zone = "example.com TXT v=spf1 +mx ?a -all\nexample.com MX 5 mx.example.com.\nexample.com A 192.0.2.80
        mx.example.com A 192.0.2.25\n25.2.0.192.in-addr.arpa PTR mx.example.com.\n9.2.0.192.in-addr.arpa PTR out.example.com.
        out.example.com A 192.0.2.9";
    let declared = format!("[egress.hq]\naddresses = [\"192.0.2.25\", \"192.0.2.9\"]\n{DECLARED}egress = [\"hq\"]\n");
    let draft = drafted(zone, &declared, &[]).await;
    let expected = ["example.com", "- 300 v=spf1 +mx ?a -all", "+ 300 v=spf1 +mx ?a ip4:192.0.2.9 -all"];
    assert_eq!(lines(&draft.steps), expected);
}

/// What the record costs, as counted beforehand and in evaluation, and whether that is told as too much.
async fn lookups(zone: &str) -> (usize, bool) {
    let draft = drafted(zone, DECLARED, &[]).await;
    let spf = &draft.desired.before.spf;
    let regions = || Family::BOTH.into_iter().flat_map(|family| spf.coverage().regions(family));
    let ends_early = regions().any(|region| region.class == Class::PermError);
    assert_eq!(ends_early, spf.cost.lookups > LOOKUP_LIMIT, "{zone}");
    let spent = regions().map(|region| region.lookups).max().unwrap_or_default();
    assert_eq!(spent, spf.cost.lookups, "{zone}");
    let told = draft.desired.found.iter().any(|found| found.rule == "spf-lookup-limit");
    (spf.cost.lookups, told)
}

/// stalwartlabs/mail-auth#35: each exchange of an `mx` was counted, and a domain within its ten got a permerror.
#[tokio::test]
async fn the_exchanges_of_an_mx_are_no_look_ups_of_the_ten() {
    let mut zone = "example.com TXT v=spf1 mx".to_owned();
    (1..=9).for_each(|number| zone.push_str(&format!(" include:i{number}.example")));
    zone.push_str(" -all\n");
    for number in 1..=9 {
        let _ = writeln!(zone, "i{number}.example TXT v=spf1 ip4:198.51.100.{number} -all");
    }
    for number in 1..=5 {
        let _ = writeln!(zone, "example.com MX 10 mx{number}.example.com.\nmx{number}.example.com A 192.0.2.{number}");
        let _ = writeln!(zone, "mx{number}.example.com AAAA 2001:db8::{number}");
    }
    assert_eq!(lookups(&zone).await, (10, false));
    let eleven = zone.replace("v=spf1 mx ", "v=spf1 mx a:mx1.example.com ");
    assert_eq!(lookups(&eleven).await, (11, true));
}

/// wttw/aboutmyemail#45: `v=spf1 mx -all` with one exchange was said to cost two.
#[tokio::test]
async fn an_mx_with_one_exchange_costs_one() {
    let zone = "example.com TXT v=spf1 mx -all\nexample.com MX 10 mx.example.com.\nmx.example.com A 192.0.2.1";
    assert_eq!(lookups(zone).await, (1, false));
}

/// Internet.nl#1336: records of thirteen look-ups were called sound, since those inside includes were not counted; others
/// counted `exp`, which is none.
#[tokio::test]
async fn look_ups_inside_includes_count_and_an_explanation_does_not() {
    let zone = format!(
        "example.com TXT v=spf1 include:a.vendor.example include:b.vendor.example exp=why.example.com -all
        why.example.com TXT no\n{}",
        services(&format!("a.vendor.example TXT v=spf1 {FIVE} exp=why.example.com ~all"))
    );
    assert_eq!(lookups(&zone).await, (11, true));
    let ten = zone.replace(" include:a5.example", "");
    assert_eq!(lookups(&ten).await, (10, false));
}

/// ddns-updater#356: whoever moves to another address wants SPF to follow, and was refused. The record there named a
/// host behind `ip4:`, which is an error.
#[tokio::test]
async fn the_record_follows_the_address_that_is_declared() {
    let zone = "example.com TXT token=1\nexample.com TXT v=spf1 a mx ip4:192.0.2.1 ~all\nexample.com A 192.0.2.80
        example.com MX 10 example.com.\n80.2.0.192.in-addr.arpa PTR example.com.\n9.2.0.192.in-addr.arpa PTR out.example.com.
        out.example.com A 192.0.2.9";
    let declared = format!(
        "[egress.old]\naddresses = [\"192.0.2.1\"]\nuntil = 2026-01-01\n[egress.web]\naddresses = [\"192.0.2.80\"]
        [egress.new]\naddresses = [\"192.0.2.9\"]\n{DECLARED}egress = [\"old\", \"web\", \"new\"]\n"
    );
    let draft = drafted(zone, &declared, &["egress-retired-authorised"]).await;
    let expected = ["example.com", "- 300 v=spf1 a mx ip4:192.0.2.1 ~all", "+ 300 v=spf1 a mx ip4:192.0.2.9 ~all"];
    assert_eq!(lines(&draft.steps), expected);
    let named = zone.replace("ip4:192.0.2.1", "ip4:example.com");
    let draft = drafted(&named, &declared, &[]).await;
    let text = b"v=spf1 a mx ip4:example.com ~all";
    let told = draft.desired.found.iter().find(|found| found.rule == "spf-syntax").expect("a finding");
    assert_eq!(&text[told.labels[0].span.clone()], b"example.com");
    assert_eq!(draft.desired.before.domain, name("example.com"));
}
