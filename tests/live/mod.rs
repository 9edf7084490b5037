//! Live look-ups against servers on loopback: scripted ones with every fault, and real ones. Whatever questions go out on, the
//! same comes of them: the tests are run for each way.
#![expect(clippy::duplicate_mod, reason = "the same tests, over all of them")]

mod answers_page;
mod begun;
mod own;
mod pool;
mod pooled;

use std::sync::Arc;
use std::time::Duration;

use mailvouch::published::{Gatherer, Live, Question, Reply, Source};

/// What this source says to a question; perhaps as long lists ask, by one that is begun, and nobody waits for.
async fn reply(live: &Arc<Live>, question: &Question, begun: bool) -> Reply {
    if !begun {
        return live.ask(question).await;
    }
    let gatherer = Gatherer::for_list(live.clone(), 64, Duration::from_mins(2));
    let told = gatherer.run(None, |ask| ask.answer(question)).await.result.expect("an answer of some kind");
    Reply::clone(&told)
}
