//! What every provider must do, clause by clause. A clause knows nothing of any one provider.

use futures::future::BoxFuture;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::{Change, CompareAndSwap, ProviderError, Value, Zone};

use super::fixture::{Fixture, TTL, sorted, strings, txt, value};

/// Makes each clause a test of the module it stands in, over what `$start` starts; all of them if none is named.
macro_rules! upholds_contract {
    ($start:path) => { $crate::providers::contract::for_each_clause! { upholds_contract $start } };
    ($start:path: $($clause:ident),+ $(,)?) => {
        $(#[tokio::test] async fn $clause() { $crate::providers::contract::$clause(&$start().await).await; })+
    };
}
pub(crate) use upholds_contract;

/// A clause, and its name.
pub(crate) type Clause = (&'static str, for<'a> fn(&'a Fixture) -> BoxFuture<'a, ()>);

/// All clauses as a list: `for_each_clause! { listed_clauses Fixture }`.
macro_rules! listed_clauses {
    ($of:path: $($clause:ident),+ $(,)?) => {
        [$((stringify!($clause), |at: &$of| Box::pin($crate::providers::contract::$clause(at)))),+]
    };
}
pub(crate) use listed_clauses;

/// Gives the names of all clauses to another macro of this module.
macro_rules! for_each_clause {
    ($to:ident $with:path) => {
        $crate::providers::contract::$to! { $with:
            finds_the_zone_of_an_owner, absent_owner_reads_as_empty, failure_is_never_empty, reads_all_types,
            has_all_of_a_zone_at_once,
            reads_an_alias_and_does_not_follow_it, takes_a_wildcard_for_no_owner, keeps_string_boundaries,
            keeps_every_octet, tells_values_apart_by_their_boundaries, creates_at_a_new_owner, deletes_the_last_value,
            leaves_siblings_alone, leaves_other_types_alone, keeps_a_token_that_came_beside, changes_a_ttl,
            leaves_the_ttl_of_siblings_alone, writes_a_null_mx, replaces_a_text_by_an_alias_and_back,
            refuses_an_alias_beside_other_data, refuses_what_is_delegated, refuses_what_is_outside_the_zone,
            refuses_types_it_cannot_write, refuses_to_remove_what_is_gone, refuses_to_add_what_is_there,
            refuses_to_do_it_twice, changes_two_owners_in_one_group, stale_group_changes_nothing
        }
    };
}
pub(crate) use for_each_clause;

/// Three tokens that other services look for at an apex, each with something to trip over; in a plainer form where the
/// provider could not hold it.
fn tokens(at: &Fixture) -> [Value; 3] {
    let plainer = |token: Value, text: &str| if at.holds(&token) { token } else { txt(text) };
    let cut = strings([b"MS=ms", b"12345678 \\ \"quoted\"; and cut in two"]);
    [
        txt("google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ"),
        plainer(cut, "MS=ms12345678 \"quoted\"; and whole"),
        plainer(txt("d365mktkey=5;=\\\\"), "d365mktkey=5;=//"),
    ]
}

pub(crate) async fn finds_the_zone_of_an_owner(at: &Fixture) {
    for labels in ["@", "s1._domainkey", "a.b.c.d"] {
        let zone = at.provider.zone_of(&at.name(labels)).await.expect("the zone");
        assert_eq!(zone.name, at.apex);
    }
    // It ends with the same octets, and is another domain.
    let neighbour: Name = format!("not{}", at.apex).parse().expect("a name");
    let error = at.provider.zone_of(&neighbour).await.expect_err("no such zone");
    assert_eq!(error, ProviderError::NoZone(neighbour));
}

pub(crate) async fn absent_owner_reads_as_empty(at: &Fixture) {
    let (absent, between) = (at.name("_dmarc"), at.name("_domainkey"));
    at.backend.add(&at.name("s1._domainkey"), &[txt("v=DKIM1; p=")]).await;
    for owner in [absent, between] {
        assert_eq!(at.standing(&owner).await, [], "{owner}");
        assert_eq!(at.read(&owner).await.delegated_at, None, "{owner}");
    }
}

pub(crate) async fn failure_is_never_empty(at: &Fixture) {
    let elsewhere: Name = "unknown.invalid".parse().expect("a name");
    let error = at.provider.zone_of(&elsewhere).await.expect_err("no such zone");
    assert_eq!(error, ProviderError::NoZone(elsewhere.clone()));
    let zone = Zone { name: elsewhere.clone(), id: None };
    assert!(at.provider.read(&zone, std::slice::from_ref(&elsewhere)).await.is_err(), "read as if it were empty");
    let change = Change { owner: elsewhere, remove: vec![], add: vec![txt("x")], seen: vec![] };
    let answers = at.provider.write(&zone, &[change]).await;
    assert_eq!(answers.len(), 1);
    assert!(answers[0].is_err(), "written to a zone that is not there");
}

pub(crate) async fn reads_all_types(at: &Fixture) {
    let here = [
        value(RrType::A, "192.0.2.1"),
        value(RrType::AAAA, "2001:db8::1"),
        value(RrType::MX, "10 mx.elsewhere.test."),
        txt("v=spf1 -all"),
        txt("two of one type"),
    ];
    let (owner, beside) = (at.name("mail"), at.name("www"));
    at.backend.add(&owner, &here).await;
    at.backend.add(&beside, &here[..1]).await;
    assert_eq!(at.standing(&owner).await, sorted(here.clone()));
    let apex: Vec<RrType> = at.read(&at.apex).await.values.iter().map(|value| value.rdata.rtype()).collect();
    assert!(apex.contains(&RrType::SOA) == at.backend.has_soa() && apex.contains(&RrType::NS), "{apex:?}");
    // Several at once: one answer each, in their order.
    let names = [beside, at.name("absent"), owner];
    let read = at.provider.read(&at.zone().await, &names).await.expect("readable");
    assert_eq!(read.iter().map(|owner| &owner.name).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    assert_eq!(read.iter().map(|owner| owner.values.len()).collect::<Vec<_>>(), [1, 0, here.len()]);
}

pub(crate) async fn has_all_of_a_zone_at_once(at: &Fixture) {
    let zone = at.zone().await;
    at.backend.add(&at.name("a"), &tokens(at)).await;
    at.backend.add(&at.name("child"), &[value(RrType::NS, "ns.elsewhere.test.")]).await;
    at.backend.add(&at.name("*.wild"), &[txt("made")]).await;
    let names = ["@", "a", "b", "child", "below.child", "*.wild", "x.wild"].map(|labels| at.name(labels));
    let read = at.provider.read(&zone, &names).await.expect("readable");
    // Some services are asked name by name. Those that have all in one answer say the same in it.
    if let Some(held) = at.provider.holdings(&zone).await.expect("readable") {
        for owner in read {
            let here = held(&owner.name).expect("readable");
            assert_eq!((&here.name, &here.delegated_at), (&owner.name, &owner.delegated_at));
            assert_eq!(sorted(here.values), sorted(owner.values), "{}", owner.name);
        }
    }
}

pub(crate) async fn reads_an_alias_and_does_not_follow_it(at: &Fixture) {
    let (owner, target) = (at.name("alias"), at.name("target"));
    let alias = value(RrType::CNAME, &target.absolute());
    at.backend.add(&target, &[txt("behind the alias")]).await;
    at.backend.add(&owner, std::slice::from_ref(&alias)).await;
    assert_eq!(at.standing(&owner).await, [alias]);
}

pub(crate) async fn takes_a_wildcard_for_no_owner(at: &Fixture) {
    let (wildcard, owner) = (at.name("*"), at.name("covered"));
    at.backend.add(&wildcard, &[txt("v=spf1 ~all")]).await;
    assert_eq!(at.read(&owner).await.values, [], "a wildcard's answer is no record of {owner}");
    at.make(&owner, &[], &[txt("v=spf1 -all")]).await;
    assert_eq!(at.standing(&owner).await, [txt("v=spf1 -all")]);
    assert_eq!(at.standing(&wildcard).await, [txt("v=spf1 ~all")]);
}

pub(crate) async fn keeps_string_boundaries(at: &Fixture) {
    let owner = at.name("s1._domainkey");
    let key = txt(vec![b'k'; 410]);
    assert!(at.holds(&key), "a DKIM key of 2048 bits has to fit anywhere");
    for length in [254, 255, 256, 410, 510, 511] {
        at.holds_or_refuses(&owner, &txt(vec![b'k'; length])).await;
    }
    at.holds_or_refuses(&owner, &strings([b"cut", b" where no ", b"program would"])).await;
    at.holds_or_refuses(&owner, &strings([b"cut", b"", b" around nothing"])).await;
}

pub(crate) async fn keeps_every_octet(at: &Fixture) {
    let owner = at.name("octets");
    let texts: [&[u8]; 10] = [
        b"",
        b" ",
        b"a \"quoted\" text",
        b"back\\slash \\\" \\; \\065 \\",
        b"v=DKIM1; k=rsa; p=",
        b"  blanks\tinside  and at the end ",
        b"\x00\x1f\x7f\x80\xff",
        "gr\u{fc}\u{df}e".as_bytes(),
        b"(parentheses) @ $TTL ; no comment",
        b"line\r\nbreak",
    ];
    for plain in [&b"v=DKIM1; k=rsa; p="[..], b"a \"quoted\" text", b"(parentheses) @ $TTL ; no comment"] {
        assert!(at.holds(&txt(plain)), "a text that has to be held anywhere");
    }
    for text in texts {
        at.holds_or_refuses(&owner, &txt(text)).await;
    }
    // And all of them beside each other.
    let all: Vec<Value> = texts.into_iter().map(txt).filter(|value| at.holds(value)).collect();
    at.make(&owner, &[], &all).await;
    assert_eq!(at.standing(&owner).await, sorted(all.clone()));
    let gone = txt(b"a \"quoted\" text");
    at.make(&owner, std::slice::from_ref(&gone), &[]).await;
    assert_eq!(at.standing(&owner).await, sorted(all.into_iter().filter(|value| *value != gone)));
}

pub(crate) async fn tells_values_apart_by_their_boundaries(at: &Fixture) {
    let owner = at.name("@");
    let (whole, cut) = (txt("v=spf1 a -all"), strings([b"v=spf1 a ", b"-all"]));
    if !at.holds(&cut) {
        // Where nothing is ever cut, what joins to the same text is not there in two forms.
        at.make(&owner, &[], std::slice::from_ref(&whole)).await;
        let error = at.refused(&at.change(&owner, std::slice::from_ref(&whole), &[cut]).await).await;
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        return;
    }
    at.backend.add(&owner, std::slice::from_ref(&cut)).await;
    assert_eq!(at.standing_of(&owner, RrType::TXT).await, std::slice::from_ref(&cut));
    // What joins to the same text is another value: it is not there to be removed …
    let guess = at.change(&owner, std::slice::from_ref(&whole), &[]).await;
    assert!(matches!(at.refused(&guess).await, ProviderError::Stale(_)));
    // … and the one that is there is found as it stands.
    at.make(&owner, &[cut], std::slice::from_ref(&whole)).await;
    assert_eq!(at.standing_of(&owner, RrType::TXT).await, [whole]);
}

pub(crate) async fn creates_at_a_new_owner(at: &Fixture) {
    let owner = at.name("_dmarc.new");
    let mut policy = txt("v=DMARC1; p=reject");
    policy.ttl = at.provider.limits().min_ttl.max(1800);
    at.make(&owner, &[], std::slice::from_ref(&policy)).await;
    assert_eq!(at.standing(&owner).await, [policy], "with the TTL that was asked for");
}

pub(crate) async fn deletes_the_last_value(at: &Fixture) {
    let (owner, below) = (at.name("old"), at.name("s1.old"));
    at.backend.add(&owner, &[txt("v=spf1 -all")]).await;
    at.backend.add(&below, &[txt("stays")]).await;
    at.make(&owner, &[txt("v=spf1 -all")], &[]).await;
    assert_eq!(at.standing(&owner).await, []);
    assert_eq!(at.standing(&below).await, [txt("stays")]);
}

pub(crate) async fn leaves_siblings_alone(at: &Fixture) {
    let owner = at.name("@");
    let (old, new) = (txt("v=spf1 a mx -all"), txt("v=spf1 ip4:192.0.2.0/24 -all"));
    at.backend.add(&owner, &tokens(at)).await;
    at.backend.add(&owner, std::slice::from_ref(&old)).await;
    let with = |more: &[&Value]| sorted(tokens(at).into_iter().chain(more.iter().map(|value| (*value).clone())));
    let steps: [(&[Value], &[Value], Vec<Value>); 4] = [
        (std::slice::from_ref(&old), std::slice::from_ref(&new), with(&[&new])),
        (std::slice::from_ref(&new), &[], with(&[])),
        (&[], std::slice::from_ref(&old), with(&[&old])),
        (&[], std::slice::from_ref(&new), with(&[&old, &new])),
    ];
    for (remove, add, after) in steps {
        at.make(&owner, remove, add).await;
        assert_eq!(at.standing_of(&owner, RrType::TXT).await, after);
    }
}

pub(crate) async fn leaves_other_types_alone(at: &Fixture) {
    let owner = at.name("@");
    let others = [
        value(RrType::A, "192.0.2.1"),
        value(RrType::MX, "10 mx1.elsewhere.test."),
        value(RrType::MX, "20 mx2.elsewhere.test."),
        value(RrType(257), "0 issue \"ca.elsewhere.test\""),
    ];
    at.backend.add(&owner, &others).await;
    at.backend.add(&owner, &[txt("v=spf1 mx -all")]).await;
    // A serial number may move with each change; nothing else does.
    let kept = |values: Vec<Value>| {
        let moves = |value: &Value| matches!(value.rdata.rtype(), RrType::TXT | RrType::SOA);
        sorted(values.into_iter().filter(|value| !moves(value)))
    };
    let before = kept(at.read(&owner).await.values);
    assert_eq!(before.len(), others.len() + 1, "and the NS: {before:?}");
    at.make(&owner, &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]).await;
    assert_eq!(kept(at.read(&owner).await.values), before);
    at.make(&owner, &[txt("v=spf1 -all")], &[]).await;
    assert_eq!(kept(at.read(&owner).await.values), before);
}

pub(crate) async fn keeps_a_token_that_came_beside(at: &Fixture) {
    let owner = at.name("@");
    let (old, new) = (txt("v=spf1 mx -all"), txt("v=spf1 -all"));
    at.backend.add(&owner, std::slice::from_ref(&old)).await;
    let change = at.change(&owner, std::slice::from_ref(&old), std::slice::from_ref(&new)).await;
    at.backend.add(&owner, &tokens(at)).await;
    // A provider that compares whole sets may refuse; it may not write the set that was read.
    let answer = at.write(&[change]).await.remove(0);
    let written = match &answer {
        Ok(_) => &new,
        Err(ProviderError::Stale(_)) => &old,
        Err(error) => panic!("{error}"),
    };
    let expected = sorted(tokens(at).into_iter().chain([written.clone()]));
    assert_eq!(at.standing_of(&owner, RrType::TXT).await, expected);
}

pub(crate) async fn changes_a_ttl(at: &Fixture) {
    let owner = at.name("_dmarc");
    let old = txt("v=DMARC1; p=none");
    let new = Value { ttl: at.provider.limits().min_ttl.max(900), ..old.clone() };
    at.backend.add(&owner, std::slice::from_ref(&old)).await;
    at.make(&owner, std::slice::from_ref(&old), std::slice::from_ref(&new)).await;
    assert_eq!(at.standing(&owner).await, [new]);
}

pub(crate) async fn leaves_the_ttl_of_siblings_alone(at: &Fixture) {
    let owner = at.name("@");
    at.backend.add(&owner, &tokens(at)).await;
    let other = Value { ttl: TTL / 2, ..txt("v=spf1 -all") };
    let change = at.change(&owner, &[], std::slice::from_ref(&other)).await;
    let expected = if at.provider.limits().per_value_ttl {
        at.must(&change).await;
        sorted(tokens(at).into_iter().chain([other]))
    } else {
        let error = at.refused(&change).await;
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        sorted(tokens(at))
    };
    assert_eq!(at.standing_of(&owner, RrType::TXT).await, expected);
}

pub(crate) async fn writes_a_null_mx(at: &Fixture) {
    let owner = at.name("parked");
    let (old, null) = (value(RrType::MX, "10 mx.elsewhere.test."), value(RrType::MX, "0 ."));
    at.backend.add(&owner, std::slice::from_ref(&old)).await;
    if !at.holds(&null) {
        let error = at.refused(&at.change(&owner, &[old], &[null]).await).await;
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        return;
    }
    at.make(&owner, &[old], std::slice::from_ref(&null)).await;
    assert_eq!(at.standing(&owner).await, [null]);
}

pub(crate) async fn replaces_a_text_by_an_alias_and_back(at: &Fixture) {
    let owner = at.name("s1._domainkey");
    let (key, alias) = (txt("v=DKIM1; p="), value(RrType::CNAME, "s1.keys.elsewhere.test."));
    at.backend.add(&owner, std::slice::from_ref(&key)).await;
    at.make(&owner, std::slice::from_ref(&key), std::slice::from_ref(&alias)).await;
    assert_eq!(at.standing(&owner).await, std::slice::from_ref(&alias));
    at.make(&owner, &[alias], std::slice::from_ref(&key)).await;
    assert_eq!(at.standing(&owner).await, [key]);
}

pub(crate) async fn refuses_an_alias_beside_other_data(at: &Fixture) {
    let alias = value(RrType::CNAME, "s1.keys.elsewhere.test.");
    let (text_first, alias_first) = (at.name("text"), at.name("alias"));
    at.backend.add(&text_first, &[txt("here first")]).await;
    at.backend.add(&alias_first, std::slice::from_ref(&alias)).await;
    for (owner, add) in [(&text_first, alias.clone()), (&alias_first, txt("too late"))] {
        let error = at.refused(&at.change(owner, &[], &[add]).await).await;
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
    }
    // Also when both come at once, where nothing was.
    let change = at.change(&at.name("new"), &[], &[alias, txt("beside it")]).await;
    assert!(matches!(at.refused(&change).await, ProviderError::Unsupported(_)));
}

pub(crate) async fn refuses_what_is_delegated(at: &Fixture) {
    let cut = at.name("sub");
    at.backend.add(&cut, &[value(RrType::NS, "ns.elsewhere.test.")]).await;
    for owner in [cut.clone(), at.name("s1._domainkey.sub")] {
        assert_eq!(at.read(&owner).await.delegated_at.as_ref(), Some(&cut), "{owner}");
        let change = Change { owner, remove: vec![], add: vec![txt("lost")], seen: vec![] };
        let answer = at.write(std::slice::from_ref(&change)).await.remove(0);
        let error = answer.expect_err("what is below a delegation is not in this zone");
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        let texts = at.read(&change.owner).await.of_type(RrType::TXT).count();
        assert_eq!(texts, 0, "refused, and still written");
    }
    assert_eq!(at.read(&at.name("subway")).await.delegated_at, None, "whole labels count");
}

pub(crate) async fn refuses_what_is_outside_the_zone(at: &Fixture) {
    let owner: Name = format!("not{}", at.apex).parse().expect("a name");
    let change = Change { owner: owner.clone(), remove: vec![], add: vec![txt("lost")], seen: vec![] };
    let inside = at.change(&at.name("inside"), &[], &[txt("held back")]).await;
    let answers = at.write(&[inside, change]).await;
    assert_eq!(answers[1], Err(ProviderError::NoZone(owner)));
    if at.provider.limits().cas == CompareAndSwap::Atomic {
        assert!(answers[0].is_err());
        assert_eq!(at.standing(&at.name("inside")).await, []);
    }
}

pub(crate) async fn refuses_types_it_cannot_write(at: &Fixture) {
    let soa = at.read(&at.apex).await.of_type(RrType::SOA).next().cloned();
    assert_eq!(soa.is_some(), at.backend.has_soa());
    let soa = soa.unwrap_or_else(|| value(RrType::SOA, ". . 1 2 3 4 5"));
    assert!(!at.provider.limits().types.contains(&RrType::SOA), "the serial number is the server's");
    let change = at.change(&at.apex, &[soa], &[]).await;
    assert!(matches!(at.refused(&change).await, ProviderError::Unsupported(_)));
}

pub(crate) async fn refuses_to_remove_what_is_gone(at: &Fixture) {
    let owner = at.name("_dmarc");
    let (old, new) = (txt("v=DMARC1; p=none"), txt("v=DMARC1; p=reject"));
    at.backend.add(&owner, std::slice::from_ref(&old)).await;
    let change = at.change(&owner, std::slice::from_ref(&old), &[new]).await;
    at.backend.remove(&owner, std::slice::from_ref(&old)).await;
    at.backend.add(&owner, &[txt("v=DMARC1; p=quarantine")]).await;
    let error = at.refused(&change).await;
    let ProviderError::Stale(values) = &error else { panic!("{error:?}") };
    // Not every provider can say which value it was; one that says so says the right one.
    assert!(values.iter().all(|value| value.rdata == old.rdata), "{values:?}");
    assert_eq!(at.standing(&owner).await, [txt("v=DMARC1; p=quarantine")]);
}

pub(crate) async fn refuses_to_add_what_is_there(at: &Fixture) {
    let owner = at.name("_dmarc");
    let policy = txt("v=DMARC1; p=reject");
    let change = at.change(&owner, &[], std::slice::from_ref(&policy)).await;
    at.backend.add(&owner, std::slice::from_ref(&policy)).await;
    let error = at.refused(&change).await;
    assert!(matches!(error, ProviderError::Stale(_)), "{error:?}");
    assert_eq!(at.standing(&owner).await, [policy]);
}

pub(crate) async fn refuses_to_do_it_twice(at: &Fixture) {
    let owner = at.name("@");
    let (old, new) = (txt("v=spf1 mx -all"), txt("v=spf1 -all"));
    at.backend.add(&owner, &[old.clone(), tokens(at)[0].clone()]).await;
    let change = at.change(&owner, &[old], std::slice::from_ref(&new)).await;
    at.must(&change).await;
    let error = at.refused(&change).await;
    assert!(matches!(error, ProviderError::Stale(_)), "{error:?}");
    assert_eq!(at.standing_of(&owner, RrType::TXT).await, sorted([new, tokens(at)[0].clone()]));
}

pub(crate) async fn changes_two_owners_in_one_group(at: &Fixture) {
    let (first, second) = (at.name("one"), at.name("two"));
    at.backend.add(&first, &[txt("old")]).await;
    let group =
        [at.change(&first, &[txt("old")], &[txt("new")]).await, at.change(&second, &[], &[txt("also new")]).await];
    for part in group.chunks(at.provider.limits().batch) {
        for (answer, change) in at.write(part).await.into_iter().zip(part) {
            assert_eq!(answer.expect("taken").owner, change.owner);
        }
    }
    assert_eq!(at.standing(&first).await, [txt("new")]);
    assert_eq!(at.standing(&second).await, [txt("also new")]);
}

pub(crate) async fn stale_group_changes_nothing(at: &Fixture) {
    let (fresh, stale, last) = (at.name("fresh"), at.name("stale"), at.name("last"));
    let limits = at.provider.limits();
    at.backend.add(&fresh, &[txt("old")]).await;
    let group = [
        at.change(&fresh, &[txt("old")], &[txt("new")]).await,
        at.change(&stale, &[txt("never there")], &[]).await,
        at.change(&last, &[], &[txt("new")]).await,
    ];
    let part = &group[..group.len().min(limits.batch)];
    let answers = at.write(part).await;
    if limits.cas == CompareAndSwap::Atomic && part.len() == group.len() {
        assert!(answers.iter().all(|answer| matches!(answer, Err(ProviderError::Stale(_)))), "{answers:?}");
    }
    // Whatever each was answered is what happened to it.
    let (one, three) = (answers[0].is_ok(), answers.get(2).is_some_and(Result::is_ok));
    assert!(answers.get(1).is_none_or(Result::is_err));
    assert_eq!(at.standing(&fresh).await, [txt(if one { "new" } else { "old" })]);
    assert_eq!(at.standing(&stale).await, []);
    assert_eq!(at.standing(&last).await, if three { vec![txt("new")] } else { vec![] });
}
