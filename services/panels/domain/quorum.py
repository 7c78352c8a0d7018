"""Whether enough of the right members are there for a body to do business on an item. Pure.

A fostering panel needs five, a joint one six: the chair or a vice chair, a social worker of three years and three or
four others, and somebody independent where a vice chair who is not presides (regulation 24 of fsr-2011; an adoption
panel is counted alike, regulation 6 of aar-2005). Other bodies set their own number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.panels.domain.member_roles import any_of


@dataclass(frozen=True)
class Seat:
    """So many members who each have one of these roles."""

    roles: frozenset[str]
    count: int = 1


@dataclass(frozen=True)
class QuorumRule:
    """How many members must be there, and who among them.

    Attributes:
        at_least: how many in all.
        seats: each is filled by members of its own: the chair is not also the social worker.
        among: asked of all who are there, whichever seat they fill: an independent chair is the independent member.
    """

    at_least: int
    seats: tuple[Seat, ...] = ()
    among: tuple[Seat, ...] = ()


@dataclass(frozen=True)
class Present:
    """A member in the room: as what they count, and from which agenda items they keep out."""

    member: UUID
    roles: frozenset[str]
    recused: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Quorum:
    """`missing` says in plain words who is wanting; empty where the quorum is met."""

    met: bool
    missing: tuple[str, ...] = ()


def quorum_of(rule: QuorumRule, present: Sequence[Present], item: UUID | None = None) -> Quorum:
    """Whether business may be done; on an item, without those who keep out of it. Nobody counts twice."""
    here = {one.member: one.roles for one in present if item is None or item not in one.recused}
    missing = [*_too_few(rule.at_least, len(here))]
    missing += _empty_seats(rule.seats, list(here.values()))
    missing += [
        _wanting(seat, seat.count - have) for seat in rule.among if (have := _holding(seat, here.values())) < seat.count
    ]
    return Quorum(met=not missing, missing=tuple(dict.fromkeys(missing)))


def _too_few(at_least: int, here: int) -> list[str]:
    lacking = at_least - here
    if lacking <= 0:
        return []
    return [f"{lacking} more member{'s are' if lacking > 1 else ' is'} needed ({at_least} in all)"]


def _holding(seat: Seat, roles: Iterable[frozenset[str]]) -> int:
    return sum(1 for held in roles if held & seat.roles)


def _empty_seats(seats: Sequence[Seat], members: Sequence[frozenset[str]]) -> list[str]:
    """Words for each seat that stays empty when as many seats as can be are filled, each by a member of its own."""
    single = [seat for seat in seats for _ in range(seat.count)]
    filled_by: dict[int, int] = {}

    def fill(place: int, tried: set[int]) -> bool:
        """Seat a member there, moving others to another seat that they can fill."""
        for member, roles in enumerate(members):
            if not roles & single[place].roles or member in tried:
                continue
            tried.add(member)
            if member not in filled_by or fill(filled_by[member], tried):
                filled_by[member] = place
                return True
        return False

    return [_empty(seat, members) for place, seat in enumerate(single) if not fill(place, set())]


def _empty(seat: Seat, members: Sequence[frozenset[str]]) -> str:
    """One who could fill it is there and fills another seat: then it takes somebody besides."""
    return _wanting(seat, 1, besides=_holding(seat, members) > 0)


def _wanting(seat: Seat, count: int, *, besides: bool = False) -> str:
    number = f" ({count} more)" if count > 1 else ""
    return f"{any_of(seat.roles)} is missing{number}" + (", besides those who fill another place" if besides else "")
