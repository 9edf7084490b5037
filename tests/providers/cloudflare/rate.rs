//! 200 domains within the published rate, which the stand-in enforces. Both sides count in a hundredth of the time.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use mailvouch::declared::Declaration;
use mailvouch::lint::{Declared, Depth, Subject};
use mailvouch::output::plan as output;
use mailvouch::plan::{
    Applied, Holder, Journal, OneLook, Outcome, Plan, ProviderSource, Providers, Taking, Watch, apply, combined, draft,
};
use mailvouch::published::Gatherer;
use mailvouch_providers::Provider;

use super::*;
use crate::servers::cloudflare::Limit;
use crate::support::world::World;

const DOMAINS: usize = 200;
/// 1,200 requests in five minutes, a hundred times as fast.
const REQUESTS: u32 = 1200;
const PER: Duration = Duration::from_secs(3);

struct Account {
    fake: FakeCloudflare,
    providers: Providers,
    subjects: Vec<Subject>,
}

/// Zones that lack the second of two addresses.
fn account() -> Account {
    let names: Vec<String> = (0..DOMAINS).map(|number| format!("d{number}.test")).collect();
    let fake = FakeCloudflare::start(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut declared = "version = 1\n[egress.all]\naddresses = [\"203.0.113.10\", \"203.0.113.11\"]\n".to_owned();
    declared.push_str("[providers.cf]\nkind = \"cloudflare\"\ntoken-env = \"TOKEN\"\n");
    for name in &names {
        let mut state = fake.state();
        state.put(name, text(name, "v=spf1 ip4:203.0.113.10 -all"));
        state.put(name, text(name, &format!("token-of-{name}")));
        state.put(name, text(&format!("_dmarc.{name}"), &format!("v=DMARC1; p=reject; rua=mailto:d@{name}")));
        state.put(name, json!({"name": name, "type": "MX", "content": "mx.hosting.test", "priority": 10, "ttl": TTL}));
        declared.push_str(&format!(
            "[domains.\"{name}\"]\nprovider = \"cf\"\negress = [\"all\"]\nspf = {{ all = \"fail\" }}\n\
             dmarc = {{ policy = \"reject\", rua = [\"mailto:d@{name}\"] }}\n"
        ));
    }
    fake.state().limit = Some(Limit::new(REQUESTS as usize, PER));
    let declaration = Declaration::from_text("mailvouch.toml".as_ref(), &declared, "".as_ref()).expect("valid");
    let now = "2026-11-23T12:00:00Z".parse().expect("a time");
    let subject = |declared: Declared| Subject {
        domain: declared.domain().name.value.clone(),
        declared: Some(declared),
        selectors: Vec::new(),
        now,
        depth: Depth::Usual,
    };
    let subjects = Declared::all(&Arc::new(declaration)).map(subject).collect();
    let provider = provider(&fake).with_rate(REQUESTS, PER).with_patience(Patience::default());
    let providers = Providers::from([("cf".to_owned(), Arc::new(provider) as Arc<dyn Provider>)]);
    Account { fake, providers, subjects }
}

impl Account {
    /// Plans all domains from what Cloudflare holds.
    async fn plan(&self) -> Plan {
        let looks = OneLook::at_all(&self.providers);
        let domains: Vec<_> =
            self.subjects.iter().map(|subject| (subject.domain.clone(), looks["cf"].clone())).collect();
        let beneath = World::of(
            "10.113.0.203.in-addr.arpa PTR mail.hosting.test.\n11.113.0.203.in-addr.arpa PTR mail.hosting.test.\n\
             mail.hosting.test A 203.0.113.10\nmail.hosting.test A 203.0.113.11\nmx.hosting.test A 203.0.113.20",
        );
        let source = Arc::new(ProviderSource::new(domains, Arc::new(beneath)));
        let gatherer = Gatherer::new(source, 64, Duration::from_mins(5));
        let (taking, holder) = (Taking::default(), Holder { name: "cf", provider: looks["cf"].as_ref() });
        let drafting = self.subjects.iter().map(|subject| draft(&gatherer, subject, Some(holder), &taking));
        let drafts: Vec<_> = stream::iter(drafting).buffered(32).collect().await;
        let drafts = drafts.into_iter().map(|draft| draft.expect("a draft")).collect();
        let (plan, conflicts) = combined(&gatherer, drafts, &[]).await;
        assert!(conflicts.is_empty());
        plan
    }

    /// The domains whose SPF record has both addresses. The tokens beside it must all be there.
    fn mended(&self) -> usize {
        let state = self.fake.state();
        let is_mended = |subject: &&Subject| {
            let name = subject.domain.to_string();
            let held = state.at(&name, &name);
            let has = |text: &str| held.iter().any(|record| record["content"] == format!("\"{text}\""));
            assert!(has(&format!("token-of-{name}")), "{name} lost its token");
            has("v=spf1 ip4:203.0.113.10 ip4:203.0.113.11 -all")
        };
        self.subjects.iter().filter(is_mended).count()
    }
}

async fn carry_out(account: &Account, plan: &Plan) -> (Applied, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = Journal::create(&folder.path().join("journal")).expect("a journal");
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = told.clone();
    let watch = Watch {
        ended: Arc::new(move |end, _, _| {
            heard.lock().expect("no panic").push(output::zone_line(&end.zones[0].to_string(), end));
        }),
        ..Watch::default()
    };
    let applied = apply(plan, &account.providers, &watch, &mut journal).await.expect("a journal that takes it");
    let told = told.lock().expect("no panic").clone();
    (applied, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_domains_are_changed_within_the_published_rate() {
    let account = account();
    let begun = Instant::now();
    let plan = account.plan().await;
    assert_eq!(plan.steps.len(), DOMAINS);
    let (applied, told) = carry_out(&account, &plan).await;
    let state = account.fake.state();
    let limit = state.limit.as_ref().expect("a limit");
    let (taken, refused) = (limit.taken, limit.refused);
    drop(state);
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert_eq!((applied.written, account.mended(), told.len()), (DOMAINS, DOMAINS, DOMAINS));
    assert_eq!(refused, 0, "of {taken} requests");
    // More than a burst, so the rate was felt; and no zone costs more than its share.
    assert!(taken > REQUESTS as usize / 2 && taken < DOMAINS * 8, "{taken} requests");
    assert!(begun.elapsed() < PER * 10, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_fails_is_told_of_and_stops_no_other() {
    let account = account();
    let plan = account.plan().await;
    let broken = account.fake.state().zone_id("d77.test");
    account.fake.state().broken.push(broken);
    let (applied, told) = carry_out(&account, &plan).await;
    assert!(matches!(applied.outcome, Outcome::Stopped { .. }), "{:?}", applied.outcome);
    assert_eq!((applied.written, account.mended(), applied.zones.len()), (DOMAINS - 1, DOMAINS - 1, DOMAINS));
    let failed: Vec<&String> = told.iter().filter(|line| !line.ends_with("1 change written")).collect();
    assert_eq!(told.len(), DOMAINS);
    let [line] = failed[..] else { panic!("{failed:?}") };
    assert!(line.starts_with("d77.test: 0 changes written of 1; "), "{line}");
    let text = output::applied(&applied, &plan, "journal".as_ref());
    assert!(text.contains("199 of 200 zones are done"), "{text}");
    assert_eq!(text.matches("not done:").count(), 1, "{text}");
    assert_eq!(account.fake.state().limit.as_ref().expect("a limit").refused, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_who_spends_the_rate_delays_and_breaks_nothing() {
    let account = account();
    let plan = account.plan().await;
    // All but a few requests of this window are somebody else's.
    let mut spent = Limit::new(REQUESTS as usize, PER);
    spent.spend(REQUESTS as usize - 100);
    account.fake.state().limit = Some(spent);
    let (applied, _) = carry_out(&account, &plan).await;
    assert!(matches!(applied.outcome, Outcome::Done), "{:?}", applied.outcome);
    assert_eq!(account.mended(), DOMAINS);
    let refused = account.fake.state().limit.as_ref().expect("a limit").refused;
    // No more than were under way when it ran out; after that all of them wait.
    assert!(refused <= 32, "{refused} refusals");
}
