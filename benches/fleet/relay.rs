//! A way to a name server that is longer, or worse, than loopback: what `benches/fleet/run` puts before NSD.
//!
//! `relay HOST:PORT [--delay MS] [--lose PERCENT] [--servfail PERCENT] [--pause QUESTIONS SECONDS] [--log FILE]`, with a
//! bound UDP socket as standard input. It passes questions on as they come, and answers once the delay is over; so the
//! delay is one round trip more. TCP to the same port is passed on with the same delay.
//!
//! It knows nothing of this project and needs no crate: `rustc` alone builds it, so that the benchmark need not build
//! what all the tests need. A thread for each direction and for each way to the server is enough: what it costs is
//! system calls, and one datagram takes four of them whoever makes them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that other programs start")]

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd as _;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Sockets to the server: each has ids of its own, and room of its own for some two hundred answers, which is what the
/// system gives a socket that nobody asks more for.
const WAYS: usize = 32;
/// The longest datagram that anybody here sends.
const LONGEST: usize = 4096;
const SERVFAIL: u8 = 2;
const USAGE: &str =
    "relay HOST:PORT [--delay MS] [--lose PERCENT] [--servfail PERCENT] [--pause QUESTIONS SECONDS] [--log FILE]";

/// What the command line says.
struct Options {
    server: SocketAddr,
    delay: Duration,
    /// Of a hundred questions, how many are never passed on.
    lose: f64,
    /// Of a hundred questions, how many are answered with SERVFAIL.
    servfail: f64,
    /// After so many questions it keeps silent, for so long.
    pause: Option<(u64, Duration)>,
    log: Option<File>,
}

impl Options {
    fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let server = next(&mut arguments, "the server")?;
        let mut options = Self { server, delay: Duration::ZERO, lose: 0.0, servfail: 0.0, pause: None, log: None };
        while let Some(option) = arguments.next() {
            match option.as_str() {
                "--delay" => options.delay = Duration::from_millis(next(&mut arguments, &option)?),
                "--lose" => options.lose = next(&mut arguments, &option)?,
                "--servfail" => options.servfail = next(&mut arguments, &option)?,
                "--pause" => {
                    let after = next(&mut arguments, &option)?;
                    options.pause = Some((after, Duration::from_secs_f64(next(&mut arguments, &option)?)));
                }
                "--log" => {
                    let path: String = next(&mut arguments, &option)?;
                    options.log = Some(File::create(&path).map_err(|error| format!("{path}: {error}"))?);
                }
                other => return Err(format!("{other}: there is no such option")),
            }
        }
        Ok(options)
    }
}

/// The next word, as what it stands for.
fn next<T: FromStr>(arguments: &mut impl Iterator<Item = String>, of: &str) -> Result<T, String> {
    let word = arguments.next().ok_or_else(|| format!("{of}: something is missing"))?;
    word.parse().map_err(|_| format!("{of}: {word:?} is none"))
}

/// An answer that is to go out, and when.
struct Due {
    at: Instant,
    message: Vec<u8>,
    to: SocketAddr,
}

/// Whoever waits for an answer, by the id that the question was passed on with.
struct Waiting {
    next: u16,
    by_id: Vec<Option<(SocketAddr, [u8; 2])>>,
}

/// One socket to the server.
struct Way {
    socket: UdpSocket,
    waiting: Mutex<Waiting>,
}

impl Way {
    fn to(server: SocketAddr) -> io::Result<Self> {
        let loopback = if server.is_ipv4() { "127.0.0.1" } else { "::1" };
        let socket = UdpSocket::bind((loopback, 0))?;
        socket.connect(server)?;
        Ok(Self { socket, waiting: Mutex::new(Waiting { next: 0, by_id: vec![None; 1 << 16] }) })
    }

    /// Passes a question on under an id of this way.
    fn pass(&self, question: &mut [u8], from: SocketAddr) {
        let id = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let id = waiting.next;
            waiting.next = id.wrapping_add(1);
            waiting.by_id[usize::from(id)] = Some((from, [question[0], question[1]]));
            id
        };
        question[..2].copy_from_slice(&id.to_be_bytes());
        // What cannot be sent is lost, as on any way.
        let _ = self.socket.send(question);
    }

    /// Gives an answer its id back. None where nobody waits for it.
    fn whose(&self, answer: &mut [u8]) -> Option<SocketAddr> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (to, id) = waiting.by_id[usize::from(u16::from_be_bytes([answer[0], answer[1]]))].take()?;
        answer[..2].copy_from_slice(&id);
        Some(to)
    }
}

/// Where answers go out.
#[derive(Clone)]
struct Outlet {
    socket: Arc<UdpSocket>,
    delay: Duration,
    queue: Sender<Due>,
}

impl Outlet {
    fn answer(&self, message: &[u8], to: SocketAddr) {
        if self.delay.is_zero() {
            let _ = self.socket.send_to(message, to);
        } else {
            let due = Due { at: Instant::now() + self.delay, message: message.to_vec(), to };
            // It is read until the process ends.
            let _ = self.queue.send(due);
        }
    }
}

/// Until when nobody is heard.
struct Silence {
    begun: Instant,
    /// Milliseconds after that.
    until: AtomicU64,
}

impl Silence {
    fn begin(&self, how_long: Duration) {
        let until = self.begun.elapsed() + how_long;
        self.until.store(u64::try_from(until.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn is_on(&self) -> bool {
        self.begun.elapsed() < Duration::from_millis(self.until.load(Ordering::Relaxed))
    }
}

/// What goes wrong on the way: the same in every run.
struct Faults {
    state: u64,
    lose: f64,
    servfail: f64,
}

enum Fate {
    Passed,
    Lost,
    Failed,
}

impl Faults {
    fn next(&mut self) -> Fate {
        // Xorshift: no more is wanted of it than that it has no rhythm.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let drawn = f64::from(u32::try_from(self.state >> 32).unwrap_or_default()) / f64::from(u32::MAX) * 100.0;
        if drawn < self.lose {
            Fate::Lost
        } else if drawn < self.lose + self.servfail {
            Fate::Failed
        } else {
            Fate::Passed
        }
    }
}

fn main() -> ExitCode {
    match Options::read(std::env::args().skip(1)).and_then(|options| run(options).map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("relay: {why}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(options: Options) -> io::Result<()> {
    let listener = Arc::new(UdpSocket::from(io::stdin().as_fd().try_clone_to_owned()?));
    let streams = TcpListener::bind(listener.local_addr()?)?;
    let (server, delay) = (options.server, options.delay);
    let silence = Arc::new(Silence { begun: Instant::now(), until: AtomicU64::new(0) });
    let for_streams = silence.clone();
    thread::spawn(move || pass_streams(&streams, server, delay, &for_streams));

    let (queue, due) = channel();
    let outlet = Outlet { socket: listener.clone(), delay, queue };
    let postman = listener.clone();
    thread::spawn(move || post(&postman, &due));

    let ways = (0..WAYS).map(|_| Way::to(server).map(Arc::new)).collect::<io::Result<Vec<_>>>()?;
    for way in &ways {
        let (way, outlet, silence) = (way.clone(), outlet.clone(), silence.clone());
        thread::spawn(move || pass_answers(&way, &outlet, &silence));
    }
    let log = options.log.map(|file| {
        let (lines, written) = channel();
        thread::spawn(move || write_down(file, &written));
        lines
    });
    println!("ready");
    let faults = Faults { state: 7208, lose: options.lose, servfail: options.servfail };
    pass_questions(&listener, &ways, &outlet, faults, options.pause, &silence, log.as_ref())
}

/// From everybody to the server, until the process is ended.
fn pass_questions(
    listener: &UdpSocket,
    ways: &[Arc<Way>],
    outlet: &Outlet,
    mut faults: Faults,
    pause: Option<(u64, Duration)>,
    silence: &Silence,
    log: Option<&Sender<Vec<u8>>>,
) -> io::Result<()> {
    let mut buffer = [0; LONGEST];
    for (count, way) in (1_u64..).zip(ways.iter().cycle()) {
        let (length, from) = listener.recv_from(&mut buffer)?;
        let question = &mut buffer[..length];
        if length < 12 {
            continue;
        }
        if let Some(log) = log {
            let _ = log.send(question.to_vec());
        }
        if let Some((after, how_long)) = pause
            && count == after
        {
            silence.begin(how_long);
        }
        if silence.is_on() {
            continue;
        }
        match faults.next() {
            Fate::Lost => {}
            Fate::Failed => outlet.answer(&failure(question), from),
            Fate::Passed => way.pass(question, from),
        }
    }
    Ok(())
}

/// From the server to whoever asked.
fn pass_answers(way: &Way, outlet: &Outlet, silence: &Silence) {
    let mut buffer = [0; LONGEST];
    loop {
        // A server that is gone makes an error of each question: nobody is answered, then.
        let Ok(length) = way.socket.recv(&mut buffer) else { continue };
        let answer = &mut buffer[..length];
        if length < 12 || silence.is_on() {
            continue;
        }
        if let Some(to) = way.whose(answer) {
            outlet.answer(answer, to);
        }
    }
}

/// Sends each answer when it is due. All are delayed alike, so that the first to come is the first to go.
fn post(socket: &UdpSocket, queue: &Receiver<Due>) {
    for Due { at, message, to } in queue {
        let wait = at.saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            thread::sleep(wait);
        }
        let _ = socket.send_to(&message, to);
    }
}

/// SERVFAIL to a question: its header and its first section.
fn failure(question: &[u8]) -> Vec<u8> {
    let end = end_of_name(question).map_or(question.len(), |end| end + 4).min(question.len());
    let mut answer = question[..end].to_vec();
    answer[2] |= 0x80;
    answer[3] = answer[3] & 0xF0 | SERVFAIL;
    answer[6..12].fill(0);
    answer
}

/// Where the name of the question ends.
fn end_of_name(message: &[u8]) -> Option<usize> {
    let mut at = 12;
    loop {
        match usize::from(*message.get(at)?) {
            0 => return Some(at + 1),
            length => at += 1 + length,
        }
    }
}

/// TCP, for what does not fit into a datagram.
fn pass_streams(listener: &TcpListener, server: SocketAddr, delay: Duration, silence: &Arc<Silence>) {
    for client in listener.incoming().flatten() {
        let silence = silence.clone();
        thread::spawn(move || {
            let Ok(upstream) = TcpStream::connect(server) else { return };
            let (Ok(from_client), Ok(to_upstream)) = (client.try_clone(), upstream.try_clone()) else { return };
            let before = silence.clone();
            thread::spawn(move || copy(from_client, to_upstream, Duration::ZERO, &before));
            copy(upstream, client, delay, &silence);
        });
    }
}

/// Copies what comes until one of the two ends, each piece after the delay; nothing of what comes in a silence.
fn copy(mut from: TcpStream, mut to: TcpStream, delay: Duration, silence: &Silence) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length) = from.read(&mut buffer) {
        thread::sleep(delay);
        if length > 0 && silence.is_on() {
            continue;
        }
        if length == 0 || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// Writes a line for each question, as dnsperf reads it. Whenever nothing comes, all of it is on disk.
fn write_down(file: File, questions: &Receiver<Vec<u8>>) {
    let mut file = BufWriter::new(file);
    loop {
        let written = match questions.recv_timeout(Duration::from_millis(50)) {
            Ok(question) => line(&question).map_or(Ok(()), |line| file.write_all(line.as_bytes())),
            Err(RecvTimeoutError::Timeout) => file.flush(),
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if let Err(error) = written {
            eprintln!("relay: the log: {error}");
            break;
        }
    }
}

/// Name and type of a question, in small letters whatever the case it was asked in.
fn line(question: &[u8]) -> Option<String> {
    let end = end_of_name(question)?;
    let rtype = u16::from_be_bytes([*question.get(end)?, *question.get(end + 1)?]);
    let mut labels = &question[12..end - 1];
    let mut name = String::new();
    while let Some((length, rest)) = labels.split_first() {
        let (label, rest) = rest.split_at_checked(usize::from(*length))?;
        for octet in label {
            match octet {
                b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    name.push(char::from(octet.to_ascii_lowercase()));
                }
                _ => name.push_str(&format!("\\{octet:03}")),
            }
        }
        name.push('.');
        labels = rest;
    }
    if name.is_empty() {
        name.push('.');
    }
    let rtype = match rtype {
        1 => "A".to_owned(),
        2 => "NS".to_owned(),
        5 => "CNAME".to_owned(),
        6 => "SOA".to_owned(),
        12 => "PTR".to_owned(),
        15 => "MX".to_owned(),
        16 => "TXT".to_owned(),
        28 => "AAAA".to_owned(),
        99 => "SPF".to_owned(),
        other => format!("TYPE{other}"),
    };
    Some(format!("{name} {rtype}\n"))
}
