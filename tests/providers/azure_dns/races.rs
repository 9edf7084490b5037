//! Other writers, ETags, answers that were lost, and changes of more than one set.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Change, Provider as _, ProviderError};

use super::super::fixture::{TTL, txt, value};
use super::{provider, put, read, write, zone};
use crate::servers::azure::{self, problem};
use crate::servers::rest::Fault;

fn spf() -> [mailvouch_providers::Value; 2] {
    [txt("v=spf1 -all"), txt("v=spf1 a -all")]
}

#[tokio::test]
async fn a_token_that_comes_between_look_and_write_stays() {
    let (fake, [old, new]) = (azure::start("example.com"), spf());
    put(&fake, "@", "v=spf1 -all");
    fake.intrude(|azure| azure.put("example.com", "@", "TXT", TTL, azure::record(&txt("new-token=1").rdata)));
    write(&provider(&fake), &[old], &[new]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["new-token=1", "v=spf1 a -all"]);
    assert_eq!(fake.writes().len(), 2, "refused once, and read again");
    // Also where there was no set: `If-None-Match`.
    let fake = azure::start("example.com");
    fake.intrude(|azure| azure.put("example.com", "@", "TXT", TTL, azure::record(&txt("new-token=1").rdata)));
    write(&provider(&fake), &[], &[txt("v=spf1 -all")]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["new-token=1", "v=spf1 -all"]);
    // And where ours is the last to go.
    let fake = azure::start("example.com");
    put(&fake, "@", "v=spf1 -all");
    fake.intrude(|azure| azure.put("example.com", "@", "TXT", TTL, azure::record(&txt("new-token=1").rdata)));
    write(&provider(&fake), &[txt("v=spf1 -all")], &[]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["new-token=1"]);
}

#[tokio::test]
async fn ours_that_changes_between_look_and_write_stops_it() {
    let (fake, [old, new]) = (azure::start("example.com"), spf());
    put(&fake, "@", "v=spf1 -all");
    fake.intrude(|azure| {
        azure.sets.clear();
        azure.put("example.com", "@", "TXT", TTL, azure::record(&txt("v=spf1 mx -all").rdata));
    });
    let error = write(&provider(&fake), std::slice::from_ref(&old), &[new]).await.expect_err("stale");
    assert_eq!(error, ProviderError::Stale(vec![old]));
    assert_eq!(fake.state().texts("@"), ["v=spf1 mx -all"]);
}

#[tokio::test]
async fn one_who_changes_it_again_and_again_wins() {
    let (fake, [old, new]) = (azure::start("example.com"), spf());
    put(&fake, "@", "v=spf1 -all");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    let moved = || Some(Fault::Answer(412, "", problem(412, "PreconditionFailed", "not satisfied").body));
    // A look before each attempt takes one request.
    fake.faults([None, moved(), None, moved(), None, moved(), None, moved()]);
    assert_eq!(write(&provider, &[old], &[new]).await, Err(ProviderError::Stale(Vec::new())));
    assert_eq!(fake.state().texts("@"), ["v=spf1 -all"]);
}

#[tokio::test]
async fn what_is_sent_twice_on_its_way_is_no_stale_change() {
    let (fake, [old, new]) = (azure::start("example.com"), spf());
    put(&fake, "@", "v=spf1 -all");
    // The first copy is done by somebody on the way; ours is the second.
    fake.intrude(|azure| {
        azure.sets.clear();
        azure.put("example.com", "@", "TXT", TTL, azure::record(&txt("v=spf1 a -all").rdata));
    });
    assert_eq!(write(&provider(&fake), &[old], &[new]).await, Err(ProviderError::Indeterminate));
    // So it is where ours was to go, and is gone.
    let fake = azure::start("example.com");
    put(&fake, "@", "v=spf1 -all");
    fake.intrude(|azure| azure.sets.clear());
    assert_eq!(write(&provider(&fake), &[txt("v=spf1 -all")], &[]).await, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_guessed() {
    for fault in [Fault::DoneAndCut, Fault::Cut, Fault::DoneAndStatus(502), Fault::Answer(202, "", String::new())] {
        let fake = azure::start("example.com");
        let provider = provider(&fake);
        provider.zone_of(&zone().name).await.expect("the zone");
        fake.faults([None, Some(fault.clone())]);
        assert_eq!(write(&provider, &[], &[txt("x")]).await, Err(ProviderError::Indeterminate), "{fault:?}");
        assert_eq!(fake.writes().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn too_many_requests_and_one_still_under_way_are_waited_for() {
    let pending = problem(409, "Conflict", "Another operation is pending for requested object. Try again.").body;
    for (status, body) in [(429, problem(429, "TooManyRequests", "too many").body), (409, pending)] {
        let fake = azure::start("example.com");
        let provider = provider(&fake);
        provider.zone_of(&zone().name).await.expect("the zone");
        let fault = || Some(Fault::Answer(status, "Retry-After: 0", body.clone()));
        fake.faults([fault(), None, fault()]);
        write(&provider, &[], &[txt("once")]).await.expect("written");
        assert_eq!(fake.state().texts("@"), ["once"]);
        fake.faults(std::iter::repeat_n(fault(), 4));
        let error = read(&provider, "example.com").await.expect_err("for ever");
        assert!(matches!(error, ProviderError::RateLimited(_)), "{error:?}");
    }
    // Another conflict is a refusal.
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    fake.faults([None, Some(Fault::Answer(409, "", problem(409, "Conflict", "a CNAME is there").body))]);
    let error = write(&provider, &[], &[txt("x")]).await.expect_err("refused");
    assert_eq!(error, ProviderError::Rejected { code: 409, message: "Conflict: a CNAME is there".to_owned() });
}

#[tokio::test]
async fn a_zone_that_is_gone_is_no_empty_zone() {
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    fake.state().zones.clear();
    assert_eq!(read(&provider, "example.com").await, Err(ProviderError::NoZone(zone().name)));
    assert_eq!(write(&provider, &[], &[txt("x")]).await, Err(ProviderError::NoZone(zone().name)));
}

#[tokio::test]
async fn a_text_goes_before_an_alias_comes_and_half_of_it_is_told_as_unsure() {
    let fake = azure::start("example.com");
    put(&fake, "s1._domainkey", "v=DKIM1; p=");
    let provider = provider(&fake);
    let owner = "s1._domainkey.example.com".parse().expect("a name");
    let alias = value(RrType::CNAME, "s1.keys.example.net.");
    let change = Change { owner, remove: vec![txt("v=DKIM1; p=")], add: vec![alias], seen: vec![] };
    let write = || async { provider.write(&zone(), std::slice::from_ref(&change)).await.pop().expect("one answer") };
    provider.zone_of(&zone().name).await.expect("the zone");
    // The list has one page; what fails is the second write, when the first has been carried out.
    for fault in [Fault::Cut, Fault::Answer(403, "", problem(403, "AuthorizationFailed", "no").body)] {
        fake.state().sets.clear();
        put(&fake, "s1._domainkey", "v=DKIM1; p=");
        fake.faults([None, None, Some(fault)]);
        assert_eq!(write().await, Err(ProviderError::Indeterminate));
        assert!(fake.state().sets.is_empty(), "the text is gone, and the alias did not come");
    }
    put(&fake, "s1._domainkey", "v=DKIM1; p=");
    fake.faults([]);
    write().await.expect("written");
    let writes = fake.writes();
    let path = |rtype: &str| {
        let group = "resourceGroups/mail-group/providers/Microsoft.Network/dnsZones/example.com";
        format!("subscriptions/{}/{group}/{rtype}/s1._domainkey", azure::SUBSCRIPTION)
    };
    let expected = [format!("DELETE {}", path("TXT")), format!("PUT {}", path("CNAME"))];
    assert_eq!(writes[writes.len() - 2..], expected);
}

#[tokio::test]
async fn what_comes_behind_a_failure_is_not_tried() {
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    let change = |owner: &str| Change {
        owner: owner.parse().expect("a name"),
        remove: vec![],
        add: vec![txt("x")],
        seen: vec![],
    };
    fake.faults([None, None, Some(Fault::Answer(400, "", problem(400, "BadRequest", "no").body))]);
    let group = ["a.example.com", "b.example.com", "c.example.com"].map(change);
    let answers = provider.write(&zone(), &group).await;
    assert!(answers[0].is_ok() && matches!(&answers[1], Err(ProviderError::Rejected { code: 400, .. })), "{answers:?}");
    assert!(
        matches!(&answers[2], Err(ProviderError::Unavailable(why)) if why.contains("b.example.com")),
        "{answers:?}"
    );
    assert_eq!(fake.writes().len(), 2);
}

#[tokio::test]
async fn half_of_a_change_that_was_sent_twice_is_told_as_unsure() {
    let alias = value(RrType::CNAME, "s1.keys.example.net.");
    let owner = || "s1._domainkey.example.com".parse().expect("a name");
    let key = || ("example.com".to_owned(), "s1._domainkey".to_owned(), "TXT".to_owned());
    let change = || Change { owner: owner(), remove: vec![txt("v=DKIM1; p=")], add: vec![alias.clone()], seen: vec![] };
    // The first copy of the deletion is done by somebody on the way; ours is the second.
    let fake = azure::start("example.com");
    put(&fake, "s1._domainkey", "v=DKIM1; p=");
    fake.intrude(move |azure| drop(azure.sets.remove(&key())));
    let answers = provider(&fake).write(&zone(), &[change()]).await;
    assert_eq!(answers, [Err(ProviderError::Indeterminate)]);
    // Somebody who put another key there was no copy of ours.
    let fake = azure::start("example.com");
    put(&fake, "s1._domainkey", "v=DKIM1; p=");
    fake.intrude(move |azure| {
        azure.sets.remove(&key());
        azure.put("example.com", "s1._domainkey", "TXT", TTL, azure::record(&txt("v=DKIM1; p=B").rdata));
    });
    let answers = provider(&fake).write(&zone(), &[change()]).await;
    assert_eq!(answers, [Err(ProviderError::Stale(vec![txt("v=DKIM1; p=")]))]);
    assert_eq!(fake.state().texts("s1._domainkey"), ["v=DKIM1; p=B"]);
}
