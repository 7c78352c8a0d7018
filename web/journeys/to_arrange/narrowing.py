"""Which clocks of the queue somebody asked for: by kind of meeting, by team, by reviewing officer. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from permanence.cases.v1.council_pb2 import MeetingKind, StaffMember
from permanence.scheduler.v1 import scheduler_service_pb2 as pb

from web.desk import key_of
from web.keys import KEY

NOBODY = "nobody"
NOT_KNOWN = "Somebody whose name is not known just now"
NO_CHILDREN = "Somebody who has no children now"


@dataclass(frozen=True)
class Narrowing:
    """What the address asks for; empty means all. `team` and `officer` are keys of people, or NOBODY."""

    kind: str = ""
    team: str = ""
    officer: str = ""

    def path(self, page: str = "") -> str:
        """Where the queue stands so, or a further page of it."""
        asked = {name: value for name, value in {**asdict(self), "page": page}.items() if value}
        return "/to-arrange" + (f"?{urlencode(asked)}" if asked else "")

    def request(self, parent: str, page_size: int, page: str) -> pb.ListUnarrangedObligationsRequest:
        """As the scheduler is asked."""
        people = {"team_manager": self.team, "reviewing_officer": self.officer}
        return pb.ListUnarrangedObligationsRequest(
            parent=parent,
            meeting_kind=self.kind,
            page_size=page_size,
            page_token=page,
            roles_not_recorded=[role.replace("_", "-") for role, key in people.items() if key == NOBODY],
            **{role: f"{parent}/people/{key}" for role, key in people.items() if key not in ("", NOBODY)},
        )


@dataclass(frozen=True)
class Filter:
    """One thing to choose: (value, words) each, the first of them all. `hint` says why names are missing."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    hint: str = ""

    @property
    def words(self) -> str:
        """The words for what is chosen."""
        return dict(self.options).get(self.chosen, "")


def narrowing_of(query: Mapping[str, Any], kinds: Mapping[str, MeetingKind]) -> Narrowing:
    """What a page was asked for; whatever is no kind of meeting and no key is left out."""
    kind, team, officer = (str(query.get(name, "")) for name in ("kind", "team", "officer"))

    def person(key: str) -> str:
        return key if key == NOBODY or re.fullmatch(KEY, key) else ""

    return Narrowing(kind if kind in kinds else "", person(team), person(officer))


def filters(
    asked: Narrowing,
    kinds: Mapping[str, MeetingKind],
    managers: Sequence[StaffMember] | None,
    officers: Sequence[StaffMember] | None,
) -> tuple[Filter, Filter, Filter]:
    """The three to choose; people are None while nobody can look their names up."""
    by_title = sorted(kinds.values(), key=lambda one: one.title)
    kind = Filter(
        "kind", "Kind of meeting", (("", "All kinds"), *((one.key, one.title) for one in by_title)), asked.kind
    )
    team = _people("team", "Team manager", "All team managers", asked.team, managers)
    officer = _people("officer", "Reviewing officer", "All reviewing officers", asked.officer, officers)
    return kind, team, officer


def shown_words(kind: Filter, team: Filter, officer: Filter) -> str:
    """What alone is shown: `Child in care review; team manager Dana Fox`. Empty where everything is."""
    return "; ".join(words for words in (kind.words if kind.chosen else "", _team(team), _officer(officer)) if words)


def empty_words(kind: Filter, team: Filter, officer: Filter) -> str:
    """That there is nothing to arrange, and of what alone that is said."""
    whom = " and ".join(f"with {words}" for words in (_team(team), _officer(officer)) if words)
    what = "Nothing of this kind" if kind.chosen else "Nothing"
    return f"{what} is due to be arranged{' for children ' if whom else ''}{whom}."


def _team(one: Filter) -> str:
    if one.chosen == NOBODY:
        return "no team manager on record"
    return f"team manager {_named(one)}" if one.chosen else ""


def _officer(one: Filter) -> str:
    if one.chosen == NOBODY:
        return "no reviewing officer on record"
    return f"reviewing officer {_named(one)}" if one.chosen else ""


def _named(one: Filter) -> str:
    return one.words.lower() if one.words in (NOT_KNOWN, NO_CHILDREN) else one.words


def _people(name: str, label: str, everybody: str, chosen: str, staff: Sequence[StaffMember] | None) -> Filter:
    named = ((key_of(one.person), one.display_name or "Name not on record") for one in staff or ())
    options = (("", everybody), *named, (NOBODY, "Nobody on record"))
    if chosen not in dict(options):
        options = (*options, (chosen, NOT_KNOWN if staff is None else NO_CHILDREN))
    return Filter(name, label, options, chosen, "Names cannot be looked up just now" if staff is None else "")
