"""Reads a calendar from standard input with a parser that is not ours, and writes what it holds as JSON."""

import json
import sys

import icalendar


def main():
    calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
    events = []
    for event in calendar.walk():
        if event.errors:
            raise SystemExit(f"{event.name}: {event.errors}")
        if event.name == "VEVENT":
            events.append(
                {
                    "uid": str(event["UID"]),
                    "summary": str(event["SUMMARY"]),
                    "description": str(event["DESCRIPTION"]),
                    "start": event["DTSTART"].dt.isoformat(),
                    "end": event["DTEND"].dt.isoformat(),
                    "stamp": event["DTSTAMP"].dt.isoformat(),
                }
            )
        elif event.name != "VCALENDAR":
            raise SystemExit(f"{event.name} is nothing that was to be written")
    print(json.dumps({"version": str(calendar["VERSION"]), "product": str(calendar["PRODID"]), "events": events}))


main()
