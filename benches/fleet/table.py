"""The figures as Markdown, each against its bar."""

import statistics

import world as worlds

MIB = 1 << 20
# The longest chain of questions for `deep.test`: its record, three includes behind each other, and one round trip more.
ROUND_TRIPS = 3 + 2
# What is wanted (bar, aim).
RATIO_TO_DNSPERF = (0.5, 0.8)
RATIO_TO_CHECKDMARC = (100, 300)
MEMORY = (200, 100)
MEMORY_GROWTH = 1.3
CPU = (160, 80)
# So much more may be asked than the least: 6.6 where the least is 6.23; 6.5.
MORE_THAN_LEAST = (6.6 / 6.23, 6.5 / 6.23)
DELAYED = (2.0, 1.2)


def brief(result):
    """The last round in a line."""
    ours, dnsperf = result["ours"][-1], result["dnsperf"][-1]
    rate = ours["questions"] / ours["wall"]
    return (
        f"{result['domains'] / ours['wall']:,.0f} domains/s, {rate:,.0f} questions/s of dnsperf's {dnsperf['rate']:,.0f}, "
        f"{ours['cpu'] / result['domains'] * 1e6:.0f} µs CPU a domain, {ours['memory'] / MIB:.0f} MiB"
    )


class Rows:
    """Lines of the table: least, median and greatest of the rounds."""

    def __init__(self):
        self.lines = ["| figure | least | median | greatest | bar | aim | reached |", "|---|---|---|---|---|---|---|"]

    def add(self, name, values, form, bar="", aim="", holds=None):
        values = sorted(values)
        shown = [format(value, form) for value in (values[0], statistics.median(values), values[-1])]
        reached = "" if holds is None else "yes" if holds(statistics.median(values)) else "**no**"
        self.lines.append(f"| {name} | {' | '.join(shown)} | {bar} | {aim} | {reached} |")

    def at_least(self, name, values, form, limits):
        bar, aim = limits
        self.add(name, values, form, f"≥ {bar:g}", f"≥ {aim:g}", lambda value: value >= bar)

    def at_most(self, name, values, form, limits):
        bar, aim = limits
        self.add(name, values, form, f"≤ {bar:{form}}", f"≤ {aim:{form}}" if aim else "", lambda value: value <= bar)


def markdown(settings, results):
    """All of it, for `docs/performance.md`."""
    head = (
        f"{settings['program']}, rounds by turns: {settings['rounds']}, on {settings['machine']}, which NSD shares."
    )
    return "\n".join([head, *(of_size(settings, result, results[0]) for result in results), *of_sick(results[0])])


def of_size(settings, result, first):
    """The table of one size."""
    rows, number, ours = Rows(), result["domains"], result["ours"]
    rates = [run["questions"] / run["wall"] for run in ours]
    ratios = [rate / run["rate"] for rate, run in zip(rates, result["dnsperf"])]
    domains = [number / run["wall"] for run in ours]
    rows.add("dnsperf, questions a second", [run["rate"] for run in result["dnsperf"]], ",.0f")
    rows.add("questions a second", rates, ",.0f")
    rows.at_least("of dnsperf's", ratios, ".2f", RATIO_TO_DNSPERF)
    rows.add("domains a second", domains, ",.0f")
    if result["theirs"]:
        rows.add("checkdmarc, domains a second", [run["rate"] for run in result["theirs"]], ",.1f")
        times = [rate / run["rate"] for rate, run in zip(domains, result["theirs"])]
        rows.at_least("times checkdmarc's", times, ",.0f", RATIO_TO_CHECKDMARC)
        rows.add("checkdmarc, CPU a domain, µs", [run["cpu"] * 1e6 for run in result["theirs"]], ",.0f")
        at = result["theirs"][0]["domains"]
        rows.add(f"checkdmarc, peak memory at {at:,}, MiB", [run["memory"] / MIB for run in result["theirs"]], ".0f")
    rows.at_most("CPU a domain, µs", [run["cpu"] / number * 1e6 for run in ours], ".0f", CPU)
    memory = [run["memory"] / MIB for run in ours]
    rows.at_most("peak memory, MiB", memory, ".0f", MEMORY)
    if result is not first:
        before = statistics.median(run["memory"] / MIB for run in first["ours"])
        growth = [value / before for value in memory]
        rows.at_most(f"of that at {first['domains']:,}", growth, ".2f", (MEMORY_GROWTH, None))
    least = result["least"] / number
    limits = tuple(least * more for more in MORE_THAN_LEAST)
    rows.at_most(f"questions a domain (the least: {least:.2f})", [run["questions"] / number for run in ours], ".2f", limits)
    nothing = (0, None)
    rows.at_most("questions asked twice or more", [result["again"]], ",.0f", nothing)
    rows.at_most("domains unknown", [len(run["unknown"]) for run in ours], ".0f", nothing)
    rows.add("dnsperf, answers lost", [run["lost"] for run in result["dnsperf"]], ".0f")
    rows.add("seconds for the list", [run["wall"] for run in ours], ".2f")
    if result["relay"]:
        delay = settings["delay_ms"]
        rows.add("the same through the relay", result["relay"], ".2f")
        rows.add(f"the same with {delay} ms more", result["delayed"], ".2f")
        times = [late / near for late, near in zip(result["delayed"], result["relay"])]
        rows.at_most("of that without the delay", times, ".2f", DELAYED)
        one = [statistics.median(times) * 1e3 for times in result["one"]]
        limit = ROUND_TRIPS * delay
        rows.at_most(f"`{worlds.DEEP}` alone, {delay} ms away, ms", one, ".0f", (limit, limit))
        near = [statistics.median(times) * 1e3 for times in result["one_near"]]
        rows.add(f"`{worlds.DEEP}` alone, without the delay, ms", near, ".1f")
    wrong = result["broken"]
    title = f"\n{number:,} domains, {wrong:,} of them broken and each found to be so:\n"
    return "\n".join([title, *rows.lines])


def of_sick(result):
    """What came of the sick servers."""
    if not result.get("sick"):
        return
    yield f"\nSick servers, {result['domains']:,} domains:\n"
    yield "| server | judged | unknown | listed to run again | of these judged then | wrong | seconds |"
    yield "|---|---|---|---|---|---|---|"
    for case in result["sick"]:
        counts = " | ".join(f"{case[key]:,}" for key in ("right", "unknown", "listed", "again"))
        yield f"| {case['case']} | {counts} | {len(case['wrong'])} | {case['wall']:.1f} |"
