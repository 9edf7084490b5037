"""Drives the stand-in for DigitalOcean's DNS with DigitalOcean's own client."""

import json
import sys

import pydo
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy

url, token = sys.argv[1:]
ZONE = "example.com"


class Bearer(SansIOHTTPPolicy):
    """The client's own policy sends no token without TLS."""

    def __init__(self, token):
        self.token = token

    def on_request(self, request):
        request.http_request.headers["Authorization"] = f"Bearer {self.token}"


def client_with(token):
    return pydo.Client(token, endpoint=url.rstrip("/"), authentication_policy=Bearer(token), retry_total=0)


client = client_with(token)
domains = client.domains


def refusal(call):
    """The status and the id with which a call is refused. The client gives some refusals back as answers."""
    try:
        answer = call()
    except HttpResponseError as error:
        return [error.status_code, json.loads(error.response.text())["id"]]
    return [{"not_found": 404, "Unauthorized": 401}[answer["id"]], answer["id"]]


def records(**more):
    answer = domains.list_records(ZONE, **more)
    assert answer["meta"]["total"] >= len(answer["domain_records"])
    return answer["domain_records"]


def all_records(per_page):
    items, page, more = [], 1, True
    while more:
        answer = domains.list_records(ZONE, per_page=per_page, page=page)
        items += answer["domain_records"]
        more = "next" in answer["links"].get("pages", {})
        page += 1
    assert len({item["id"] for item in items}) == len(items) == answer["meta"]["total"]
    return items


def create(**body):
    return domains.create_record(ZONE, body=body)["domain_record"]


told = {
    "domains": sorted(domain["name"] for domain in domains.list()["domains"]),
    "records": sorted(record["type"] for record in records()),
    "in pages of one": len(all_records(1)),
}
made = create(type="TXT", name="sdk", data="made by the client", ttl=60)
told["made"] = [made["name"], made["data"], made["ttl"], made["priority"]]
patched = domains.patch_record(ZONE, made["id"], body={"type": "TXT", "data": "patched"})["domain_record"]
told["patched"] = [patched["name"], patched["data"], patched["ttl"]]
body = {"type": "TXT", "name": "sdk", "data": "updated", "ttl": 120}
updated = domains.update_record(ZONE, made["id"], body=body)["domain_record"]
told["updated"] = [updated["name"], updated["data"], updated["ttl"]]
mx = create(type="MX", name="@", data="mx.example.net.", priority=10)
told["mx"] = [mx["data"], mx["priority"]]
told["of the name"] = len(records(name=f"sdk.{ZONE}", type="TXT"))
told["deleted"] = domains.delete_record(ZONE, made["id"])
told["gone"] = refusal(lambda: domains.get_record(ZONE, made["id"]))
told["no domain"] = refusal(lambda: domains.list_records("example.org"))
told["no dot"] = refusal(lambda: create(type="CNAME", name="a", data="example.net"))
told["empty"] = refusal(lambda: create(type="TXT", name="a", data=""))
told["beside an alias"] = refusal(lambda: create(type="TXT", name="www", data="x"))
told["no token"] = refusal(lambda: client_with("another").domains.list())
told["left"] = len(all_records(200))
print(json.dumps(told))
