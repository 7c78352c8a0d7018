"""The council's name, colours and words, as `cases` gives them; remembered, so that they outlive its absence."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.council_pb2 import CaseEventType, MeetingKind
from permanence.cases.v1.council_pb2 import Council as CouncilMessage

from servicekit.errors import told_of
from servicekit.log import get_logger
from web.desk import Desk

_REMEMBERED_SECONDS = 300.0
# A page waits this long for its colours, and does not ask again for a while where it was in vain.
_PATIENCE_SECONDS = 2.0
_SPARED_SECONDS = 15.0


@dataclass(frozen=True)
class Brand:
    """What a page shows of the council. Colours are `#rrggbb`, checked for contrast when the pack was read."""

    name: str
    header_colour: str = "#1f2d3a"
    link_colour: str = "#1a4f85"
    button_colour: str = "#1c5e3a"
    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, MeetingKind] = field(default_factory=dict)
    event_types: Mapping[str, CaseEventType] = field(default_factory=dict)
    plans: tuple[str, ...] = ()

    def kind_title(self, key: str) -> str:
        """A meeting kind spelled out."""
        kind = self.kinds.get(key)
        return kind.title if kind else key.replace("_", " ").capitalize()

    def event_words(self, name: str) -> str:
        """What a case event says, as the beginning of a line: `The child became looked after`."""
        known = self.event_types.get(name)
        says = known.says if known else name.replace("_", " ")
        return says[:1].upper() + says[1:]


class Brands:
    """Brands by council."""

    def __init__(self, names: Mapping[str, str], now: Callable[[], float] = time.monotonic) -> None:
        self._names, self._now = names, now
        self._known: dict[str, tuple[float, Brand]] = {}
        self._in_vain: dict[str, float] = {}

    def plain(self, council: str) -> Brand:
        """The name alone, for pages that come before anybody is known."""
        known = self._known.get(council)
        return known[1] if known else Brand(self._names.get(council, "Permanence"))

    async def of(self, desk: Desk) -> Brand:
        """The brand of the desk's council; the last one known, or a plain one, where cases does not give it.

        Never raises: pages that say what went wrong wear it too.
        """
        council = desk.caller.council
        asked_at, brand = self._known.get(council, (0.0, self.plain(council)))
        if asked_at and self._now() - asked_at < _REMEMBERED_SECONDS:
            return brand
        if council in self._in_vain and self._now() - self._in_vain[council] < _SPARED_SECONDS:
            return brand
        request = pb.GetCouncilRequest(name=desk.parent)
        try:
            reply = await desk.ask("cases", desk.cases.GetCouncil, request, seconds=_PATIENCE_SECONDS)
        except Exception as error:
            get_logger().warning("no brand", **told_of(error))
            self._in_vain[council] = self._now()
            return brand
        brand = _brand(reply.council)
        self._known[council] = (self._now(), brand)
        self._in_vain.pop(council, None)
        return brand


def _brand(council: CouncilMessage) -> Brand:
    return Brand(
        council.display_name,
        council.header_colour,
        council.link_colour,
        council.button_colour,
        dict(council.labels),
        {kind.key: kind for kind in council.meeting_kinds},
        {one.type: one for one in council.case_event_types},
        tuple(council.permanence_plans),
    )
