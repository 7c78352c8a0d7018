"""Days of sittings that are not booked yet, as a person reads them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from permanence.scheduler.v1.meeting_pb2 import DIARY_STATE_BUSY, Attendee, Clash, SittingDay

from web.people import People
from web.words import civil, count_words, long_date, role_words


@dataclass(frozen=True)
class DayRow:
    """One sitting. `stepped` says why it is not on its regular day, `taken` why it cannot be booked; else empty."""

    day: str
    stepped: str
    taken: str
    remarks: tuple[str, ...]


def day_rows(days: Iterable[SittingDay], people: People) -> list[DayRow]:
    """In the order of the rule."""
    return [
        DayRow(
            long_date(civil(one.on_date)),
            f"{one.reason} is on {long_date(civil(one.regular_date))}" if one.reason else "",
            f"The {role_words(one.taken).lower()} is taken then" if one.taken else "",
            tuple(_remarks(one, people)),
        )
        for one in days
    ]


def summary(rows: Sequence[DayRow]) -> str:
    """`13 sittings, 2 of them not on their regular day.`"""
    stepped = sum(bool(row.stepped) for row in rows)
    them = f", {stepped} of them not on {'its' if stepped == 1 else 'their'} regular day" if stepped else ""
    return f"{count_words(len(rows), 'sitting')}{them}."


def members_of(chair: str, chair_role: str, before: Sequence[Attendee]) -> list[Attendee]:
    """The chair, and whoever else was asked to the latest sitting, as they were asked."""
    others = [Attendee(person=one.person, role=one.role, required=one.required) for one in before if not one.chair]
    kept = [one for one in others if one.person != chair]
    return [Attendee(person=chair, role=chair_role, required=True, chair=True), *kept]


def _remarks(one: SittingDay, people: People) -> Iterable[str]:
    for clash in one.clashes:
        yield f"{people.name(clash.person, 'Somebody')} {_away(clash)}"
    if one.not_checked:
        yield f"The diary of {count_words(len(one.not_checked), 'person', 'people')} is not known for that day"


def _away(clash: Clash) -> str:
    return "has something else then" if clash.diary == DIARY_STATE_BUSY else "does not work then"
