//! What `check` lets stand: read before anybody is asked, written whole or not at all.

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;

use super::files::NewText;
use super::world::World;
use crate::cli::CheckArgs;
use crate::declared::{Baseline, DeclarationError, Problem, SourceFile};
use crate::lint::{ALL, BaselineUse, Report, Selection, notes_on_ignored};
use crate::output::Note;

/// What a run lets stand, and what is to be said of that.
pub(super) struct Known<'a> {
    rules: &'a Selection,
    /// The declaration, and what is to be said of what it ignores.
    declared: Option<&'a SourceFile>,
    ignored: Vec<Problem>,
    entries: Option<BaselineUse>,
    /// Where a new baseline goes, made before anybody waits for the run.
    new: Option<NewText>,
}

impl<'a> Known<'a> {
    pub(super) fn of(world: &'a World, arguments: &CheckArgs) -> anyhow::Result<Self> {
        let declared = world.declaration.as_ref().map(|declaration| &declaration.file);
        let mut known = Self { rules: &world.rules, declared, ignored: Vec::new(), entries: None, new: None };
        if let Some(path) = &arguments.write_baseline {
            let old = if path.exists() { read(path)? } else { none(path) };
            known.entries = Some(BaselineUse::growing(old));
            known.new = Some(NewText::at(path)?);
        } else if let Some(path) = &arguments.baseline {
            known.entries = Some(BaselineUse::of(read(path)?));
        }
        Ok(known)
    }

    /// Takes what is known out of a report.
    pub(super) fn hold(&mut self, report: &mut Report) {
        if let Some(entries) = &mut self.entries {
            entries.hold(report, self.rules);
        }
        self.ignored.extend(notes_on_ignored(report, self.rules));
    }

    /// What is to be said once all domains were looked at: the declaration's entries, then the baseline's.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut ignored = self.ignored.clone();
        // Domains come in the order in which they are answered.
        ignored.sort_by_key(|note| note.span.start);
        let of_declaration = self.declared.map(|file| Note::all(&ignored, file));
        let entries = self.entries.as_ref();
        let of_baseline = entries.map(|entries| Note::all(&entries.notes(Timestamp::now()), &entries.baseline().file));
        of_declaration.into_iter().chain(of_baseline).flatten().collect()
    }

    /// Puts the new baseline in its place.
    pub(super) fn write(self) -> anyhow::Result<()> {
        let (Some(entries), Some(mut new)) = (self.entries, self.new) else { return Ok(()) };
        write!(new, "{}", entries.text())?;
        new.put()
    }
}

fn read(path: &Path) -> anyhow::Result<Baseline> {
    let baseline = Baseline::load(path)?;
    let ids: Vec<&str> = ALL.iter().map(|rule| rule.meta().id).collect();
    let problems = baseline.check_rule_names(&ids);
    if !problems.is_empty() {
        return Err(DeclarationError::Invalid { file: baseline.file, problems, omitted: 0 }.into());
    }
    Ok(baseline)
}

fn none(path: &Path) -> Baseline {
    Baseline { file: SourceFile::new(path, ""), entries: Vec::new() }
}
