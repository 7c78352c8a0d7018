"""From a booking to an invitation that Graph has accepted, beside what Graph itself takes, in the same run.

Graph is the emulator with a fixed service time a request and its limit of four at once; PostgreSQL, TLS and HTTP are
real. One JSON line a measure; `ratio` above 1 (or near it, where the reference is a limit) where ours is better.

* `accepted`: one booking at a time until its invitation is confirmed; beside a bare POST of an event.
* `drain`: invitations a second of many meetings booked at once; beside the limit, four bare POSTs at a time.
* `one_slow_council`: how long another council's bookings take while one whose mailbox hangs has many waiting.
* `renderings`: what twelve people each would receive, worked out and checked, a second.

    python -m bench.sync [--json] [--short]
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from bench.notifications_at_work import (
    COUNCIL,
    SLOW_COUNCIL,
    NotificationsAtWork,
    made_meeting,
    notifications_at_work,
    recipient,
)
from bench.slots import p99
from services.notifications.domain.meeting import MeetingView, Sender
from services.notifications.domain.remote_event import EventAttendee, EventDraft
from services.notifications.domain.wish import wishes_of
from tests.emulators.microsoft_process import OFFICE

SERVICE_SECONDS, SLOW_SECONDS, AT_ONCE = 0.1, 3.0, 4
PEOPLE, RENDERINGS = 12, 400


def _draft(number: int) -> EventDraft:
    meeting = made_meeting(COUNCIL, number)
    return EventDraft(
        mailbox=OFFICE, transaction_id=uuid4(), correlation_id=uuid4(),
        subject_line=f"{meeting.title} · {meeting.reference}", body_text="You are asked to come.\n",
        start=meeting.start, end=meeting.end, time_zone=meeting.time_zone, location="Room 4",
        attendees=tuple(EventAttendee(recipient(one.person).email) for one in meeting.invitees), hide_attendees=False,
    )  # fmt: skip


async def bare_posts(at_work: NotificationsAtWork, numbers: Sequence[int], at_once: int) -> tuple[float, list[float]]:
    """Seconds in all, and milliseconds of each, of events that are made and nothing else."""
    calendar, waiting, times = at_work.calendar(COUNCIL), list(numbers), list[float]()
    await calendar.create(_draft(9_999))  # the token and the connections are there

    async def client() -> None:
        while waiting:
            began = time.perf_counter()
            await calendar.create(_draft(waiting.pop()))
            times.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(at_once)))
    return time.perf_counter() - began, times


async def accepted(at_work: NotificationsAtWork, numbers: Sequence[int]) -> list[float]:
    """Milliseconds from the commit that tells of a booking to the confirmed invitation, one after the other."""
    times, before = [], await at_work.sent(COUNCIL)
    for done, number in enumerate(numbers, before + 1):
        began = time.perf_counter()
        await at_work.book(COUNCIL, [made_meeting(COUNCIL, number)])
        await at_work.until_sent(COUNCIL, done)
        times.append((time.perf_counter() - began) * 1000)
    return times


async def drain(at_work: NotificationsAtWork, numbers: Sequence[int]) -> float:
    """Seconds until the invitations to all of these meetings, booked at once, are confirmed."""
    before = await at_work.sent(COUNCIL)
    began = time.perf_counter()
    await at_work.book(COUNCIL, [made_meeting(COUNCIL, number) for number in numbers])
    await at_work.until_sent(COUNCIL, before + len(numbers))
    return time.perf_counter() - began


async def invitations(count: int) -> None:
    """`accepted` and `drain`."""
    async with notifications_at_work({COUNCIL.slug: SERVICE_SECONDS}) as at_work:
        ones = max(10, count // 20)
        _, bare = await bare_posts(at_work, range(5_000, 5_000 + ones), 1)
        ours = await accepted(at_work, range(ones))
        say("accepted", statistics.median(ours), "ms", "lower", statistics.median(bare), "a bare POST",
            p99=round(p99(ours), 1), n=ones)  # fmt: skip
        limit, _ = await bare_posts(at_work, range(6_000, 6_000 + count), AT_ONCE)
        seconds = await drain(at_work, range(1_000, 1_000 + count))
        say("drain", count / seconds, "invitations/s", "higher", count / limit, "four bare POSTs at a time",
            n=count, theoretical=AT_ONCE / SERVICE_SECONDS)  # fmt: skip


async def one_slow_council(count: int) -> None:
    """Bookings of a council beside one whose mailbox hangs, and by itself."""
    both = {COUNCIL.slug: SERVICE_SECONDS, SLOW_COUNCIL.slug: SLOW_SECONDS}
    async with notifications_at_work(both, (COUNCIL, SLOW_COUNCIL)) as at_work:
        alone = await accepted(at_work, range(count))
        await at_work.book(SLOW_COUNCIL, [made_meeting(SLOW_COUNCIL, number) for number in range(60)])
        beside = await accepted(at_work, range(count, 2 * count))
        say("one_slow_council", statistics.median(beside), "ms", "lower", statistics.median(alone),
            "the same council by itself", p99=round(p99(beside), 1), n=count,
            slow_service_seconds=SLOW_SECONDS)  # fmt: skip


def renderings() -> None:
    """A preview's work: one rendering a person, each held to the last check."""
    meeting = made_meeting(COUNCIL, 1, PEOPLE)
    people = {one.person: replace(recipient(one.person), staff=number % 2 == 0) for number, one in
              enumerate(meeting.invitees)}  # fmt: skip
    view = MeetingView(meeting, people, (), False, ("CH-100",), ("Maya Finch", "Oak Tree Primary"))
    sender = Sender("Demo Council", OFFICE, "invitations@council.example")
    began = time.perf_counter()
    made = sum(bool(wish.rendering) for _ in range(RENDERINGS) for wish in wishes_of(view, sender, {}))
    assert made == RENDERINGS * PEOPLE
    rate = made / (time.perf_counter() - began)
    began = time.perf_counter()
    for _ in range(RENDERINGS * PEOPLE):
        f"{meeting.title} · {meeting.reference} {meeting.start:%A %d %B %Y, %H:%M}"
    bare = RENDERINGS * PEOPLE / (time.perf_counter() - began)
    say("renderings", rate, "renderings/s", "higher", bare, "one formatted line, nothing checked", n=made)


def say(
    measure: str, value: float, unit: str, better: str, reference_value: float, reference: str, **more: object
) -> None:
    """One line."""
    ratio = value / reference_value if better == "higher" else reference_value / value
    line = {
        "bench": "sync", "measure": measure, "value": round(value, 2), "unit": unit, "better": better,
        "reference": reference, "reference_value": round(reference_value, 2), "ratio": round(ratio, 3), **more,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


async def main(count: int) -> None:
    """All measures."""
    renderings()
    await invitations(count)
    await one_slow_council(max(5, count // 50))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="From bookings to accepted invitations, beside Graph's limit.")
    parser.add_argument("--json", action="store_true", help="JSON lines, as always")
    parser.add_argument("--short", action="store_true", help="fewer meetings")
    asyncio.run(main(100 if parser.parse_args().short else 1000))
