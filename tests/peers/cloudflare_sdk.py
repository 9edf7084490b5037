"""Drives the stand-in for Cloudflare's API with Cloudflare's own client, which checks every answer against its models."""

import json
import sys

import cloudflare

url, token, part = sys.argv[1:]


def client_with(token):
    return cloudflare.Cloudflare(api_token=token, base_url=url, max_retries=0, _strict_response_validation=True)


def refusal(call):
    """The class and the code with which a call is refused."""
    try:
        call()
    except cloudflare.APIStatusError as error:
        return [type(error).__name__, error.body["errors"][0]["code"]]
    return None


def limited(client):
    try:
        list(client.zones.list())
    except cloudflare.RateLimitError as error:
        return {"refused": type(error).__name__, "retry-after": error.response.headers["retry-after"]}
    return {}


def records(client):
    told = {"zones": sorted(zone.name for zone in client.zones.list())}
    zone = next(zone.id for zone in client.zones.list() if zone.name == "example.com")
    records = client.dns.records

    def said(record):
        return {"content": record.content, "comment": record.comment}

    def count():
        return len(list(records.list(zone_id=zone)))

    told["records"] = sorted(record.type for record in records.list(zone_id=zone))
    told["in pages of two"] = len(list(records.list(zone_id=zone, per_page=2)))
    name = "sdk.example.com"
    plain = {"name": name, "type": "TXT", "ttl": 120}
    fields = {"zone_id": zone, **plain}
    made = records.create(**fields, content='"made by the client"', comment="kept")
    told["created"] = said(made)
    told["identical"] = refusal(lambda: records.create(**fields, content='"made by the client"'))
    told["no ttl"] = refusal(lambda: records.create(**{**fields, "ttl": 30}, content='"quick"'))
    address = {"name": "www.example.com", "type": "A", "ttl": 120, "content": "192.0.2.1"}
    told["beside an alias"] = refusal(lambda: records.create(zone_id=zone, **address))
    records.edit(made.id, **fields, content='"changed"')
    told["edited"] = said(records.get(made.id, zone_id=zone))
    told["updated"] = said(records.update(made.id, **fields, content='"overwritten"'))
    more = [records.create(**fields, content=f'"more {number}"') for number in range(2)]
    batch = records.batch(
        zone_id=zone,
        deletes=[{"id": more[0].id}],
        patches=[{"id": made.id, **plain, "content": '"patched"'}],
        puts=[{"id": more[1].id, **plain, "content": '"put"'}],
        posts=[{**plain, "content": '"posted"'}],
    )
    told["batch"] = [len(part) for part in (batch.deletes, batch.patches, batch.puts, batch.posts)]
    failed = refusal(
        lambda: records.batch(
            zone_id=zone, deletes=[{"id": made.id}], patches=[{"id": more[0].id, **plain, "content": '"gone"'}]
        )
    )
    told["failed batch"] = failed[1]
    told["after it"] = count()
    for record in (made, more[1], batch.posts[0]):
        assert records.delete(record.id, zone_id=zone).id == record.id
    told["missing"] = refusal(lambda: records.get(made.id, zone_id=zone))
    told["no token"] = refusal(lambda: list(client_with("another").zones.list()))
    told["left"] = count()
    return told


print(json.dumps({"records": records, "limited": limited}[part](client_with(token))))
