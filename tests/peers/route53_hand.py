"""Somebody else's hand at a Route 53 API, with Amazon's own client: one JSON command a line, one JSON answer a line.

Values come and go as master files have them, with decimal escapes; Route 53 has octal ones.
"""

import json
import re
import sys

import boto3

client = boto3.client(
    "route53", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
)


def converted(text, base, to):
    def other(match):
        return match[0] if len(match[1]) == 1 else "\\" + format(int(match[1], base), to)

    return re.sub(r"\\([0-9]{3}|.)", other, text)


def to_route53(text):
    return converted(text, 10, "03o")


def from_route53(text):
    return converted(text, 8, "03d")


def sets(zone):
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
    return [each for page in pages for each in page["ResourceRecordSets"]]


def name(text):
    return text.replace("\\052", "*").rstrip(".").lower()


def find(zone, owner, rtype):
    return next((each for each in sets(zone) if name(each["Name"]) == name(owner) and each["Type"] == rtype), None)


def change(zone, action, each):
    client.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": each}]}
    )


def add(zone, owner, rtype, ttl, value):
    each = find(zone, owner, rtype) or {"Name": owner, "Type": rtype, "ResourceRecords": []}
    each["TTL"] = ttl
    each["ResourceRecords"].append({"Value": to_route53(value)})
    change(zone, "UPSERT", each)


def remove(zone, owner, rtype, value):
    each = find(zone, owner, rtype)
    left = [record for record in each["ResourceRecords"] if from_route53(record["Value"]) != value]
    assert len(left) < len(each["ResourceRecords"]), f"{value} is not there"
    if left:
        change(zone, "UPSERT", {**each, "ResourceRecords": left})
    else:
        change(zone, "DELETE", each)


def truth(zone, owner):
    return [told for at, *told in dump(zone) if at == name(owner)]


def dump(zone):
    return [
        [name(each["Name"]), each["Type"], each["TTL"], from_route53(record["Value"])]
        for each in sets(zone)
        for record in each["ResourceRecords"]
    ]


def fill(zone, values):
    """Puts these values in, by sets: owner, type, TTL, values."""
    changes = [
        {
            "Action": "UPSERT",
            "ResourceRecordSet": {
                "Name": owner,
                "Type": rtype,
                "TTL": ttl,
                "ResourceRecords": [{"Value": to_route53(value)} for value in all],
            },
        }
        for owner, rtype, ttl, all in values
    ]
    client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def swap(zone, owner, rtype, ttl, gone, value):
    """Takes values away from a set and puts one into it, at one stroke."""
    each = find(zone, owner, rtype) or {"Name": owner, "Type": rtype, "TTL": ttl, "ResourceRecords": []}
    left = [record for record in each["ResourceRecords"] if from_route53(record["Value"]) not in gone]
    change(zone, "UPSERT", {**each, "ResourceRecords": [*left, {"Value": to_route53(value)}]})


def create(apex):
    zone = client.create_hosted_zone(Name=apex, CallerReference=apex)["HostedZone"]["Id"].split("/")[-1]
    soa = find(zone, apex, "SOA")
    soa["ResourceRecords"] = [
        {"Value": "ns.elsewhere.test. hostmaster.elsewhere.test. 2026010100 3600 600 604800 300"}
    ]
    change(zone, "UPSERT", {**soa, "TTL": 7200})
    servers = {"Name": apex, "Type": "NS", "TTL": 7200, "ResourceRecords": [{"Value": "ns.elsewhere.test."}]}
    change(zone, "UPSERT", servers)
    return zone


functions = [create, add, remove, truth, dump, fill, swap]
commands = {function.__name__: function for function in functions}
for line in sys.stdin:
    command, *arguments = json.loads(line)
    print(json.dumps(commands[command](*arguments)), flush=True)
