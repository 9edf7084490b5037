"""What octoDNS itself plans from one set of its YAML files to another.

    octodns_plan.py FOLDER      FOLDER/<case>/{before,after}/example.com.yaml and FOLDER/<case>/settings.json

Prints one JSON object: of each case the changes of the plan, each with the record before and after it, and what is different
in the file that octoDNS writes when it dumps the zone. The files are read with everything that octoDNS checks where nothing is told otherwise.
"""

import json
import sys
from os import listdir
from os.path import join

from octodns.provider.yaml import YamlProvider
from octodns.zone import Zone


def record(record):
    if record is None:
        return None
    return {"name": record.fqdn, "type": record._type, "ttl": record.ttl, "values": sorted(record.to_rrset().rdatas)}


def plan(folder):
    with open(join(folder, "settings.json")) as file:
        settings = json.load(file)
    source = YamlProvider("source", join(folder, "after"), **settings)
    target = YamlProvider("target", join(folder, "before"), **settings)
    desired = Zone("example.com.", [])
    source.populate(desired)
    planned = target.plan(desired)
    changes = planned.changes if planned else []
    told = [{"before": record(change.existing), "after": record(change.new)} for change in changes]
    dumper = YamlProvider("dumper", join(folder, "dumped"), **settings)
    dumper.apply(dumper.plan(desired))
    dumped = Zone("example.com.", [])
    YamlProvider("dumped", join(folder, "dumped"), **settings).populate(dumped)
    return {"changes": told, "dumped": [repr(change) for change in dumped.changes(desired, dumper)]}


folder = sys.argv[1]
json.dump({case: plan(join(folder, case)) for case in sorted(listdir(folder))}, sys.stdout)
