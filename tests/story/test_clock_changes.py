"""Ten o'clock stays ten o'clock in London: in the database, in Outlook and in a calendar invitation.

Meetings booked in the demo's own days, for the last working days before the clocks change and the first after, in
autumn and in spring: those that lie after a change were booked before it.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import vobject
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from cli.demo.acts.book_meeting import suggest
from cli.demo.acts.tell_people import release_change
from cli.demo.acts.work_out_clocks import find_subject
from cli.demo.scene import Scene, new_request_id
from servicekit.clock import FileClock
from tests.story.another_meeting import scene_of, services_of
from tests.story.conftest import Played
from tests.story.mail_reading import KeptMail, kept_mail

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.timeout(500)]
LONDON = ZoneInfo("Europe/London")
# The clocks go back on 25 October 2026 and forward on 28 March 2027; 29 March is Easter Monday.
DAYS = ("2026-10-23", "2026-10-26", "2027-03-25", "2027-03-30")
HOURS_FROM_UTC = {"2026-10-23": 1, "2026-10-26": 0, "2027-03-25": 0, "2027-03-30": 1}


@dataclass(frozen=True)
class AtTen:
    """One meeting as each of the three tells it."""

    meeting: Meeting
    outlook: list[datetime]
    mails: list[KeptMail]


def ten(day: str) -> datetime:
    """Ten o'clock of that day in London."""
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=LONDON)


@pytest.fixture(scope="module")
def at_ten(played: Played) -> dict[str, AtTen]:
    assert FileClock(played.demo.root / "clock").now() < ten(DAYS[0]), "nothing would be booked before the change"
    return asyncio.run(_book(played))


async def _book(played: Played) -> dict[str, AtTen]:
    services = services_of(played.demo)
    try:
        scene = scene_of(played.demo, played.councils, services)
        scene.subjects = [await find_subject(scene, child) for child in scene.bill.cast.child_ids]
        plan = (await suggest(scene, "ppm", scene.subjects)).plan
        plan.needs_room = False
        return {day: await _book_one(scene, played, plan, ten(day)) for day in DAYS}
    finally:
        await services.close()


async def _book_one(scene: Scene, played: Played, plan: pb.MeetingPlan, start: datetime) -> AtTen:
    request = pb.BookMeetingRequest(
        parent=scene.parent, plan=plan, breach_reason="Everybody can come then.", request_id=new_request_id()
    )
    request.start_time.FromDatetime(start.astimezone(UTC))
    reply = await scene.voice("team-manager").call(scene.services.scheduler.BookMeeting, request)
    await release_change(scene, reply.meeting)
    read = await scene.voice("business-support").call(
        scene.services.scheduler.GetMeeting, pb.GetMeetingRequest(name=reply.meeting.name)
    )
    reference = read.meeting.reference
    played.besides.add(reference)
    events = await scene.outlook.events_of(played.councils[0].organiser, reference)
    starts = [_instant(event["start"]) for event in events]
    mails = [one for one in kept_mail(played.demo.root / "mail") if reference in str(one.message["Subject"])]
    return AtTen(read.meeting, starts, mails)


def _instant(told: dict[str, str]) -> datetime:
    zone = {"UTC": UTC, "Europe/London": LONDON}[told["timeZone"]]
    return datetime.fromisoformat(told["dateTime"][:19]).replace(tzinfo=zone)


@pytest.mark.parametrize("day", DAYS)
def test_it_is_ten_in_london_wherever_it_is_told(at_ten: dict[str, AtTen], day: str) -> None:
    told = at_ten[day]
    assert told.meeting.local_start == f"{day}T10:00" and told.meeting.time_zone == "Europe/London"
    instant = told.meeting.start_time.ToDatetime(UTC)
    assert instant == ten(day) and instant.hour == 10 - HOURS_FROM_UTC[day]
    firsts = {session.start_time.ToDatetime(UTC) for session in told.meeting.sessions}
    assert told.outlook and set(told.outlook) <= firsts and min(told.outlook) == instant
    assert told.mails
    for mail in told.mails:
        start = vobject.readOne(mail.calendar).vevent.dtstart
        assert start.value.astimezone(UTC) in firsts
        assert f"TZID=Europe/London:{day.replace('-', '')}T1" in mail.calendar.replace("\r\n ", "")
