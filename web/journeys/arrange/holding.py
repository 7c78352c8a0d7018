"""Holding the time of a draft for ten minutes: for the pages on which one is chosen."""

from datetime import datetime
from uuid import UUID, uuid5

from aiohttp import web
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.desk import Away, Refused, desk_of
from web.familys_choice import decision_of
from web.form import posted
from web.journeys.arrange.facts import led_on, plan_of
from web.journeys.arrange.forms import DraftForm
from web.overlap import spoken
from web.page import away_words
from web.refusals import words_for
from web.words import LONDON, moment

# One page sends two changes: the second has an id of its own that is the same whenever the page is sent again.
_HOLDS = UUID("5f0b8f0e-7c1d-4f7b-9d67-2f0f7f4f3a10")
HOLD = "hold"


async def wants_hold(request: web.Request) -> bool:
    """Whether the button was pressed that also holds the time."""
    return bool((await posted(request)).get(HOLD))


async def hold_time(request: web.Request, draft: MeetingDraft, form: DraftForm, etag: str) -> str:
    """Hold the draft's time and room. Empty once they are held, else why they are not.

    `etag`: of the draft as it was shown, or as this page has just changed it.
    """
    desk = desk_of(request)
    wanted = pb.HoldSlotRequest(
        parent=desk.parent,
        plan=plan_of(draft),
        start_time=draft.start_time,
        room=draft.room,
        date_decision=decision_of(draft),
        draft=draft.name,
        draft_etag=etag,
        request_id=str(uuid5(_HOLDS, form.request_id.data or "")),
    )
    try:
        await desk.ask("scheduler", desk.scheduler.HoldSlot, wanted)
    except Refused as refusal:
        if refusal.reason == "DRAFT_CLOSED":
            raise led_on(request, refusal, draft) from refusal
        return refused_words(refusal, "held")
    except Away as away:
        return away_words(away.service)
    return ""


def refused_words(refusal: Refused, done: str) -> str:
    """Why nothing was `done` (held, booked): what took the time, and what would do; or the refusal in plain words."""
    if refusal.reason != "TIME_TAKEN":
        return words_for(refusal)
    return taken_words(spoken(refusal), refusal.metadata.get("alternatives", ""), done)


def taken_words(taken: str, alternatives: str, done: str = "booked") -> str:
    """That the time is gone, and up to three others that would do."""
    what = f"the {taken}" if taken else "the chair or the room"
    words = f"Somebody has just taken that time for {what}. Nothing was {done}. Choose another time"
    times = [moment(one) for one in map(_instant, alternatives.split(",")) if one]
    return f"{words}. These would do: {'; '.join(times)}" if times else words


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(LONDON) if found.tzinfo else None
