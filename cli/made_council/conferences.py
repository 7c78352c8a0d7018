"""Who comes to a family group conference besides parents and workers: an independent coordinator, relatives, an
interpreter.

Families whose child is expected, or about whom a court is asked, have them on record; the first child expected waits
for its coordinator where others are expected too. They are made last, so that everybody else keeps their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cli.made_council.cast import Channel, ContactKind, Outsider
from cli.made_council.coinage import Coinage
from cli.made_council.families import Family, Stage
from cli.made_council.histories import in_proceedings
from cli.made_council.spec import CouncilSpec

_COORDINATORS = 2
Conferences = Mapping[str, tuple[Outsider, ...]]
"""Who is on record for a conference, by the family's source id."""


def gather_conferences(spec: CouncilSpec, coinage: Coinage, families: Sequence[Family]) -> Conferences:
    """Whoever stands around each of these families for its conference."""
    coordinators = [_coordinator(spec, coinage, n) for n in range(1, _COORDINATORS + 1)]
    expected = [family for family in families if family.stage is Stage.UNBORN]
    before_court = [family for family in families if in_proceedings(family)]
    found = {}
    for number, family in enumerate([*before_court, *expected[-1:], *expected[1:-1]], start=1):
        people = [coordinators[number % _COORDINATORS], _relative(spec, coinage, number)]
        if family in expected:
            people.append(_interpreter(spec, coinage, number))
        found[family.source_id] = tuple(people)
    return found


def _coordinator(spec: CouncilSpec, coinage: Coinage, n: int) -> Outsider:
    return Outsider(
        source_id=f"FG{n:03d}",
        kind=ContactKind.OTHER,
        relationship="family_group_coordinator",
        forename=coinage.forename(),
        surname=coinage.surname(),
        email=f"coordinator-{n}@{spec.outside_domain}",
        phone=coinage.landline(),
        channel=Channel.EMAIL,
        organisation=f"{coinage.place()} Family Conferences",
        address=coinage.address(),
    )


def _relative(spec: CouncilSpec, coinage: Coinage, n: int) -> Outsider:
    return Outsider(
        source_id=f"RE{n:04d}",
        kind=ContactKind.OTHER,
        relationship="family_member",
        forename=coinage.forename(),
        surname=coinage.surname(),
        email=f"relative-{n}@{spec.outside_domain}",
        phone=None,
        channel=Channel.EMAIL,
        address=coinage.address(),
    )


def _interpreter(spec: CouncilSpec, coinage: Coinage, n: int) -> Outsider:
    return Outsider(
        source_id=f"IN{n:03d}",
        kind=ContactKind.OTHER,
        relationship="interpreter",
        forename=coinage.forename(),
        surname=coinage.surname(),
        email=f"conference-interpreter-{n}@{spec.outside_domain}",
        phone=coinage.landline(),
        channel=Channel.EMAIL,
        organisation=f"{coinage.place()} Languages",
        address=coinage.address(),
    )
