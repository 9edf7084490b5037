//! How long `check` of one domain takes when every answer is 50 ms away, against the least possible: one round trip for
//! each link of the longest chain. `cargo bench --bench latency`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[expect(dead_code, unused_imports, reason = "a benchmark needs less of the scripted server than the tests do")]
#[path = "../tests/support/dns_server/mod.rs"]
mod dns_server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use dns_server::{DnsServer, Script};
use mailvouch::lint::{Depth, Facts, Subject};
use mailvouch::published::{Gatherer, Live, LiveOptions, Recursion, Transport};

const DELAY: Duration = Duration::from_millis(50);
const RUNS: usize = 5;

/// The longest chain: the domain, four includes behind each other, an `mx`, and its address.
const CHAIN: u32 = 7;

const WORLD: &str = "
example.com. TXT \"v=spf1 mx a:out.example.com include:one.example ~all\"
example.com. MX 10 mail.example.com.
mail.example.com. A 192.0.2.1
out.example.com. A 192.0.2.2
one.example. TXT \"v=spf1 include:two.example include:other.example ~all\"
other.example. TXT \"v=spf1 ip4:192.0.2.64/26 ~all\"
two.example. TXT \"v=spf1 include:three.example ~all\"
three.example. TXT \"v=spf1 include:four.example ~all\"
four.example. TXT \"v=spf1 mx:relay.example ~all\"
relay.example. MX 10 host.relay.example.
host.relay.example. A 192.0.2.200
_dmarc.example.com. TXT \"v=DMARC1; p=reject\"
s1._domainkey.example.com. CNAME s1.vendor.example.
s1.vendor.example. TXT \"v=DKIM1; p=\"
";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let server = DnsServer::start(Script::resolver().records(WORLD).delay(DELAY));
    let limit = DELAY * CHAIN;
    let mut ratios = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let (questions, passes) = runtime.block_on(check(&server));
        let took = start.elapsed();
        let ratio = took.as_secs_f64() / limit.as_secs_f64();
        println!("{questions} questions in {passes} passes: {} ms, {ratio:.3} of the limit", took.as_millis());
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "median {:.3} of the limit ({CHAIN} round trips of {} ms one after the other)",
        ratios[RUNS / 2],
        DELAY.as_millis()
    );
}

async fn check(server: &DnsServer) -> (usize, usize) {
    let options = LiveOptions {
        upstreams: vec![server.address()],
        timeout: Duration::from_secs(5),
        recursion: Recursion::Desired,
        transport: Transport::Own,
    };
    let source = Arc::new(Live::new(options).expect("a source"));
    let gatherer = Gatherer::new(source, 64, Duration::from_mins(1));
    let subject = Subject {
        domain: dns_server::name("example.com."),
        declared: None,
        selectors: vec!["s1".to_owned()],
        now: jiff::Timestamp::UNIX_EPOCH,
        depth: Depth::Usual,
    };
    let run = gatherer.run(None, |ask| Facts::of(ask, &subject)).await;
    (run.answers.len(), run.passes)
}
