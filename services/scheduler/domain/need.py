"""Meetings that nobody has booked and that have to be: which, whose to chair, by when, and how long they take."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median_low

from rulebook.pack import MeetingKind
from rulebook.rule import MeetingKindId
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.plan_filling import Involvement

Kinds = Mapping[MeetingKindId, MeetingKind]


@dataclass(frozen=True, slots=True)
class Need:
    """One meeting of a kind for one subject, which would meet all of `clocks`. `chair` empty: nobody is known."""

    clocks: tuple[ClockToKeep, ...]
    due: date
    minutes: int
    chair: str
    role: str


def chair_roles(clocks: Iterable[ClockToKeep], kinds: Kinds) -> list[str]:
    """The roles that would chair what these clocks ask for."""
    asked = {kinds.get(MeetingKindId(clock.meeting_kind)) for clock in clocks}
    return sorted({str(kind.chair_role) for kind in asked if kind})


def needs_of(
    clocks: Sequence[ClockToKeep],
    kinds: Kinds,
    parts: Sequence[Involvement],
    minutes_kept_after: int,
    *,
    written_up: bool = True,
) -> list[Need]:
    """The meetings, the earliest due first. `written_up`: with the time that a chair, and no room, is kept for that.

    Booking one meets every open clock of its kind and subject, so those are one meeting, by the earliest of their
    dates. A child's clock for a panel's kind is none: the child comes onto the agenda of a sitting, which has its time.
    """
    together: dict[tuple[str, str], list[ClockToKeep]] = {}
    for clock in clocks:
        if clock.due is not None:
            together.setdefault((clock.subject, clock.meeting_kind), []).append(clock)
    chairs = _chairs(parts)
    found = [
        _need(mine, kinds.get(MeetingKindId(kind)), chairs, minutes_kept_after, written_up=written_up)
        for (_, kind), mine in together.items()
        if not _at_a_sitting(mine[0], kinds.get(MeetingKindId(kind)))
    ]
    return sorted(found, key=lambda need: (need.due, need.clocks[0].obligation))


def telling_no_kind(
    needs: Iterable[Need],
    open_subjects: Collection[str],
    kinds: Kinds,
    minutes_kept_after: int,
    *,
    written_up: bool = True,
) -> list[Need]:
    """The same, those of restricted cases as long as a usual meeting: their own minutes would tell of which kind."""
    lengths = [taken_by(kind, minutes_kept_after, written_up=written_up) for kind in kinds.values()]
    usual = median_low(sorted(lengths)) if lengths else 0
    return [need if need.clocks[0].subject in open_subjects else replace(need, minutes=usual) for need in needs]


def _at_a_sitting(clock: ClockToKeep, kind: MeetingKind | None) -> bool:
    return kind is not None and kind.body is not None and "/bodies/" not in clock.subject


def _chairs(parts: Iterable[Involvement]) -> dict[tuple[str, str], str]:
    """By subject and role; of several, the same one that a plan would be filled in with (`plan_filling`)."""
    chairs: dict[tuple[str, str], str] = {}
    for part in parts:
        key = (part.subject, part.role)
        chairs[key] = min(part.person, chairs.get(key, part.person))
    return chairs


def _need(
    clocks: Sequence[ClockToKeep],
    kind: MeetingKind | None,
    chairs: Mapping[tuple[str, str], str],
    after: int,
    *,
    written_up: bool,
) -> Need:
    ordered = tuple(sorted(clocks, key=lambda clock: (clock.due or date.max, clock.obligation)))
    assert ordered[0].due is not None
    role = str(kind.chair_role) if kind else ""
    minutes = taken_by(kind, after, written_up=written_up) if kind else 0
    return Need(ordered, ordered[0].due, minutes, chairs.get((ordered[0].subject, role), ""), role)


def taken_by(kind: MeetingKind, after: int, *, written_up: bool) -> int:
    """Minutes that a meeting of the kind takes, with what is kept after it."""
    return kind.duration_minutes + (max(after, kind.minutes_to_write_up) if written_up else after)
