//! One domain of the list: looked at, judged and put into a line, on whatever thread is free.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt as _;
use jiff::Timestamp;

use super::super::baseline::Known;
use super::super::check::{end_of, examine};
use super::super::list::Listed;
use super::super::world::World;
use super::writer::Item;
use crate::cli::{CheckArgs, Exit};
use crate::lint::Report;
use crate::output::Tally;

/// What all domains of a run are looked at with.
pub(super) struct Fleet {
    pub(super) world: World,
    pub(super) arguments: CheckArgs,
    pub(super) known: Mutex<Known>,
    pub(super) now: Timestamp,
}

/// A domain that was looked at.
pub(super) struct Done {
    pub(super) listed: Listed,
    pub(super) told: Result<Told, anyhow::Error>,
}

/// What came of it.
pub(super) struct Told {
    /// What is printed.
    pub(super) item: Item,
    pub(super) tally: Tally,
    /// Why something could not be told, where it could not.
    pub(super) untold: Option<String>,
    pub(super) exit: Exit,
}

impl Fleet {
    /// Looks at one domain. What goes wrong in here stays with that domain.
    pub(super) async fn look_at(&self, listed: Listed) -> Done {
        let told = match AssertUnwindSafe(self.told(&listed)).catch_unwind().await {
            Ok(told) => told,
            Err(_) => Err(anyhow::anyhow!("{}: an error in this program; please report it", listed.domain)),
        };
        Done { listed, told }
    }

    async fn told(&self, listed: &Listed) -> anyhow::Result<Told> {
        let subject = self.world.listed(listed, &self.arguments.world, self.now)?;
        let (mut report, _) = examine(&self.world, &subject).await;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).hold(&mut report);
        Ok(self.of(&report))
    }

    fn of(&self, report: &Report) -> Told {
        let mut tally = Tally::default();
        tally.add(report);
        Told {
            item: Item::of(report, self.arguments.format),
            tally,
            untold: report.facts.has_unknowns().then(|| first_failure(report)),
            exit: end_of(report, &self.arguments),
        }
    }
}

fn first_failure(report: &Report) -> String {
    report.facts.failures.first().map(|(_, failure)| failure.to_string()).unwrap_or_default()
}
