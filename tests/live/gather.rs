//! The loop over live DNS: as few queries as there are questions, as few round trips as the chain is deep.

use std::sync::Arc;
use std::time::Duration;

use mailvouch::published::{Answers, Ask, Gathered, Gatherer, Live, Overlay, Reason};
use mailvouch_providers::dns::{Rdata, RecordSet, RrType, Txt};

use super::ask::{BRISK, PATIENT, resolvers};
use crate::support::dns_server::{Act, DnsServer, Script, name};

/// `include` records like SPF's: level 0 names `width` names of level 1, each of those `width` of level 2, and so on.
fn tree(depth: usize, width: usize) -> String {
    fn grow(owner: &str, depth: usize, width: usize, text: &mut String) {
        let children: Vec<String> = match depth {
            0 => Vec::new(),
            _ => (0..width).map(|child| format!("{child}.{owner}")).collect(),
        };
        text.push_str(&format!("{owner} TXT \"{}\"\n", children.join(" ")));
        for child in &children {
            grow(child, depth - 1, width, text);
        }
    }
    let mut text = String::new();
    grow("example", depth, width, &mut text);
    text
}

/// Walks the tree as far as it is known: how many names, and how many of them could not be looked up.
fn walk(ask: &Ask<'_>, owner: &str) -> (usize, usize) {
    let Some(reply) = ask.get(&name(owner), RrType::TXT) else {
        return (1, 0);
    };
    let Some(set) = reply.records() else {
        return (1, 1);
    };
    let text = set.txts().flat_map(Txt::joined).collect::<Vec<u8>>();
    let text = String::from_utf8(text).expect("names");
    text.split_whitespace().map(|child| walk(ask, child)).fold((1, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

fn gatherer(live: Arc<Live>, in_flight: usize, within: Duration) -> Gatherer {
    Gatherer::new(live, in_flight, within)
}

async fn gather(server: &DnsServer, in_flight: usize) -> Gathered<(usize, usize)> {
    let gatherer = gatherer(resolvers(&[server.address()], PATIENT), in_flight, PATIENT * 6);
    gatherer.run(None, |ask| walk(ask, "example")).await
}

#[tokio::test]
async fn a_level_is_asked_at_once_and_each_question_once() {
    // Answers are held back until the whole level has been asked: one question at a time would never end.
    let server = DnsServer::start(Script::resolver().records(&tree(3, 3)).in_batches(&[1, 3, 9, 27]));
    let gathered = gather(&server, 64).await;
    assert_eq!(gathered.result, (40, 0));
    assert_eq!(gathered.passes, 5, "one for each level, and one that lacks nothing");
    assert_eq!(gathered.answers.len(), 40);
    assert_eq!(server.rounds(), 4);
    let questions = server.questions();
    assert_eq!(questions.len(), 40);
    let mut distinct = questions.clone();
    distinct.dedup();
    assert_eq!(distinct, questions);
}

#[tokio::test]
async fn no_more_questions_are_open_than_allowed() {
    let server = DnsServer::start(Script::resolver().records(&tree(1, 20)).in_batches(&[1, 4, 4, 4, 4, 4]));
    let gathered = gather(&server, 4).await;
    assert_eq!(gathered.result, (21, 0));
    assert_eq!(server.most_open(), 4);
}

#[tokio::test]
async fn analyses_that_run_together_share_their_questions() {
    let server = DnsServer::start(Script::resolver().records(&tree(2, 2)).delay(Duration::from_millis(20)));
    let gatherer = gatherer(resolvers(&[server.address()], PATIENT), 64, PATIENT * 6);
    let walked = futures::future::join_all((0..10).map(|_| gatherer.run(None, |ask| walk(ask, "example")))).await;
    assert!(walked.iter().all(|gathered| gathered.result == (7, 0)));
    assert_eq!(server.questions().len(), 7);
}

#[tokio::test]
async fn the_time_for_the_run_ends_it_whoever_is_silent() {
    let script = Script::resolver().records(&tree(1, 3)).act("1.example", RrType::TXT, Act::Silence);
    let server = DnsServer::start(script);
    let gatherer = gatherer(resolvers(&[server.address()], PATIENT * 60), 64, BRISK);
    let done = gatherer.run(None, |ask| walk(ask, "example")).await;
    assert_eq!(done.result, (4, 1));
    let reply = done.answers.get(&question("1.example")).expect("an entry").clone();
    assert_eq!(reply.failure().expect("a failure").reason, Reason::Deadline);
    // Nothing more is asked, and nothing is waited for.
    let after = gatherer.run(None, |ask| ask.get(&name("2.example.net"), RrType::TXT).is_some()).await;
    assert!(after.result);
    assert_eq!(server.questions().iter().filter(|question| question.contains("2.example.net")).count(), 0);
}

fn question(owner: &str) -> mailvouch::published::Question {
    mailvouch::published::Question::new(&name(owner), RrType::TXT)
}

#[tokio::test]
async fn an_endless_chain_is_stopped_by_the_budget() {
    let server = DnsServer::start(Script::resolver());
    let gatherer = gatherer(resolvers(&[server.address()], PATIENT), 64, PATIENT * 6);
    let done = gatherer
        .run(None, |ask| {
            let mut depth: usize = 0;
            while let Some(reply) = ask.get(&name(&format!("d{depth}.example")), RrType::TXT) {
                if reply.failure().is_some() {
                    return reply.failure().map(|failure| failure.reason);
                }
                depth += 1;
            }
            None
        })
        .await;
    assert_eq!(done.result, Some(Reason::Budget));
    assert_eq!(done.passes, 25);
    assert_eq!(server.seen().len(), 23);
}

#[tokio::test]
async fn a_wide_question_is_cut_by_the_budget() {
    let server = DnsServer::start(Script::resolver());
    let gatherer = gatherer(resolvers(&[server.address()], PATIENT), 32, PATIENT * 6);
    let done = gatherer
        .run(None, |ask| {
            let replies = (0..600).filter_map(|n| ask.get(&name(&format!("w{n}.example")), RrType::TXT));
            replies.filter(|reply| reply.failure().is_some()).count()
        })
        .await;
    assert_eq!(done.result, 600 - 512);
    assert_eq!(server.seen().len(), 512);
}

#[tokio::test]
async fn what_if_asks_only_for_what_the_plan_does_not_state() {
    let server = DnsServer::start(Script::resolver().records(&tree(1, 2)));
    let mut plan = Overlay::default();
    let text = Txt::from_text(b"0.example new.example");
    plan.state(&name("example"), RrType::TXT, Some(RecordSet { ttl: 300, values: vec![Rdata::Txt(text)] }));
    plan.state(
        &name("new.example"),
        RrType::TXT,
        Some(RecordSet { ttl: 300, values: vec![Rdata::Txt(Txt::from_text(b""))] }),
    );
    let gatherer = gatherer(resolvers(&[server.address()], PATIENT), 64, PATIENT * 6);
    let done = gatherer.run(Some(&plan), |ask| walk(ask, "example")).await;
    assert_eq!(done.result, (3, 0));
    assert_eq!(server.questions(), ["0.example TXT"]);
}

#[tokio::test]
async fn a_saved_run_is_replayed_in_one_pass() {
    let server =
        DnsServer::start(Script::resolver().records(&tree(2, 2)).act("1.example", RrType::TXT, Act::Octets(vec![])));
    let live = gather(&server, 64).await;
    assert_eq!(live.result, (5, 1));
    let saved = live.answers.to_json().expect("it can be written");
    let answers = Answers::from_json(&saved).expect("it can be read");
    let ask = Ask::new(&answers, None);
    assert_eq!(walk(&ask, "example"), live.result);
    assert!(ask.wanted().is_empty());
}
