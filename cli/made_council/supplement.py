"""Made-up staff and people around children whom somebody else's data names: what a return does not hold.

A yearly return has neither workers, parents nor carers; without them nothing can be arranged. The supplement adds
them for the children given, and the facts from which their first planning meeting follows. It adds no child.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cli.made_council.capacity import write_capacity
from cli.made_council.casefiles import CaseFiles
from cli.made_council.cast import MadeCouncil
from cli.made_council.circles import Circles
from cli.made_council.council import Population, described, populate
from cli.made_council.families import Family, Stage
from cli.made_council.histories import CaseEvent
from cli.made_council.safeguards import Safeguards
from cli.made_council.sheets import Sheets
from cli.made_council.spec import CouncilSpec
from cli.made_council.workforce import write_staff


@dataclass(frozen=True)
class BorrowedChildren:
    """The story's child or children, by the ids of the data that they come from."""

    story_ids: tuple[str, ...]
    other_id: str


def write_supplement(folder: Path, spec: CouncilSpec, children: BorrowedChildren) -> MadeCouncil:
    """Write the staff, the people around the borrowed children, their restrictions and facts into `folder`."""
    people = populate(spec)
    story = _borrow(people.families[0], children.story_ids)
    other = _borrow(_ordinary(people), (children.other_id,))
    sheets = Sheets()
    write_staff(sheets, spec, people.staff)
    files = CaseFiles(sheets, spec.as_of, f"{spec.seed}/{spec.slug}", "")
    circles = Circles(sheets, spec, people.schools, people.health, people.advocates, {})
    for family in (story, other):
        circles.write_family(family, story=family is story)
        files.write_workers(family, spec.as_of)
        for child in family.children:
            files.write_event(child.source_id, "child", CaseEvent("entry_to_care_decided", spec.as_of))
    Safeguards(sheets, spec, people.staff).write(story, story=True)
    circles.write_households(people.households[:1])
    write_capacity(sheets, spec, people.staff, people.rooms)
    sheets.write_filled(folder)
    return described(folder, spec, replace(people, families=(story, other)), sheets)


def _borrow(family: Family, ids: tuple[str, ...]) -> Family:
    children = tuple(replace(child, source_id=borrowed) for child, borrowed in zip(family.children, ids, strict=False))
    return replace(family, children=children, homes=family.homes[: len(children)])


def _ordinary(people: Population) -> Family:
    return next(family for family in people.families[1:] if family.stage is Stage.NEW and family.mother)
