//! The lines that a person puts into a source that is not edited: a program of DNSControl, a configuration of Terraform.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::Context as _;
use mailvouch_providers::Change;
use mailvouch_providers::dnscontrol::DnsControl;
use mailvouch_providers::terraform::Terraform;

use super::world::World;
use crate::declared::ProviderKind;
use crate::plan::{Plan, SourceLines, Step};

/// Tells of each step of such a domain what it is in its source.
pub(super) fn fill(world: &World, plan: &mut Plan) -> anyhow::Result<()> {
    for step in &mut plan.steps {
        let of_step = |subject: &&crate::lint::Subject| subject.domain == step.domain;
        let declared = world.subjects.iter().find(of_step).and_then(|subject| subject.declared.as_ref());
        let Some(config) = declared.and_then(|declared| declared.domain().provider.as_ref()) else { continue };
        let config = &config.value;
        let zone = config.zone.as_ref().map_or(&step.domain, |zone| &zone.value);
        let (remove, add) = (step.remove.clone(), step.add.clone());
        let change = Change { owner: step.owner.clone(), remove, add, seen: Vec::new() };
        let edits = match &config.kind {
            ProviderKind::DnsControl { file } => DnsControl::new(&file.value).source_edits(zone, &change),
            ProviderKind::Terraform { dir } => Terraform::new(&dir.value).source_edits(zone, &change),
            _ => continue,
        };
        let edits = edits.with_context(|| format!("provider `{}`", config.name.value))?;
        step.source = edits.into_iter().map(SourceLines::from).collect();
    }
    tell_of_shared_lines(&mut plan.steps);
    Ok(())
}

/// A step, and an edit of it.
type Place = (usize, usize);

/// What is told of several edits of the same lines, each of which would take the others back if all were put in.
fn tell_of_shared_lines(steps: &mut [Step]) {
    let mut shared: BTreeMap<(Option<String>, usize), Vec<Place>> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.provider.is_none()) {
        for (nth, edit) in step.source.iter().enumerate() {
            for line in lines_of(edit) {
                shared.entry((edit.file.clone(), line)).or_default().push((index, nth));
            }
        }
    }
    shared.retain(|_, edits| edits.len() > 1);
    // Edits of several lines are told once, whichever of them they share.
    let groups: BTreeSet<Vec<Place>> = shared.into_values().collect();
    for group in groups {
        let edits: Vec<SourceLines> = group.iter().map(|(step, nth)| steps[*step].source[*nth].clone()).collect();
        // What has to wait is not put in with what it waits for.
        let at_once = group.iter().all(|(step, _)| steps[*step].waits.is_none());
        let together = at_once.then(|| together(&edits)).flatten();
        for (step, nth) in group {
            let edit = &mut steps[step].source[nth];
            let note = if let Some(all) = &together {
                *edit = SourceLines { note: edit.note.take(), ..all.clone() };
                "with all changes of these lines: put it in once"
            } else {
                "another change is on the same line, and neither is told with the other in it: put in both by hand"
            };
            edit.note = Some(edit.note.take().map_or(note.to_owned(), |old| format!("{old}; {note}")));
        }
    }
}

fn lines_of(edit: &SourceLines) -> Range<usize> {
    edit.line.map_or(0..0, |first| first..first + edit.remove.len())
}

/// The widest of these edits with all others in it; none where one goes beyond it, or two touch each other.
fn together(edits: &[SourceLines]) -> Option<SourceLines> {
    let widest = edits.iter().max_by_key(|edit| edit.remove.len())?;
    let old = widest.remove.join("\n");
    let mut patches = Vec::new();
    for edit in edits {
        let before = edit.line?.checked_sub(widest.line?)?;
        let lines = before..before + edit.remove.len();
        if widest.remove.get(lines.clone())? != edit.remove {
            return None;
        }
        let around = [&widest.remove[..lines.start], &edit.add, &widest.remove[lines.end..]];
        patches.push(patch(&old, &around.concat().join("\n")));
    }
    patches.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut new, mut at) = (String::new(), 0);
    for (range, with) in patches {
        new.push_str(old.get(at..range.start)?);
        new.push_str(&with);
        at = range.end;
    }
    new.push_str(old.get(at..)?);
    Some(SourceLines { add: new.lines().map(str::to_owned).collect(), note: None, ..widest.clone() })
}

/// The least that is different between two texts, and what stands there in the new one.
fn patch(old: &str, new: &str) -> (Range<usize>, String) {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum::<usize>()
    };
    let start = same(&mut old.chars().zip(new.chars()));
    let (rest, with) = (&old[start..], &new[start..]);
    let end = same(&mut rest.chars().rev().zip(with.chars().rev()));
    (start..old.len() - end, with[..with.len() - end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(old: &str, new: &str) -> SourceLines {
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        SourceLines { file: None, line: Some(1), column: None, remove: lines(old), add: lines(new), note: None }
    }

    #[test]
    fn edits_of_one_line_come_together_where_they_leave_each_other_alone() {
        let of = |old: &str, news: &[&str]| {
            let edits: Vec<SourceLines> = news.iter().map(|new| edit(old, new)).collect();
            together(&edits).map(|all| all.add.join("\n"))
        };
        let both = of(
            "D(TXT('@', 'a'), TXT('x', 'b'))",
            &["D(TXT('@', 'ä'), TXT('x', 'b'))", "D(TXT('@', 'a'), TXT('x', 'c'))"],
        );
        assert_eq!(both.as_deref(), Some("D(TXT('@', 'ä'), TXT('x', 'c'))"));
        assert_eq!(of("['a', 'b', 'c']", &["['d', 'b', 'c']", "['a', 'c']"]).as_deref(), Some("['d', 'c']"));
        assert_eq!(of("['vz']", &["['vz1', 'vz']", "['vy', 'vz']"]).as_deref(), Some("['vy', 'vz1', 'vz']"));
        // Each takes the comma with it.
        assert_eq!(of("['a', 'b']", &["['b']", "['a']"]), None);
        assert_eq!(of("'a'", &["'b'", ""]), None);
        // One of them takes the line above it, too, where the comma is.
        let above = SourceLines { line: Some(2), ..edit("  TXT('a'),", "  TXT('c'),") };
        let both = SourceLines { line: Some(2), ..edit("  TXT('a'),\n  TXT('b')", "  TXT('a')") };
        let all = together(&[above.clone(), both.clone()]).expect("one edit");
        assert_eq!((all.line, &all.remove, &all.add[..]), (Some(2), &both.remove, &["  TXT('c')".to_owned()][..]));
        assert_eq!(together(&[SourceLines { line: Some(1), ..above }, both]), None);
    }
}
