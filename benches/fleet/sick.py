"""Whether what is said of each domain is right, on a server in order and on sick ones."""

import sys

import lab
import world as worlds


class Judged:
    """What was said of a list: how many domains were judged as they should be, which could not be, which were wrong."""

    def __init__(self, lines, world):
        self.right, self.unknown, self.wrong = 0, [], []
        seen = set()
        for line in lines:
            name, verdict = line["domain"], line["verdict"]
            if name in seen:
                self.wrong.append(f"{name} is told of twice")
            seen.add(name)
            if verdict == "unknown":
                self.unknown.append(name)
                continue
            kind = world.broken.get(name)
            severity = worlds.BROKEN[kind][0] if kind else None
            found = sorted((finding["rule"], finding["severity"]) for finding in line["diagnostics"])
            expected = "fail" if severity == "error" else "pass"
            is_said = kind is None or (kind, severity) in found
            # A domain in good order may be spoken of, and not ill.
            is_spared = kind or all(how_bad == "info" for _, how_bad in found)
            if verdict == expected and is_said and is_spared:
                self.right += 1
            else:
                self.wrong.append(f"{name} should {expected} ({kind or 'nothing is wrong'}) and does {verdict}: {found}")
        missing = sorted(world.names - seen)
        if missing:
            self.wrong.append(f"{len(missing)} domains are not told of: {', '.join(missing[:5])}, …")

    def or_stop(self):
        """Itself, where nothing is wrong: there is no point in how fast a wrong answer comes."""
        if self.wrong:
            sys.exit(f"{len(self.wrong)} wrong, the first: {self.wrong[0]}")
        return self


def runs(bench, asked):
    """A run on each sick server, and one with what is left over on the healthy one."""
    half = asked // 2
    cases = {
        "1 % of the questions lost": ["--lose", 1],
        "1 % of the answers SERVFAIL": ["--servfail", 1],
        "silent for 5 s in the middle": ["--pause", half, 5],
    }
    results = []
    for name, faults in cases.items():
        with lab.relay(bench.relay, bench.server.address, *faults) as address:
            results.append(sick_run(bench, name, [address]))
    with lab.bound() as dead:
        # It takes every question, and answers none.
        addresses = [f"127.0.0.1:{dead.getsockname()[1]}", bench.server.address]
        results.append(sick_run(bench, "the first upstream of two dead", addresses))
    return results


def sick_run(bench, name, resolvers):
    left = bench.folder / "unknown"
    left.unlink(missing_ok=True)
    ran = bench.check(resolvers, "--unknown-to", left)
    if ran.code not in (0, 3):
        sys.exit(f"{name}: mailvouch ends with {ran.code}:\n{ran.told[-3000:]}")
    first = Judged(bench.lines(), bench.world)
    wrong = list(first.wrong)
    # What is broken for certain is listed, too, where the rest of it is unknown.
    names = {line.split()[0] for line in left.read_text().splitlines()} if left.exists() else set()
    lacking = sorted(set(first.unknown) - names)
    if lacking:
        wrong.append(f"{len(lacking)} are unknown, and not listed to run again: {', '.join(lacking[:5])}, …")
    again = 0
    if names:
        bench.check(bench.server.address, domains=left)
        second = Judged(bench.lines(), bench.world.part(names))
        again = second.right
        wrong += second.wrong + [f"{left} is unknown on a healthy server" for left in second.unknown]
    result = {
        "case": name, "right": first.right, "unknown": len(first.unknown), "listed": len(names), "again": again,
        "wrong": wrong, "wall": ran.wall,
    }
    print(f"{name}: {brief(result)}", flush=True)
    return result


def brief(result):
    told = f"{result['right']:,} judged, {result['unknown']:,} unknown, {result['wall']:.1f} s"
    wrong = result["wrong"]
    return f"{told}; {len(wrong)} WRONG, the first: {wrong[0]}" if wrong else told
