"""What a measurement is made of: a server, what stands before it, and processes whose cost is known."""

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

# checkdmarc asks port 53 alone; something else may answer there at the usual address, or another run of this.
CHECKDMARC_SERVER = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"
# Room for a burst of questions, where the system's default is some two hundred datagrams.
BUFFER = 8 << 20
SO_RCVBUFFORCE = 33
TOOK = Path(__file__).with_name("took.py")


@dataclass
class Ran:
    """A process that has ended."""

    code: int
    wall: float
    cpu: float
    memory: int
    said: str
    told: str


def run(command, patience=900):
    """Runs it to its end. Time is that of the whole process; CPU and peak memory are the kernel's account of it."""
    command = [str(word) for word in command]
    with tempfile.TemporaryDirectory() as folder:
        took, said, told = (Path(folder, name) for name in ("took", "said", "told"))
        with open(said, "wb") as output, open(told, "wb") as errors:
            launcher = [sys.executable, "-I", "-S", TOOK, took, *command]
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": errors}
            process = subprocess.Popen(launcher, start_new_session=True, **streams)
            # It ends by its own deadline; what hangs is a finding, and ends here.
            watch = threading.Timer(patience, os.killpg, (process.pid, signal.SIGKILL))
            watch.start()
            try:
                code = process.wait()
            finally:
                watch.cancel()
        texts = [path.read_text(errors="replace") for path in (said, told)]
        if code != 0:
            sys.exit(f"{command[0]} was ended after {patience} s, or did not start:\n{texts[1][-3000:]}")
        return Ran(**json.loads(took.read_text()), said=texts[0], told=texts[1])


def bound(address="127.0.0.1"):
    """A UDP socket on a free port with room for a burst; the same port is free with TCP now."""
    while True:
        udp = socket.socket(type=socket.SOCK_DGRAM)
        with contextlib.suppress(PermissionError):
            udp.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        udp.bind((address, 0))
        with socket.socket() as tcp:
            try:
                tcp.bind(udp.getsockname())
                return udp
            except OSError:
                udp.close()


def free_port():
    with bound() as udp:
        return udp.getsockname()[1]


class Server:
    """NSD with one zone. It counts what it is asked."""

    def __init__(self, folder, zone):
        self.folder, self.port = folder, free_port()
        self.process = None
        self.configuration = Path(folder, "nsd.conf")
        # Port 53 is root's. Where it cannot be had, checkdmarc is not measured.
        self.answers_on_53 = os.geteuid() == 0
        more = f"  ip-address: {CHECKDMARC_SERVER}@53\n" if self.answers_on_53 else ""
        self.configuration.write_text(
            f"server:\n  ip-address: 127.0.0.1@{self.port}\n{more}  server-count: 1\n  username: \"\"\n"
            f"  database: \"\"\n  zonesdir: \"{folder}\"\n  pidfile: \"{folder}/nsd.pid\"\n"
            f"  xfrdfile: \"{folder}/xfrd.state\"\n  zonelistfile: \"{folder}/zone.list\"\n"
            f"  receive-buffer-size: {BUFFER}\n  send-buffer-size: {BUFFER}\n"
            # Debian's limits answers to one address to 200 a second.
            "  rrl-ratelimit: 0\n  rrl-whitelist-ratelimit: 0\n"
            f"remote-control:\n  control-enable: yes\n  control-interface: \"{folder}/nsd.ctl\"\n"
            f"zone:\n  name: \".\"\n  zonefile: \"{zone}\"\n"
        )

    def __enter__(self):
        log = Path(self.folder, "nsd.log")
        with open(log, "wb") as output:
            command = ["nsd", "-d", "-c", str(self.configuration)]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        begun = time.monotonic()
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begun > 300:
                self.__exit__()
                sys.exit(f"NSD did not come up:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def answers(self):
        """Whether it answers for its zone: SOA at the root."""
        question = b"\0\1\0\0\0\1\0\0\0\0\0\0\0\0\6\0\1"
        with socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.settimeout(0.5)
            udp.connect(("127.0.0.1", self.port))
            try:
                udp.send(question)
                answer = udp.recv(512)
            except OSError:
                return False
        return answer[3] & 15 == 0 and answer[7] == 1

    def counted(self):
        """How many questions it has answered since it was last asked this, and how many of them came over TCP."""
        command = ["nsd-control", "-c", str(self.configuration), "stats"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        counters = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
        # `num.queries` counts what arrives by either way.
        return int(counters["num.queries"]), int(counters["num.tcp"])


@contextlib.contextmanager
def relay(program, server, *arguments):
    """A way to the server that is longer, or worse, than loopback: `HOST:PORT`."""
    with bound() as udp:
        port = udp.getsockname()[1]
        # It takes over the socket as its standard input: only root may give one that much room.
        command = [str(program), server, *map(str, arguments)]
        process = subprocess.Popen(command, stdin=udp, stdout=subprocess.PIPE, text=True)
    try:
        # It says when it is ready.
        if process.stdout.readline().strip() != "ready":
            sys.exit("the relay did not come up")
        yield f"127.0.0.1:{port}"
    finally:
        # What it still has to write down takes a moment.
        time.sleep(0.3)
        process.terminate()
        process.wait()
        process.stdout.close()


def machine():
    """What the figures were measured on, in a line."""
    models = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return f"{os.cpu_count()} × {models[0] if models else 'unknown processor'}"


def needs(*programs):
    """Stops where a program is missing."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; `benches/fleet/run` installs them as root on Debian")


def unlimited():
    """As many open files as may be: a resolver library opens a socket for each question."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
