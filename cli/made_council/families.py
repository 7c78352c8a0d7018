"""Children, their brothers and sisters, and their parents; who works with them and where they live.

The first family is the story's. Everything about a family is decided here; what happened to its children
since they came
into care is in histories.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from cli.made_council.cast import Channel, ContactKind, Household, Outsider, StaffMember, StaffRole
from cli.made_council.coinage import Coinage
from cli.made_council.dice import dice
from cli.made_council.spec import CouncilSpec

_GROUP_SIZES = (1,) * 60 + (2,) * 25 + (3,) * 11 + (4,) * 4
_ETHNICITIES = ("WBRI",) * 7 + ("WOTH", "MWBC", "MOTH", "APKN", "BAFR", "AOTH")
_LANGUAGES = ("Polish", "Romanian", "Urdu", "Arabic", "British Sign Language")
_ACCESS_NEEDS = (
    "step-free entrance",
    "hearing loop",
    "large print",
    "easy read letters",
    "breaks in long meetings",
)
_OLDEST_DAYS = int(17.7 * 365)


class Stage(Enum):
    """How long ago a family's children came into care, which decides what has to be arranged for them."""

    NEW = "new"  # in the last four weeks: first review and first planning meeting still to come
    RECENT = "recent"  # four weeks to half a year
    SETTLED = "settled"  # longer
    LEFT = "left"
    UNBORN = "unborn"


@dataclass(frozen=True)
class Child:
    """A child of the made council. `born` is the expected day where `unborn`."""

    source_id: str
    forename: str
    surname: str
    sex: str
    ethnicity: str
    born: date
    unborn: bool
    disability: str | None


@dataclass(frozen=True)
class Home:
    """Where a child lives: with the council's own carers, or somewhere with a postcode only."""

    household: Household | None
    placement_type: str
    provider: str
    postcode: str


@dataclass(frozen=True)
class Family:
    """A sibling group (or an only child), its parents and the workers it shares. `homes` run alongside
    `children`."""

    source_id: str
    stage: Stage
    entered_on: date
    children: tuple[Child, ...]
    homes: tuple[Home, ...]
    mother: Outsider | None
    father: Outsider | None
    social_worker: StaffMember
    former_social_worker: StaffMember | None
    team_manager: StaffMember
    reviewing_officer: StaffMember
    emergency: bool
    unaccompanied: bool


class FamilyMaker:
    """Makes families one by one; holds the counters and the deal of workers and homes."""

    def __init__(
        self,
        spec: CouncilSpec,
        coinage: Coinage,
        staff: tuple[StaffMember, ...],
        households: tuple[Household, ...],
    ) -> None:
        self._spec = spec
        self._coinage = coinage
        self._rng = dice(f"{spec.seed}/{spec.slug}/families")
        self._managers = [member for member in staff if member.role is StaffRole.TEAM_MANAGER]
        self._officers = [member for member in staff if member.role is StaffRole.REVIEWING_OFFICER]
        self._workers = [member for member in staff if member.role is StaffRole.SOCIAL_WORKER]
        self._story_household = households[0]
        self._households = _in_turn(households[1:])
        self._made = self._children = self._mothers = self._fathers = 0

    def make_all(self) -> tuple[Family, ...]:
        """The story's family first, then new, recent and settled ones up to `spec.children`, then leavers
        and unborn."""
        total = self._spec.children
        new = max(4, total // 15)
        recent = total * 22 // 100
        families = [self.make(Stage.NEW, 2)]
        families += self._fill(Stage.NEW, new - 2)
        families += self._fill(Stage.RECENT, recent)
        families += self._fill(Stage.SETTLED, total - new - recent)
        families += self._fill(Stage.LEFT, max(2, total // 20))
        families += [self.make(Stage.UNBORN, 1) for _ in range(max(1, total // 120))]
        families[-1] = replace(families[-1], mother=None)  # she is herself in care: see council.py
        return tuple(families)

    def _fill(self, stage: Stage, quota: int) -> Iterator[Family]:
        while quota > 0:
            size = min(quota, self._rng.choice(_GROUP_SIZES))
            quota -= size
            yield self.make(stage, size)

    def make(self, stage: Stage, size: int) -> Family:
        """One family. The first one ever made is the story's: two children, both parents, the first carer
        household."""
        self._made += 1
        story = self._made == 1
        entered = self._spec.as_of if story else self._entry_day(stage)
        born = (
            [self._spec.as_of - timedelta(days=d) for d in (3400, 760)]
            if story
            else self._birthdays(stage, entered, size)
        )
        children = tuple(self._child(day, stage is Stage.UNBORN) for day in born)
        lone_arrival = not story and size == 1 and (entered - born[0]).days > 14 * 365 and self._rng.random() < 0.25
        manager = self._managers[self._story_team() if story else self._made % len(self._managers)]
        team = [worker for worker in self._workers if worker.team_id == manager.team_id]
        worker = team[0] if story else team[(self._made // len(self._managers)) % len(team)]
        return Family(
            source_id=f"F{self._made:05d}",
            stage=stage,
            entered_on=entered,
            children=children,
            homes=self._homes(children, story),
            mother=None if lone_arrival else self._parent("mother", story),
            father=None if lone_arrival or not (story or self._rng.random() < 0.6) else self._parent("father", story),
            social_worker=worker,
            former_social_worker=self._former(team, worker, stage),
            team_manager=manager,
            reviewing_officer=self._officers[
                min(2, len(self._officers) - 1) if story else self._made % len(self._officers)
            ],
            emergency=not story and stage in (Stage.NEW, Stage.RECENT) and self._rng.random() < 0.2,
            unaccompanied=lone_arrival,
        )

    def _story_team(self) -> int:
        return min(6, len(self._managers) - 1)

    def _former(self, team: list[StaffMember], worker: StaffMember, stage: Stage) -> StaffMember | None:
        others = [other for other in team if other is not worker]
        if stage is not Stage.SETTLED or not others or self._rng.random() > 0.3:
            return None
        return self._rng.choice(others)

    def _entry_day(self, stage: Stage) -> date:
        spans = {
            Stage.NEW: (1, 26),
            Stage.RECENT: (33, 180),
            Stage.SETTLED: (190, 2500),
            Stage.LEFT: (700, 2500),
            Stage.UNBORN: (-130, -20),
        }
        return self._spec.as_of - timedelta(days=self._rng.randrange(*spans[stage]))

    def _birthdays(self, stage: Stage, entered: date, size: int) -> list[date]:
        if stage is Stage.UNBORN:
            return [entered]
        age = self._rng.randrange(5, _OLDEST_DAYS - (self._spec.as_of - entered).days)
        ages = [age]
        while len(ages) < size:
            younger = ages[-1] - self._rng.randrange(330, 1100)
            ages.append(younger if younger > 5 else ages[-1])  # twins where there is no room for another birth
        return [entered - timedelta(days=days) for days in ages]

    def _child(self, born: date, unborn: bool) -> Child:
        self._children += 1
        rng = self._rng
        return Child(
            source_id=f"{100000 + self._children}",
            forename=self._coinage.forename(),
            surname=self._coinage.surname(),
            sex="U" if unborn else rng.choice("MF"),
            ethnicity=rng.choice(_ETHNICITIES),
            born=born,
            unborn=unborn,
            disability=rng.choice(("LD", "AUT", "MOB", "COMM")) if rng.random() < 0.12 else None,
        )

    def _homes(self, children: tuple[Child, ...], story: bool) -> tuple[Home, ...]:
        if story:
            return (_with_carers(self._story_household),) * len(children)
        if self._rng.random() < 0.1:  # brothers and sisters living apart
            return tuple(self._home(child) for child in children)
        return (self._home(children[0]),) * len(children)

    def _home(self, child: Child) -> Home:
        draw = self._rng.random()
        if draw < 0.72:
            return _with_carers(next(self._households))
        postcode = self._coinage.address().postcode
        if (self._spec.as_of - child.born).days > 16 * 365:
            return Home(None, "H5", "PR4", postcode)
        if draw < 0.88:
            return Home(None, "U4", "PR4", postcode)
        return Home(None, "K2", "PR4", postcode) if draw < 0.96 else Home(None, "P1", "PR0", postcode)

    def _parent(self, relationship: str, story: bool) -> Outsider:
        if relationship == "mother":
            self._mothers += 1
            number, prefix = self._mothers, "MO"
        else:
            self._fathers += 1
            number, prefix = self._fathers, "FA"
        rng = self._rng
        draws = (Channel.EMAIL, Channel.EMAIL, Channel.EMAIL, Channel.TEXT, Channel.LETTER)
        channel = rng.choice(draws)
        if story:
            channel = Channel.EMAIL if relationship == "mother" else Channel.TEXT
        by_mail = channel is Channel.EMAIL
        return Outsider(
            source_id=f"{prefix}{number:04d}",
            kind=ContactKind.PARENT,
            relationship=relationship,
            forename=self._coinage.forename(),
            surname=self._coinage.surname(),
            email=f"{relationship}-{number}@{self._spec.outside_domain}" if by_mail else None,
            phone=self._coinage.mobile() if story or channel is Channel.TEXT or rng.random() < 0.5 else None,
            channel=channel,
            address=self._coinage.address(),
            unsafe_channels=(Channel.TEXT, Channel.LETTER) if story and relationship == "mother" else (),
            parental_responsibility=True
            if story or relationship == "mother"
            else rng.choice((True, True, False, None)),
            interpreter_language=rng.choice(_LANGUAGES) if not story and rng.random() < 0.06 else None,
            access_needs=rng.choice(_ACCESS_NEEDS) if not story and rng.random() < 0.08 else None,
        )


def _with_carers(household: Household) -> Home:
    return Home(household, "U6", "PR1", household.address.postcode)


def _in_turn(households: tuple[Household, ...]) -> Iterator[Household]:
    while True:
        yield from households
