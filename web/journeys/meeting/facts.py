"""Everything one meeting's pages are made of, asked of three services at once; what is away is missing, not empty."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.cases.v1.subject_pb2 import Subject
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.notifications.v1.notification_pb2 import Invitation, Sending
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, Meeting, Room

from servicekit.errors import RemoteRefusal
from web.at_once import few_at_once
from web.desk import Absent, Away, Desk, Known
from web.people import People, people_of
from web.rooms import rooms_of
from web.subjects import subjects_of
from web.telling import invitations_of, sendings_of


@dataclass(frozen=True)
class Facts:
    """`None` is what nobody can look up just now."""

    meeting: Meeting
    people: People
    subjects: Mapping[str, Subject] | None = None
    rooms: Mapping[str, Room] | None = None
    obligations: Mapping[str, Obligation] | None = None
    invitations: Sequence[Invitation] | None = None
    delivery: note_pb.GetMeetingDeliveryResponse | None = None
    sendings: Sequence[Sending] | None = None

    def invitation(self, person: str) -> Invitation | None:
        """The person's invitation, where there is one."""
        return next((one for one in self.invitations or () if one.person == person), None)


async def meeting_of(desk: Desk, key: str) -> Meeting:
    """The meeting. Absent, Away."""
    request = pb.GetMeetingRequest(name=desk.name("meetings", key))
    reply = await desk.ask("scheduler", desk.scheduler.GetMeeting, request)
    meeting: Meeting = reply.meeting
    return meeting


async def meeting_or_stand_in(desk: Desk, key: str) -> tuple[Meeting, str]:
    """For a form that was sent: while the scheduler is away, a meeting of which nothing is known, and who is away.

    So the form can be shown again with all that was typed. Absent.
    """
    try:
        return await meeting_of(desk, key), ""
    except Away as away:
        return Meeting(name=desk.name("meetings", key), state=MEETING_STATE_BOOKED), away.service


async def facts_of(desk: Desk, meeting: Meeting) -> Facts:
    """All there is to know of the meeting. Who let messages go is known before names are looked up."""
    sendings = await known_sendings(desk, meeting.name)
    subjects, people, rooms, obligations, invitations, delivery = await asyncio.gather(
        desk.known(subjects_of(desk, meeting.subjects)),
        people_of(
            desk,
            subjects=meeting.subjects,
            people=[*(one.person for one in meeting.attendees), meeting.date_decision.person],
            principals=[
                meeting.booked_by,
                meeting.approved_overlap.approved_by,
                *(one.approved_by for one in meeting.accepted_breaches),
                *{releaser_of(one) for one in sendings.value or () if one.released_by},
            ],
        ),
        desk.known(rooms_of(desk)),
        desk.known(_obligations(desk, meeting.subjects)),
        known_invitations(desk, meeting.name),
        known_delivery(desk, meeting.name),
    )
    return Facts(
        meeting,
        people,
        subjects.value,
        rooms.value,
        obligations.value,
        invitations.value,
        delivery.value,
        sendings.value,
    )


async def known_invitations(desk: Desk, meeting: str) -> Known[list[Invitation]]:
    """The meeting's invitations; none where the reader may not see them, unknown while notifications is away."""
    try:
        return await desk.known(invitations_of(desk, meeting))
    except Absent:
        return Known(None)


async def known_sendings(desk: Desk, meeting: str) -> Known[list[Sending]]:
    """What left; none where the reader may not see it, unknown while notifications is away or older."""
    try:
        return await desk.known(sendings_of(desk, meeting))
    except Absent:
        return Known(None)
    except RemoteRefusal as refusal:
        if refusal.code != "UNIMPLEMENTED":
            raise
        return Known(None)


def releaser_of(one: Sending) -> str:
    """The principal who let it go; empty where it waited for nobody."""
    return one.released_by.rpartition(":")[2]


async def known_delivery(desk: Desk, meeting: str) -> Known[note_pb.GetMeetingDeliveryResponse]:
    """Where the telling stands; unknown while notifications is away."""
    request = note_pb.GetMeetingDeliveryRequest(meeting=meeting)
    try:
        return await desk.known(desk.ask("notifications", desk.notifications.GetMeetingDelivery, request))
    except Absent:
        return Known(None)


async def _obligations(desk: Desk, subjects: Collection[str]) -> dict[str, Obligation]:
    async def ask(subject: str) -> list[Obligation]:
        try:
            reply = await desk.ask("cases", desk.cases.GetTimetable, cases_pb.GetTimetableRequest(subject=subject))
        except Absent:
            return []
        return list(reply.obligations)

    found = await few_at_once(ask(subject) for subject in sorted(subjects))
    return {one.name: one for some in found for one in some}
