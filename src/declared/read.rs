//! From a file to a declaration: bytes, text, TOML, shape, meaning. Each step reports all it finds; a step that finds
//! something wrong with the text itself is the last.

use std::io;
use std::path::Path;

use toml::de::DeValue;

use super::files::{Disk, Files, read_up_to};
use super::model::Declaration;
use super::problem::{DeclarationError, Problems};
use super::source::{At, MAX_BYTES, SourceFile};
use super::syntax;
use super::{raw, resolve};

/// Stack for taking a file apart. TOML may nest tables some thousand levels deep in a few kilobytes, and the parser
/// takes them down again by recursion.
const STACK: usize = 64 << 20;

impl Declaration {
    /// Reads a declaration, and the key files that it names.
    pub fn load(path: &Path) -> Result<Self, DeclarationError> {
        let unreadable = |source| DeclarationError::Unreadable { path: path.to_owned(), source };
        let bytes = read_up_to(path, MAX_BYTES).map_err(unreadable)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::from_bytes(path, &bytes, folder, &Disk)
    }

    /// Reads a declaration that is at hand as text; `path` is what messages call it. Relative paths in it begin at
    /// `folder`.
    pub fn from_text(path: &Path, text: &str, folder: &Path) -> Result<Self, DeclarationError> {
        Self::from_bytes(path, text.as_bytes(), folder, &Disk)
    }

    /// Reads a declaration whose files come from `files`.
    pub fn from_bytes(path: &Path, bytes: &[u8], folder: &Path, files: &dyn Files) -> Result<Self, DeclarationError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(DeclarationError::TooLarge { path: path.to_owned() });
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let problems = Problems::default();
                problems.add(syntax::no_utf8(bytes, error.valid_up_to()));
                return problems.fail(&SourceFile::new(path, String::from_utf8_lossy(bytes)));
            }
        };
        let file = SourceFile::new(path, text);
        let (raw, problems) = on_a_large_stack(|| take_apart(text))
            .map_err(|source| DeclarationError::Unreadable { path: path.to_owned(), source })?;
        match raw {
            Some(raw) => resolve::resolve(raw, file, folder, files, problems),
            None => problems.fail(&file),
        }
    }
}

pub(super) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("declaration".to_owned()).stack_size(STACK);
        let done = thread.spawn_scoped(scope, work)?.join();
        Ok(done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// The shape of the text. None where it is no TOML, or of another version: whatever else could be said about it then
/// would be a guess.
fn take_apart(text: &str) -> (Option<raw::Declaration>, Problems) {
    let problems = Problems::default();
    let (table, errors) = syntax::parse(text);
    let spoilt = !errors.is_empty();
    for problem in errors {
        problems.add(problem);
    }
    if spoilt {
        return (None, problems);
    }
    let raw = raw::Declaration::read(At::new(DeValue::Table(table), 0..text.len()), &problems);
    if raw.as_ref().is_some_and(|raw| raw.version.is_absent()) {
        problems.add(syntax::no_version(text));
    }
    (raw, problems)
}
