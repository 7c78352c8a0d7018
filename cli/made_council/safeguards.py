"""Writes restrictions.csv: who may not meet, may not know, and which addresses and cases are closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from cli.made_council.cast import StaffMember, StaffRole
from cli.made_council.dice import dice
from cli.made_council.families import Family, Stage
from cli.made_council.sheets import Sheets
from cli.made_council.spec import CouncilSpec


@dataclass(frozen=True)
class Restriction:
    """One row of restrictions.csv, but for its id."""

    kind: str
    subject: str
    subject_kind: str
    person: str | None
    other: str | None
    court_ordered: bool
    begins: date
    ends: date | None
    reason: str


class Safeguards:
    """Writes restriction after restriction; the story's three come first and get the ids RS0001 to RS0003."""

    def __init__(self, sheets: Sheets, spec: CouncilSpec, staff: tuple[StaffMember, ...]) -> None:
        self._sheets = sheets
        self._listed = [
            next(member for member in staff if member.role is role).source_id
            for role in (
                StaffRole.BUSINESS_SUPPORT,
                StaffRole.BUSINESS_SUPPORT_MANAGER,
                StaffRole.SERVICE_DIRECTOR,
            )
        ]
        self._as_of = spec.as_of
        self._rng = dice(f"{spec.seed}/{spec.slug}/restrictions")
        self._written = 0
        self._pairs = 0

    def write(self, family: Family, story: bool) -> None:
        """The restrictions of one family; most families have none."""
        closed: list[Restriction] = []
        for restriction in self._story(family) if story else self._ordinary(family):
            self._add(restriction)
            if restriction.kind == "restricted_case":
                closed.append(restriction)
        # Whoever arranges and decides for a closed case without being around the child is listed by name.
        for restriction in closed:
            for person in self._listed:
                self._add(replace(restriction, person=person, reason="works on this case"))

    def _story(self, family: Family) -> list[Restriction]:
        mother, father, household = family.mother, family.father, family.homes[0].household
        assert mother and father and household  # the first family is made with all of them
        only = len(family.children) == 1
        group = (family.children[0].source_id, "child") if only else (family.source_id, "sibling_group")
        day = self._as_of
        return [
            Restriction("restricted_case", *group, None, None, False, day, None, "serious violence in the family"),
            Restriction(
                "confidential_address",
                household.source_id,
                "carer_household",
                father.source_id,
                None,
                False,
                day,
                None,
                "risk to the carer",
            ),
            Restriction(
                "must_not_meet",
                *group,
                mother.source_id,
                father.source_id,
                False,
                day,
                None,
                "domestic abuse",
            ),
        ]

    def _ordinary(self, family: Family) -> list[Restriction]:
        if family.stage in (Stage.LEFT, Stage.UNBORN):
            return []
        rng, group = self._rng, (family.source_id, "sibling_group")
        begins = max(family.entered_on, self._as_of - timedelta(days=rng.randrange(1, 300)))
        mother, father, household = family.mother, family.father, family.homes[0].household
        found: list[Restriction] = []
        if rng.random() < 0.03:
            found.append(Restriction("restricted_case", *group, None, None, False, begins, None, "linked to staff"))
        if household and rng.random() < 0.06:
            found.append(
                Restriction(
                    "confidential_address",
                    household.source_id,
                    "carer_household",
                    mother.source_id if mother else None,
                    None,
                    False,
                    begins,
                    None,
                    "risk to the placement",
                )
            )
        if mother and father and rng.random() < 0.1:
            ended = self._as_of - timedelta(days=1) if begins < self._as_of and rng.random() < 0.2 else None
            self._pairs += ended is None
            court = ended is None and self._pairs % 3 == 1  # a third of the pairs, the first among them
            reason = "court order" if court else "domestic abuse"
            pair = (mother.source_id, father.source_id)
            found.append(Restriction("must_not_meet", *group, *pair, court, begins, ended, reason))
        if father and household and rng.random() < 0.05:
            pair = (father.source_id, household.carers[0].source_id)
            found.append(Restriction("must_not_know", *group, *pair, False, begins, None, "carer identity withheld"))
        return found

    def _add(self, restriction: Restriction) -> None:
        self._written += 1
        self._sheets.add(
            "restrictions",
            {
                "restriction_id": f"RS{self._written:04d}",
                "kind": restriction.kind,
                "subject_source_id": restriction.subject,
                "subject_kind": restriction.subject_kind,
                "person_source_id": restriction.person,
                "other_person_source_id": restriction.other,
                "court_ordered": "yes" if restriction.court_ordered else "no",
                "from": restriction.begins,
                "until": restriction.ends,
                "reason": restriction.reason,
            },
        )
