//! Real name servers: what BIND and Knot DNS say, and what the same zone files say without them.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use hickory_proto::op::ResponseCode;
use mailvouch::published::{Question, Reason, Recursion, Reply, Source, State, ZoneFiles};
use mailvouch_providers::dns::{Name, Rdata, RrType, master};

use super::ask::{PATIENT, ask_of, failure, live, resolvers};
use crate::servers::{Server, Setup, bind, knot};
use crate::support::dns_server::{Act, DnsServer, Script, name};

const ZONE: &str = r#"
$ORIGIN example.com.
$TTL 300
@ SOA ns host 1 7200 900 1209600 300
@ NS ns
@ 60 MX 10 mail
@ 60 MX 20 mail.vendor.test.
@ TXT "v=spf1 " "mx -all"
@ TXT "\000\255\"\\"
@ TYPE99 "v=spf1 -all"
ns A 192.0.2.53
mail A 192.0.2.25
mail AAAA 2001:db8::25
alias CNAME mail
chain CNAME alias
out CNAME key.elsewhere.test.
neighbour CNAME key.vendor.test.
dangling CNAME gone
dangling-out CNAME gone.vendor.test.
a.loop CNAME b.loop
b.loop CNAME a.loop
deep.ent TXT "below nothing"
*.wild TXT "made"
here.wild A 192.0.2.1
*.alias.wild CNAME mail
*.dangling.wild CNAME gone
deep.*.star TXT "makes the wildcard exist"
*.*.stars TXT "two"
wild.*.wild TXT "a wildcard that is no wildcard"
sub NS ns.sub
ns.sub A 192.0.2.54
old DNAME new
key.new TXT "moved"
dotted\.label TXT "one label"
big TXT "BIG"
"#;

const VENDOR: &str = r#"
$ORIGIN vendor.test.
$TTL 60
@ SOA ns host 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.53
mail A 192.0.2.26
key TXT "v=DKIM1; p="
"#;

const TYPES: [RrType; 10] = [
    RrType::A,
    RrType::AAAA,
    RrType::CNAME,
    RrType::DS,
    RrType::MX,
    RrType::NS,
    RrType::PTR,
    RrType::SOA,
    RrType::SPF,
    RrType::TXT,
];

/// Apex and text of the zones; one value takes more than a datagram.
fn zones() -> Vec<(String, String)> {
    let text = ZONE.replace("\"BIG\"", &thirty_strings());
    vec![("example.com".to_owned(), text), ("vendor.test".to_owned(), VENDOR.to_owned())]
}

/// A value of thirty strings, each of another length.
fn thirty_strings() -> String {
    let strings: Vec<String> = (0..30).map(|n| format!("\"{}\"", "x".repeat(40 + n))).collect();
    strings.join(" ")
}

/// The same zones without a server.
fn files() -> ZoneFiles {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let loaded: Vec<_> = zones()
        .into_iter()
        .map(|(apex, text)| {
            let path = directory.path().join(format!("{apex}.zone"));
            std::fs::write(&path, text).expect("a file");
            master::load(&path, None).expect("a zone")
        })
        .collect();
    ZoneFiles::from_loaded(&loaded).expect("two zones")
}

/// Every name that stands in the zones, those above it, two below each, and one that is nowhere.
fn names() -> BTreeSet<Name> {
    let mut names = BTreeSet::from([name("elsewhere.test")]);
    for (apex, text) in zones() {
        let apex = name(&apex);
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('$'));
        for owner in lines.filter_map(|line| line.split(' ').next()) {
            let owner = Name::parse_relative(owner.as_bytes(), &apex).expect("a name");
            for above in owner.ancestors().take_while(|above| above.is_at_or_below(&apex)) {
                names.extend([above.child("any").expect("a name"), above.child("one.any").expect("a name"), above]);
            }
        }
    }
    names
}

/// A reply without what no server tells, its values in order.
fn comparable(mut reply: Reply) -> Reply {
    reply.wildcard = None;
    reply.lifetime = None;
    if let State::Found(set) = &mut reply.state {
        set.values.sort();
    }
    if let State::Unknown(failure) = &mut reply.state {
        // A server refers elsewhere or refuses where a file only knows that the name is not its own.
        failure.server = None;
        if matches!(failure.reason, Reason::Refused | Reason::Garbage) {
            failure.reason = Reason::OutsideView;
        }
        // BIND fails for a loop of aliases, where Knot DNS shows it.
        if failure.reason == Reason::ServFail {
            reply.chain = Box::default();
        }
    }
    reply
}

async fn says_the_same_as_the_files(server: Server) {
    let live = live(&[server.address()], PATIENT, Recursion::No);
    let (files, cut) = (files(), name("sub.example.com"));
    let mut compared = 0;
    for owner in names() {
        for rtype in TYPES {
            let question = Question::new(&owner, rtype);
            let said = comparable(live.ask(&question).await);
            // A server refers to the child even for the records that it holds at and below the delegation.
            if owner.is_at_or_below(&cut) && rtype != RrType::DS {
                // Asked for just that, it says to whom it delegates.
                if owner == cut && rtype == RrType::NS {
                    let servers = said.records().expect("a delegation").values.clone();
                    assert_eq!(servers, [Rdata::Ns(name("ns.sub.example.com"))]);
                    continue;
                }
                assert_eq!(failure(&said).0, Reason::OutsideView, "{question}");
                continue;
            }
            assert_eq!(said, comparable(files.ask(&question).await), "{question}");
            compared += 1;
        }
    }
    assert!(compared > 400, "{compared}");
}

#[tokio::test]
async fn bind_says_what_the_zone_files_say() {
    says_the_same_as_the_files(bind::start_with(&Setup { zones: zones(), ..Setup::new("example.com", "") })).await;
}

#[tokio::test]
async fn knot_says_what_the_zone_files_say() {
    says_the_same_as_the_files(knot::start_with(&Setup { zones: zones(), ..Setup::new("example.com", "") })).await;
}

/// BIND as a resolver that knows only this server.
fn resolver_before(authority: SocketAddr) -> Server {
    let probe = Setup::new("probe.test", "@ 60 SOA . . 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n");
    let (key, algorithm, port) = (&probe.key.name, probe.key.algorithm, authority.port());
    let snippet = format!(
        r#"
key "{key}" {{ algorithm {algorithm}; secret "SECRET"; }};
view "all" {{
    match-clients {{ any; }};
    recursion yes;
    allow-recursion {{ any; }};
    allow-query-cache {{ any; }};
    forward only;
    forwarders {{ {ip} port {port}; }};
    zone "probe.test" {{ type primary; file "probe.test.zone"; }};
}};
"#,
        ip = authority.ip(),
    );
    bind::start_with(&Setup { snippet: Some(snippet), ..probe })
}

#[tokio::test]
async fn a_resolver_between_changes_nothing() {
    let script = Script::resolver()
        .records(
            r#"
            example.com MX 10 mail.example.com.
            example.com TXT "v=spf1 " "" "\000\255\"\\ -all"
            example.com TYPE99 \# 12 0b763d73706631202d616c6c
            mail.example.com A 192.0.2.25
            s1._domainkey.example.com CNAME c1.vendor.test.
            c1.vendor.test CNAME c2.vendor.test.
            c2.vendor.test TXT "v=DKIM1; p="
            s2._domainkey.example.com CNAME gone.vendor.test.
            s3._domainkey.example.com CNAME mail.example.com.
            dotted\.label.example.com TXT "one label"
            "#,
        )
        .records(&format!("big.example.com TXT {}", thirty_strings()));
    let authority = DnsServer::start(script);
    let between = resolver_before(authority.address());
    let direct = resolvers(&[authority.address()], PATIENT);
    let through = resolvers(&[between.address()], PATIENT);
    for (owner, rtype) in [
        ("example.com", RrType::TXT),
        ("example.com", RrType::MX),
        ("example.com", RrType::SPF),
        ("example.com", RrType::AAAA),
        ("gone.example.com", RrType::TXT),
        ("s1._domainkey.example.com", RrType::TXT),
        ("s2._domainkey.example.com", RrType::TXT),
        ("s3._domainkey.example.com", RrType::TXT),
        ("s3._domainkey.example.com", RrType::CNAME),
        (r"dotted\.label.example.com", RrType::TXT),
        ("big.example.com", RrType::TXT),
    ] {
        let replies = [ask_of(&direct, owner, rtype).await, ask_of(&through, owner, rtype).await];
        let [direct, through] = replies.map(|mut reply| {
            // A cache counts the TTL down.
            if let State::Found(set) = &mut reply.state {
                set.ttl = 0;
            }
            reply
        });
        assert_eq!(through, direct, "{owner} {rtype}");
        assert!(direct.failure().is_none(), "{owner} {rtype}");
    }
}

#[tokio::test]
async fn a_resolver_that_gets_no_answer_fails() {
    let refuses = Act::Rcode(ResponseCode::Refused);
    let authority = DnsServer::start(Script::resolver().act("example.com", RrType::TXT, refuses));
    let between = resolver_before(authority.address());
    let told = failure(&ask_of(&resolvers(&[between.address()], PATIENT), "example.com", RrType::TXT).await);
    assert_eq!(told, (Reason::ServFail, between.address().to_string()));
}
