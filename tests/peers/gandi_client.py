"""Drives the stand-in for Gandi's API with the client of octodns-gandi."""

import json
import sys

import requests
from octodns_gandi import GandiClient, GandiClientException

url, token = sys.argv[1:]


def client_with(token):
    client = GandiClient(token, per_page=2)
    client.endpoint = url
    return client


def refusal(call):
    """The class of the error, or the status, with which a call is refused."""
    try:
        call()
    except GandiClientException as error:
        return type(error).__name__
    except requests.HTTPError as error:
        return error.response.status_code
    return None


client = client_with(token)
zone = "example.com"
told = {"domains": [domain["fqdn"] for domain in client.domains()], "zone": client.zone(zone)["fqdn"]}


def made(name, rtype, values, ttl=3600):
    record = {"rrset_name": name, "rrset_type": rtype, "rrset_ttl": ttl, "rrset_values": values}
    client.record_create(zone, record)


def held(name, rtype):
    records = client.zone_records(zone)
    return [r["rrset_values"] for r in records if (r["rrset_name"], r["rrset_type"]) == (name, rtype)][0]


told["relative"] = held("www", "CNAME")
made("@", "TXT", ['"MS=ms1"', '"v=spf1 -all"'])
made("@", "MX", ["10 mail.example.com."])
made("long", "TXT", ['"' + "k" * 300 + '"'])
told["texts"] = held("", "TXT")
told["long"] = [len(part) for part in held("long", "TXT")[0].strip('"').split('" "')]
told["in pages of two"] = len(client.zone_records(zone))
told["too short"] = refusal(lambda: made("quick", "TXT", ['"x"'], 60))
told["made again"] = refusal(lambda: made("@", "TXT", ['"other"']))
told["missing"] = refusal(lambda: client.zone_records("elsewhere.example"))
told["no token"] = refusal(lambda: client_with("another").domains())
for record in client.zone_records(zone):
    client.record_delete(zone, record["rrset_name"] or "@", record["rrset_type"])
told["left"] = len(client.zone_records(zone))
print(json.dumps(told))
