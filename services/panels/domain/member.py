"""A member of a standing body: who is on its list, as what, and from when until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NewType
from uuid import UUID

from rulebook.counting import add_months
from services.panels.domain.body import BodyUuid

MemberId = NewType("MemberId", UUID)

CHAIR: Final = "chair"
VICE_CHAIR: Final = "vice-chair"
SOCIAL_WORKER: Final = "social-worker-three-years"
INDEPENDENT: Final = "independent"

MEMBER_ROLES: Final = {
    CHAIR: "the chair",
    VICE_CHAIR: "a vice chair",
    SOCIAL_WORKER: "a social worker with three years' experience since qualifying",
    INDEPENDENT: "an independent member",
    "medical-adviser": "the medical adviser",
    "elected-member": "an elected member",
    "legal-adviser": "the legal adviser",
    "carer-experience": "somebody who has fostered, adopted or been in care",
    "reviewing-manager": "the reviewing officers' manager",
    "service-manager": "a service manager",
    "team-manager": "a team manager",
    "education": "somebody from education",
    "health": "somebody from health",
    "member": "a member",
}
"""What a member can be, in the law's names (regulation 23 of fsr-2011, regulations 3 and 4 of aar-2005), and the words
for it. An adviser who is no member does not belong here."""

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
