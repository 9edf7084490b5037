"""1,000 zones: as PowerDNS takes them, as octoDNS declares them, and as mailvouch declares them."""

import base64
import random
from pathlib import Path

ZONES = 1000
# Where all of them have their mail, with the reverse name of the address that it leaves from.
SHARED = {
    "hosting.test": {("mail.hosting.test", "A"): ["203.0.113.10"]},
    "113.0.203.in-addr.arpa": {("10.113.0.203.in-addr.arpa", "PTR"): ["mail.hosting.test."]},
}
# SubjectPublicKeyInfo of RSA with 2048 bits and the exponent 65537, without its 256 octets.
HEAD = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
TAIL = bytes.fromhex("0203010001")


class World:
    """What is in the zones; the same for the same number of them."""

    def __init__(self):
        seeded = random.Random(7208)
        names = [f"d{number:04}.test" for number in range(ZONES)]
        # Keys that nobody has the private half of.
        self.keys = {name: self.key(seeded) for name in names}
        self.tokens = {name: f"google-site-verification={seeded.getrandbits(256):064x}" for name in names}

    @staticmethod
    def key(seeded):
        modulus = seeded.getrandbits(2048) | 1 << 2047 | 1
        return HEAD + modulus.to_bytes(256, "big") + TAIL

    def zone(self, name):
        """The sets of a zone, as (owner, type): values."""
        dkim = "v=DKIM1; k=rsa; p=" + base64.b64encode(self.keys[name]).decode()
        return {
            (name, "MX"): ["10 mail.hosting.test."],
            (name, "TXT"): [text("v=spf1 ip4:203.0.113.10 -all"), text(self.tokens[name])],
            (f"_dmarc.{name}", "TXT"): [text(f"v=DMARC1; p=reject; rua=mailto:dmarc@{name}")],
            (f"s1._domainkey.{name}", "TXT"): [text(dkim)],
            (f"www.{name}", "A"): ["192.0.2.80"],
        }

    def all(self):
        for name in self.keys:
            yield name, self.zone(name)
        yield from SHARED.items()


def text(value):
    """In character-strings, each within its 255 octets."""
    return " ".join(f'"{value[start:start + 255]}"' for start in range(0, len(value), 255))


def for_powerdns(name, sets):
    rrsets = [
        {"name": f"{owner}.", "type": rtype, "ttl": 3600, "changetype": "REPLACE",
         "records": [{"content": value, "disabled": False} for value in values]}
        for (owner, rtype), values in sets.items()
    ]
    return {"name": f"{name}.", "kind": "Native", "nameservers": ["ns.hosting.test."], "rrsets": rrsets,
            "soa_edit_api": "DEFAULT"}


def for_octodns(folder, world, url, key, workers):
    """Its configuration; the zones are found by their files."""
    zones = Path(folder, "zones")
    zones.mkdir(exist_ok=True)
    for name in world.keys:
        lines = ["---"]
        owners = {}
        for (owner, rtype), values in (world.zone(name) | {(name, "NS"): ["ns.hosting.test."]}).items():
            owners.setdefault(owner.removesuffix(name).removesuffix("."), []).append((rtype, values))
        for owner, sets in sorted(owners.items()):
            lines.append(f"'{owner}':")
            for rtype, values in sets:
                lines += [f"- type: {rtype}", "  ttl: 3600", "  values:"]
                lines += [f"  - {yaml(rtype, value)}" for value in values]
        Path(zones, f"{name}.yaml").write_text("\n".join(lines) + "\n")
    host, port = url.removeprefix("http://").split(":")
    path = Path(folder, f"octodns-{workers}.yaml")
    path.write_text(f"""---
manager: {{max_workers: {workers}}}
providers:
  files: {{class: octodns.provider.yaml.YamlProvider, directory: {zones}, default_ttl: 3600, enforce_order: false}}
  powerdns:
    {{class: octodns_powerdns.PowerDnsProvider, host: {host}, port: {port}, api_key: env/{key}, mode_of_operation: native}}
zones:
  '*': {{sources: [files], targets: [powerdns]}}
""")
    return path


def yaml(rtype, value):
    if rtype == "MX":
        preference, exchange = value.split(" ")
        return f"{{preference: {preference}, exchange: {exchange}}}"
    if rtype == "TXT":
        return "'" + value.replace('" "', "").strip('"').replace(";", "\\;") + "'"
    return value


def for_mailvouch(folder, world, url, key, resolver, published):
    keys = Path(folder, "keys")
    keys.mkdir(exist_ok=True)
    lines = [
        "version = 1",
        "[egress.hosting]",
        'addresses = ["203.0.113.10"]',
        "[providers.powerdns]",
        f'kind = "powerdns"\nurl = "{url}"\napi-key-env = "{key}"\nauthoritative = ["{resolver}"]',
    ]
    for name, spki in world.keys.items():
        body = base64.encodebytes(spki).decode()
        Path(keys, f"{name}.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n")
        lines += [
            f'[domains."{name}"]',
            f'provider = "powerdns"\npublished = "{published}"\negress = ["hosting"]\nspf = {{ all = "fail" }}',
            f'dmarc = {{ policy = "reject", rua = ["mailto:dmarc@{name}"] }}',
            f'dkim.s1 = {{ key-file = "keys/{name}.pem" }}',
        ]
    path = Path(folder, f"{published}.toml")
    path.write_text("\n".join(lines) + "\n")
    return path
