//! Runs the program as a shell would: in a folder of the test's own, with nothing of this process's environment.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder to work in, gone with the test.
pub(super) struct Folder(TempDir);

impl Folder {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self(tempfile::Builder::new().prefix("mailvouch-").tempdir().expect("a temporary directory"))
    }

    /// One that holds these files.
    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect(name)
    }

    /// Every file, at any depth, with its octets; sorted.
    pub(super) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut folders, mut files) = (vec![self.path().to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let octets = fs::read(&path).expect("a file");
                    files.push((path, octets));
                }
            }
        }
        files.sort();
        files
    }

    /// `mailvouch` with these arguments, which blanks separate.
    pub(super) fn mailvouch(&self, arguments: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailvouch"));
        command.env_clear().current_dir(self.path()).args(arguments.split_whitespace());
        Run { command, input: Vec::new() }
    }
}

/// A run that is about to begin.
pub(super) struct Run {
    command: Command,
    input: Vec<u8>,
}

impl Run {
    /// One more argument, blanks and all.
    pub(super) fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.command.arg(argument.into());
        self
    }

    /// A variable of the environment.
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// What stands on standard input; without it, nothing does.
    pub(super) fn reading(self, input: impl Into<Vec<u8>>) -> Self {
        Self { input: input.into(), ..self }
    }

    /// Runs in another folder.
    pub(super) fn inside(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end, which has to be this exit code. A panic is no end.
    pub(super) fn exits(self, code: i32) -> Ran {
        self.exits_with_one_of(&[code])
    }

    /// The same where one of several codes is right.
    pub(super) fn exits_with_one_of(self, codes: &[i32]) -> Ran {
        let told = format!("{:?}", self.command);
        let ran = self.ends();
        assert!(ran.exit.is_some_and(|exit| codes.contains(&exit)), "{told} was to end with {codes:?}\n{ran}");
        ran
    }

    /// Runs it to its end, whatever exit code that is. A panic is no end.
    pub(super) fn ends(mut self) -> Ran {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = self.command.spawn().expect("the program starts");
        // Whoever refuses its arguments does not read.
        let _ = process.stdin.take().expect("its input").write_all(&self.input);
        let output = process.wait_with_output().expect("it ends");
        let text = |octets| String::from_utf8(octets).expect("UTF-8");
        let folder = self.command.get_current_dir().map(|folder| folder.display().to_string()).unwrap_or_default();
        let ran = Ran { exit: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr), folder };
        assert!(ran.exit.is_some() && !ran.stderr.contains("panicked"), "{:?} did not end\n{ran}", self.command);
        ran
    }
}

/// What a run came to.
#[derive(Debug)]
pub(super) struct Ran {
    exit: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    folder: String,
}

impl Ran {
    /// Has to hold these words, on either output; line ends count as blanks.
    pub(super) fn says(self, words: &str) -> Self {
        let told = format!("{} {}", self.stdout, self.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(words), "{words:?} is not said\n{self}");
        self
    }

    /// Standard output as one JSON document.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Standard output as one JSON value a line.
    pub(super) fn lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}\n{self}")))
            .collect()
    }
}

/// Exit code and both outputs, without the folder that the run was in.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exit, stdout, stderr, folder } = self;
        let code = exit.map_or("none".to_owned(), |code| code.to_string());
        let text = format!("exit code: {code}\n----- stdout -----\n{stdout}\n----- stderr -----\n{stderr}");
        f.write_str(&text.replace(folder.as_str(), "[FOLDER]"))
    }
}
