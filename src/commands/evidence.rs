//! `--evidence`: a folder that is not there yet, and a zip beside it with the same files. The same files give the same zip,
//! to the octet: no time of this machine is in it, and no path.

use std::fs::{self, OpenOptions};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::output::evidence::File;

/// Where evidence goes.
pub(super) struct Place {
    folder: PathBuf,
    zip: PathBuf,
    /// What the folder is called in the zip.
    name: String,
}

impl Place {
    /// Refuses at once what is there already: evidence is never mixed with another's.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
            bail!("`--evidence` takes the name of a new folder: `--evidence case-1`");
        };
        let mut zip = folder.as_os_str().to_owned();
        zip.push(".zip");
        let zip = PathBuf::from(zip);
        for path in [folder, &zip] {
            if path.symlink_metadata().is_ok() {
                bail!("{} exists, and evidence overwrites nothing: name another folder", path.display());
            }
        }
        // A name that is a plain one wherever it is unpacked.
        let plain = |char: char| if char.is_ascii_alphanumeric() || matches!(char, '-' | '_') { char } else { '-' };
        let name = name.chars().map(plain).collect::<String>();
        Ok(Self { folder: folder.to_owned(), zip, name })
    }

    /// Writes the folder and the zip, and says so. What is half written goes again.
    pub(super) fn put(&self, files: &[File]) -> anyhow::Result<String> {
        let octets = packed(&self.name, files)?;
        fs::create_dir(&self.folder).with_context(|| format!("cannot make the folder {}", self.folder.display()))?;
        // From here on it is this run's own.
        if let Err(error) = self.write(files, &octets) {
            // What went wrong is told; that it could not be cleaned up would be told in its place.
            let _ = fs::remove_dir_all(&self.folder);
            return Err(error);
        }
        Ok(format!("evidence: {} and {}\n", self.folder.display(), self.zip.display()))
    }

    fn write(&self, files: &[File], zip: &[u8]) -> anyhow::Result<()> {
        let failed = |path: &Path| format!("cannot write {}", path.display());
        for file in files {
            let path = self.folder.join(&file.name);
            fs::write(&path, &file.text).with_context(|| failed(&path))?;
        }
        let mut to =
            OpenOptions::new().write(true).create_new(true).open(&self.zip).with_context(|| failed(&self.zip))?;
        let written = to.write_all(zip).and_then(|()| to.sync_all());
        if written.is_err() {
            let _ = fs::remove_file(&self.zip);
        }
        written.with_context(|| failed(&self.zip))
    }
}

/// The files without the folders of these paths.
pub(super) fn without_paths(mut files: Vec<File>, paths: impl Iterator<Item = PathBuf>) -> Vec<File> {
    for path in paths {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { continue };
        if folder.as_os_str().is_empty() {
            continue;
        }
        // As texts have it, and as JSON and Markdown escape it.
        let (whole, name) = (path.display().to_string(), Path::new(name).display().to_string());
        let json = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        for file in &mut files {
            file.text = file.text.replace(&whole, &name).replace(&json(&whole), &json(&name));
        }
    }
    files
}

/// The files as a zip, in their order, with the time that zip begins with (1980) and the same mode for all.
fn packed(folder: &str, files: &[File]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o644);
    for file in files {
        zip.start_file(format!("{folder}/{}", file.name), options)?;
        zip.write_all(file.text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
