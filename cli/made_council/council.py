"""Makes a whole council and writes its extract folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cli.made_council.capacity import write_capacity
from cli.made_council.casefiles import CaseFiles
from cli.made_council.cast import (
    Household,
    MadeCouncil,
    Outsider,
    ProtectedPerson,
    Room,
    StaffMember,
    StoryCast,
)
from cli.made_council.circles import Circles
from cli.made_council.coinage import Address, Coinage
from cli.made_council.conferences import Conferences, gather_conferences
from cli.made_council.families import Child, Family, FamilyMaker, Stage
from cli.made_council.neighbours import call_advocates, house_carers, open_schools, send_health_workers
from cli.made_council.safeguards import Safeguards
from cli.made_council.sheets import Sheets
from cli.made_council.spec import CouncilSpec
from cli.made_council.workforce import employ, furnish, write_staff


@dataclass(frozen=True)
class Population:
    staff: tuple[StaffMember, ...]
    rooms: tuple[Room, ...]
    households: tuple[Household, ...]
    schools: tuple[Outsider, ...]
    health: tuple[Outsider, ...]
    advocates: tuple[Outsider, ...]
    families: tuple[Family, ...]
    conferences: Conferences

    @property
    def outsiders(self) -> tuple[Outsider, ...]:
        parents = [p for family in self.families for p in (family.mother, family.father) if p]
        carers = [carer for household in self.households for carer in household.carers]
        conferences = dict.fromkeys(person for people in self.conferences.values() for person in people)
        return (*parents, *carers, *self.schools, *self.health, *self.advocates, *conferences)


def write_made_council(folder: Path, spec: CouncilSpec) -> MadeCouncil:
    """Write the extract of a made council into `folder`, one CSV per table, and say who is in it.

    The same spec gives the same bytes. OSError where the folder cannot be written.
    """
    people = populate(spec)
    sheets = Sheets()
    _write_tables(sheets, spec, people)
    sheets.write(folder)
    return described(folder, spec, people, sheets)


def populate(spec: CouncilSpec) -> Population:
    coinage = Coinage(spec.seed, spec.far_end)
    staff = employ(spec, coinage)
    households = house_carers(spec, coinage)
    schools, health = open_schools(spec, coinage), send_health_workers(spec, coinage)
    advocates = call_advocates(spec, coinage)
    families = FamilyMaker(spec, coinage, staff, households).make_all()
    return Population(
        staff=staff,
        rooms=furnish(spec),
        households=households,
        schools=schools,
        health=health,
        advocates=advocates,
        families=families,
        conferences=gather_conferences(spec, coinage, families),
    )


def _write_tables(sheets: Sheets, spec: CouncilSpec, people: Population) -> None:
    mother = _young_mother(people.families)
    files = CaseFiles(sheets, spec.as_of, f"{spec.seed}/{spec.slug}", mother.source_id)
    circles = Circles(sheets, spec, people.schools, people.health, people.advocates, people.conferences)
    safeguards = Safeguards(sheets, spec, people.staff)
    write_staff(sheets, spec, people.staff)
    for index, family in enumerate(people.families):
        files.write_family(family)
        circles.write_family(family, story=index == 0)
        safeguards.write(family, story=index == 0)
    circles.write_households(people.households)
    for household in people.households:
        files.write_household(household)
    _write_young_mother(sheets, spec, mother, people.families[-1].children[0])
    write_capacity(sheets, spec, people.staff, people.rooms)


def _young_mother(families: tuple[Family, ...]) -> Child:
    """The oldest girl long in care: she expects the last unborn child."""
    settled = [child for family in families if family.stage is Stage.SETTLED for child in family.children]
    return min((c for c in settled if c.sex == "F"), key=lambda girl: (girl.born, girl.source_id))


def _write_young_mother(sheets: Sheets, spec: CouncilSpec, mother: Child, unborn: Child) -> None:
    """A mother and child both known to the council: the two may not share a reviewing officer."""
    sheets.add(
        "ssd_mother",
        {
            "moth_table_id": "MT000001",
            "moth_person_id": mother.source_id,
            "moth_childs_person_id": unborn.source_id,
        },
    )
    sheets.add(
        "contacts",
        {
            "source_person_id": mother.source_id,
            "kind": "parent",
            "relationship": "mother",
            "subject_source_id": unborn.source_id,
            "forename": mother.forename,
            "surname": mother.surname,
            "channel": "none",
            "verified_on": spec.as_of,
            "from": spec.as_of - timedelta(days=30),
        },
    )


def described(folder: Path, spec: CouncilSpec, people: Population, sheets: Sheets) -> MadeCouncil:
    """Who is in what was written."""
    by_stage = {
        stage: tuple(c.source_id for f in people.families if f.stage is stage for c in f.children) for stage in Stage
    }
    in_care = by_stage[Stage.NEW] + by_stage[Stage.RECENT] + by_stage[Stage.SETTLED]
    return MadeCouncil(
        spec=spec,
        folder=folder,
        staff=people.staff,
        rooms=people.rooms,
        households=people.households,
        outsiders=people.outsiders,
        story=_story_cast(people),
        in_care_ids=in_care,
        left_care_ids=by_stage[Stage.LEFT],
        unborn_ids=by_stage[Stage.UNBORN],
        newly_entered_ids=by_stage[Stage.NEW],
        protected={person.source_id: person for person in _protected(people)},
        neutral=_neutral(spec, people),
        counts=sheets.counts(),
    )


def _story_cast(people: Population) -> StoryCast:
    family, household = people.families[0], people.households[0]
    assert family.mother and family.father  # the first family is made with both
    return StoryCast(
        family_id=family.source_id,
        elder_child_id=family.children[0].source_id,
        younger_child_id=family.children[-1].source_id,
        mother_id=family.mother.source_id,
        father_id=family.father.source_id,
        carer_household_id=household.source_id,
        carer_ids=tuple(carer.source_id for carer in household.carers),
        school_contact_id=people.schools[0].source_id,
        health_visitor_id=people.health[0].source_id,
        advocate_id=people.advocates[0].source_id,
        social_worker_id=family.social_worker.source_id,
        team_manager_id=family.team_manager.source_id,
        reviewing_officer_id=family.reviewing_officer.source_id,
        restricted_case_id="RS0001",
        confidential_address_id="RS0002",
        must_not_meet_id="RS0003",
    )


def _protected(people: Population) -> Iterable[ProtectedPerson]:
    for member in people.staff:
        yield ProtectedPerson(member.source_id, "staff", (member.forename, member.surname), (), (member.email,))
    for family in people.families:
        for child in family.children:
            yield ProtectedPerson(child.source_id, "child", (child.forename, child.surname))
    for household in people.households:
        yield ProtectedPerson(household.source_id, "carer_household", (), _where(household.address))
    for person in people.outsiders:
        # Carers of one household share its address, so it belongs to the household alone.
        address = None if person.kind.value == "carer" else person.address
        organisation = (person.organisation.split()[0],) if person.organisation else ()
        contacts = tuple(text for text in (person.email, person.phone) if text)
        yield ProtectedPerson(
            person.source_id,
            person.kind.value,
            (person.forename, person.surname, *organisation),
            _where(address) if address else (),
            contacts,
        )


def _where(address: Address) -> tuple[str, ...]:
    return (address.place, address.postcode)


def _neutral(spec: CouncilSpec, people: Population) -> tuple[str, ...]:
    mailboxes = [text for member in people.staff for text in (member.email, member.neutral_name)]
    rooms = [text for room in people.rooms for text in (room.email, room.name)]
    outside = [person.email for person in people.outsiders if person.email]
    return (f"meetings@{spec.staff_domain}", spec.name, spec.slug, *mailboxes, *rooms, *outside)
