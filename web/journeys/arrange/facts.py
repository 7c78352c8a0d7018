"""What the pages of a draft know, and how they change it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from aiohttp import web
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.subject_pb2 import Subject
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import (
    MEETING_DRAFT_STATE_BOOKED,
    MEETING_DRAFT_STATE_DISCARDED,
    MeetingDraft,
)
from permanence.scheduler.v1.meeting_pb2 import Room

from servicekit.caller import Caller
from web.arranging import is_held, next_step
from web.desk import Away, Desk, Known, Refused, desk_of, key_of
from web.done import tell
from web.familys_choice import date_is_the_familys, decision_of
from web.guard import session_of
from web.journeys.arrange.forms import DraftForm
from web.page import BRANDS, away_words
from web.people import People, people_of
from web.rooms import rooms_of
from web.subjects import subjects_of
from web.time_search import Question, clocks_of
from web.times import Clock

T = TypeVar("T")
BOOKED = "The meeting is booked"
BOOKED_ALREADY = "A colleague had booked this meeting already. Nothing was booked twice"


@dataclass(frozen=True)
class Facts:
    """A draft with all that its pages tell around it. `subjects` is unknown while cases is away."""

    draft: MeetingDraft
    people: People
    subjects: Known[dict[str, Subject]]
    clocks: tuple[Clock, ...]
    rooms: dict[str, Room]
    kind: MeetingKind | None
    caller: Caller
    now: datetime

    @property
    def question(self) -> Question:
        """What to ask the scheduler for: all open clocks count, whichever were open when the draft was begun."""
        rooms = {name: room.display_name for name, room in self.rooms.items()}
        # What the draft holds itself is not taken for it.
        held = self.draft.hold if is_held(self.draft, self.now) else ""
        return Question(plan_of(self.draft), self.clocks, self.people, rooms, moving=held)

    @property
    def familys(self) -> bool:
        """Whether the date is the family's; while cases is away, as far as the draft itself can tell."""
        return date_is_the_familys(self.kind) if self.kind else decision_of(self.draft) is not None

    @property
    def path(self) -> str:
        """The task list's."""
        return path_of(self.draft)


async def facts_of(request: web.Request, draft: MeetingDraft) -> Facts:
    """Everything around a draft, asked at once."""
    desk, subjects = desk_of(request), list(draft.plan.subjects)
    people, known, clocks, rooms = await desk.together(
        people_of(desk, subjects=subjects, principals=[draft.started_by, draft.changed_by]),
        desk.known(subjects_of(desk, subjects)),
        clocks_of(desk, subjects, draft.plan.meeting_kind),
        rooms_of(desk),
    )
    brand = await request.app[BRANDS].of(desk)
    kind = brand.kinds.get(draft.plan.meeting_kind)
    return Facts(draft, people, known, clocks, rooms, kind, session_of(request).caller, desk.clock.now())


async def draft_of(request: web.Request) -> MeetingDraft:
    """The draft of the address. Absent."""
    desk = desk_of(request)
    name = desk.name("meetingDrafts", request.match_info["draft"])
    reply = await desk.ask("scheduler", desk.drafts.GetMeetingDraft, drafts_pb.GetMeetingDraftRequest(name=name))
    draft: MeetingDraft = reply.meeting_draft
    return draft


async def open_draft(request: web.Request) -> MeetingDraft:
    """The draft of the address while it is open; else straight to what became of it."""
    draft = await draft_of(request)
    if draft.state == MEETING_DRAFT_STATE_BOOKED:
        if request.method != "POST":
            raise web.HTTPSeeOther(f"/meetings/{key_of(draft.meeting)}")
        mine = draft.changed_by == session_of(request).caller.principal_id
        raise to_meeting(request, draft.meeting, BOOKED if mine else BOOKED_ALREADY)
    if draft.state == MEETING_DRAFT_STATE_DISCARDED:
        raise web.HTTPSeeOther(path_of(draft))
    return draft


def path_of(draft: MeetingDraft) -> str:
    """The path of its task list."""
    return f"/drafts/{key_of(draft.name)}"


def next_path(request: web.Request, draft: MeetingDraft) -> str:
    """The page of the next step."""
    return f"{path_of(draft)}/{next_step(draft, desk_of(request).clock.now())}"


def plan_of(draft: MeetingDraft) -> pb.MeetingPlan:
    """The draft's plan, its obligations left to be found anew: some may have been met since."""
    plan = pb.MeetingPlan()
    plan.CopyFrom(draft.plan)
    del plan.obligations[:]
    return plan


def change_of(draft: MeetingDraft, form: DraftForm) -> drafts_pb.UpdateMeetingDraftRequest:
    """A change that changes nothing yet."""
    return drafts_pb.UpdateMeetingDraftRequest(
        name=draft.name,
        etag=form.etag.data or "",
        plan=plan_of(draft),
        start_time=draft.start_time if draft.HasField("start_time") else None,
        room=draft.room,
        people_checked=draft.people_checked,
        kept_apart_checked=draft.kept_apart_checked,
        breach_reason=draft.breach_reason,
        date_decision=decision_of(draft),
        request_id=form.request_id.data or "",
    )


def choose(change: drafts_pb.UpdateMeetingDraftRequest, start: Timestamp | None, room: str, reason: str) -> None:
    """Put a time and room, or none, into a change; without a time nobody has chosen one either."""
    change.ClearField("start_time")
    if start is None:
        change.ClearField("date_decision")
    else:
        change.start_time.CopyFrom(start)
    change.room, change.breach_reason = room, reason


async def update(desk: Desk, change: drafts_pb.UpdateMeetingDraftRequest) -> MeetingDraft:
    """The changed draft. Refused, Away."""
    reply = await desk.ask("scheduler", desk.drafts.UpdateMeetingDraft, change)
    draft: MeetingDraft = reply.meeting_draft
    return draft


async def sent(request: web.Request, form: DraftForm, draft: MeetingDraft, work: Awaitable[T]) -> tuple[T | None, int]:
    """What the work gives; None and the page's status where the form must be shown again, with why."""
    try:
        return await work, HTTPStatus.OK
    except Refused as refusal:
        if refusal.reason == "DRAFT_CLOSED":
            raise led_on(request, refusal, draft) from refusal
        form.take(refusal)
        form.shown_again(draft.etag)
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    except Away as away:
        # Nothing of the form is renewed: sent again it is the same change, should the first have arrived.
        form.refuse(away_words(away.service))
        return None, HTTPStatus.SERVICE_UNAVAILABLE


def led_on(request: web.Request, refusal: Refused, draft: MeetingDraft) -> web.HTTPSeeOther:
    """Where somebody goes whose draft was booked or given up by somebody else."""
    meeting = refusal.metadata.get("meeting", "")
    return to_meeting(request, meeting, BOOKED_ALREADY) if meeting else web.HTTPSeeOther(path_of(draft))


def to_meeting(request: web.Request, meeting: str, words: str) -> web.HTTPSeeOther:
    """On to the meeting, where it is told how it came to be booked."""
    return tell(session_of(request), f"/meetings/{key_of(meeting)}", words)
