"""What the demo plays: which councils, from which folders, with whom, from which day."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from permanence.cases.v1 import import_pb2

from cli.demo.places import Places
from cli.failure import Failure
from cli.import_extract import format_of
from cli.made_council.cast import MadeCouncil, StoryCast
from cli.made_council.council import write_made_council
from cli.made_council.spec import CouncilSpec, northmoor, saltmarsh
from cli.made_council.supplement import BorrowedChildren, write_supplement
from rulebook.working_days import england_and_wales

LONDON = ZoneInfo("Europe/London")
NINE = time(9)


@dataclass(frozen=True)
class Delivery:
    """One folder to bring in for one council."""

    slug: str
    folder: Path
    as_of: date | None
    what: str


@dataclass(frozen=True)
class Playbill:
    """The story's council comes first; the second is there so that walls between councils can be seen."""

    councils: tuple[MadeCouncil, ...]
    deliveries: tuple[Delivery, ...]
    begins: datetime
    other_child_id: str

    @property
    def spec(self) -> CouncilSpec:
        """The story's council."""
        return self.councils[0].spec

    @property
    def slug(self) -> str:
        """Its slug."""
        return self.spec.slug

    @property
    def council_id(self) -> str:
        """Its id."""
        return self.spec.council_id

    @property
    def tenant_id(self) -> str:
        """Its Entra tenant."""
        return self.spec.tenant_id

    @property
    def cast(self) -> StoryCast:
        """Who plays."""
        return self.councils[0].story

    @property
    def council_rows(self) -> list[Mapping[str, str]]:
        """The councils as the services read them."""
        return [
            {
                "council_id": made.spec.council_id,
                "slug": made.spec.slug,
                "name": made.spec.name,
                "tenant_id": made.spec.tenant_id,
                "pack": "northmoor",
                # One of the numbers that Ofcom keeps for plays.
                "telephone": "01632 960001",
            }
            for made in self.councils
        ]


# The story needs brothers and sisters, a restricted case, and somebody who came into care of late.
_FEWEST, _MOST = 60, 5000


def playbill_for(places: Places, folder: Path | None, as_of: date | None, children: int | None = None) -> Playbill:
    """The made council, or the extract or return in `folder` with made-up workers around two of its children.

    `children` in care in the made council: its usual 600 unless given. Failure for a number with which nobody can play.
    """
    if folder is None:
        return _made_bill(places, as_of, children)
    if children is not None:
        raise Failure("how many children there are is said by the data given: leave CHILDREN out")
    if not folder.is_dir():
        raise Failure(f"there is no folder {folder}")
    if as_of is None:
        raise Failure("say as of which day the data stands: AS_OF=YYYY-MM-DD")
    return _borrowed_bill(places, folder, as_of)


def _made_bill(places: Places, as_of: date | None, children: int | None) -> Playbill:
    if children is not None and not _FEWEST <= children <= _MOST:
        raise Failure(f"the made council can have {_FEWEST} to {_MOST} children in care, not {children}")
    spec = northmoor(as_of=_working_day(as_of)) if as_of else northmoor()
    if children is not None:
        spec = northmoor(children=children, as_of=spec.as_of)
    made = write_made_council(places.extracts / spec.slug, spec)
    neighbour = _neighbour(places, spec.as_of)
    other = next(child for child in made.newly_entered_ids if child not in made.story.child_ids)
    return Playbill(
        councils=(made, neighbour),
        deliveries=(
            Delivery(spec.slug, made.folder, None, "the made council's extract"),
            Delivery(neighbour.spec.slug, neighbour.folder, None, "the second council's extract"),
        ),
        begins=_nine(spec.as_of),
        other_child_id=other,
    )


def _borrowed_bill(places: Places, folder: Path, as_of: date) -> Playbill:
    begins = _working_day(as_of)
    story, other = _children_of(folder, as_of)
    spec = replace(northmoor(as_of=begins), children=60)
    supplement = places.extracts / "supplement"
    made = write_supplement(supplement, spec, BorrowedChildren((story,), other))
    neighbour = _neighbour(places, begins)
    return Playbill(
        councils=(made, neighbour),
        deliveries=(
            Delivery(spec.slug, folder, as_of, "the data given"),
            Delivery(spec.slug, supplement, None, "made-up workers and families for two of its children"),
            Delivery(neighbour.spec.slug, neighbour.folder, None, "the second council's extract"),
        ),
        begins=_nine(begins),
        other_child_id=other,
    )


def _neighbour(places: Places, as_of: date) -> MadeCouncil:
    spec = saltmarsh(as_of=as_of)
    return write_made_council(places.extracts / spec.slug, spec)


def _children_of(folder: Path, as_of: date) -> tuple[str, str]:
    """The two children who came into care last and are still there. Failure where there are not two."""
    if format_of(folder) == import_pb2.IMPORT_FORMAT_SSDA903:
        rows = _rows(folder / "episodes.csv")
        found = [
            (datetime.strptime(row["DECOM"], "%d/%m/%Y").date(), row["CHILD"])  # noqa: DTZ007 - a civil date
            for row in rows
            if row["RNE"] == "S" and not row["DEC"]
        ]
    else:
        rows = _rows(folder / "ssd_cla_episodes.csv")
        found = [
            (date.fromisoformat(row["clae_entered_care_date"][:10]), row["clae_person_id"])
            for row in rows
            if row["clae_entered_care_date"] and not row["clae_cla_episode_ceased_date"]
        ]
    newest = sorted((pair for pair in found if pair[0] <= as_of), reverse=True)
    children = list(dict.fromkeys(child for _, child in newest))
    if len(children) < 2:
        raise Failure(f"{folder} holds fewer than two children in care on {as_of}: the story needs two")
    return children[0], children[1]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def _working_day(day: date) -> date:
    return england_and_wales().next_working_on_or_after(day)


def _nine(day: date) -> datetime:
    return datetime.combine(day, NINE, tzinfo=LONDON)
