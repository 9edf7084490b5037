"""Lets pyspf judge cases that come as JSON lines, with all of DNS taken from the case: nothing is sent.

A case: {"records": {"NAME TYPE": [value...]}, "failing": ["NAME TYPE"...], "checks": [[ip, mail from, helo]...]}, names
in lower case without the last dot. TXT values are strings, MX values [preference, name].
A line of answer: [[result, explanation]...], in the order of the checks.
"""

import json
import sys

import spf


def main():
    for line in sys.stdin:
        case = json.loads(line)
        spf.DNSLookup = look_up(case["records"], set(case["failing"]))
        answers = [judge(ip, mail_from, helo) for ip, mail_from, helo in case["checks"]]
        print(json.dumps(answers), flush=True)


def look_up(records, failing):
    def answer(name, qtype, strict=True, timeout=20):
        key = f"{name.rstrip('.').lower()} {qtype}"
        if key in failing:
            raise spf.TempError("DNS: a failure of the case")
        return [((name, qtype), decoded(qtype, value)) for value in records.get(key, [])]

    return answer


def decoded(qtype, value):
    if qtype == "TXT":
        return (value.encode("utf-8"),)
    return tuple(value) if qtype == "MX" else value


def judge(ip, mail_from, helo):
    try:
        result, explanation = spf.check2(i=ip, s=mail_from, h=helo, querytime=0)
    except Exception as error:  # What it does not catch itself is its own mistake: told, and looked at.
        return ["crash", f"{type(error).__name__}: {error}"]
    return [result, explanation]


main()
