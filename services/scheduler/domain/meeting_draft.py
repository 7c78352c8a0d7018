"""Drafts: what officers have settled of a meeting that nobody has booked yet. A draft takes no time and no room."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scheduler.domain.meeting import DateDecision, Plan


class DraftState(StrEnum):
    """Where a draft stands."""

    OPEN = "open"
    BOOKED = "booked"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a draft holds. `start` and `room` are chosen, not taken; `decision`: the family, where it chose them."""

    plan: Plan
    start: datetime | None = None
    room: str = ""
    people_checked: bool = False
    kept_apart_checked: bool = False
    breach_reason: str = ""
    decision: DateDecision | None = None


@dataclass(frozen=True, slots=True)
class DraftHold:
    """The held meeting that keeps a draft's time, and until when it did or does."""

    meeting: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A draft. `version` is its etag; `started_by` and `changed_by` are principals' ids; `references` its subjects'."""

    id: UUID
    title: str
    arrangement: Arrangement
    started_by: str
    changed_by: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    state: DraftState = DraftState.OPEN
    meeting: UUID | None = None
    references: tuple[str, ...] = ()
    hold: DraftHold | None = None

    @property
    def plan(self) -> Plan:
        """What the meeting is to be."""
        return self.arrangement.plan

    def changed(self, by: str, at: datetime) -> "MeetingDraft":
        """The next version."""
        return replace(self, version=self.version + 1, changed_by=by, updated_at=at)

    def is_of(self, plan: Plan) -> bool:
        """Whether it is for this meeting kind and exactly these subjects."""
        return self.plan.meeting_kind == plan.meeting_kind and subjects_key(self.plan) == subjects_key(plan)


def subjects_key(plan: Plan) -> str:
    """The same text for the same subjects, in whatever order and spelling of their ids they are named."""
    parts = (name.split("/") for name in plan.subjects)
    return " ".join(sorted(f"{collection}/{UUID(key)}" for _, _, collection, key in parts))


def rearranged(draft: MeetingDraft, wanted: Arrangement, *, people_named: bool) -> Arrangement:
    """What the draft holds once `wanted` was asked for.

    Another plan's people have other diaries: a time and room chosen before are dropped with them, unless the family
    chose them. Nobody has checked people whom they did not name (`people_named`) and who were filled in anew.
    """
    if asks_the_same(draft.plan, wanted.plan):
        return wanted
    if wanted.start == draft.arrangement.start and wanted.decision is None:
        wanted = replace(wanted, start=None, room="")
    return wanted if people_named else replace(wanted, people_checked=False, kept_apart_checked=False)


def keeps_hold(draft: MeetingDraft, held: Arrangement) -> bool:
    """Whether what a draft holds now is still what its hold was taken for."""
    before = draft.arrangement
    same = (before.start, before.room, before.decision) == (held.start, held.room, held.decision)
    return same and asks_the_same(before.plan, held.plan)


def asks_the_same(one: Plan, other: Plan) -> bool:
    """Whether two plans ask the same people to the same, however they are put."""
    return _asked(one) == _asked(other)


def _asked(plan: Plan) -> tuple[object, ...]:
    """Who is asked to what."""
    count = len(plan.session_minutes)
    people = {
        (one.person, one.role, one.required, one.chair, *map(one.comes_to, range(1, count + 1)))
        for one in plan.attendees
    }
    return people, plan.session_minutes, plan.minutes_between_sessions if count > 1 else 0


def draft_name(council: str, draft_id: UUID) -> str:
    """`councils/{council}/meetingDrafts/{meeting_draft}`."""
    return f"councils/{council}/meetingDrafts/{draft_id}"
