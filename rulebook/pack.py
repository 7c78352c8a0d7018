"""Packs: the law (`england`) and a council's policy on top of it, read from YAML and checked whole before
use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from rulebook.body import Body
from rulebook.brand import Brand
from rulebook.counting import LeapBirthday
from rulebook.decisions import DecisionRules, EscalationRules
from rulebook.facts import BodyId, EventType, RuleId
from rulebook.rule import MeetingKindId, Role, Rule, Source

PACKS: Final = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class MeetingPart:
    """One part of a meeting that is always held in parts. `only_roles` () means everybody who is asked."""

    title: str
    minutes: int
    only_roles: tuple[Role, ...] = ()


class DecidesDate(StrEnum):
    """Whose word the date of a meeting is."""

    ORGANISER = "organiser"
    FAMILY = "family"
    REVIEWING_SERVICE = "reviewing_service"


@dataclass(frozen=True, slots=True)
class Ladder:
    """When people are reminded of a meeting and asked again, in working days: the reminder before the meeting; then,
    without an answer, from one step to the next, until somebody rings.
    """

    remind_before: int = 2
    chase_after: int = 3
    chase_again_after: int = 2
    ring_after: int = 2


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """A kind of meeting: what it is called in full, how long it takes, who chairs and who comes.

    `exclusive_roles` may not be double-booked; `chair_decides_roles` are invited only if the chair says so
    each time. `first_due` and `next_due` are the rules that give the latest lawful day of its first meeting and
    of each later one: what a schedule is projected with. `also_called` are other words of the sources for it.
    `parts`: held one after the other, in this order; `throughout_roles` stay for all of it, at hand during the parts
    that are not theirs. `minutes_to_write_up` are the chair's own after it. `decides_date`: a date that is the family's
    to choose is never proposed, and taken only on their word; one that is the reviewing service's is proposed and
    booked by others, and moved only at its word. `quorum`: the parameter that says how many of those who must come are
    enough; empty where all must. `ladder`: when people are reminded of it.
    """

    id: MeetingKindId
    title: str
    duration_minutes: int
    chair_role: Role
    required_roles: tuple[Role, ...] = ()
    optional_roles: tuple[Role, ...] = ()
    exclusive_roles: tuple[Role, ...] = ()
    chair_decides_roles: tuple[Role, ...] = ()
    held_event: EventType | None = None
    booked_event: EventType | None = None
    body: BodyId | None = None
    source: Source | None = None
    first_due: RuleId | None = None
    next_due: RuleId | None = None
    also_called: tuple[str, ...] = ()
    parts: tuple[MeetingPart, ...] = ()
    throughout_roles: tuple[Role, ...] = ()
    decides_date: DecidesDate = DecidesDate.ORGANISER
    minutes_to_write_up: int = 0
    quorum: str = ""
    ladder: Ladder = Ladder()


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document the rules come from, with its dates in force."""

    id: str
    title: str
    effective_from: date | None = None
    review_due: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotComputed:
    """A requirement of the source that yields no date of its own.

    Attributes:
        id: the id under which the requirement is known.
        sort: what it is instead of a clock.
        reason: why no date follows from it.
        stands_in: the parameters, rules, bodies or meeting kinds of the pack that stand in for it.
        items_of: meeting kinds at each of which it is a standing item, with `item` as its words.
        pack: the layer that says so.
    """

    id: str
    sort: NotAClock
    reason: str
    source: Source | None = None
    stands_in: tuple[str, ...] = ()
    items_of: tuple[MeetingKindId, ...] = ()
    item: str = ""
    pack: str = ""


class NotAClock(StrEnum):
    """What a requirement is that yields no date."""

    GATE = "gate"
    STANDING_ITEM = "standing_item"
    ON_REQUEST = "on_request"
    BODY = "body"
    TARGET = "target"
    DESCRIPTION = "description"


@dataclass(frozen=True)
class Pack:
    """A pack ready for use: a council's rules laid over those of the law.

    Attributes:
        layers: ids of the packs it is made of, the law first.
        labels: the council's words, by meeting kind or idea: `{"cic_review": "child in care review", …}`.
        parameters: local numbers and choices that the sources leave open.
        rules: of all layers, in order.
        brand: the colours of the council's pages.
        closures: days on which the council's own offices are closed, by their names. No clock stops for them.
    """

    id: str
    title: str
    version: str
    layers: tuple[str, ...]
    labels: Mapping[str, str]
    leap_birthday: LeapBirthday
    parameters: Mapping[str, str | int | bool]
    documents: Mapping[str, SourceDocument]
    bodies: Mapping[BodyId, Body]
    meeting_kinds: Mapping[MeetingKindId, MeetingKind]
    rules: tuple[Rule, ...]
    not_computed: tuple[NotComputed, ...] = ()
    brand: Brand = field(default_factory=Brand)
    kept_elsewhere: Mapping[RuleId, str] = field(default_factory=dict)
    """Rules whose clocks the council keeps in another system, with the name of it: they are not run here."""
    closures: Mapping[date, str] = field(default_factory=dict)
    decisions: Mapping[MeetingKindId, DecisionRules] = field(default_factory=dict)
    """What follows a recommendation, by the kind of sitting that gave it."""
    escalations: Mapping[str, EscalationRules] = field(default_factory=dict)
    extends: str = ""
    own_rules: frozenset[RuleId] = frozenset()
    by_id: Mapping[RuleId, Rule] = field(init=False, repr=False, compare=False)
    fulfilling: frozenset[EventType] = field(init=False, repr=False, compare=False)
    """Events that some rule of the pack waits for."""
    _woken_by: Mapping[EventType, frozenset[int]] = field(init=False, repr=False, compare=False)
    _always_awake: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Indexes the rules."""
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})
        object.__setattr__(self, "fulfilling", frozenset(e for rule in self.rules for e in rule.met_by.events))
        woken: dict[EventType, set[int]] = {}
        for position, rule in enumerate(self.rules):
            for event in (*rule.anchor.events, *rule.needed_when.any_of):
                woken.setdefault(event, set()).add(position)
        awake = frozenset(n for n, rule in enumerate(self.rules) if rule.needed_when.always)
        object.__setattr__(self, "_woken_by", {event: frozenset(found) for event, found in woken.items()})
        object.__setattr__(self, "_always_awake", awake)

    def rules_woken_by(self, events: Iterable[EventType]) -> list[Rule]:
        """The rules that any of these events may start, or show to lack its start, in order: few out of many."""
        found = self._always_awake.union(*(self._woken_by.get(event, frozenset()) for event in events))
        return [
            self.rules[position] for position in sorted(found) if self.rules[position].id not in self.kept_elsewhere
        ]

    def changes_within(self, after: date, until: date) -> bool:
        """Whether on one of the days after the one, up to the other, a rule comes into force or is in force no more.

        On all other days clocks change by facts and birthdays alone.
        """
        begin = any(after < rule.effective_from <= until for rule in self.rules)
        return begin or any(rule.effective_to and after <= rule.effective_to < until for rule in self.rules)

    def rule(self, rule_id: RuleId) -> Rule:
        """The rule of that id; raises KeyError with the pack's name."""
        if rule_id not in self.by_id:
            raise KeyError(f"pack {self.id} has no rule {rule_id}")
        return self.by_id[rule_id]

    def meeting_kind(self, kind: MeetingKindId) -> MeetingKind:
        """The meeting kind of that id; raises KeyError with the pack's name."""
        if kind not in self.meeting_kinds:
            raise KeyError(f"pack {self.id} has no meeting kind {kind}")
        return self.meeting_kinds[kind]

    def quorum_of(self, kind: MeetingKind) -> int:
        """How many of those who must come are enough, the chair among them; 0 where all must."""
        return int(self.parameters[kind.quorum]) if kind.quorum else 0

    def standing_items(self, kind: MeetingKindId) -> tuple[str, ...]:
        """What every meeting of the kind has to deal with, in the order of the packs."""
        return tuple(self.label(one.item) for one in self.not_computed if kind in one.items_of)

    def label(self, text: str) -> str:
        """`text` with the council's own words put for `{cic_review}` and the like."""
        return text.format_map(self.labels) if "{" in text else text


def pack_names() -> tuple[str, ...]:
    """Ids of the packs shipped with the rulebook."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml")))


@lru_cache(maxsize=32)
def load_pack(name: str, folder: Path = PACKS) -> Pack:
    """The pack `name` with every pack it extends laid under it, checked whole. Read once and kept.

    Raises:
        PackError: everything wrong with any layer, each with file, line and column.
        LookupError: no such pack; the message lists those there are.
    """
    # Here, because the layers are made of this file's own classes.
    from rulebook.pack_layers import read_layers

    return read_layers(name, folder)
