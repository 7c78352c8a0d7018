"""Outcomes in words: what a body may settle, what was recorded, and what can be said of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from permanence.panels.v1 import panel_pb2 as wire

from web.agenda import OUTCOME_WORDS
from web.words import civil, london, long_date, moment, role_words

_KINDS_OF: Mapping[int, tuple[wire.OutcomeKind.ValueType, ...]] = {
    wire.AUTHORITY_DECIDES: (wire.OUTCOME_KIND_DECIDED, wire.OUTCOME_KIND_DEFERRED),
    wire.AUTHORITY_RECOMMENDS: (wire.OUTCOME_KIND_RECOMMENDED, wire.OUTCOME_KIND_DEFERRED),
    wire.AUTHORITY_ENDORSES: (
        wire.OUTCOME_KIND_ENDORSED,
        wire.OUTCOME_KIND_CHALLENGED,
        wire.OUTCOME_KIND_DEFERRED,
    ),
}
_LABELS = {
    wire.OUTCOME_KIND_DECIDED: "Decided",
    wire.OUTCOME_KIND_RECOMMENDED: "Recommended to the decision maker",
    wire.OUTCOME_KIND_ENDORSED: "Endorsed what is planned",
    wire.OUTCOME_KIND_CHALLENGED: "Challenged what is planned",
    wire.OUTCOME_KIND_DEFERRED: "Deferred to another sitting",
}
# A way of putting off: it was begun, and goes on at the next sitting.
PART_HEARD = ("part-heard", "Part-heard: it goes on at the next sitting")
# That the subject was heard is recorded with every outcome but a deferral; nobody is asked to tick it.
BY_ITSELF = frozenset({"tracking_meeting_considered"})
_EVENTS = {
    "drift_identified": "Drift or delay was identified",
    "tracking_meeting_considered": "The panel considered the child",
}


@dataclass(frozen=True)
class RecordedAction:
    """One row of what is to be done."""

    text: str
    owner: str
    due: str


@dataclass(frozen=True)
class Recorded:
    """An outcome, read only."""

    kind: str
    reasons: str
    events: tuple[str, ...]
    actions: tuple[RecordedAction, ...]
    next_date: str
    when: str
    by: str
    decision_maker: str
    recommendation: str = ""
    dissents: tuple[tuple[str, str], ...] = ()


def kind_choices(authority: int) -> list[tuple[str, str]]:
    """What a body of that authority can do, for radios."""
    offered = [(OUTCOME_WORDS[kind].lower(), _LABELS[kind]) for kind in _KINDS_OF.get(authority, ())]
    return [*offered, PART_HEARD] if offered else []


def wire_kind(value: str) -> wire.OutcomeKind.ValueType:
    """The kind that a radio stands for."""
    if value == PART_HEARD[0]:
        return wire.OUTCOME_KIND_DEFERRED
    return next(
        (kind for kind, words in OUTCOME_WORDS.items() if words.lower() == value), wire.OUTCOME_KIND_UNSPECIFIED
    )


def kind_words(value: str) -> str:
    """What a radio says, whichever body offers it."""
    return dict([PART_HEARD]).get(value) or _LABELS.get(wire_kind(value), value)


def event_choices(may_record: Iterable[str]) -> list[tuple[str, str]]:
    """Case events that can be ticked, in words."""
    return [(event, event_words(event)) for event in sorted(may_record) if event not in BY_ITSELF]


def event_words(event: str) -> str:
    """A case event in words."""
    return _EVENTS.get(event, role_words(event))


def recorded(outcome: wire.Outcome, names: Mapping[str, str]) -> Recorded:
    """What stands in the record."""
    return Recorded(
        kind=PART_HEARD[1] if outcome.part_heard else _LABELS.get(outcome.kind, "Recorded"),
        reasons=outcome.reasons,
        events=tuple(event_words(event) for event in outcome.case_events),
        actions=tuple(
            RecordedAction(one.text, role_words(one.owner_role), long_date(civil(one.due_date)))
            for one in outcome.actions
        ),
        next_date=long_date(civil(outcome.next_date)) if outcome.HasField("next_date") else "Nobody said",
        when=moment(london(outcome.record_time)),
        by=names.get(outcome.recorded_by, "a colleague"),
        decision_maker=outcome.decision_maker,
        recommendation=outcome.recommendation,
        dissents=tuple((one.who, one.why) for one in outcome.dissents),
    )
