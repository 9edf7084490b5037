//! What is wrong with a declaration, as data: a sentence, the bytes it is about, what to do. Showing it is not done here.

use std::cell::{Cell, RefCell};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::secret_text;
use super::source::SourceFile;
use super::suggest;

/// One thing that is wrong, or worth a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong: one sentence, without its full stop.
    pub message: String,
    /// The bytes of the declaration that it is about.
    pub span: Range<usize>,
    /// What to do.
    pub help: Option<String>,
    /// Other places that have to do with it.
    pub related: Vec<Related>,
}

/// Another place, and what it has to do with a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The bytes of the declaration.
    pub span: Range<usize>,
    /// A few words.
    pub text: String,
}

impl Problem {
    /// What is wrong at these bytes.
    pub fn new(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span: span.clone(), help: None, related: Vec::new() }
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn help_if(self, help: Option<impl Into<String>>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    pub(super) fn related(mut self, span: &Range<usize>, text: impl Into<String>) -> Self {
        self.related.push(Related { span: span.clone(), text: text.into() });
        self
    }
}

/// Why there is no declaration.
#[derive(Debug, thiserror::Error)]
pub enum DeclarationError {
    /// The file cannot be read.
    #[error("{} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is larger than any declaration.
    #[error("{} is larger than {} MiB: that is no declaration", .path.display(), super::source::MAX_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file was read, and something in it is wrong.
    #[error("{}", summary(.file, .problems, *.omitted))]
    Invalid {
        /// Its text. Where a secret stands in it, there are asterisks, as many as it has bytes.
        file: SourceFile,
        /// All that was found, by position; never empty.
        problems: Vec<Problem>,
        /// How many more there are than are kept.
        omitted: usize,
    },
}

impl DeclarationError {
    /// The path of the declaration.
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. } | Self::TooLarge { path } => path,
            Self::Invalid { file, .. } => file.path(),
        }
    }

    /// What is wrong inside the file; empty where it could not be read at all.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems, .. } => problems,
            Self::Unreadable { .. } | Self::TooLarge { .. } => &[],
        }
    }
}

/// The first problem, and how many there are.
fn summary(file: &SourceFile, problems: &[Problem], omitted: usize) -> String {
    let path = file.path().display();
    let Some(first) = problems.first() else {
        return format!("{path} is no declaration");
    };
    let place = file.positions(&[first.span.start]);
    let place = place.first().map(|at| format!("{}:{}", at.line, at.column)).unwrap_or_default();
    let more = match problems.len() - 1 + omitted {
        0 => String::new(),
        1 => "; and one more problem".to_owned(),
        more => format!("; and {more} more problems"),
    };
    format!("{path}:{place}: {}{more}", first.message)
}

/// Most problems that are kept. Nobody reads more, and a file of 64 MiB could have millions.
const KEPT: usize = 1000;
/// Most names that are compared for a "did you mean".
const COMPARISONS: usize = 200_000;

/// Where problems are gathered while a declaration is read.
#[derive(Default)]
pub(super) struct Problems {
    found: RefCell<Vec<Problem>>,
    notes: RefCell<Vec<Problem>>,
    secrets: RefCell<Vec<Range<usize>>>,
    omitted: Cell<usize>,
    compared: Cell<usize>,
}

impl Problems {
    /// Something is wrong.
    pub(super) fn add(&self, problem: Problem) {
        keep(&self.found, problem, &self.omitted);
    }

    /// Something is worth a word, and not wrong.
    pub(super) fn note(&self, note: Problem) {
        keep(&self.notes, note, &Cell::default());
    }

    /// These bytes are, or may be, a secret: they are never to be shown.
    pub(super) fn conceal(&self, span: &Range<usize>) {
        self.secrets.borrow_mut().push(span.clone());
    }

    /// How many were found so far.
    pub(super) fn count(&self) -> usize {
        self.found.borrow().len() + self.omitted.get()
    }

    /// The candidate that `text` was probably meant to be, as long as not too many have been compared already.
    pub(super) fn nearest<'a>(&self, text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let candidates = candidates.into_iter().inspect(|_| self.compared.set(self.compared.get() + 1));
        suggest::nearest(text, candidates.take(COMPARISONS.saturating_sub(self.compared.get())))
    }

    /// The notes by position, if nothing is wrong; else the error.
    pub(super) fn finish(self, file: SourceFile) -> Result<(SourceFile, Vec<Problem>), DeclarationError> {
        if self.count() > 0 {
            return self.fail(&file);
        }
        let mut notes = self.notes.into_inner();
        notes.sort_by_key(by_position);
        Ok((file, notes))
    }

    /// The error; called where something was found.
    pub(super) fn fail<T>(self, file: &SourceFile) -> Result<T, DeclarationError> {
        let mut problems = self.found.into_inner();
        problems.sort_by_key(by_position);
        problems.dedup();
        let text = secret_text::masked(file.text(), &self.secrets.into_inner());
        let file = SourceFile::new(file.path(), text);
        Err(DeclarationError::Invalid { file, problems, omitted: self.omitted.get() })
    }
}

fn by_position(problem: &Problem) -> (usize, usize) {
    (problem.span.start, problem.span.end)
}

fn keep(list: &RefCell<Vec<Problem>>, problem: Problem, omitted: &Cell<usize>) {
    let mut list = list.borrow_mut();
    // What is said for many domains at once is wrong once.
    if list.contains(&problem) {
        return;
    }
    if list.len() < KEPT {
        list.push(problem);
    } else {
        omitted.set(omitted.get() + 1);
    }
}
