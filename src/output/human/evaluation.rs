//! What `check_host` came to for one message: the result, the term that decided, then every step.

use anstyle::Style;
use mailvouch_providers::dns::escape_joined_text;

use super::place;
use super::snippet::{Mark, advice, gutter, render};
use crate::lint::Role;
use crate::output::columns::{shortened, width};
use crate::output::printable::printable;
use crate::output::style::{DIM, ERROR, GOOD, INFO, STRONG, WARNING, paint};
use crate::output::value::shown;
use crate::output::words::count;
use crate::published::{Absence, State};
use crate::spf::{Asked, Class, Decider, Evaluation, LOOKUP_LIMIT, Outcome, Step, Trace, VOID_LIMIT};

/// Columns that a term may take in the list of steps.
const TERM: usize = 48;
/// Columns that an answer may take.
const ANSWER: usize = 72;
/// Terms in a row that ask nothing and do not match, of which all are shown.
const SHOWN: usize = 3;

/// The result, the term that decided, and every step.
pub fn evaluation(evaluation: &Evaluation) -> String {
    let style = of_class(evaluation.result);
    let head = paint(style, &evaluation.result.to_string());
    let mut text = format!("{head}: {}\n", paint(STRONG, &printable(&sentence(evaluation))));
    let mut width = 1;
    if let Some(decider) = &evaluation.decided_by {
        let excerpts = [excerpt(decider, evaluation)];
        width = gutter(&excerpts);
        text.push_str(&render(&excerpts, width, style));
    }
    if let Some(explanation) = &evaluation.explanation {
        let said = format!("{} says: {}", evaluation.domain, explanation);
        text.push_str(&advice(width, "explanation", &printable(&said)));
    }
    text.push('\n');
    if let Some(asked) = &evaluation.record {
        text.push_str(&format!("{}\n", answer(asked)));
    }
    text.push_str(&steps(&evaluation.trace));
    text.push_str(&format!(
        "{} of {LOOKUP_LIMIT} look-ups, {} of {VOID_LIMIT} void ones\n",
        evaluation.lookups, evaluation.voids
    ));
    text
}

/// The result in a sentence.
fn sentence(evaluation: &Evaluation) -> String {
    let Evaluation { ip, domain, .. } = evaluation;
    let problem = || evaluation.problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}"));
    match evaluation.result {
        Class::Pass => format!("{ip} may send for {domain}"),
        Class::Fail => format!("{ip} may not send for {domain}"),
        Class::SoftFail => format!("{ip} probably may not send for {domain}"),
        Class::Neutral => format!("{domain} does not say whether {ip} may send for it"),
        Class::None => format!("there is nothing to evaluate{}", problem()),
        Class::PermError => format!("SPF of {domain} is broken{}", problem()),
        Class::TempError => format!("SPF of {domain} could not be evaluated{}", problem()),
    }
}

/// The term that decided, underlined in its record.
fn excerpt(decider: &Decider, evaluation: &Evaluation) -> super::snippet::Excerpt {
    let owner = decider.path.last().map_or_else(String::new, |owner| format!("{} TXT", owner.absolute()));
    let note = match evaluation.result {
        Class::PermError | Class::TempError => "evaluation ends here".to_owned(),
        // The first record need not say the same as the one that it includes.
        _ if decider.path.len() > 1 => {
            let names: Vec<String> = decider.path.iter().map(ToString::to_string).collect();
            format!("matches, by way of {}", names.join(" → "))
        }
        _ => "matches".to_owned(),
    };
    let mark = Mark { span: decider.span.clone(), note: printable(&note).into_owned(), role: Role::Primary };
    place::in_record(&printable(&owner), decider.published.record.text(), mark)
}

/// All steps; of many terms in a row that ask nothing and do not match, the first ones.
fn steps(trace: &Trace) -> String {
    let mut text = String::new();
    let trace: Vec<Step<'_>> = trace.steps().collect();
    for run in trace.chunk_by(|left, right| is_silent(*left) && is_silent(*right) && left.is_beside(*right)) {
        let shown = if run.len() > SHOWN + 1 { SHOWN } else { run.len() };
        run[..shown].iter().for_each(|step| text.push_str(&line(*step)));
        let more = run.len() - shown;
        if more > 0 {
            let words = format!("… {} that do not match", count(more, "more term"));
            text.push_str(&format!("{}{}\n", indent(run[0]), paint(DIM, &words)));
        }
    }
    text
}

fn is_silent(step: Step<'_>) -> bool {
    step.outcome() == Outcome::NoMatch && step.asked().is_empty()
}

fn indent(step: Step<'_>) -> String {
    "  ".repeat(step.depth() + 1)
}

/// One step, and below it what it asked.
fn line(step: Step<'_>) -> String {
    let Some(term) = step.term() else { return String::new() };
    let term = escape_joined_text(&step.published().record.text()[term.span.clone()]);
    let term = shortened(&term, TERM);
    let (style, words) = match step.outcome() {
        Outcome::Begun => (DIM, "not finished".to_owned()),
        Outcome::Match(class) => (of_class(class), format!("matches: {class}")),
        Outcome::NoMatch => (DIM, "no match".to_owned()),
        Outcome::Redirected(class) => (of_class(class), format!("gives {class}")),
        Outcome::Error(class) => (of_class(class), class.to_string()),
        Outcome::Explained => (INFO, "gives the explanation".to_owned()),
        Outcome::Unexplained => (DIM, "gives no explanation".to_owned()),
    };
    let indent = indent(step);
    let gap = " ".repeat(TERM.saturating_sub(width(&term) + 2 * step.depth()));
    let mut text = format!("{indent}{term}{gap}  {}\n", paint(style, &words));
    if let Some(target) = step.target().filter(|_| step.asked().is_empty()) {
        let words = format!("`{}` is no name to ask for", shortened(&printable(target), ANSWER));
        text.push_str(&format!("{indent}  {}\n", paint(DIM, &words)));
    }
    for asked in step.asked() {
        text.push_str(&format!("{indent}  {}\n", paint(DIM, &answer(asked))));
    }
    text
}

/// A question and its answer.
fn answer(asked: &Asked) -> String {
    let said = match &asked.reply.state {
        State::Found(set) => {
            let values: Vec<String> = set.values.iter().map(shown).collect();
            shortened(&values.join(", "), ANSWER)
        }
        State::Absent(Absence::NxDomain) => "no such name".to_owned(),
        State::Absent(Absence::NoData) => "none".to_owned(),
        State::Unknown(failure) => failure.to_string(),
    };
    printable(&format!("{}: {said}", asked.question)).into_owned()
}

fn of_class(class: Class) -> Style {
    match class {
        Class::Pass => GOOD,
        Class::Fail | Class::PermError => ERROR,
        Class::SoftFail | Class::TempError => WARNING,
        Class::Neutral | Class::None => INFO,
    }
}
