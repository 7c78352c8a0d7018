"""A member of a standing body: who is on its list, as what, and from when until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NewType
from uuid import UUID

from rulebook.counting import add_months
from services.panels.domain.body import BodyUuid
from services.panels.domain.member_roles import SOCIAL_WORKER

MemberId = NewType("MemberId", UUID)

# Regulation 23(1) of fsr-2011 and regulation 3 of aar-2005.
_YEARS_OF_EXPERIENCE: Final = 3


@dataclass(frozen=True)
class Member:
    """Somebody on the list of a body.

    Attributes:
        person: resource name of the person in cases and the scheduler; empty for somebody who is not known there.
        name_for_staff: how the council's staff name them. Personal data.
        from_date: first day on the list.
        until_date: last day on it; None while nobody gave notice.
        experienced_since: from when their relevant experience since qualifying counts; None where it was not shown.
        evidence: what showed it, such as the entry in the professional register and who saw it.
    """

    member_id: MemberId
    body: BodyUuid
    person: str
    name_for_staff: str
    roles: frozenset[str]
    from_date: date
    until_date: date | None = None
    experienced_since: date | None = None
    evidence: str = ""
    version: int = 1

    def listed_on(self, day: date) -> bool:
        """Whether they are on the list that day; only then do they count."""
        return self.from_date <= day and (self.until_date is None or day <= self.until_date)

    def roles_on(self, day: date) -> frozenset[str]:
        """As what they count that day: a social worker only once three years of experience were shown."""
        shown = self.experienced_since is not None and bool(self.evidence)
        if shown and self.experienced_since is not None and three_years_after(self.experienced_since) <= day:
            return self.roles
        return self.roles - {SOCIAL_WORKER}


def three_years_after(day: date) -> date:
    """When experience that began on `day` has lasted three years."""
    return add_months(day, 12 * _YEARS_OF_EXPERIENCE)


def listed(members: Iterable[Member], day: date) -> list[Member]:
    """Those on the list that day, by name."""
    return sorted((one for one in members if one.listed_on(day)), key=lambda one: (one.name_for_staff, one.member_id))
