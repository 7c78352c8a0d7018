"""What a meeting takes at its present time: for itself alone that time is free when it is moved."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from services.scheduler.domain.diary import Busy, Capacity, Diary
from services.scheduler.domain.grains import Span, span
from services.scheduler.domain.meeting import Meeting

Taking: TypeAlias = tuple[str, Span]
"""A person or room by resource name, and from which minute to which it is taken."""


def taken_now(meeting: Meeting, reserved: Iterable[Taking]) -> tuple[Taking, ...]:
    """As diaries hold it: what is reserved, and the sessions of everybody who is asked."""
    asked = [
        (one.person, span(session.start, session.end))
        for one in meeting.plan.attendees
        for session in meeting.sessions
        if one.throughout or one.comes_to(session.number)
    ]
    return (*reserved, *asked)


def without(capacity: Capacity, own: Sequence[Taking]) -> Capacity:
    """The same with each of these taken out once: what somebody else takes at the same time stays."""
    by_name: dict[str, list[Span]] = {}
    for name, spell in own:
        by_name.setdefault(name, []).append(spell)
    diaries = {
        name: _diary_without(diary, by_name[name]) if name in by_name else diary
        for name, diary in capacity.diaries.items()
    }
    rooms = tuple(
        replace(room, busy=_without(room.busy, by_name[room.name])) if room.name in by_name else room
        for room in capacity.rooms
    )
    return replace(capacity, diaries=diaries, rooms=rooms)


def _diary_without(diary: Diary, own: Sequence[Span]) -> Diary:
    """A meeting that is moved is none of those that its chair has that day, and none from which there is a way."""
    starts, chaired = [first for first, _ in own], list(diary.chaired)
    if (start := next((one for one in chaired if one in starts), None)) is not None:
        chaired.remove(start)
    places = tuple(one for one in diary.places if one[:2] not in own)
    return replace(diary, busy=_without(diary.busy, own), chaired=tuple(chaired), places=places)


def _without(busy: Busy, own: Iterable[Span]) -> Busy:
    spells = list(busy.spells)
    for spell in own:
        if spell in spells:
            spells.remove(spell)
    return replace(busy, spells=spells)
