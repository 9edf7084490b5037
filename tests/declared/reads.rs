//! What a declaration means.

use mailvouch::declared::{
    AllPolicy, DmarcAction, EgressState, Guard, KeyAlgorithm, ProviderKind, PublishedFrom, SecretSource, SelectorState,
    SelectorWant, SpfNeed, TsigAlgorithm,
};

use super::read;

const COMPLETE: &str = r#"
version = 1

[egress.hq]
addresses = ["203.0.113.10", "2001:db8:10::/64"]
helo = ["mail.example.com"]

[egress.new-dc]
addresses = ["198.51.100.7"]
from = 2026-12-01

[senders.newsletter]
include = "_spf.news.example"
spf = "required"
mail-from = "bounce.news.example"
dkim = "example.com"

[providers.dns]
kind = "rfc2136"
server = "192.0.2.53:53"
key-name = "mailvouch"
key-env = "MAILVOUCH_TSIG"

[domains."example.com"]
provider = "dns"
egress = ["hq", "new-dc"]
senders = ["microsoft-365", "newsletter"]
spf = { all = "softfail", exclusive = true }
ttl = 3600
accept = ["spf-overlapping-range"]
allow = ["widens-spf"]
bulk = true
dmarc = { policy = "quarantine", rua = ["mailto:dmarc@example.com"] }

[domains."example.com".dkim]
s2026 = { key-file = "keys/rsa2048.pub.pem" }
selector1 = { cname = "selector1-example-com._domainkey.example.onmicrosoft.com" }
k1 = { present = true }
old = { revoked = true }
s2025 = { key-file = "keys/ed25519.pub.pem", retire = 2026-12-01 }

[domains."parked.example"]
sends = false
receives = false
"#;

#[test]
fn every_section_of_the_contract() {
    let declaration = read(COMPLETE).expect("a declaration");
    let [domain, parked] = declaration.domains.as_slice() else { panic!("two domains") };
    assert_eq!(domain.name.value.to_string(), "example.com");
    assert_eq!(declaration.file.slice(&domain.name.span), "\"example.com\"");
    assert!(domain.sends && domain.receives && domain.bulk && domain.says_who_sends && domain.spf.exclusive);
    assert_eq!(domain.spf.all.as_ref().map(|all| all.value), Some(AllPolicy::SoftFail));
    assert_eq!(domain.ttl.as_ref().map(|ttl| ttl.value), Some(3600));
    assert_eq!(domain.allow[0].value, Guard::WidensSpf);
    assert_eq!(domain.published, PublishedFrom::Dns);
    let dmarc = domain.dmarc.as_ref().expect("a policy");
    assert_eq!(dmarc.policy.value, DmarcAction::Quarantine);
    assert_eq!(dmarc.rua[0].value, "mailto:dmarc@example.com");

    let addresses: Vec<String> =
        domain.egress.iter().flat_map(|group| &group.value.addresses).map(|at| at.value.to_string()).collect();
    assert_eq!(addresses, ["203.0.113.10/32", "2001:db8:10::/64", "198.51.100.7/32"]);
    assert_eq!(declaration.file.slice(&domain.egress[1].span), "\"new-dc\"");
    let planned = &domain.egress[1].value;
    assert_eq!(planned.state_at("2026-11-30T23:59:59Z".parse().expect("a time")), EgressState::Planned);
    assert_eq!(planned.state_at("2026-12-01T00:00:00Z".parse().expect("a time")), EgressState::Current);

    let [microsoft, newsletter] = domain.senders.as_slice() else { panic!("two senders") };
    assert_eq!(microsoft.value.title(), "Microsoft 365");
    assert_eq!(microsoft.value.include[0].to_string(), "spf.protection.outlook.com");
    assert!(microsoft.value.declared_at.is_none() && newsletter.value.known.is_none());
    assert_eq!(newsletter.value.spf, SpfNeed::Required);
    assert_eq!(
        newsletter.value.mail_from.as_ref().map(|at| at.value.to_string()).as_deref(),
        Some("bounce.news.example")
    );

    let provider = &domain.provider.as_ref().expect("a provider").value;
    let ProviderKind::Rfc2136 { server, key: Some(key) } = &provider.kind else { panic!("{provider:?}") };
    assert_eq!(server.value.to_string(), "192.0.2.53:53");
    assert_eq!(key.algorithm, TsigAlgorithm::HmacSha256);
    assert!(matches!(&key.secret, SecretSource::Env(name) if name.value == "MAILVOUCH_TSIG"));

    assert!(!parked.sends && !parked.receives && parked.says_who_sends && parked.dmarc.is_none());
    let parked_name = "parked.example".parse().expect("a name");
    assert!(declaration.domain(&parked_name).is_some());
}

#[test]
fn selectors_know_their_owner_and_their_time() {
    let declaration = read(COMPLETE).expect("a declaration");
    let selectors = &declaration.domains[0].dkim;
    let names: Vec<&str> = selectors.iter().map(|selector| selector.name.value.as_str()).collect();
    assert_eq!(names, ["s2026", "selector1", "k1", "old", "s2025"]);
    assert_eq!(selectors[0].owner.to_string(), "s2026._domainkey.example.com");
    let SelectorWant::Key(key) = &selectors[0].want else { panic!("{:?}", selectors[0].want) };
    assert_eq!(key.value.algorithm, KeyAlgorithm::Rsa { bits: 2048 });
    assert!(key.value.base64().starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
    assert!(matches!(selectors[3].want, SelectorWant::Revoked));
    let retiring = &selectors[4];
    for (now, state) in [
        ("2026-12-01T23:59:59Z", SelectorState::InUse),
        ("2026-12-02T00:00:00Z", SelectorState::Retiring),
        ("2026-12-08T23:59:59Z", SelectorState::Retiring),
        ("2026-12-09T00:00:00Z", SelectorState::Revoked),
    ] {
        assert_eq!(retiring.state_at(now.parse().expect(now)), state, "{now}");
    }
}
