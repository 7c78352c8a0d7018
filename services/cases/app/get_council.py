"""Says how a council calls itself, its colours, its words, its kinds of meeting, what can be recorded; of no case."""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.brand import Brand
from rulebook.facts import EventType, FactKind, SubjectKind
from rulebook.pack import MeetingKind, Pack
from rulebook.plan_state import PLAN_EVENTS
from rulebook.vocabulary import EventMeaning, attribute_meaning, vocabulary
from servicekit.caller import Caller
from services.cases.app.policy import require
from services.cases.domain.case_event import PPM_HELD


@dataclass(frozen=True)
class EventWords:
    """One name of the vocabulary in the council's words, and what a fact of that name may carry."""

    type: EventType
    says: str
    group: str
    of: frozenset[SubjectKind]
    planned: bool
    about_plan: bool
    takes_time: bool


@dataclass(frozen=True)
class CouncilView:
    """From the configuration, the council's pack and the vocabulary; the kinds of meeting by title."""

    display_name: str
    brand: Brand
    labels: Mapping[str, str]
    meeting_kinds: tuple[MeetingKind, ...]
    event_words: tuple[EventWords, ...]
    plans: tuple[str, ...]


def get_council(caller: Caller, display_name: str, pack: Pack) -> CouncilView:
    """The caller's own. Not audited: it holds no personal data."""
    require(caller, "GetCouncil", f"councils/{caller.council}")
    kinds = sorted(pack.meeting_kinds.values(), key=lambda kind: (kind.title.casefold(), kind.id))
    words = tuple(_words(pack, one) for one in vocabulary().values())
    return CouncilView(display_name, pack.brand, pack.labels, tuple(kinds), words, attribute_meaning("plan").values)


def _words(pack: Pack, one: EventMeaning) -> EventWords:
    return EventWords(
        type=one.type,
        says=pack.label(one.says),
        group=pack.label(one.group),
        of=one.of,
        planned=one.kind is FactKind.PLANNED,
        about_plan=one.type in PLAN_EVENTS,
        takes_time=one.type == PPM_HELD,
    )
