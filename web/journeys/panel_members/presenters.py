"""A panel's list and a sitting's composition as a person reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from permanence.panels.v1 import member_pb2 as wire
from permanence.panels.v1 import panel_pb2

from web.desk import key_of
from web.quorum import GROUND_WORDS, PRESENCE_WORDS, ROLE_WORDS, QuorumWords, names_by_member, quorum_words, roles_words
from web.words import civil, count_words, long_date

# Roles around cases by which a colleague is known, so that their conflicts of interest can be found.
COLLEAGUES = ("social-worker", "team-manager", "reviewing-officer", "supervising-social-worker", "service-manager")
_SUBJECT_WORDS = {"child": "children", "sibling_group": "brothers and sisters together", "carer_household": "carers"}


@dataclass(frozen=True)
class MemberRow:
    """One membership."""

    key: str
    name: str
    roles: str
    since: str
    until: str
    experience: str
    known: bool


@dataclass(frozen=True)
class AttenderRow:
    """One member at a sitting. `lost`: roles that do not count that day."""

    key: str
    name: str
    roles: str
    lost: str
    standing: str
    tag: str


@dataclass(frozen=True)
class ConflictRow:
    """One conflict on an item."""

    member: str
    name: str
    ground: int
    ground_words: str
    words: str
    how: str
    recused: bool
    may_set_aside: bool


@dataclass(frozen=True)
class ItemRow:
    """One item: who counts for it, who has a conflict, whether business may be done."""

    number: int
    key: str
    references: str
    present: int
    conflicts: tuple[ConflictRow, ...]
    quorum: QuorumWords


def member_rows(members: Iterable[wire.Member], today: date) -> list[MemberRow]:
    """By name, as the service lists them."""
    return [_member(one, today) for one in members]


def how_it_works(body: panel_pb2.Body) -> list[tuple[str, str]]:
    """What the council's rules say of the panel: what, and how."""
    works = body.constitution
    rows = [
        ("What it is for", works.remit),
        ("Whom it hears", ", ".join(_SUBJECT_WORDS.get(one, one) for one in works.subjects)),
        ("What goes to it", ", ".join(one.replace("-", " ") for one in works.matters)),
        ("How often it sits", f"At least every {count_words(body.interval_days, 'day')}"),
        ("Items of a sitting", f"At most {works.capacity}" if works.capacity else "As many as there is time for"),
        ("Who must be there", _quorum(works)),
        ("Who decides after it", works.decision_maker or "Nobody: its own word stands"),
    ]
    return [(what, how) for what, how in rows if how]


def attender_rows(composition: wire.Composition) -> list[AttenderRow]:
    """By name."""
    return [_attender(one) for one in composition.members]


def item_rows(sitting: panel_pb2.Sitting, composition: wire.Composition) -> list[ItemRow]:
    """In the order of the agenda."""
    names = names_by_member(composition)
    found = {one.agenda_item: one for one in composition.items}
    return [_item(item, found[item.name], names) for item in sitting.agenda if item.name in found]


def _member(one: wire.Member, today: date) -> MemberRow:
    until = civil(one.until_date) if one.HasField("until_date") else None
    since = civil(one.experienced_since) if one.HasField("experienced_since") else None
    left = until is not None and until < today
    return MemberRow(
        key=key_of(one.name),
        name=one.name_for_staff,
        roles=roles_words(one.roles),
        since=long_date(civil(one.from_date)),
        until=f"{'Left after' if left else 'Leaves after'} {long_date(until)}" if until else "",
        experience=f"Since {long_date(since)}. {one.evidence}" if since else "",
        known=bool(one.person),
    )


def _quorum(works: wire.Constitution) -> str:
    if not works.HasField("quorum"):
        return "Whoever comes"
    rule = works.quorum
    seats = [_seat(one) for one in (*rule.seats, *rule.among)]
    whose = "the council's own number" if rule.local else "by law"
    among = f", among them {'; '.join(seats)}" if seats else ""
    return f"{rule.at_least} members ({whose}){among}"


def _seat(one: wire.Seat) -> str:
    words = " or ".join(text.lower() for role, text in ROLE_WORDS.items() if role in one.roles)
    return f"{one.count} of: {words}" if one.count > 1 else words


def _attender(one: wire.MemberAtSitting) -> AttenderRow:
    words, tag = PRESENCE_WORDS[one.presence]
    lost = set(one.member.roles) - set(one.counting_roles)
    return AttenderRow(
        key=key_of(one.member.name),
        name=one.member.name_for_staff,
        roles=roles_words(one.counting_roles),
        lost=roles_words(sorted(lost)) if lost else "",
        standing=words,
        tag=tag,
    )


def _item(item: panel_pb2.AgendaItem, found: wire.ItemComposition, names: Mapping[str, str]) -> ItemRow:
    return ItemRow(
        number=item.number,
        key=key_of(item.name),
        references=", ".join(item.references),
        present=len(found.present),
        conflicts=_conflicts(found.conflicts, names),
        quorum=quorum_words(found.quorum),
    )


def _conflicts(conflicts: Sequence[wire.Conflict], names: Mapping[str, str]) -> tuple[ConflictRow, ...]:
    """Of those who are on the list that day."""
    return tuple(
        ConflictRow(
            member=key_of(one.member),
            name=names[one.member],
            ground=int(one.ground),
            ground_words=GROUND_WORDS.get(one.ground, "A conflict of interest"),
            words=one.words,
            how="Found in the case system" if one.derived else "Declared",
            recused=one.recused,
            may_set_aside=one.recused and not one.withheld and one.ground != wire.CONFLICT_GROUND_PARENT_AND_CHILD,
        )
        for one in conflicts
        if one.member in names
    )
