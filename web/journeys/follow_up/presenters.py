"""What waits after meetings, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import actions_service_pb2 as wire

from web.chasers import CANNOT_SAY, Chasers, chaser_words
from web.desk import key_of
from web.standing import PRESSING, standing_words
from web.subjects import called
from web.words import civil, count_words, london, moment, role_words, short_date

SECTIONS = (
    ("not-issued", "Decisions not issued", (wire.OUTSTANDING_KIND_DECISION, wire.OUTSTANDING_KIND_TELLING)),
    ("minutes", "Minutes due", (wire.OUTSTANDING_KIND_MINUTES,)),
    ("actions", "Actions", (wire.OUTSTANDING_KIND_ACTION,)),
    ("escalations", "Escalations", (wire.OUTSTANDING_KIND_ESCALATION,)),
)


@dataclass(frozen=True)
class WaitingRow:
    """One thing that waits. `path` leads to where it is done; `told`: what became of writing to whoever is to do it."""

    key: str
    what: str
    who: str
    path: str
    owner: str
    due: str
    standing: str
    colour: str
    pressing: bool
    above: str
    chased: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One sort of thing that waits."""

    key: str
    title: str
    rows: tuple[WaitingRow, ...]

    @property
    def pressing(self) -> int:
        """How many are due today or late."""
        return sum(1 for row in self.rows if row.pressing)


@dataclass(frozen=True)
class ChaseCard:
    """One message to one person; `lines` are for whoever prints or rings, and do not stand in the message."""

    who: str
    known: bool
    lines: tuple[str, ...]


def sections(
    found: Iterable[wire.Outstanding], subjects: Mapping[str, Subject], names: Mapping[str, str], chasers: Chasers
) -> list[Section]:
    """All sorts, those without anything too."""
    listed = list(found)
    return [
        Section(key, title, tuple(waiting_row(one, subjects, names, chasers) for one in listed if one.kind in kinds))
        for key, title, kinds in SECTIONS
    ]


def waiting_row(
    one: wire.Outstanding, subjects: Mapping[str, Subject], names: Mapping[str, str], chasers: Chasers
) -> WaitingRow:
    """One of them."""
    standing, colour = standing_words(one.standing)
    pressing = one.standing in PRESSING
    due = moment(london(one.due_time)) if one.HasField("due_time") else short_date(civil(one.due_date))
    return WaitingRow(
        key=key_of(one.name),
        what=one.text,
        who=_who(one, subjects),
        path=_path(one),
        owner=names.get(one.owner) or role_words(one.owner_role),
        due=due if one.HasField("due_date") else "No date yet",
        standing=standing,
        colour=colour,
        pressing=pressing,
        above=" and the ".join(role_words(role).lower() for role in one.escalate_to)
        if standing.startswith("Late")
        else "",
        told=_told(one, chasers),
        chased=f"Chased {moment(london(one.chase_time))}" if one.HasField("chase_time") else "",
    )


def _told(one: wire.Outstanding, chasers: Chasers) -> tuple[str, ...]:
    chased_at = one.chase_time.ToDatetime(tzinfo=UTC) if one.HasField("chase_time") else None
    if chasers.away:
        return (CANNOT_SAY,) if chased_at else ()
    return chaser_words(chasers.by_thing.get(one.name, ()), chased_at)


def summary_words(found: list[Section]) -> str:
    """How much of it presses."""
    pressing = sum(one.pressing for one in found)
    if not pressing:
        return "Nothing is due today or late."
    return f"{count_words(pressing, 'thing')} due today or late."


def chase_cards(chases: Iterable[wire.Chase], names: Mapping[str, str]) -> list[ChaseCard]:
    """One a person; with references and dates, because a print may lie open on a desk."""
    return [
        ChaseCard(
            who=names.get(one.person) or (f"{role_words(one.role)}: nobody is known, find out whom to ask"),
            known=bool(one.person),
            lines=tuple(
                f"{action.reference or 'No reference yet'}: {action.text} (due {short_date(civil(action.due_date))})"
                for action in one.actions
            ),
        )
        for one in chases
    ]


def printed_words(now: datetime) -> str:
    """When the list was made."""
    return f"Made {moment(now)}"


def _who(one: wire.Outstanding, subjects: Mapping[str, Subject]) -> str:
    subject = subjects.get(one.subject)
    reference = one.reference or (subject.reference if subject else "") or "No reference yet"
    return f"{reference}, {called(subject)}" if subject else reference


def _path(one: wire.Outstanding) -> str:
    key = key_of(one.name)
    match one.kind:
        case wire.OUTSTANDING_KIND_DECISION:
            return f"/decisions/{key}"
        case wire.OUTSTANDING_KIND_TELLING:
            return f"/decisions/{key_of(one.decision)}/told/{key}"
        case wire.OUTSTANDING_KIND_MINUTES:
            return f"/minutes/{key}"
        case wire.OUTSTANDING_KIND_ESCALATION:
            return f"/escalations/{key}"
        case _:
            return f"/actions/{key}"
