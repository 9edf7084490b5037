"""Starts PowerDNS, fills it, and measures both programs by turns."""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import world as worlds

KEY = "OCTODNS_BENCH_API_KEY"
SECRET = "an-api-key-of-the-benchmark"
SCHEMA = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"
LIMIT = 1 / 3


def free_port():
    """A port that is free on loopback now, with TCP and UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


def api(url, path, body=None):
    data = json.dumps(body).encode() if body else None
    headers = {"X-API-Key": SECRET, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v1/servers/localhost{path}", data, headers)
    # This machine is spoken to, whatever proxy there is.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return answer.read()


@contextlib.contextmanager
def powerdns(folder):
    """It, running: the base URL of its API, and where it answers DNS."""
    dns, web = free_port(), free_port()
    Path(folder, "pdns.conf").write_text(
        f"launch=gsqlite3\ngsqlite3-database={folder}/pdns.db\ngsqlite3-pragma-synchronous=0\nsocket-dir={folder}\n"
        f"daemon=no\nguardian=no\nlocal-address=127.0.0.1\nlocal-port={dns}\nsecurity-poll-suffix=\napi=yes\n"
        f"api-key={SECRET}\nwebserver=yes\nwebserver-address=127.0.0.1\nwebserver-port={web}\n"
        "webserver-allow-from=127.0.0.0/8\nwebserver-loglevel=none\n"
    )
    with open(SCHEMA, "rb") as schema:
        subprocess.run(["sqlite3", f"{folder}/pdns.db"], stdin=schema, check=True)
    url = f"http://127.0.0.1:{web}"
    with open(f"{folder}/pdns.log", "wb") as log:
        server = subprocess.Popen(["pdns_server", f"--config-dir={folder}"], stdout=log, stderr=log)
    try:
        begun = time.monotonic()
        while True:
            try:
                api(url, "")
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None or time.monotonic() - begun > 30:
                    sys.exit(f"PowerDNS did not come up:\n{Path(folder, 'pdns.log').read_text(errors='replace')}")
                time.sleep(0.05)
        yield url, f"127.0.0.1:{dns}"
    finally:
        server.terminate()
        server.wait()


def timed(command, nothing_to_do):
    """Seconds that the whole process takes. It has to succeed, and to find nothing to do."""
    begun = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ | {KEY: SECRET})
    took = time.monotonic() - begun
    told = ended.stdout + ended.stderr
    if ended.returncode != 0 or not nothing_to_do(told):
        sys.exit(f"{command[0]} (exit {ended.returncode}) has something to do, or failed:\n{told[-3000:]}")
    return took


def main():
    mailvouch, octodns, rounds = (*sys.argv[1:3], int(sys.argv[3]))
    with tempfile.TemporaryDirectory(prefix="mailvouch-octodns-") as folder, powerdns(folder) as (url, dns):
        world = worlds.World()
        for name, sets in world.all():
            api(url, "/zones", worlds.for_powerdns(name, sets))

        def ours(published):
            path = worlds.for_mailvouch(folder, world, url, KEY, dns, published)
            command = [mailvouch, "plan", "--config", str(path), "--resolver", dns, "--concurrency", "64"]
            return lambda: timed(command, lambda told: "nothing to change" in told)

        def theirs(workers):
            path = worlds.for_octodns(folder, world, url, KEY, workers)
            return lambda: timed([octodns, "--config-file", str(path)], lambda told: "No changes were planned" in told)

        runs = {
            "mailvouch plan, published = \"provider\"": ours("provider"),
            "mailvouch plan, published = \"dns\"": ours("dns"),
            "octodns-sync": theirs(1),
            "octodns-sync, max_workers: 8": theirs(8),
        }
        for run in runs.values():
            run()  # What is read for the first time is read from disk.
        took = {name: [] for name in runs}
        for number in range(rounds):
            for name, run in runs.items():
                took[name].append(run())
            print(f"round {number + 1}: " + ", ".join(f"{seconds[-1]:.2f} s" for seconds in took.values()), flush=True)
        medians = {name: statistics.median(seconds) for name, seconds in took.items()}
        best = min(seconds for name, seconds in medians.items() if name.startswith("octodns"))
        for name, seconds in medians.items():
            of = f", {seconds / best:.2f} of octoDNS at its best (at most {LIMIT:.2f} is wanted)"
            print(f"{name}: {seconds:.2f} s{of if name.startswith('mailvouch') else ''}")


if __name__ == "__main__":
    main()
