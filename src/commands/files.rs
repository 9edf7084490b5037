//! Files that are read whole.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Largest list of domains or snapshot that is read, in bytes.
pub(super) const MAX_FILE: u64 = 256 << 20;

/// A text file of bounded size.
pub(super) fn read_text(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let read = file.take(MAX_FILE + 1).read_to_string(&mut text);
    let length = read.with_context(|| format!("cannot read {} as text", path.display()))?;
    if length as u64 > MAX_FILE {
        bail!("{} is larger than {} MiB", path.display(), MAX_FILE >> 20);
    }
    Ok(text)
}
