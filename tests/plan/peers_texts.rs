//! What hurt the users of other tools where texts are cut, quoted and compared (PEERS: "TXT encoding").

use mailvouch::plan::{Outcome, Watch, apply};

use super::bench::{Bench, held, lines, providers};
use super::scripted::{Scripted, journal};
use crate::support::world::{World, name};

const DECLARED: &str = "[egress.hq]\naddresses = [\"192.0.2.1\"]\n[domains.\"example.com\"]\negress = [\"hq\"]
    spf = { all = \"fail\" }\n[domains.\"example.com\".dkim]\ns1 = { key-file = \"rsa2048.pub.pem\" }\n";

/// The record of the declared key.
fn record() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/declared/keys/rsa2048.pub.pem");
    let key: String =
        std::fs::read_to_string(path).expect("a key").lines().filter(|line| !line.starts_with('-')).collect();
    format!("v=DKIM1; k=rsa; p={key}")
}

/// The zone, with the key's record cut into strings of at most so many octets.
fn zone(most: usize) -> World {
    let text = record();
    let strings: Vec<String> =
        text.as_bytes().chunks(most).map(|part| format!("\"{}\"", String::from_utf8_lossy(part))).collect();
    World::of(&format!(
        "example.com TXT v=spf1 ip4:192.0.2.1 -all\ns1._domainkey.example.com TXT {}\n_dmarc.example.com TXT v=DMARC1; p=none",
        strings.join(" ")
    ))
}

/// terraform-provider-cloudflare#6238: a key that takes two strings was planned anew at every run, since the service cuts
/// it elsewhere than the tool does.
#[tokio::test(start_paused = true)]
async fn a_key_that_stands_there_is_no_change_however_it_is_cut() {
    for most in [255, 254, 200, 100, 64, 37] {
        let world = zone(most);
        let plan = Bench::new(&world, DECLARED).plan(&world.at_provider("example.com")).await;
        assert!(plan.is_empty(), "cut at {most}: {:?}", lines(&plan.steps));
    }
}

/// dnscontrol#1509: what is read back is compared with what was to be written, and differs for ever.
#[tokio::test(start_paused = true)]
async fn what_was_written_is_no_change() {
    let world = World::of("example.com TXT v=spf1 -all\nexample.com TXT \"a \\\"token\\\" ; with; all \\\\ of it\"");
    let provider = Scripted::over(world.at_provider("example.com"));
    let bench = Bench::new(&world, DECLARED);
    let plan = bench.plan(&provider).await;
    assert!(!plan.is_empty());
    let mut journal = journal(&provider.log(), 99);
    let applied = apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal).await.expect("a journal");
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    // DNS serves still what was there: what the provider holds counts.
    let again = bench.plan(&provider).await;
    assert!(again.is_empty(), "{:?}", lines(&again.steps));
}

/// dnscontrol#2591: the quotation marks that delimit a string in a master file were published as a part of it.
#[tokio::test(start_paused = true)]
async fn quotes_are_no_part_of_a_text() {
    let world = World::of("example.com TXT v=spf1 -all\n_dmarc.example.com TXT v=DMARC1; p=none");
    let provider = Scripted::over(world.at_provider("example.com"));
    let plan = Bench::new(&world, DECLARED).plan(&provider).await;
    let mut journal = journal(&provider.log(), 99);
    apply(&plan, &providers(provider.clone()), &Watch::default(), &mut journal).await.expect("a journal");
    for owner in ["example.com", "s1._domainkey.example.com"] {
        let zone = mailvouch_providers::Provider::zone_of(&provider, &name(owner)).await.expect("a zone");
        let owners = mailvouch_providers::Provider::read(&provider, &zone, &[name(owner)]).await.expect("an answer");
        for value in &owners[0].values {
            let text = value.rdata.as_txt().expect("a text").joined();
            assert!(!text.contains(&b'"'), "{}", String::from_utf8_lossy(&text));
        }
    }
    assert_eq!(held(&provider, "example.com").await, ["300 v=spf1 ip4:192.0.2.1 -all"]);
}
