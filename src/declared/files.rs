//! How a declaration reads the files that it names, so that tests need no disk.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// A place to read files from.
pub trait Files {
    /// Reads a file. One of more than `limit` bytes may be cut, but not to `limit` or less.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        // Asked before it is opened: opening a pipe waits until somebody writes into it.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        read_up_to(path, limit)
    }
}

/// The bytes of a file, of any kind, and at most one more than `limit` of them.
pub(super) fn read_up_to(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
