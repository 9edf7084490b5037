//! Chromium, driven through chromedriver (WebDriver, and Chromium's own commands where WebDriver has none). Both listen
//! on loopback, and both are gone when this is dropped.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longest that one command may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// It fetches nothing by itself: what is asked for, the page asks for.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with one page open.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: Option<String>,
    folder: TempDir,
}

impl Browser {
    /// Opens this page from a file, in a window of this size.
    pub(super) fn open(page: &str, (width, height): (u32, u32)) -> Self {
        let browser = Self::start((width, height));
        browser.load(page);
        browser
    }

    /// A browser that shows nothing yet.
    pub(super) fn start((width, height): (u32, u32)) -> Self {
        let folder = tempfile::Builder::new().prefix("mailvouch-").tempdir().expect("a temporary directory");
        let (driver, port) = driver();
        let mut browser = Self { driver, port, session: None, folder };
        let profile = browser.profile();
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--window-size={width},{height}"));
        flags.push(format!("--user-data-dir={}", profile.display()));
        let options = json!({ "binary": program("chromium", "chromium"), "args": flags });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let session = browser.ask("POST", "/session", &wanted);
        browser.session = Some(session["sessionId"].as_str().expect("a session").to_owned());
        browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
            }),
        );
        browser
    }

    /// Shows this page.
    pub(super) fn load(&self, page: &str) {
        let path = self.folder.path().join("page.html");
        fs::write(&path, page).expect("a file");
        self.post("url", &json!({ "url": format!("file://{}", path.display()) }));
    }

    /// What a script in the page comes to; `return …`.
    pub(super) fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The same, where it is a text.
    pub(super) fn text(&self, script: &str) -> String {
        self.run(script).as_str().unwrap_or_else(|| panic!("no text: {script}")).to_owned()
    }

    /// Clicks on the first element that this selects, which has to be in view or to be brought there.
    pub(super) fn click(&self, selector: &str) {
        let element = self.find(selector);
        let session = self.session.as_deref().expect("a session");
        let path = format!("/session/{session}/element/{element}/click");
        for left in (0..100).rev() {
            let (status, answer) = request(self.port, "POST", &path, &json!({})).expect("chromedriver answers");
            // While what is above it still folds, something else is where it was.
            if left == 0 || answer["value"]["error"] != "element click intercepted" {
                assert_eq!(status, 200, "{path}: {answer:#}");
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Types into the first element that this selects.
    pub(super) fn keys(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// A command of Chromium's own.
    pub(super) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// What the console was told since this was asked last.
    pub(super) fn console(&self) -> Vec<String> {
        let entries = self.post("se/log", &json!({ "type": "browser" }));
        entries.as_array().expect("entries").iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that were asked for since this was asked last.
    pub(super) fn requests(&self) -> Vec<String> {
        let entries = self.post("se/log", &json!({ "type": "performance" }));
        let entries = entries.as_array().expect("entries").iter();
        let messages = entries.filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
        let requests = messages.filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent");
        let url = |entry: Value| entry["message"]["params"]["request"]["url"].as_str().map(str::to_owned);
        // The empty tab is a page of the browser's own.
        requests.filter_map(url).filter(|url| !url.starts_with("chrome://")).collect()
    }

    fn find(&self, selector: &str) -> String {
        let found = self.post("element", &json!({ "using": "css selector", "value": selector }));
        let identity = found.as_object().and_then(|found| found.values().next());
        identity.and_then(Value::as_str).expect("an element").to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let session = self.session.as_deref().expect("a session");
        self.ask("POST", &format!("/session/{session}/{path}"), body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = request(self.port, method, path, body).expect("chromedriver answers");
        assert_eq!(status, 200, "{method} {path}: {answer:#}");
        answer["value"].clone()
    }

    fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // Ends the browser, too. It may be gone already: what is left is looked for below.
            let _ = request(self.port, "DELETE", &format!("/session/{session}"), &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        for process in running_with(&self.profile()) {
            let _ = Command::new("kill").args(["-KILL", &process]).status();
        }
    }
}

/// The processes that were given this folder: nobody else has it.
fn running_with(folder: &Path) -> Vec<String> {
    let wanted = folder.display().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let ours = processes.filter(|process| {
        let command = fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(&wanted)
    });
    let ids = ours.map(|process| process.file_name().to_string_lossy().into_owned());
    ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

/// A driver, and the port that it chose. It takes a free one of IPv6 and wants the same of IPv4, which may be somebody else's:
/// then it gives up, and another is started.
fn driver() -> (Child, u16) {
    let mut told = String::new();
    for _ in 0..5 {
        let mut driver = Command::new(program("chromedriver", "chromium-driver"))
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        match port(&mut driver) {
            Ok(port) => return (driver, port),
            Err(words) => told = words,
        }
        driver.wait().expect("it has ended");
        assert!(told.contains("port not available"), "chromedriver did not start: {told}");
    }
    panic!("chromedriver did not start: {told}");
}

/// The port that it chose, or what it said before it gave up.
fn port(driver: &mut Child) -> Result<u16, String> {
    let mut told = String::new();
    let mut output = BufReader::new(driver.stdout.take().expect("its output"));
    while !told.contains("started successfully on port ") {
        if output.read_line(&mut told).expect("its output") == 0 {
            return Err(told);
        }
    }
    // What else it says is read away, so that it never waits for us.
    std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    let port = told.rsplit("on port ").next().expect("a port");
    Ok(port.trim().trim_end_matches('.').parse().expect("a port"))
}

/// One request and its answer, over a connection of its own.
fn request(port: u16, method: &str, path: &str, body: &Value) -> std::io::Result<(u16, Value)> {
    let body = if method == "DELETE" { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut answer = BufReader::new(stream);
    let (mut status, mut length, mut line) = (0, 0, String::new());
    while answer.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("http/1.1 ") {
            status = rest.split(' ').next().and_then(|code| code.trim().parse().ok()).unwrap_or_default();
        } else if let Some(rest) = lower.strip_prefix("content-length:") {
            length = rest.trim().parse().unwrap_or_default();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

/// Where a program is.
fn program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is not installed: apt-get install {package}"))
}
