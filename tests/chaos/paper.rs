//! A journal in memory, which outlasts whoever writes to it.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use mailvouch::plan::{Journal, Past, Sink};

#[derive(Clone, Debug, Default)]
pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Paper {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("text")
    }

    pub(crate) fn journal(&self) -> Journal {
        Journal::on(Path::new("journal"), Box::new(self.clone()))
    }

    /// What it tells; none where nothing was begun.
    pub(crate) fn past(&self) -> Option<Past> {
        let text = self.text();
        (!text.is_empty()).then(|| Past::read(&text).expect("a journal"))
    }
}
