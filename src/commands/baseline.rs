//! What `check` lets stand: read before anybody is asked, written whole or not at all.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::files::NewText;
use super::world::World;
use crate::cli::CheckArgs;
use crate::declared::{Baseline, Declaration, DeclarationError, Problem, SourceFile};
use crate::lint::{ALL, BaselineUse, Report, Selection, Severity, notes_on_ignored};
use crate::output::Note;

/// What a run lets stand, and what is to be said of that.
pub(super) struct Known {
    rules: Selection,
    /// The declaration, and what is to be said of what it ignores.
    declared: Option<Arc<Declaration>>,
    ignored: Vec<Problem>,
    entries: Option<BaselineUse>,
    /// Whether all declared domains are looked at.
    looks_at_all: bool,
    /// Where a new baseline goes, made before anybody waits for the run.
    new: Option<NewText>,
}

impl Known {
    pub(super) fn of(world: &World, arguments: &CheckArgs) -> anyhow::Result<Self> {
        let (rules, declared) = (world.rules.clone(), world.declaration.clone());
        let looks_at_all = arguments.world.domains.is_empty() && arguments.world.list.domains_from.is_none();
        let mut known = Self { rules, declared, ignored: Vec::new(), entries: None, looks_at_all, new: None };
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
            entries.hold(report, &self.rules);
        }
        self.ignored.extend(notes_on_ignored(report, &self.rules));
    }

    /// All domains there are were looked at: entries of others have nothing to hold.
    pub(super) fn close(&mut self) {
        if let Some(entries) = self.entries.as_mut().filter(|_| self.looks_at_all) {
            entries.close();
        }
    }

    /// What is to be said once all domains were looked at: the declaration's entries, then the baseline's.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut ignored = self.ignored.clone();
        // Domains come in the order in which they are answered.
        ignored.sort_by_key(|note| note.span.start);
        let declared = self.declared.as_ref().map(|declaration| &declaration.file);
        let of_declaration = declared.map(|file| Note::all(&ignored, file, Severity::Warning));
        let mut notes: Vec<Note> = of_declaration.into_iter().flatten().collect();
        if let Some(entries) = &self.entries {
            let file = &entries.baseline().file;
            notes.extend(Note::all(&entries.notes(Timestamp::now()), file, Severity::Warning));
            notes.extend(Note::all(entries.unexplained().as_slice(), file, Severity::Info));
        }
        notes
    }

    /// Puts the new baseline in its place.
    pub(super) fn write(self) -> anyhow::Result<()> {
        let (Some(entries), Some(new)) = (self.entries, self.new) else { return Ok(()) };
        new.put_text(&entries.text())
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
