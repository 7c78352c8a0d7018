"""What people with access to the meetings mailbox do in Outlook."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.notifications.outlook.neighbours import ADDRESSES

Event = Mapping[str, Any]
Order = dict[str, Any]


def something_done(dice: Random, event: Event) -> Order:
    """An order for the emulator's `/outlook`."""
    acts = (_time, _time, _place, _subject, _drop, _add, _delete, _move, _forward)
    act: Callable[[Random, Event], Order] = dice.choice((_text, *acts) if event["onlineMeeting"] else acts)
    return {"event": event["id"], **act(dice, event)}


def _edit(**change: object) -> Order:
    return {"do": "edit", "change": change}


def _time(dice: Random, event: Event) -> Order:
    day, hour = dice.randint(1, 28), dice.randint(8, 16)
    start, end = (f"2026-07-{day:02}T{at:02}:00:00" for at in (hour, hour + 1))
    return _edit(start={"dateTime": start, "timeZone": "UTC"}, end={"dateTime": end, "timeZone": "UTC"})


def _place(dice: Random, event: Event) -> Order:
    return _edit(location={"displayName": f"Town Hall {dice.randint(1, 9)}"})


def _subject(dice: Random, event: Event) -> Order:
    # The reference stays, so that the walk can tell which meeting it is.
    return _edit(subject=f"Please read · {event['subject'].rpartition(' · ')[2]}")


def _text(dice: Random, event: Event) -> Order:
    """By a program that leaves out what Teams has written: that ends its meeting."""
    return _edit(body={"contentType": "text", "content": "Bring the plan."})


def _drop(dice: Random, event: Event) -> Order:
    kept = [one for one in event["attendees"] if dice.random() < 0.6]
    return _edit(attendees=[_attendee(one["address"]) for one in kept])


def _add(dice: Random, event: Event) -> Order:
    everybody = {*(one["address"] for one in event["attendees"]), "added@example.org"} - {ADDRESSES["father"]}
    return _edit(attendees=[_attendee(one) for one in sorted(everybody)])


def _attendee(address: str) -> Order:
    return {"type": "required", "emailAddress": {"address": address}}


def _delete(dice: Random, event: Event) -> Order:
    return {"do": "delete"}


def _move(dice: Random, event: Event) -> Order:
    return {"do": "move", "folder": "Kept"}


def _forward(dice: Random, event: Event) -> Order:
    return {"do": "forward", "to": "somebody-else@example.org", "listed": False}
