//! A plan, for whoever reviews it before it is applied.

use super::room::Room;
use super::text::{block, code, prose, words};
use crate::output::diff::{SetChange, set};
use crate::output::plan::{as_of, effects, holder, how_much, needed, place, waits};
use crate::output::words::count;
use crate::plan::{Advice, Guarded, Plan, Step};

/// Octets kept for the last lines.
const END: usize = 600;
const FOLD_END: &str = "</details>\n\n";

/// A plan as one comment of at most 60,000 octets. Every change is in it, or it says which are not.
pub fn plan(plan: &Plan) -> String {
    let mut room = Room::new(END);
    let head = anstream::adapter::strip_str(&how_much(plan)).to_string();
    room.push(&format!("### mailvouch: {}\n\n", words(head.trim_end())), 0);
    if let Some(as_of) = as_of(plan) {
        room.push(&format!("{}\n\n", words(&as_of)), 0);
    }
    if let Some(needed) = needed(plan) {
        room.push(&format!("It is not applied without {}.\n\n", code(&needed)), 0);
    }
    let mut hidden = 0;
    for (index, each) in plan.steps.iter().enumerate() {
        if !room.push(&step(index + 1, each), 0) && !room.push(&unshown(index + 1, each), 0) {
            hidden += 1;
        }
    }
    let effects = effects(plan);
    let mut cut = false;
    if !effects.is_empty() {
        cut |= !room.push(&format!("**Who may send**\n\n{}\n", block("text", &effects)), 0);
    }
    cut |= !advice(&plan.advice, &mut room);
    let mut end = String::new();
    if hidden > 0 {
        end.push_str(&format!(
            "**{} not shown here**, since a comment is too short for them. Read the plan itself before it is \
             applied.\n\n",
            if hidden == 1 { "1 change is".to_owned() } else { format!("{} are", count(hidden, "change")) }
        ));
    }
    if cut {
        end.push_str("What follows from it did not fit into a comment: `mailvouch plan` shows all.\n");
    }
    room.end(&end)
}

/// One step: where, what, why, and what it needs.
fn step(number: usize, step: &Step) -> String {
    let mut text = title(number, step);
    let lines: Vec<String> = SetChange::of_step(step)
        .iter()
        .flat_map(|change| {
            let mut lines = set(change);
            if let Some(source) = lines.first_mut() {
                *source = format!("@@ {source} @@");
            }
            lines
        })
        .collect();
    text.push_str(&block("diff", &lines.join("\n")));
    text.push('\n');
    let rules: Vec<String> = step.rules.iter().map(|rule| code(rule)).collect();
    if !rules.is_empty() {
        text.push_str(&format!("- for {}\n", rules.join(", ")));
    }
    for Guarded { guard, why, domain, allowed } in &step.guards {
        let why = match domain {
            Some(domain) => format!("for `{domain}`: {why}"),
            None => why.clone(),
        };
        text.push_str(&match allowed {
            Some(by) => format!("- allowed ({}) {}: {}\n", words(by), code(guard.name()), prose(&why)),
            None => format!("- **needs** {}: {}\n", code(&format!("--allow {guard}")), prose(&why)),
        });
    }
    text.extend(step.waits.as_ref().map(|wait| format!("- waits {}\n", prose(&waits(wait)))));
    text.extend(step.notes.iter().map(|note| format!("- **note:** {}\n", prose(note))));
    for edit in &step.source {
        let lines = edit.remove.iter().map(|line| format!("- {line}"));
        let lines: Vec<String> = lines.chain(edit.add.iter().map(|line| format!("+ {line}"))).collect();
        text.push_str(&format!("\nIn {}:\n\n{}", code(&place(edit)), block("diff", &lines.join("\n"))));
        text.extend(edit.note.as_ref().map(|note| format!("\n{}\n", prose(note))));
    }
    text + "\n"
}

fn title(number: usize, step: &Step) -> String {
    // A dot behind the number would make a list of it.
    format!("**{number}: {}** {}\n\n", code(&step.owner.to_string()), prose(&holder(step)))
}

/// A step whose values are too long: that it is there has to be said.
fn unshown(number: usize, step: &Step) -> String {
    let (remove, add) = (count(step.remove.len(), "value"), count(step.add.len(), "value"));
    title(number, step) + &format!("- {remove} removed, {add} added: **too long to be shown here**, read the plan\n\n")
}

/// What is left for people. Whether all of it fits.
fn advice(advice: &[Advice], room: &mut Room) -> bool {
    if advice.is_empty() {
        return true;
    }
    let title = format!("<details><summary>What this plan does not mend ({})</summary>\n\n", advice.len());
    if !room.push(&title, FOLD_END.len()) {
        return false;
    }
    let mut lines = advice.iter().map(|Advice { domain, rule, severity, message, help, held }| {
        let head =
            format!("- **{}** {} {}: {}", words(severity), code(rule), code(&domain.to_string()), prose(message));
        let more = held.iter().map(|held| format!("not taken: {held}")).chain(help.clone());
        more.fold(head, |text, line| format!("{text}<br>{}", prose(&line))) + "\n"
    });
    let all_fit = lines.all(|line| room.push(&line, FOLD_END.len() + 1));
    room.close("\n");
    room.close(FOLD_END);
    all_fit
}
