"""Measures a fleet: `fleet.py MAILVOUCH CHECKDMARC RELAY SIZE …`, as `benches/fleet/run` calls it."""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

import lab
import sick
import table
import world as worlds

ROUNDS = int(os.environ.get("ROUNDS", "3"))
# Domains that checkdmarc looks at: the first of the list.
SAMPLE = int(os.environ.get("SAMPLE", "500"))
# Domains at once, where it is not the program that decides.
CONCURRENCY = os.environ.get("CONCURRENCY")
DELAY_MS = 20
# So many questions are asked in one measurement of dnsperf, if it takes several times through the list.
DNSPERF_QUESTIONS = 250_000
# So often one domain is looked at in each round.
REPEATS = 11


class Bench:
    """One world on one server, and whoever asks it."""

    def __init__(self, programs, world, folder, server):
        self.mailvouch, self.checkdmarc, self.relay = programs
        self.world, self.folder, self.server = world, Path(folder), server
        self.list = self.folder / "list"

    def check(self, resolver, *more, domains=None):
        """Ours over the list. What it printed is in `out`, a line for each domain."""
        command = [self.mailvouch, "check", "--format", "ndjson", "--domains-from", domains or self.list, "--exit-zero"]
        command += ["--output", self.folder / "out", *(["--concurrency", CONCURRENCY] if CONCURRENCY else [])]
        for address in resolver if isinstance(resolver, list) else [resolver]:
            command += ["--resolver", address]
        (self.folder / "out").unlink(missing_ok=True)
        return lab.run([*command, *more])

    def lines(self):
        """What was printed, domain for domain."""
        with open(self.folder / "out") as lines:
            for line in lines:
                yield json.loads(line)

    def questions(self):
        """Exactly what ours asks, in its order, as dnsperf reads it: written down on the way. Then how many questions
        those are, and how many of them were asked before.
        """
        asked = self.folder / "questions"
        with lab.relay(self.relay, self.server.address, "--log", asked) as address:
            sound(self.check(address))
        with open(asked) as lines:
            number, once = 0, set()
            for line in lines:
                number += 1
                once.add(line)
        return asked, number, number - len(once)

    def ours(self):
        """A run on a healthy server: each domain is judged as it should be, or the benchmark stops."""
        self.server.counted()
        ran = sound(self.check(self.server.address))
        asked, by_tcp = self.server.counted()
        judged = sick.Judged(self.lines(), self.world).or_stop()
        return {
            "wall": ran.wall, "cpu": ran.cpu, "memory": ran.memory, "questions": asked, "by_tcp": by_tcp,
            "right": judged.right, "unknown": judged.unknown, "told": ran.told[-2000:],
        }

    def dnsperf(self, asked, number):
        """Questions a second, and how many got no answer."""
        runs = max(1, DNSPERF_QUESTIONS // number)
        host, port = self.server.address.split(":")
        command = ["dnsperf", "-s", host, "-p", port, "-d", asked, "-n", runs, "-e", "-c", 4, "-q", 400]
        told = lab.run(command).said

        def figure(name):
            found = re.search(rf"{name}: +([0-9.]+)", told)
            return float(found.group(1)) if found else sys.exit(f"dnsperf says something else:\n{told}")

        return {"rate": figure("Queries per second"), "lost": figure("Queries lost")}

    def theirs(self):
        """checkdmarc over the first domains; what it takes to start is measured with one domain, and taken off."""
        names = [line.split()[0] for line in self.list.read_text().splitlines()[:SAMPLE]]
        took = {}
        for number in (1, len(names)):
            listed = self.folder / f"first-{number}"
            listed.write_text("\n".join(names[:number]) + "\n")
            out = self.folder / "checkdmarc.json"
            ran = lab.run([self.checkdmarc, "-n", lab.CHECKDMARC_SERVER, "-o", out, "--", listed])
            if ran.code != 0:
                sys.exit(f"checkdmarc ends with {ran.code}:\n{ran.told[-3000:]}")
            took[number] = ran
        alone, all_of_them = took[1], took[len(names)]
        number = len(names) - 1
        return {
            "rate": number / (all_of_them.wall - alone.wall), "cpu": (all_of_them.cpu - alone.cpu) / number,
            "memory": all_of_them.memory, "domains": len(names),
        }

    def through_relay(self, delay):
        """Seconds for the list with an answer so many milliseconds away."""
        with lab.relay(self.relay, self.server.address, "--delay", delay) as address:
            return sound(self.check(address)).wall

    def one_domain(self, delay):
        """Seconds for one domain, the whole process, several times."""
        selectors = [word for selector in worlds.SELECTORS for word in ("--selector", selector)]
        with lab.relay(self.relay, self.server.address, "--delay", delay) as address:
            command = [self.mailvouch, "check", worlds.DEEP, "--resolver", address, "--format", "ndjson", *selectors]
            return [sound(lab.run(command)).wall for _ in range(REPEATS)]


def sound(ran):
    """What ended well. With `--exit-zero` 3 says that something is unknown, which is counted elsewhere."""
    if ran.code not in (0, 3):
        sys.exit(f"mailvouch ends with {ran.code}:\n{ran.said[-1000:]}{ran.told[-3000:]}")
    return ran


def measure(programs, size, is_first):
    """All figures of one size, as raw numbers."""
    world = worlds.World(size)
    with tempfile.TemporaryDirectory(prefix="mailvouch-fleet-") as folder:
        print(f"{size:,} domains: writing the zone", flush=True)
        world.write(folder)
        with lab.Server(folder, Path(folder, "zone")) as server:
            bench = Bench(programs, world, folder, server)
            asked, number, again = bench.questions()
            result = {
                "domains": size, "least": world.least, "broken": len(world.broken), "asked": number, "again": again,
                "ours": [], "dnsperf": [], "theirs": [], "relay": [], "delayed": [], "one": [], "one_near": [],
            }
            bench.dnsperf(asked, number)  # The first questions of all find nothing in the processor's caches.
            for turn in range(ROUNDS):
                result["dnsperf"].append(bench.dnsperf(asked, number))
                result["ours"].append(bench.ours())
                if is_first:
                    if server.answers_on_53:
                        result["theirs"].append(bench.theirs())
                    result["relay"].append(bench.through_relay(0))
                    result["delayed"].append(bench.through_relay(DELAY_MS))
                    result["one"].append(bench.one_domain(DELAY_MS))
                    result["one_near"].append(bench.one_domain(0))
                print(f"round {turn + 1}: {table.brief(result)}", flush=True)
            if is_first:
                result["sick"] = sick.runs(bench, number)
    return result


def main():
    programs, sizes = sys.argv[1:4], [int(size) for size in sys.argv[4:]]
    lab.needs("nsd", "nsd-control", "dnsperf")
    lab.unlimited()
    # Small ones first: memory is compared with the first.
    results = [measure(programs, size, place == 0) for place, size in enumerate(sorted(sizes))]
    raw = Path("target/fleet/results.json")
    raw.parent.mkdir(parents=True, exist_ok=True)
    program = lab.run([programs[0], "--version"]).said.strip()
    settings = {"machine": lab.machine(), "program": program, "rounds": ROUNDS, "delay_ms": DELAY_MS}
    raw.write_text(json.dumps(settings | {"sizes": results}, indent=1) + "\n")
    print(f"\n{table.markdown(settings, results)}\n\nEvery figure: {raw}")
    if any(case["wrong"] for case in results[0]["sick"]):
        sys.exit("a sick server made something wrong of what is right")


if __name__ == "__main__":
    main()
