"""Drives the stand-in for Cloudflare's API with Cloudflare's own client, which checks every answer against its models."""

import json
import sys

from cloudflare import APIStatusError, Cloudflare

url, token = sys.argv[1:]
client = Cloudflare(api_token=token, base_url=url, max_retries=0, _strict_response_validation=True)
told = {"zones": sorted(zone.name for zone in client.zones.list())}
zone = next(zone for zone in client.zones.list() if zone.name == "example.com").id
records = client.dns.records


def code(call):
    """The code with which a call is refused."""
    try:
        call()
    except APIStatusError as error:
        return error.body["errors"][0]["code"]
    return None


told["records"] = sorted(record.type for record in records.list(zone_id=zone))
name = "sdk.example.com"
fields = {"zone_id": zone, "name": name, "type": "TXT", "ttl": 120}
made = records.create(**fields, content='"made by the client"', comment="kept")
told["created"] = made.content
told["identical"] = code(lambda: records.create(**fields, content='"made by the client"'))
edited = records.edit(made.id, **fields, content='"changed"')
told["comment"], told["edited"] = edited.comment, records.get(made.id, zone_id=zone).content
more = records.create(**fields, content='"to be deleted"')
batch = records.batch(
    zone_id=zone,
    deletes=[{"id": more.id}],
    patches=[{"id": made.id, "name": name, "type": "TXT", "ttl": 120, "content": '"once more"'}],
    posts=[{"name": name, "type": "TXT", "ttl": 120, "content": '"new"'}],
)
told["batch"] = [len(batch.deletes), len(batch.patches), len(batch.posts)]
records.delete(made.id, zone_id=zone)
records.delete(batch.posts[0].id, zone_id=zone)
told["missing"] = code(lambda: records.get(made.id, zone_id=zone))
told["left"] = len(list(records.list(zone_id=zone)))
print(json.dumps(told))
