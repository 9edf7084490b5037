//! One run of the program: what goes in, what comes out, and for how long.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::protocol::{Answer, Method, VERSION};

/// Runs at a time: each is a process, and the service behind it is asked by each.
const AT_ONCE: usize = 4;
/// Largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;
/// How much of what it complains about is told, in bytes.
const WORDS: u64 = 2000;

/// The program, and how it is run.
#[derive(Debug)]
pub(super) struct Program {
    command: Vec<String>,
    folder: PathBuf,
    limit: Duration,
    turns: Semaphore,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// It was never begun: nothing can have happened.
    NotRun(String),
    /// It was begun: anything can have happened.
    Lost(String),
}

impl Program {
    pub(super) fn new(command: Vec<String>, folder: &Path, limit: Duration) -> Self {
        Self { command, folder: folder.to_owned(), limit, turns: Semaphore::new(AT_ONCE) }
    }

    /// The same with another limit.
    pub(super) fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Its name, for people.
    pub(super) fn name(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    /// Asks once. What the program writes to its standard error is told where it fails.
    pub(super) async fn ask(&self, method: Method<'_>) -> Result<Answer, Fault> {
        let asked = method.name();
        let not_run = |why: String| Fault::NotRun(format!("the program `{}` {why}", self.name()));
        let mut request = serde_json::to_vec(&method.request()).map_err(|error| not_run(error.to_string()))?;
        request.push(b'\n');
        let _turn = self.turns.acquire().await.map_err(|error| not_run(error.to_string()))?;
        let mut child = self.start().map_err(|error| not_run(format!("cannot be run: {error}")))?;
        let lost = |why: String| Fault::Lost(format!("the program `{}`, asked for `{asked}`, {why}", self.name()));
        let (status, answer, words) = match tokio::time::timeout(self.limit, exchange(&mut child, &request)).await {
            Ok(exchanged) => exchanged.map_err(|error| lost(format!("could not be spoken to: {error}")))?,
            Err(_) => return Err(lost(format!("did not end within {} s", self.limit.as_secs()))),
        };
        if answer.len() as u64 > MAX_ANSWER {
            return Err(lost(format!("answered with more than {MAX_ANSWER} bytes")));
        }
        let words = String::from_utf8_lossy(&words).trim().to_owned();
        let words = if words.is_empty() { String::new() } else { format!(": {words}") };
        if !status.success() {
            return Err(lost(format!("failed ({status}){words}")));
        }
        let answer: Answer = serde_json::from_slice(&answer)
            .map_err(|error| lost(format!("gave no answer that is understood ({error}){words}")))?;
        if answer.version != VERSION {
            return Err(lost(format!("speaks version {}; this is version {VERSION}", answer.version)));
        }
        Ok(answer)
    }

    /// The words of the command as they are, without a shell.
    fn start(&self) -> std::io::Result<Child> {
        let arguments = self.command.get(1..).unwrap_or_default();
        // A path is that of the declaration; a mere name is looked for where the system looks.
        let path = Path::new(self.name());
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        let is_path = path.components().count() > 1;
        let program = if is_path { std::path::absolute(folder)?.join(path) } else { path.to_owned() };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

/// Gives it the request, and takes what it says, until it ends.
async fn exchange(child: &mut Child, request: &[u8]) -> std::io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let (mut input, output, complaints) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let give = async {
        if let Some(mut input) = input.take() {
            // One that knows what to say without reading is none the worse for it.
            let _ = input.write_all(request).await;
        }
    };
    // All at once: one that says much before it reads would wait for us, and we for it.
    let ((), answer, words) = tokio::join!(give, read(output, MAX_ANSWER + 1), read(complaints, WORDS));
    if answer.as_ref().is_ok_and(|answer| answer.len() as u64 > MAX_ANSWER) {
        child.start_kill()?;
    }
    Ok((child.wait().await?, answer?, words?))
}

/// What it says, up to a number of bytes; the rest is read and dropped, so that it can go on.
async fn read(from: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    let Some(mut from) = from else { return Ok(octets) };
    (&mut from).take(most).read_to_end(&mut octets).await?;
    if most <= WORDS {
        tokio::io::copy(&mut from, &mut tokio::io::sink()).await?;
    }
    Ok(octets)
}
