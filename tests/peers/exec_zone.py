"""A program for `kind = "exec"`: keeps zones in one JSON file, `{"zone.": {"owner.": [value, ...]}}`.

    exec_zone.py FILE          answers one request on standard input
    exec_zone.py FILE FAULT    the same, and goes wrong in the way named

It is what the tests hold the protocol to (docs/providers/exec.md), and short enough to begin another from.
"""

import fcntl
import json
import sys
import time

LIMITS = {
    "cas": "atomic",
    "types": ["A", "AAAA", "CNAME", "MX", "PTR", "SPF", "TXT"],
    "batch": 20,
    "min_ttl": 60,
    "per_value_ttl": False,
    "rate": {"requests": 1000, "seconds": 1},
}


def ancestors(name):
    labels = name.rstrip(".").split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def error(kind, **more):
    return {"version": 1, "error": {"kind": kind, **more}}


def owner_in(zone, apex, name):
    cut = None
    for above in ancestors(name):
        if above != apex and any(value["rdata"]["type"] == "NS" for value in zone.get(above, [])):
            cut = above
        if above == apex:
            break
    return {"name": name, "values": zone.get(name, []), "delegated_at": cut}


def answer(request, zones):
    """The answer, and whether the zones changed."""
    method = request["method"]
    if request["version"] != 1:
        return error("unsupported", message="only version 1 is spoken here"), False
    if method == "limits":
        cas = "unconditional" if "unconditional" in sys.argv else LIMITS["cas"]
        return {"version": 1, "limits": {**LIMITS, "cas": cas}}, False
    if method == "zone":
        found = next((name for name in ancestors(request["owner"]) if name in zones), None)
        return ({"version": 1, "zone": {"name": found, "id": f"id-of-{found}"}} if found else error("no-zone")), False
    if method == "settled":
        return {"version": 1}, False
    apex = request["zone"]["name"]
    zone = zones.get(apex)
    if zone is None:
        return error("no-zone"), False
    if method == "read":
        return {"version": 1, "owners": [owner_in(zone, apex, name) for name in request["owners"]]}, False
    if method != "write":
        return error("unsupported", message=f"{method} is not known here"), False
    # All of them are looked at before the first is made.
    for change in request["changes"]:
        data = [value["rdata"] for value in zone.get(change["owner"], [])]
        gone = [value for value in change["remove"] if value["rdata"] not in data]
        if gone:
            return error("stale", values=gone), False
    results = []
    for change in request["changes"]:
        goes = [value["rdata"] for value in change["remove"]]
        stays = [value for value in zone.get(change["owner"], []) if value["rdata"] not in goes]
        if "forgets" in sys.argv:
            stays = stays[:1]
        zone[change["owner"]] = stays + change["add"]
        results.append({"written": {"id": "1"}})
    return {"version": 1, "results": results}, True


def main():
    path, fault = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    text = sys.stdin.read()
    if fault == "silent":
        return
    if fault == "slow":
        time.sleep(600)
    if fault == "fails":
        sys.exit("the service said: 503, come back later")
    if fault == "endless":
        while True:
            sys.stdout.write("[" * 65536)
    if fault == "garbage":
        print("<html>no JSON</html>")
        return
    request = json.loads(text)
    with open(path, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        zones = json.load(file)
        reply, changed = answer(request, zones)
        if changed:
            file.seek(0)
            json.dump(zones, file)
            file.truncate()
    if fault == "cut" and changed:
        sys.exit("done, and gone")
    if fault == "short" and "owners" in reply:
        reply["owners"] = reply["owners"][1:]
    if fault == "newer":
        reply["version"] = 2
    if fault == "log":
        with open(path + ".log", "a", encoding="utf-8") as log:
            log.write(json.dumps([request, reply]) + "\n")
    print(json.dumps(reply))


if __name__ == "__main__":
    main()
