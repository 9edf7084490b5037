//! `spf eval`: `check_host` for one message.

use anyhow::ensure;
use jiff::Timestamp;

use crate::cli::{Exit, Form, SpfEvalArgs};
use crate::commands::check::save;
use crate::commands::out::{Out, end_of_failure};
use crate::commands::world::message_gatherer;
use crate::output::{human, json};
use crate::spf::{Client, Evaluation, Problem};

pub(super) async fn run(arguments: &SpfEvalArgs) -> anyhow::Result<Exit> {
    let client = client(arguments)?;
    let gatherer = message_gatherer(&arguments.source, arguments.timeout, arguments.deadline)?;
    let done = gatherer.run(None, |ask| Evaluation::of(ask, &client)).await;
    let evaluation = done.result;
    let mut out = Out::new(arguments.output.as_deref())?;
    match arguments.format {
        Form::Human => out.print(&human::evaluation(&evaluation))?,
        Form::Json => out.print(&json::evaluation(&evaluation))?,
    }
    out.finish()?;
    save(arguments.save_answers.as_deref(), vec![done.answers])?;
    Ok(end_of(&evaluation))
}

fn client(arguments: &SpfEvalArgs) -> anyhow::Result<Client> {
    let mail_from = arguments.mail_from.as_deref().unwrap_or_default().trim();
    let bare = mail_from.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let client = Client {
        ip: arguments.ip,
        helo: arguments.helo.clone().unwrap_or_default(),
        mail_from: bare.unwrap_or(mail_from).to_owned(),
        receiver: arguments.receiver.clone(),
        time: Timestamp::now().as_second(),
    };
    ensure!(
        !(client.helo.is_empty() && client.mail_from.is_empty()),
        "a bounce is checked by its HELO name: give `--helo NAME`, or an address with `--mail-from`"
    );
    Ok(client)
}

/// A temperror that receivers would see too is a result like any other. Where it was this run that could not ask,
/// nothing was evaluated.
fn end_of(evaluation: &Evaluation) -> Exit {
    match &evaluation.problem {
        Some(Problem::LookUpFailed { failure, .. }) => end_of_failure(failure.reason),
        _ => Exit::Clean,
    }
}
