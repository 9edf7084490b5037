//! What a declaration means.

use std::path::Path;

use mailvouch::declared::{
    AllPolicy, At, EgressState, Guard, KeyAlgorithm, ProviderKind, PublishedFrom, SecretSource, SelectorState,
    SelectorWant, SpfNeed, TsigAlgorithm, ZoneFiles,
};
use mailvouch::record::dmarc::Policy;

use super::{folder, read};

const COMPLETE: &str = include_str!("complete.toml");

/// A declaration is shared by everything that works on domains at once.
#[test]
fn it_can_be_shared() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&read(COMPLETE).expect("a declaration"));
}

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
    assert_eq!(dmarc.policy.value, Policy::Quarantine);
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

#[test]
fn every_kind_of_provider() {
    let text = r#"
version = 1
[providers.file]
kind = "zone-file"
file = "zones/example.com.zone"
reload = ["rndc", "reload", "example.com"]
zone = "example.com"
authoritative = ["192.0.2.53", "[2001:db8::53]:5353"]
[providers.files]
kind = "zone-file"
dir = "/var/zones"
[providers.update]
kind = "rfc2136"
server = "ns1.example.com"
key-name = "k."
key-algorithm = "hmac-sha512"
key-command = ["pass", "tsig"]
[providers.pdns]
kind = "powerdns"
url = "http://127.0.0.1:8081"
api-key-file = "secrets/pdns"
[providers.cf]
kind = "cloudflare"
token-env = "CF_TOKEN"
[providers.desec]
kind = "desec"
token-file = "secrets/desec"
[providers.gandi]
kind = "gandi"
token-command = ["pass", "gandi"]
[providers.hcloud]
kind = "hetzner"
token-env = "HCLOUD_TOKEN"
[providers.aws]
kind = "route53"
region = "us-east-1"
hosted-zone-id = "Z1"
[providers.gcp]
kind = "google-cloud-dns"
project = "p"
managed-zone = "mail-zone"
[providers.azure]
kind = "azure-dns"
subscription = "1-2-3"
resource-group = "mail"
[providers.ocean]
kind = "digitalocean"
token-env = "DIGITALOCEAN_TOKEN"
[providers.script]
kind = "exec"
command = ["./dns", "--quick"]
[providers.web]
kind = "manual"
"#;
    let names = [
        "file", "files", "update", "pdns", "cf", "desec", "gandi", "hcloud", "aws", "gcp", "azure", "ocean", "script",
        "web",
    ];
    let domains: String = names.map(|name| format!("[domains.\"{name}.example\"]\nprovider = \"{name}\"\n")).concat();
    let declaration = read(&format!("{text}{domains}")).expect("a declaration");
    assert!(declaration.notes.is_empty(), "{:?}", declaration.notes);
    let kinds: Vec<&str> = declaration.providers.values().map(|provider| provider.kind.name()).collect();
    let by_name = "route53 azure-dns cloudflare desec zone-file zone-file gandi google-cloud-dns hetzner digitalocean powerdns \
                   exec rfc2136 manual";
    assert_eq!(kinds.join(" "), by_name);
    let kind = |name: &str| &declaration.providers[name].kind;
    let servers = &declaration.providers["file"].authoritative;
    let servers: Vec<String> = servers.iter().map(|at| at.value.to_string()).collect();
    assert_eq!(servers, ["192.0.2.53:53", "[2001:db8::53]:5353"]);
    let ProviderKind::ZoneFile { files: ZoneFiles::File(file), reload } = kind("file") else {
        panic!("{:?}", kind("file"))
    };
    assert_eq!(file.value, folder().join("zones/example.com.zone"));
    assert_eq!(reload.as_ref().map(|at| at.value.join(" ")).as_deref(), Some("rndc reload example.com"));
    let ProviderKind::ZoneFile { files: ZoneFiles::Directory(files), .. } = kind("files") else {
        panic!("{:?}", kind("files"))
    };
    assert_eq!(files.value, Path::new("/var/zones"));
    let ProviderKind::Rfc2136 { server, key: Some(key) } = kind("update") else { panic!("{:?}", kind("update")) };
    assert_eq!((server.value.to_string().as_str(), key.algorithm.name()), ("ns1.example.com:53", "hmac-sha512"));
    assert!(matches!(&key.secret, SecretSource::Command(argv) if argv.value == ["pass", "tsig"]));
    let ProviderKind::PowerDns { server_id, api_key, .. } = kind("pdns") else { panic!("{:?}", kind("pdns")) };
    assert_eq!(server_id, "localhost");
    assert!(matches!(api_key, SecretSource::File(path) if path.value == folder().join("secrets/pdns")));
    assert!(matches!(kind("script"), ProviderKind::Exec { command, .. } if command.value == ["./dns", "--quick"]));
}

#[test]
fn every_key_of_a_dmarc_policy() {
    let text = "version = 1\n[domains.\"bücher.example\".dmarc]\npolicy = \"reject\"\nsubdomain-policy = \"quarantine\"\n\
                nonexistent-policy = \"none\"\nrua = \"mailto:a@example.com\"\nruf = [\"mailto:b@example.com\", \"mailto:c@example.com\"]\n\
                fo = \"1:d:s\"\nadkim = \"strict\"\naspf = \"relaxed\"\ntesting = true\npsd = \"n\"\n";
    let declaration = read(text).expect("a declaration");
    let domain = &declaration.domains[0];
    assert_eq!(domain.name.value.to_string(), "xn--bcher-kva.example");
    assert!(!domain.says_who_sends && domain.sends);
    let dmarc = domain.dmarc.as_ref().expect("a policy");
    let action = |at: &Option<At<Policy>>| at.as_ref().map(|at| at.value.as_str());
    assert_eq!(dmarc.policy.value.as_str(), "reject");
    assert_eq!(
        (action(&dmarc.subdomain_policy), action(&dmarc.nonexistent_policy)),
        (Some("quarantine"), Some("none"))
    );
    assert_eq!((dmarc.rua.len(), dmarc.ruf.len()), (1, 2));
    assert_eq!(dmarc.fo.as_ref().map(|at| at.value.as_str()), Some("1:d:s"));
    assert_eq!(dmarc.adkim.as_ref().map(|at| at.value.as_str()), Some("s"));
    assert_eq!(dmarc.aspf.as_ref().map(|at| at.value.as_str()), Some("r"));
    assert_eq!(dmarc.psd.as_ref().map(|at| at.value.as_str()), Some("n"));
    assert_eq!(dmarc.testing.as_ref().map(|at| at.value), Some(true));
    assert_eq!(declaration.file.slice(&dmarc.span), "dmarc");
}

#[test]
fn a_group_ends_when_its_day_is_over() {
    let text = "version = 1\n[egress.a]\naddresses = [\"8.8.8.8\"]\nfrom = 2026-12-01\nuntil = 2026-12-01\n\
                [egress.b]\naddresses = [\"8.8.4.4\"]\nuntil = 2026-12-01T18:00:00+01:00\n[domains.\"a.example\"]\negress = [\"a\", \"b\"]\n";
    let declaration = read(text).expect("a declaration");
    for (group, now, state) in [
        ("a", "2026-11-30T23:59:59Z", EgressState::Planned),
        ("a", "2026-12-01T23:59:59Z", EgressState::Current),
        ("a", "2026-12-02T00:00:00Z", EgressState::Retired),
        ("b", "2026-12-01T16:59:59Z", EgressState::Current),
        ("b", "2026-12-01T17:00:00Z", EgressState::Retired),
    ] {
        assert_eq!(declaration.egress[group].state_at(now.parse().expect(now)), state, "{group} {now}");
    }
}

#[test]
fn sources_that_others_publish_from() {
    let text = r#"version = 1
[providers.octo]
kind = "octodns"
dir = "config"
default-ttl = 300
escaped-semicolons = false
[providers.control]
kind = "dnscontrol"
file = "dnsconfig.js"
[providers.tofu]
kind = "terraform"
dir = "infra"
"#;
    let names = ["octo", "control", "tofu"];
    let domains: String = names.map(|name| format!("[domains.\"{name}.example\"]\nprovider = \"{name}\"\n")).concat();
    let declaration = read(&format!("{text}{domains}")).expect("a declaration");
    let kind = |name: &str| &declaration.providers[name].kind;
    let ProviderKind::OctoDns { files: ZoneFiles::Directory(dir), default_ttl, escaped_semicolons } = kind("octo")
    else {
        panic!("{:?}", kind("octo"))
    };
    assert_eq!(dir.value, folder().join("config"));
    assert_eq!((*default_ttl, *escaped_semicolons), (Some(300), Some(false)));
    assert!(
        matches!(kind("control"), ProviderKind::DnsControl { file } if file.value == folder().join("dnsconfig.js"))
    );
    assert!(matches!(kind("tofu"), ProviderKind::Terraform { dir } if dir.value == folder().join("infra")));
    let wrong = read(&text.replace("300", "-1")).expect_err("no TTL");
    assert!(wrong.to_string().contains("`default-ttl` is no time to live"), "{wrong}");
}
