//! `rollback`: takes back what an apply wrote.

use super::apply::{begun, confirmed, exit_of, past_world, watch};
use super::connect;
use super::lock::{lock, taken};
use super::out::{Out, say};
use crate::cli::{Exit, RollbackArgs};
use crate::output::plan as output;
use crate::plan::{Watch, reversal};

pub(super) async fn run(arguments: &RollbackArgs) -> anyhow::Result<Exit> {
    let (mut journal, past) = begun(&arguments.journal)?;
    let mut out = Out::new(None)?;
    if past.standing().next().is_none() {
        out.print("nothing of it stands: nothing was written, or all of it is taken back already\n")?;
        return Ok(Exit::Clean);
    }
    let world = past_world(&past, &arguments.dns)?;
    let Some(_lock) = lock(&world)? else {
        say(&taken(&world));
        return Ok(Exit::Refused);
    };
    let providers = connect::providers(&world.opened, &world.subjects, arguments.dns.timeout)?.providers;
    let mut reversal = reversal(&past, &providers).await;
    out.print(&output::reversal(&reversal))?;
    if let Some((_, error)) = reversal.blocked.first()
        && !arguments.partial
    {
        say("refused, nothing was written: not all of it can be taken back; `--partial` takes back the rest\n");
        return Ok(exit_of(error));
    }
    if reversal.changes.is_empty() {
        return Ok(if reversal.blocked.is_empty() { Exit::Clean } else { Exit::Refused });
    }
    if arguments.no_wait {
        for change in &mut reversal.changes {
            change.waits = 0;
        }
    }
    if !arguments.yes && !confirmed("take this back?")? {
        return Ok(Exit::Refused);
    }
    let watch = Watch { tell: say, ..watch(&world, arguments.dns.timeout).await };
    let done = reversal.carry_out(&providers, &watch, &mut journal).await?;
    out.print(&output::rolled_back(&done, journal.path()))?;
    Ok(if done.left.is_empty() { Exit::Clean } else { Exit::Stopped })
}
