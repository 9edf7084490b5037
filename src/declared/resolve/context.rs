//! The whole declaration, section by section, and what the sections look up in each other.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mailvouch_providers::dns::Name;

use crate::declared::files::Files;
use crate::declared::key::{KeyFileError, PublicKey};
use crate::declared::model::{Declaration, Domain, EgressGroup, Sender};
use crate::declared::problem::{DeclarationError, Problem, Problems};
use crate::declared::provider::ProviderConfig;
use crate::declared::raw::{self, Section};
use crate::declared::source::{At, SourceFile};
use crate::declared::suggest::quoted;

use super::{domain, egress, provider, sender};

/// The named things of one section. One that holds a mistake is there by name only.
pub(super) type Named<T> = BTreeMap<String, Option<Arc<T>>>;

/// A key file, read once.
type ReadKey = Result<Arc<PublicKey>, Arc<KeyFileError>>;

/// What a domain may refer to.
pub(super) struct Context<'a> {
    pub(super) problems: &'a Problems,
    /// What relative paths begin at.
    pub(super) folder: &'a Path,
    pub(super) egress: Named<EgressGroup>,
    pub(super) senders: Named<Sender>,
    /// Senders of the catalogue that have no section, as far as a domain names them.
    pub(super) known: RefCell<HashMap<String, Arc<Sender>>>,
    pub(super) providers: Named<ProviderConfig>,
    files: &'a dyn Files,
    keys: RefCell<HashMap<PathBuf, ReadKey>>,
    used: RefCell<HashSet<(&'static str, String)>>,
}

impl Context<'_> {
    /// The path that a text of the declaration means.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        self.folder.join(text)
    }

    /// The key in a file. A file that several domains name is read once.
    pub(super) fn key(&self, file: &Path) -> ReadKey {
        if let Some(read) = self.keys.borrow().get(file) {
            return read.clone();
        }
        let read = PublicKey::read(file, self.files).map(Arc::new).map_err(Arc::new);
        self.keys.borrow_mut().insert(file.to_owned(), read.clone());
        read
    }

    /// Remembers that a domain refers to this.
    pub(super) fn uses(&self, section: &'static str, name: &str) {
        self.used.borrow_mut().insert((section, name.to_owned()));
    }

    /// A note for each named thing that no domain refers to.
    fn note_unused<'n>(&self, section: &'static str, names: impl IntoIterator<Item = &'n At<String>>) {
        let used = self.used.borrow();
        for name in names {
            if !used.contains(&(section, name.value.clone())) {
                let message = format!("no domain uses {}", quoted(&name.value));
                let help = format!("name it in `{section}` of a domain, or leave it out");
                self.problems.note(Problem::new(&name.span, message).help(help));
            }
        }
    }
}

/// Judges a declaration. `folder` is what its paths begin at.
pub(in crate::declared) fn resolve(
    raw: raw::Declaration,
    file: SourceFile,
    folder: &Path,
    files: &dyn Files,
    problems: Problems,
) -> Result<Declaration, DeclarationError> {
    let (mut groups, mut senders, mut providers) = (Vec::new(), Vec::new(), Vec::new());
    let context = Context {
        problems: &problems,
        folder,
        files,
        egress: named(raw.egress, &problems, &mut groups, |section| egress::resolve(section, &problems)),
        senders: named(raw.senders, &problems, &mut senders, |section| sender::resolve(section, &problems)),
        providers: named(raw.providers, &problems, &mut providers, |section| {
            provider::resolve(section, folder, &problems)
        }),
        known: RefCell::default(),
        keys: RefCell::default(),
        used: RefCell::default(),
    };
    if raw.domains.is_empty() {
        let note = Problem::new(&(0..0), "no domain is declared");
        problems.note(note.help("add a section `[domains.\"example.com\"]`"));
    }
    let (domains, by_name) = domains(raw.domains, &context);
    if problems.count() == 0 {
        context.note_unused("egress", &groups);
        context.note_unused("senders", &senders);
        context.note_unused("provider", &providers);
    }
    let (egress, senders, providers) = (whole(context.egress), whole(context.senders), whole(context.providers));
    let (file, notes) = problems.finish(file)?;
    Ok(Declaration { file, domains, egress, senders, providers, notes, by_name })
}

fn named<R, T>(
    sections: Vec<Section<R>>,
    problems: &Problems,
    names: &mut Vec<At<String>>,
    mut resolve: impl FnMut(Section<R>) -> Option<T>,
) -> Named<T> {
    let mut all = Named::new();
    for section in sections {
        if section.name.value.is_empty() {
            problems.add(Problem::new(&section.name.span, "a section has an empty name"));
        }
        names.push(section.name.clone());
        all.insert(section.name.value.clone(), resolve(section).map(Arc::new));
    }
    all
}

fn whole<T>(named: Named<T>) -> BTreeMap<String, Arc<T>> {
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn domains(sections: Vec<Section<raw::Domain>>, context: &Context<'_>) -> (Vec<Domain>, HashMap<Name, usize>) {
    let (mut domains, mut by_name) = (Vec::with_capacity(sections.len()), HashMap::with_capacity(sections.len()));
    let mut first = HashMap::with_capacity(sections.len());
    for section in sections {
        let Some(raw) = section.content else {
            continue;
        };
        let name = super::values::name(&section.name, context.problems);
        if let Some(name) = &name
            && let Some(earlier) = first.insert(name.value.clone(), name.span.clone())
        {
            let message = format!("`{}` is declared twice", name.value);
            let problem = Problem::new(&name.span, message).related(&earlier, "here for the first time");
            context.problems.add(problem.help("case, a final dot and the script make no difference: keep one section"));
        }
        // A domain without a proper name is still read: what else is wrong in it is told as well.
        if let Some(domain) = domain::resolve(name, raw, context) {
            by_name.insert(domain.name.value.clone(), domains.len());
            domains.push(domain);
        }
    }
    (domains, by_name)
}
