"""Drives the stand-in for Cloud DNS with Google's own client, and holds each answer against the API's description."""

import json
import sys
from importlib import resources

import google.oauth2.service_account
import httplib2
from googleapiclient import discovery
from googleapiclient.errors import HttpError

url, project, key = sys.argv[1:]
SCOPE = "https://www.googleapis.com/auth/ndev.clouddns.readwrite"
DOCUMENT = json.loads(resources.files("googleapiclient.discovery_cache.documents").joinpath("dns.v1.json").read_text())
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "number": float}


def conforms(schema, value, place):
    """Fails where a value is not what a schema of the description has."""
    if "$ref" in schema:
        return conforms(DOCUMENT["schemas"][schema["$ref"]], value, f"{place}: {schema['$ref']}")
    assert isinstance(value, TYPES[schema["type"]]), (place, value, schema)
    if "enum" in schema:
        assert value in schema["enum"], (place, value, schema["enum"])
    if schema.get("format") in ("int64", "uint64"):
        assert value.isdigit(), (place, value)
    for item in value if schema["type"] == "array" else ():
        conforms(schema["items"], item, f"{place}[]")
    if schema["type"] == "object" and "properties" in schema:
        for name, inner in value.items():
            assert name in schema["properties"], (place, name)
            conforms(schema["properties"][name], inner, f"{place}.{name}")


def client_with(**who):
    return discovery.build("dns", "v1", client_options={"api_endpoint": url}, static_discovery=True, **who)


def done(request):
    answer = request.execute()
    conforms({"$ref": DOCUMENT_ANSWERS[request.methodId]}, answer, request.methodId)
    return answer


def refusal(request):
    """The status and the reason with which a request is refused."""
    try:
        request.execute()
    except HttpError as error:
        return [error.status_code, error.error_details[0]["reason"]]
    return None


DOCUMENT_ANSWERS = {
    method["id"]: method["response"]["$ref"]
    for resource in DOCUMENT["resources"].values()
    for method in resource["methods"].values()
    if "response" in method
}
account = google.oauth2.service_account.Credentials.from_service_account_file(key, scopes=[SCOPE])
client = client_with(credentials=account)
zones, sets, changes = client.managedZones(), client.resourceRecordSets(), client.changes()
zone = {"project": project, "managedZone": "mail-zone"}


def listed(resource, first, key):
    items = []
    while first is not None:
        answer = done(first)
        items += answer.get(key, [])
        first = resource.list_next(first, answer)
    return items


def all_sets(**more):
    return listed(sets, sets.list(**zone, **more), "rrsets")


def change(additions=(), deletions=(), **where):
    return changes.create(**{**zone, **where}, body={"additions": list(additions), "deletions": list(deletions)})


def rrset(name, rtype, *data, ttl=300):
    return {"name": name, "type": rtype, "ttl": ttl, "rrdatas": list(data)}


told = {
    "zones": [[item["name"], item["visibility"]] for item in listed(zones, zones.list(project=project), "managedZones")],
    "of the name": len(listed(zones, zones.list(project=project, dnsName="example.com."), "managedZones")),
    "sets": sorted(item["type"] for item in all_sets()),
    "in pages of one": len(all_sets(maxResults=1)),
}
old = next(item for item in all_sets() if item["type"] == "TXT")
new = rrset("example.com.", "TXT", '"v=spf1 a -all"', "x y")
made = done(change([new], [old]))
told["changed"] = made["status"]
status = made["status"]
while status != "done":
    status = done(changes.get(**zone, changeId=made["id"]))["status"]
told["at last"] = status
told["after it"] = next(item for item in all_sets() if item["type"] == "TXT")["rrdatas"]
told["stale"] = refusal(change([new], [old]))
told["there already"] = refusal(change([rrset("example.com.", "MX", "20 mx.example.com.")]))
told["gone"] = refusal(change([], [rrset("gone.example.com.", "TXT", '"x"')]))
told["beside an alias"] = refusal(change([rrset("example.com.", "CNAME", "elsewhere.example.")]))
told["empty"] = refusal(change())
told["no zone"] = refusal(change([new], managedZone="nowhere"))
told["no project"] = refusal(sets.list(project="another", managedZone="mail-zone"))
stranger = client_with(http=httplib2.Http())
told["no token"] = refusal(stranger.managedZones().list(project=project))
told["left"] = len(all_sets())
print(json.dumps(told))
