//! What was worked out from a value, kept with it.

use std::fmt;
use std::sync::OnceLock;

/// Something that follows from the value that it is kept in. It is no part of it: a copy begins with none, and two values are the
/// same with and without.
pub(crate) struct Memo<T>(OnceLock<T>);

impl<T> Memo<T> {
    /// What is known, worked out where it is not yet.
    pub(crate) fn get(&self, work_out: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(work_out)
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> PartialEq for Memo<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Memo<T> {}

impl<T> fmt::Debug for Memo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}
