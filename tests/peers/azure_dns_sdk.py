"""Drives the stand-in for Azure DNS with Microsoft's own client, which reads every answer into its models."""

import json
import sys
import urllib.parse
import urllib.request

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.dns import DnsManagementClient
from azure.mgmt.dns.models import ARecord, RecordSet, TxtRecord

url, subscription, group, tenant, client_id, secret = sys.argv[1:]
ZONE = "example.com"


def token():
    """An application's token, as `azure-identity` asks for it; that speaks to token servers with TLS only."""
    scope = f"{url.rstrip('/')}/.default"
    fields = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": scope}
    with urllib.request.urlopen(f"{url}{tenant}/oauth2/v2.0/token", urllib.parse.urlencode(fields).encode()) as answer:
        given = json.load(answer)
    assert given["token_type"] == "Bearer" and given["expires_in"] > 60
    return given["access_token"]


class Bearer(SansIOHTTPPolicy):
    """The client's own policy sends no token without TLS."""

    def __init__(self, token):
        self.token = token

    def on_request(self, request):
        request.http_request.headers["Authorization"] = f"Bearer {self.token}"


def client_with(token):
    policy = Bearer(token)
    return DnsManagementClient(
        object(), subscription, base_url=url.rstrip("/"), authentication_policy=policy, retry_total=0
    )


def refusal(call):
    """The status and the code with which a call is refused."""
    try:
        call()
    except HttpResponseError as error:
        return [error.status_code, error.error.code]
    return None


client = client_with(token())
sets = client.record_sets


def all_sets(**more):
    return list(sets.list_by_dns_zone(group, ZONE, **more))


def write(name, rtype, content, **condition):
    return sets.create_or_update(group, ZONE, name, rtype, content, **condition)


def texts(*records):
    return RecordSet(ttl=300, txt_records=[TxtRecord(value=list(strings)) for strings in records])


told = {
    "zones": sorted([zone.name, zone.zone_type] for zone in client.zones.list()),
    "of the group": len(list(client.zones.list_by_resource_group(group))),
    "sets": sorted(f"{item.name}/{item.type.split('/')[-1]}" for item in all_sets()),
    "in pages of one": len(all_sets(top=1)),
}
held = sets.get(group, ZONE, "@", "TXT")
told["got"] = ["".join(held.txt_records[0].value), held.ttl, held.metadata, held.fqdn]
new = write("@", "TXT", texts(["v=spf1 a -all"], ["cut ", "in two"]), if_match=held.etag)
told["changed"] = [record.value for record in sets.get(group, ZONE, "@", "TXT").txt_records]
told["another etag"] = new.etag not in (None, held.etag)
told["stale"] = refusal(lambda: write("@", "TXT", texts(["late"]), if_match=held.etag))
told["there already"] = refusal(lambda: write("@", "TXT", texts(["twice"]), if_none_match="*"))
made = write("sdk", "TXT", texts(["made"]), if_none_match="*")
told["made"] = [made.name, made.provisioning_state]
told["stale deletion"] = refusal(lambda: sets.delete(group, ZONE, "sdk", "TXT", if_match=held.etag))
told["deleted"] = sets.delete(group, ZONE, "sdk", "TXT", if_match=made.etag)
told["gone"] = refusal(lambda: sets.get(group, ZONE, "sdk", "TXT"))
told["beside an alias"] = refusal(lambda: write("www", "A", RecordSet(ttl=60, a_records=[ARecord(ipv4_address="192.0.2.1")])))
told["empty"] = refusal(lambda: write("sdk", "TXT", texts([""])))
told["no group"] = refusal(lambda: list(client.zones.list_by_resource_group("nowhere")))
told["no token"] = refusal(lambda: list(client_with("another").zones.list()))
told["left"] = len(all_sets())
print(json.dumps(told))
