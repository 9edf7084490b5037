"""Drives the stand-in for deSEC's API with desec-dns, the client of that name on PyPI."""

import json
import sys

import desec.api
import desec.exceptions

url, token = sys.argv[1:]
# All that goes out is for the stand-in: its links lead to desec.io, as those of the service do.
desec.api.API_BASE_URL = url
requested = desec.api.requests.request


def request(method, target, **more):
    return requested(method, target.replace("https://desec.io/api/v1", url), **more)


desec.api.requests.request = request


def client_with(token):
    return desec.api.APIClient(token, retry_limit=0)


def refusal(call):
    """The class of the error with which a call is refused."""
    try:
        call()
    except desec.exceptions.APIError as error:
        return type(error).__name__
    return None


client = client_with(token)
zone = "example.com"
told = {"domains": sorted(domain["name"] for domain in client.list_domains())}
told["minimum"] = client.domain_info(zone)["minimum_ttl"]


def held(subname=None, rtype=None):
    return client.get_records(zone, rtype=rtype, subname=subname)


told["made"] = client.add_record(zone, "TXT", "", ['"MS=ms1"'], 3600)["records"]
told["made again"] = refusal(lambda: client.add_record(zone, "TXT", "", ['"other"'], 3600))
client.change_record(zone, "TXT", "", rrset=['"v=spf1 -all"', '"MS=ms1"'])
told["changed"] = held("", "TXT")[0]["records"]
more = [
    {"subname": "_dmarc", "type": "TXT", "ttl": 3600, "records": ['"v=DMARC1; p=none"']},
    {"subname": "www", "type": "A", "ttl": 3600, "records": ["192.0.2.1"]},
    {"subname": "mail", "type": "MX", "ttl": 3600, "records": ["10 mx.example.com."]},
]
told["bulk"] = len(client.update_bulk_record(zone, more))
told["in pages of two"] = len(held())
alias = {"subname": "www", "type": "CNAME", "ttl": 3600, "records": ["example.com."]}
told["bulk with a fault"] = refusal(lambda: client.update_bulk_record(zone, [{**more[0], "records": []}, alias]))
told["after it"] = len(held())
long = client.add_record(zone, "TXT", "long", ['"' + "k" * 300 + '"'], 3600)["records"][0]
told["long"] = [len(part) for part in long.strip('"').split('" "')]
told["too short"] = refusal(lambda: client.add_record(zone, "TXT", "quick", ['"x"'], 60))
told["missing"] = refusal(lambda: client.domain_info("elsewhere.example"))
told["no token"] = refusal(lambda: client_with("another").list_domains())
for rrset in held():
    client.delete_record(zone, rrset["type"], rrset["subname"])
told["left"] = len(held())
print(json.dumps(told))
