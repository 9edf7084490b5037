//! One apply at a time for one declaration: two would read the same state, and each write its own idea of the next.

use std::fs::{File, TryLockError};

use anyhow::Context as _;

use super::world::World;

/// Held while a command writes; another process that wants it is refused. It ends with the process, however that ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// The lock of the declaration; none where somebody else has it.
pub(super) fn lock(world: &World) -> anyhow::Result<Option<Lock>> {
    let declaration = world.declaration.as_ref().context("there is no declaration")?;
    let path = declaration.file.path();
    let file = File::open(path).with_context(|| path.display().to_string())?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        // A file system without locks: the journal, and what the provider compares, have to do.
        Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
            Ok(Some(Lock { _file: file }))
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// What is said where somebody else has the lock.
pub(super) fn taken(world: &World) -> String {
    let path = world.declaration.as_ref().map(|declaration| declaration.file.path().display().to_string());
    format!(
        "refused, nothing was written: another apply or rollback of {} is running; wait for its end\n",
        path.unwrap_or_default()
    )
}
