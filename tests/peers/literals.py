"""Reads literals as others do: JSON lines `{"language": "js" | "hcl", "line": ...}` come in, the strings of each go out.

JavaScript is read by esprima, HCL by python-hcl2, which leaves the escapes of a quoted template as they stand: these are
undone here as the specification of HCL has them (native syntax, "Template Expressions").
"""

import json
import sys

import esprima
import hcl2


def js(line):
    found = []

    def visit(node, meta):
        if node.type == "Literal" and isinstance(node.value, str):
            found.append(node.value)
        return node

    esprima.parseScript(line, delegate=visit)
    return found


def hcl(line):
    raw = hcl2.loads(f"x = [{line}]\n")["x"]
    return [json.loads(each.replace("$${", "${").replace("%%{", "%{")) for each in raw]


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"js": js, "hcl": hcl}[asked["language"]](asked["line"])))
