"""Writes the people around each child into contacts.csv: parents, carers, school, health, advocate, whoever comes to
a family group conference, the child."""

from __future__ import annotations

from datetime import date, timedelta

from cli.made_council.casefiles import TOWN
from cli.made_council.cast import Household, Outsider
from cli.made_council.conferences import Conferences
from cli.made_council.dice import dice
from cli.made_council.families import Child, Family, Stage
from cli.made_council.sheets import Cell, Sheets
from cli.made_council.spec import CouncilSpec


class Circles:
    """Deals schools, health workers and advocates to children, and writes one row for each person and
    child."""

    def __init__(
        self,
        sheets: Sheets,
        spec: CouncilSpec,
        schools: tuple[Outsider, ...],
        health: tuple[Outsider, ...],
        advocates: tuple[Outsider, ...],
        conferences: Conferences,
    ) -> None:
        self._sheets = sheets
        self._as_of = spec.as_of
        self._schools = schools
        self._health = health
        self._advocates = advocates
        self._conferences = conferences
        self._rng = dice(f"{spec.seed}/{spec.slug}/circles")

    def write_family(self, family: Family, story: bool) -> None:
        """Everyone around the children of one family. A child who has left care keeps the rows, ended."""
        until = self._as_of - timedelta(days=10) if family.stage is Stage.LEFT else None
        for child, home in zip(family.children, family.homes, strict=True):
            since = child.born if not child.unborn else self._as_of - timedelta(days=30)
            for parent in (family.mother, family.father):
                if parent:
                    self._write(parent, child.source_id, None, since, until)
            if home.household and family.stage is not Stage.UNBORN:
                for carer in home.household.carers:
                    self._write(carer, child.source_id, home.household.source_id, family.entered_on, until)
            for person in (*self._services(child, story), *self._conferences.get(family.source_id, ())):
                self._write(person, child.source_id, None, max(since, self._as_of - timedelta(days=900)), until)
            if not child.unborn and (self._as_of - child.born).days > 8 * 365:
                self._write_child(child, family)

    def write_households(self, households: tuple[Household, ...]) -> None:
        """The carers' own rows, for the household as a subject, whether or not a child lives there now."""
        for household in households:
            for carer in household.carers:
                self._write(carer, None, household.source_id, household.approved_on, None)

    def _services(self, child: Child, story: bool) -> list[Outsider]:
        if child.unborn:
            return [self._health[0]]
        school_age = (self._as_of - child.born).days > 5 * 365
        if story:
            return [self._schools[0] if school_age else self._health[0], self._advocates[0]]
        visitors = self._health[0::2]
        found = [self._rng.choice(self._schools[1:] if school_age else visitors)]
        if self._rng.random() < 0.1:
            found.append(self._rng.choice(self._advocates))
        return found

    def _write(
        self,
        person: Outsider,
        child_id: str | None,
        household_id: str | None,
        since: date,
        until: date | None,
    ) -> None:
        cells: dict[str, Cell] = {
            "source_person_id": person.source_id,
            "kind": person.kind.value,
            "relationship": person.relationship,
            "subject_source_id": child_id,
            "household_source_id": household_id,
            "forename": person.forename,
            "surname": person.surname,
            "organisation": person.organisation,
            "email": person.email,
            "phone": person.phone,
            "channel": person.channel.value,
            "unsafe_channels": ";".join(channel.value for channel in person.unsafe_channels),
            "parental_responsibility": _yes_no(person.parental_responsibility),
            "interpreter_language": person.interpreter_language,
            "access_needs": person.access_needs,
            # Long enough ago that nobody has to confirm the address before the first message goes there.
            "verified_on": self._as_of - timedelta(days=30),
            "from": since,
            "until": until,
        }
        if person.address:
            address = person.address
            cells |= {"address_line_1": address.line, "town": TOWN, "postcode": address.postcode}
        self._sheets.add("contacts", cells)

    def _write_child(self, child: Child, family: Family) -> None:
        self._sheets.add(
            "contacts",
            {
                "source_person_id": child.source_id,
                "kind": "child",
                "relationship": "self",
                "subject_source_id": child.source_id,
                "forename": child.forename,
                "surname": child.surname,
                "channel": "none",
                "access_needs": "pictures and short words" if child.disability == "LD" else None,
                "interpreter_language": "Arabic" if family.unaccompanied else None,
                "verified_on": self._as_of,
                "from": child.born,
            },
        )


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
