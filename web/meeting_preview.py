"""What a day for a meeting would do to clocks, asked of cases and told in plain sentences: for booking and for moving.

found = await preview_of(desk, Proposed(kind, subjects, start, end), references)     # None where it is not known
{% from "meeting_preview.html" import kept_dates, what_follows %}
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import BASIS_STATUTORY

from web.desk import Absent, Away, Desk, Refused
from web.words import civil, long_date, timestamp, wire_date

# The worst first.
_VERDICTS = (
    pb.PREVIEW_VERDICT_BROKEN,
    pb.PREVIEW_VERDICT_TOO_EARLY,
    pb.PREVIEW_VERDICT_UNKNOWN,
    pb.PREVIEW_VERDICT_KEPT,
)
_AGAINST = (pb.PREVIEW_VERDICT_BROKEN, pb.PREVIEW_VERDICT_TOO_EARLY)
_MET = pb.PREVIEW_PART_MET_BY_MEETING
_Referred: TypeAlias = tuple[pb.PreviewedClock, str]


@dataclass(frozen=True)
class Proposed:
    """A meeting at a time (wall time); `moving` is the booked meeting that would be moved to it."""

    kind: str
    subjects: tuple[str, ...]
    start: datetime
    end: datetime
    moving: str = ""


@dataclass(frozen=True)
class MeetingPreview:
    """Sentences, law before ours. `against`: dates that the day breaks or comes too early for, the broken ones first.

    `kept`: what the meeting itself would meet, and what nobody can say of it yet; `follows`: dates that come after.
    `misses`: the meeting itself would come too late for a date.
    """

    against: tuple[str, ...]
    kept: tuple[str, ...]
    follows: tuple[str, ...]
    misses: bool


async def preview_of(desk: Desk, proposed: Proposed, references: Mapping[str, str]) -> MeetingPreview | None:
    """What the day would do; None where nobody can say just now, or not of such a day."""
    if not proposed.subjects or proposed.start.date() < desk.today():
        return None
    ends_that_day = proposed.end.date() == proposed.start.date()
    request = pb.PreviewMeetingDateRequest(
        parent=desk.parent,
        subjects=proposed.subjects,
        meeting_kind=proposed.kind,
        on_date=wire_date(proposed.start.date()),
        end_time=timestamp(proposed.end) if ends_that_day else None,
        moving_meeting=proposed.moving,
    )
    try:
        reply = await desk.ask("cases", desk.obligations.PreviewMeetingDate, request)
    except (Absent, Away, Refused):  # the page is needed all the same, and says that it is not known
        return None
    return preview_told(reply.subjects, references)


def preview_told(found: Sequence[pb.SubjectPreview], references: Mapping[str, str]) -> MeetingPreview:
    """In sentences. What is the same for several subjects is said once, with their references."""
    clocks = [(clock, references.get(one.subject) or "no reference yet") for one in found for clock in one.clocks]
    clocks.sort(key=lambda pair: (_VERDICTS.index(pair[0].verdict), pair[0].basis != BASIS_STATUTORY))
    against = [pair for pair in clocks if pair[0].verdict in _AGAINST]
    others = [pair for pair in clocks if pair[0].verdict not in _AGAINST]
    follows = sorted((pair for pair in others if pair[0].part != _MET), key=_when)
    named = len(found) > 1
    return MeetingPreview(
        against=_sentences(against, _judged, named=named),
        kept=_sentences((pair for pair in others if pair[0].part == _MET), _judged, named=named),
        follows=_sentences(follows, _following, named=named),
        misses=any((clock.part, clock.verdict) == (_MET, pb.PREVIEW_VERDICT_BROKEN) for clock, _ in clocks),
    )


def _sentences(
    clocks: Iterable[_Referred], told: Callable[[pb.PreviewedClock], str], *, named: bool
) -> tuple[str, ...]:
    whose: dict[str, list[str]] = {}
    for clock, reference in clocks:
        whose.setdefault(told(clock), []).append(reference)
    if not named:
        return tuple(whose)
    return tuple(f"{', '.join(dict.fromkeys(references))}: {words}" for words, references in whose.items())


def _judged(clock: pb.PreviewedClock) -> str:
    match clock.verdict:
        case pb.PREVIEW_VERDICT_BROKEN:
            would = f"would miss {_whose(clock)}"
        case pb.PREVIEW_VERDICT_TOO_EARLY:
            would = f"would come too early for {_whose(clock)}"
        case pb.PREVIEW_VERDICT_KEPT:
            would = f"would keep {_whose(clock)}"
        case _:
            would = f"may keep or miss {_whose(clock)}"
    return f"{clock.title} {would}: {clock.reason}."


def _following(clock: pb.PreviewedClock) -> str:
    before, after = civil(clock.due_date_before), civil(clock.due_date_after)
    if after is None:
        return f"{clock.title}: {clock.reason}."
    instead = f", instead of {long_date(before)}" if before and before != after else ""
    return f"{clock.title}: by {long_date(after)}, {_whose(clock)}{instead}."


def _whose(clock: pb.PreviewedClock) -> str:
    return "the law's date" if clock.basis == BASIS_STATUTORY else "our date"


def _when(pair: _Referred) -> date:
    return civil(pair[0].due_date_after) or date.max
