"""The steps of arranging a meeting, and which of them comes next: the same in the queue and in the task list."""

from datetime import UTC, datetime
from enum import StrEnum

from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import Attendee, KeptApartPair
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from web.familys_choice import date_is_the_familys
from web.words import clock_time, london


class Step(StrEnum):
    """A step; the values are the last parts of its page's path."""

    PEOPLE = "people"
    APART = "apart"
    TIME = "time"
    CHECK = "check"


STEP_WORDS = {
    Step.PEOPLE: "Who is asked",
    Step.APART: "Who must not meet",
    Step.TIME: "When and where",
    Step.CHECK: "Check and book",
}


FAMILYS_STEP = "What the family chose"


def step_words(step: Step, kind: MeetingKind | None) -> str:
    """What the step is called for a meeting of this kind."""
    return FAMILYS_STEP if step is Step.TIME and date_is_the_familys(kind) else STEP_WORDS[step]


def next_step(draft: MeetingDraft, now: datetime, *, pairs_known: bool = True, own_parts: int = 1) -> Step:
    """The first step that is still to be taken. Who is asked is filled in from the case and never waits."""
    if apart_is_open(draft, pairs_known=pairs_known, own_parts=own_parts):
        return Step.APART
    return Step.CHECK if has_time(draft, now) else Step.TIME


def apart_is_open(draft: MeetingDraft, *, pairs_known: bool = True, own_parts: int = 1) -> bool:
    """Whether somebody must still look at who must not meet.

    Lists of drafts do not say who that is (`pairs_known`); a plan of more parts than its kind always has (`own_parts`)
    was parted because of somebody.
    """
    if not all(parted(draft.plan, pair) for pair in draft.kept_apart_pairs):
        return True
    somebody = bool(draft.kept_apart_pairs) if pairs_known else len(draft.plan.session_minutes) > own_parts
    return somebody and not draft.kept_apart_checked


def is_held(draft: MeetingDraft, now: datetime) -> bool:
    """Whether somebody holds the time that is chosen."""
    return bool(draft.hold) and draft.hold_expire_time.ToDatetime(tzinfo=UTC) > now


def held_words(draft: MeetingDraft, now: datetime) -> str:
    """`held until 10:40am`, `not held any more since 10:40am`; empty where nobody held it."""
    if not draft.hold:
        return ""
    until = clock_time(london(draft.hold_expire_time))
    return f"held until {until}" if is_held(draft, now) else f"not held any more since {until}"


def has_time(draft: MeetingDraft, now: datetime) -> bool:
    """Whether a time is chosen that has not passed."""
    return draft.HasField("start_time") and draft.start_time.ToDatetime(tzinfo=UTC) > now


def parted(plan: MeetingPlan, pair: KeptApartPair) -> bool:
    """Whether the two come to no part together."""
    both = [one for one in plan.attendees if one.person in (pair.person, pair.other)]
    return len(both) < 2 or not parts_of(plan, both[0]) & parts_of(plan, both[1])


def parts_of(plan: MeetingPlan, attendee: Attendee) -> frozenset[int]:
    """The parts that somebody comes to, from 1."""
    return frozenset(attendee.sessions) or frozenset(range(1, max(1, len(plan.session_minutes)) + 1))
