//! pyspf, an evaluator that is not ours: it judges cases that `tests/peers/pyspf_cases.py` describes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A pyspf that judges cases as they come.
pub(crate) struct Pyspf {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Pyspf {
    pub(crate) fn start() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("target/peers/bin/python");
        assert!(python.exists(), "{} is missing: `tests/run` makes it", python.display());
        let mut process = Command::new(python)
            .arg(root.join("tests/peers/pyspf_cases.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let answers = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, answers }
    }

    /// The result of each check of a case, with what it says.
    pub(crate) fn judge(&mut self, case: &Value) -> Vec<(String, String)> {
        writeln!(self.process.stdin.as_mut().expect("its input"), "{case}").expect("it reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }
}

impl Drop for Pyspf {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
