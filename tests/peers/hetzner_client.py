"""Drives the stand-in for Hetzner's API with Hetzner's own client."""

import json
import sys

from hcloud import APIException, Client
from hcloud.zones import ZoneRecord

url, token = sys.argv[1:]


def client_with(token):
    return Client(token, api_endpoint=url, poll_interval=0.01)


def refusal(call):
    """The code with which a call is refused."""
    try:
        call()
    except APIException as error:
        return error.code
    return None


client = client_with(token)
told = {"zones": [zone.name for zone in client.zones.get_all()]}
zone = client.zones.get("example.com")
told["zone"] = [zone.name, zone.mode, zone.status]


def record(value, comment=None):
    return ZoneRecord(value=value, comment=comment)


def held(name, rtype):
    return client.zones.get_rrset(zone, name, rtype)


made = zone.create_rrset(name="@", type="TXT", ttl=3600, records=[record('"MS=ms1"', "kept")])
made.action.wait_until_finished()
told["made"] = [made.action.command, made.action.status]
texts = held("@", "TXT")
texts.add_rrset_records([record('"v=spf1 ~all"')]).wait_until_finished()
texts.set_rrset_records([record('"MS=ms1"', "kept"), record('"v=spf1 -all"')]).wait_until_finished()
texts.change_rrset_ttl(7200).wait_until_finished()
zone.create_rrset(name="www", type="CNAME", records=[record("web")]).action.wait_until_finished()
texts = held("@", "TXT")
records = sorted(texts.records, key=lambda each: each.value)
told["texts"] = [each.value for each in records]
told["comments"] = [each.comment for each in records]
told["ttl"] = texts.ttl
told["actions"] = len(client.request("GET", "/zones/example.com/actions", params={"sort": "id:desc"})["actions"])
told["made again"] = refusal(lambda: zone.create_rrset(name="@", type="TXT", records=[record('"x"')]))
told["there already"] = refusal(lambda: texts.add_rrset_records([record('"MS=ms1"')]))
told["not there"] = refusal(lambda: texts.remove_rrset_records([record('"gone"')]))
told["too short"] = refusal(lambda: texts.change_rrset_ttl(30))
address = [record("192.0.2.1")]
told["beside an alias"] = refusal(lambda: zone.create_rrset(name="www", type="A", records=address))
zone.create_rrset(name="mail", type="A", records=address).action.wait_until_finished()
pages, page = 0, 1
while page:
    listed = zone.get_rrset_list(page=page, per_page=1)
    pages, page = pages + len(listed.rrsets), listed.meta.pagination.next_page
told["in pages of one"] = pages
told["secondary"] = refusal(lambda: client.zones.get("example.net").get_rrset_all())
told["missing"] = refusal(lambda: client.zones.get("elsewhere.example"))
told["no token"] = refusal(lambda: client_with("another").zones.get_all())
for rrset in zone.get_rrset_all():
    rrset.delete_rrset().action.wait_until_finished()
told["left"] = len(zone.get_rrset_all())
print(json.dumps(told))
