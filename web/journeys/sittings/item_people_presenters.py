"""Who comes for one item, as a person reads and chooses it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from permanence.cases.v1.subject_pb2 import Involvement
from permanence.panels.v1 import item_people_service_pb2 as wire

from web.desk import key_of
from web.words import count_words, london, long_date, role_words, time_span

TROUBLES: Mapping[str, str] = {
    "MUST_NOT_MEET": "They could not be invited as you asked: two of them must not meet. Leave one of them out, and "
    "see that the other is heard at another time.",
    "NOT_WITHIN_THE_SITTING": "They could not be invited: the item's time is not within the sitting. Look at the "
    "agenda again in a minute.",
}
_OTHER_TROUBLE = "They could not be invited as you asked. It is tried again with the next change of the agenda."


@dataclass(frozen=True)
class ComerChoice:
    """Somebody around the item's subjects. `value` is what the form sends."""

    value: str
    who: str
    part: str


def value_of(person: str, role: str) -> str:
    """What the form sends for somebody in a role."""
    return f"{key_of(person)} {role}"


def choices_of(around: Iterable[Involvement], usual: Sequence[wire.Comer]) -> list[ComerChoice]:
    """Each person once, in the role that usually comes, those who usually come first; whose name may not be known is
    shown by role alone.
    """
    usual_values = {value_of(one.person, one.role) for one in usual}
    ordered = sorted(
        around,
        key=lambda one: (value_of(one.person, one.role) not in usual_values, one.role, one.display_name),
    )
    found: dict[str, ComerChoice] = {}
    for one in ordered:
        value = value_of(one.person, one.role)
        comes = ", usually comes" if value in usual_values else ""
        part = role_words(one.role)
        found.setdefault(one.person, ComerChoice(value, one.display_name or part, f"{part}{comes}"))
    return list(found.values())


def gone_words(asked: Sequence[wire.Comer], choices: Sequence[ComerChoice]) -> str:
    """Those who are asked and have no such part any more; empty where there are none."""
    there = {one.value for one in choices}
    gone = [role_words(one.role).lower() for one in asked if value_of(one.person, one.role) not in there]
    return ", ".join(gone)


def told_words(kept: wire.ItemPeople, *, sent_out: bool) -> str:
    """Whether they are asked, and for when; what each of them knows is on the page of their meeting."""
    if kept.HasField("asked_start_time"):
        start, end = london(kept.asked_start_time), london(kept.asked_end_time)
        return f"They are asked to come on {long_date(start.date())}, {time_span(start, end)}."
    if not kept.people:
        return "Nobody is asked to come for this item."
    if not sent_out:
        return "They are invited once the agenda is sent out."
    return "They are not asked yet; that follows in a moment."


def trouble_words(reason: str) -> str:
    """Why they could not be told; empty where they could."""
    return TROUBLES.get(reason, _OTHER_TROUBLE) if reason else ""


def comers_words(count: int) -> str:
    """For the agenda: how many come for an item."""
    return count_words(count, "person is asked", "people are asked") if count else "Nobody is asked"


def planned_words(start: datetime, end: datetime) -> str:
    """When the item is planned."""
    return f"{long_date(start.date())}, {time_span(start, end)}"
