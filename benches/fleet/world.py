"""A fleet of domains: what is published for them, what is wrong with which, and the least that has to be asked.

The same number of domains is the same world. It is one zone, the root: so the server follows each alias and denies what
is not there, as a resolver would, and loads one file of a million records faster than a hundred thousand of ten.
"""

import base64
import random
import re
from pathlib import Path

SELECTORS = ("s1", "s2")
# One in ten is broken; each kind as often as any other.
BROKEN_EVERY = 10
# Mail services whose records many domains include: a few of them nearly everybody, as it is.
SENDERS = 36
# Services that take DMARC reports of others: the first two name each domain, the last takes those of everybody.
REPORTS = ("reports-one.test", "reports-two.test", "reports-all.test")
# A domain with nothing special about it: an include in an include in an include, and hosts of its own.
DEEP = "deep.test"

# SubjectPublicKeyInfo of RSA with 2048 bits and the exponent 65537, without its 256 octets. Nobody has the other half.
HEAD = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
TAIL = bytes.fromhex("0203010001")

FIRST = "amber brave calm dusty early fern gold hazel ivory jolly keen lunar misty noble olive plain quick rosy".split()
SECOND = "anchor barn cedar delta ember field grove harbor island jetty kiln lamp mill north orchard pine quarry".split()


class Record:
    """What a domain publishes for mail, before it is written down."""

    def __init__(self, name):
        self.name = name
        self.mx, self.hosts, self.addresses = [], {}, []
        self.texts, self.spf, self.dmarc, self.keys = [], [], [], {}
        self.includes, self.own_hosts = [], []
        # Questions that only a finding asks.
        self.beside = []

    def questions(self):
        """The least that has to be asked about this domain alone: what all share is counted once, elsewhere."""
        name = self.name
        asked = {(name, "MX"), (name, "TXT"), (f"_dmarc.{name}", "TXT")}
        asked |= {(f"{selector}._domainkey.{name}", "TXT") for selector in SELECTORS}
        if not self.mx:
            asked |= {(name, "A"), (name, "AAAA")}
        for host in self.own_hosts:
            asked |= {(host, "A"), (host, "AAAA")}
        if len(self.dmarc) == 1:
            hosts = re.findall(r"mailto:[^@,;]+@([^,;!]+)", self.dmarc[0])
            asked |= {(f"{name}._report._dmarc.{host}", "TXT") for host in hosts if host != name}
        return asked | set(self.beside)


# What can be wrong: the rule that has to say so and how, and what makes it so.


def two_spf_records(record, _):
    record.spf.append("v=spf1 mx ~all")
    # What does not count is not followed, but to say what one record of both would come to.
    record.includes, record.own_hosts = [], []


def no_dmarc(record, _):
    record.dmarc = []
    # A panel may have put it at the whole name below the whole name, and a record above would hold for it.
    record.beside += [(f"_dmarc.{record.name}.{record.name}", "TXT"), ("_dmarc.test", "TXT")]


def unknown_mechanism(record, _):
    record.spf = [record.spf[0].replace(" ", " ipv4:20.30.40.50 ", 1)]


def too_many_look_ups(record, _):
    deepest = [number for number in range(SENDERS) if depth(number) == 3][:4]
    record.includes, record.own_hosts = deepest, []
    record.spf = [f"v=spf1 {' '.join(f'include:{sender(number)}' for number in deepest)} ~all"]


def empty_key(record, _):
    record.keys = {selector: "v=DKIM1; k=rsa; p=" for selector in SELECTORS}


def bad_key(record, key):
    record.keys["s2"] = key().replace("p=MII", "p=!!!")


def include_of_nobody(record, _):
    gone = f"gone-{record.name}"
    record.spf = [record.spf[0].replace(" ", f" include:{gone} ", 1)]
    # Whether anybody could register it.
    record.beside += [(gone, "TXT"), (gone, "SOA")]


def everybody_passes(record, _):
    record.spf = [record.spf[0].rsplit(" ", 1)[0] + " +all"]


def two_dmarc_records(record, _):
    record.dmarc.append("v=DMARC1; p=none")


def bad_policy(record, _):
    record.dmarc = [f"v=DMARC1; p=rejekt; rua=mailto:dmarc@{record.name}"]


BROKEN = {
    "spf-multiple-records": ("error", two_spf_records),
    "dmarc-missing": ("warning", no_dmarc),
    "spf-unknown-mechanism": ("error", unknown_mechanism),
    "spf-lookup-limit": ("error", too_many_look_ups),
    "dkim-revoked": ("info", empty_key),
    "dkim-bad-base64": ("error", bad_key),
    "spf-include-no-record": ("error", include_of_nobody),
    "spf-all-pass": ("error", everybody_passes),
    "dmarc-multiple-records": ("error", two_dmarc_records),
    "dmarc-invalid-value": ("error", bad_policy),
}


def sender(number):
    return f"_spf.sender{number:02}.test"


def depth(number):
    """How many records lie behind each other."""
    return 1 + number % 3


def network(seeded):
    """An address range that could be anybody's. None of them is ever spoken to."""
    return f"{seeded.randrange(20, 90)}.{seeded.randrange(256)}.{seeded.randrange(256)}"


def quoted(value):
    """As character-strings, each within its 255 octets."""
    return " ".join(f'"{value[start:start + 255]}"' for start in range(0, len(value), 255))


class World:
    """So many domains. `write` makes the files; then `least` is the number of questions that cannot be saved."""

    def __init__(self, number):
        self.number = number
        self.seeded = random.Random(7208)
        # By rank, as popularity goes: the first is included twice as often as the second.
        self.popularity = [1 / (rank + 1) for rank in range(SENDERS)]
        # Every domain of the list; those that are broken, and the rule that says so.
        self.names, self.broken = set(), {}
        self.least = 0

    def part(self, names):
        """The same world with fewer domains in its list."""
        part = World(len(names))
        part.names, part.broken = names, self.broken
        return part

    def key(self):
        modulus = self.seeded.getrandbits(2048) | 1 << 2047 | 1
        return "v=DKIM1; k=rsa; p=" + base64.b64encode(HEAD + modulus.to_bytes(256, "big") + TAIL).decode()

    def senders(self):
        """The records that many include, as (owner, text), and which of them each one leads to."""
        texts, leads = [], {}
        for number in range(SENDERS):
            top, below = sender(number), []
            ranges = [f"ip4:{network(self.seeded)}.0/{self.seeded.choice([22, 23, 24])}" for _ in range(12)]
            if depth(number) == 1:
                texts.append((top, f"v=spf1 {' '.join(ranges[:8])} ~all"))
            else:
                below = [f"a.{top}", f"b.{top}"]
                texts.append((top, f"v=spf1 {' '.join(f'include:{name}' for name in below)} ~all"))
                third = f"c.{top}"
                inner = f"include:{third} " if depth(number) == 3 else ""
                texts.append((below[0], f"v=spf1 {inner}{' '.join(ranges[:6])} ~all"))
                texts.append((below[1], f"v=spf1 {' '.join(ranges[6:10])} ip6:2a02:{number:x}00::/40 ~all"))
                if inner:
                    below.append(third)
                    texts.append((third, f"v=spf1 {' '.join(ranges[10:])} ~all"))
            leads[number] = [top, *below]
        return texts, leads

    def domain(self, name, number):
        """A domain in good order, one of a few sorts."""
        seeded, record = self.seeded, Record(name)
        record.includes = sorted(set(seeded.choices(range(SENDERS), self.popularity, k=seeded.choice([1, 1, 2]))))
        record.keys = {selector: self.key() for selector in SELECTORS}
        includes = [f"include:{sender(number)}" for number in record.includes]
        end = seeded.choice(["~all", "-all"])
        sort = number % 20
        if sort < 6:
            # Mail lies with one of the services, and so do the keys: by an alias, as these have it.
            service = record.includes[0]
            record.mx = [(10, f"mx1.sender{service:02}.test"), (20, f"mx2.sender{service:02}.test")]
            terms = includes
            for selector in SELECTORS:
                record.keys[selector] = f"{selector}.k{number % 200}.sender{service:02}.test"
        elif sort < 8:
            service = record.includes[0]
            record.mx = [(10, f"mx1.sender{service:02}.test")]
            terms = [f"ip4:{network(seeded)}.{seeded.randrange(256)}", *includes]
        elif sort < 13:
            # A server of its own, which is where its mail goes, too.
            record.own_hosts = [f"mail.{name}"]
            record.mx = [(10, f"mail.{name}")]
            terms = ["mx", *includes]
        elif sort < 19:
            record.own_hosts = [f"out.{name}"]
            record.mx = [(10, f"mx1.sender{record.includes[0]:02}.test")]
            terms = [f"a:out.{name}", f"ip4:{network(seeded)}.0/24", *includes]
        else:
            # No MX: mail goes to the address of the domain (RFC 5321, section 5.1).
            record.addresses = [f"{network(seeded)}.{seeded.randrange(256)}"]
            terms = [f"ip4:{record.addresses[0]}", *includes]
        for host in record.own_hosts:
            v6 = f"2a02:{number >> 16:x}:{number & 0xFFFF:x}::25" if number % 2 else None
            record.hosts[host] = (f"{network(seeded)}.{seeded.randrange(256)}", v6)
        record.spf = [f"v=spf1 {' '.join(terms)} {end}"]
        if seeded.random() < 0.6:
            record.texts.append(f"google-site-verification={seeded.getrandbits(256):064x}")
        policy = seeded.choice(["none", "quarantine", "reject", "reject"])
        whose = seeded.choice([name, name, name, *REPORTS])
        record.dmarc = [f"v=DMARC1; p={policy}; rua=mailto:dmarc@{whose}"]
        return record

    def deep(self):
        """The domain that one run looks at alone: three includes behind each other, then a host."""
        record = Record(DEEP)
        record.mx, record.own_hosts = [(10, f"mail.{DEEP}")], [f"mail.{DEEP}"]
        record.hosts = {f"mail.{DEEP}": ("20.1.2.3", "2a02:1::25")}
        record.includes = [2]
        record.spf = [f"v=spf1 mx include:{sender(2)} -all"]
        record.dmarc = [f"v=DMARC1; p=reject; rua=mailto:dmarc@{DEEP}"]
        record.keys = {selector: self.key() for selector in SELECTORS}
        return record

    def all(self):
        """Every domain of the list."""
        kinds, unlucky = list(BROKEN), 0
        for number in range(self.number):
            first, second = FIRST[number % len(FIRST)], SECOND[number // len(FIRST) % len(SECOND)]
            name = f"{first}-{second}-{number:06}.test"
            record = self.domain(name, number)
            # One of each ten, whatever its sort.
            if number % BROKEN_EVERY == 0:
                unlucky = number + self.seeded.randrange(BROKEN_EVERY)
            if number == unlucky:
                kind = kinds[self.seeded.randrange(len(kinds))]
                BROKEN[kind][1](record, self.key)
                self.broken[name] = kind
            self.names.add(name)
            yield record

    def write(self, folder):
        """The zone, and the list with its selectors. Both are written as they come: a large world is not held."""
        texts, leads = self.senders()
        shared, alone = set(), 0
        with open(Path(folder, "zone"), "w") as zone, open(Path(folder, "list"), "w") as listed:
            zone.write("$ORIGIN .\n$TTL 3600\n. SOA ns.test host.test 1 7200 900 1209600 300\n. NS ns.test\n")
            zone.write("ns.test A 127.0.0.1\n")
            for owner, text in texts:
                zone.write(f"{owner} TXT {quoted(text)}\n")
            for number in range(SENDERS):
                base = f"sender{number:02}.test"
                zone.write(f"{base} MX 10 mx1.{base}\nmx1.{base} A 20.0.{number}.1\nmx2.{base} A 20.0.{number}.2\n")
                for customer in range(200):
                    for selector in SELECTORS:
                        zone.write(f"{selector}.k{customer}.{base} TXT {quoted(self.key())}\n")
            for name in REPORTS:
                zone.write(f"{name} MX 10 mx1.sender00.test\n")
            zone.write(f'*._report._dmarc.{REPORTS[-1]} TXT "v=DMARC1"\n')
            for record in self.all():
                alone += self.put(zone, record, leads, shared)
                listed.write(f"{record.name} {','.join(SELECTORS)}\n")
            self.put(zone, self.deep(), leads, set())
        self.least = alone + len(shared)

    @staticmethod
    def put(zone, record, leads, shared):
        """Writes one domain. How many questions it takes by itself; the others are noted."""
        name, lines = record.name, []
        lines += [f"{name} MX {preference} {host}" for preference, host in record.mx]
        lines += [f"{name} A {address}" for address in record.addresses]
        lines += [f"{name} TXT {quoted(text)}" for text in record.spf + record.texts]
        lines += [f"_dmarc.{name} TXT {quoted(text)}" for text in record.dmarc]
        for selector, key in record.keys.items():
            value = f"TXT {quoted(key)}" if key.startswith("v=") else f"CNAME {key}"
            lines.append(f"{selector}._domainkey.{name} {value}")
        for host, (v4, v6) in record.hosts.items():
            lines += [f"{host} A {v4}"] + ([f"{host} AAAA {v6}"] if v6 else [])
        for whose in REPORTS[:-1]:
            if any(whose in text for text in record.dmarc):
                lines.append(f'{name}._report._dmarc.{whose} TXT "v=DMARC1"')
        zone.write("\n".join(lines) + "\n")
        shared |= {(owner, "TXT") for number in record.includes for owner in leads[number]}
        questions = record.questions()
        own = {question for question in questions if question[0] == name or question[0].endswith(name)}
        shared |= questions - own
        return len(own)
