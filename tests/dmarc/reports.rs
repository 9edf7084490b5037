//! Who takes reports about whom (RFC 9990, "Verifying External Destinations").

use mailvouch::dmarc::{Authorization, Reports, authorization_name};
use mailvouch::published::Reason;

use crate::support::world::{World, name};

fn authorization(records: &str, policy_domain: &str, host: &str) -> Authorization {
    let (policy_domain, host) = (name(policy_domain), name(host));
    World::of(records).run(None, |ask| Reports::of(ask, &policy_domain, &host)).0.authorization
}

#[test]
fn one_organization_asks_nobody() {
    let own = "_dmarc.example.com TXT v=DMARC1; p=none; rua=mailto:a@reports.example.com";
    assert_eq!(authorization(own, "example.com", "reports.example.com"), Authorization::Own);
    assert_eq!(authorization(own, "a.example.com", "b.example.com"), Authorization::Own);
    assert_eq!(authorization("example.com A 192.0.2.1", "example.com", "example.com"), Authorization::Own);
    // Without any record two names are two organizations.
    assert_eq!(authorization("example.com A 192.0.2.1", "example.com", "reports.example.com"), Authorization::Missing);
}

#[test]
fn others_agree_by_a_record_for_the_domain_or_for_all() {
    let given = |owner: &str, text: &str| {
        let records = format!("_dmarc.example.com TXT v=DMARC1; p=none\n{owner} TXT {text}");
        authorization(&records, "example.com", "vendor.example")
    };
    for text in ["v=DMARC1", "v=DMARC1;", "v=DMARC1; rua=mailto:b@vendor.example", "v=DMARC1; p=none"] {
        assert_eq!(given("example.com._report._dmarc.vendor.example", text), Authorization::Given, "{text}");
        assert_eq!(given("*._report._dmarc.vendor.example", text), Authorization::Given, "{text}");
    }
    for text in ["v=dmarc1", "v=DMARC1 p=none", "verification=1"] {
        assert_eq!(given("example.com._report._dmarc.vendor.example", text), Authorization::Missing, "{text}");
    }
    assert_eq!(given("example.org._report._dmarc.vendor.example", "v=DMARC1"), Authorization::Missing);
    assert_eq!(given("_dmarc.vendor.example", "v=DMARC1; p=none"), Authorization::Missing);
}

#[test]
fn what_nobody_answered_is_no_refusal() {
    let found = authorization("example.com._report._dmarc.vendor.example TXT !", "example.com", "vendor.example");
    assert!(matches!(found, Authorization::Unknown(_, Reason::ServFail)), "{found:?}");
    // They may be of one organization.
    let found = authorization("_dmarc.vendor.example TXT !", "example.com", "vendor.example");
    assert!(matches!(found, Authorization::Unknown(_, Reason::ServFail)), "{found:?}");
    let given = "_dmarc.vendor.example TXT !\nexample.com._report._dmarc.vendor.example TXT v=DMARC1";
    assert_eq!(authorization(given, "example.com", "vendor.example"), Authorization::Given);
}

#[test]
fn a_name_that_is_too_long_cannot_agree() {
    let long = vec!["a".repeat(60); 4].join(".");
    let (long, host) = (name(&long[..240]), name("reports.vendor.example"));
    assert!(authorization_name(&long, &host).is_err());
    assert_eq!(
        authorization("vendor.example A 192.0.2.1", &long.to_string(), "vendor.example"),
        Authorization::Missing
    );
}
