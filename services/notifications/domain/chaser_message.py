"""The words of one message about what waits: how many things, since when, where to look. It names nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.notifications.domain.chaser import Chaser, ChaserKind
from services.notifications.domain.quiet_hours import LONDON
from services.notifications.domain.rendering import Rendering, subject_line
from services.notifications.domain.route import Route

SUBJECT = "What waits for you"
SUBJECT_FOR_OTHERS = "What is late after meetings"
_WORDS = {
    (ChaserKind.CHASE, ""): ("action", "actions"),
    (ChaserKind.MINUTES, "sign"): ("set of minutes to sign", "sets of minutes to sign"),
    (ChaserKind.MINUTES, "file"): ("set of minutes not in the file", "sets of minutes not in the file"),
    (ChaserKind.MINUTES, "decisions"): ("list of decisions to send out", "lists of decisions to send out"),
    (ChaserKind.MINUTES, "distribution"): ("whole record to send out", "whole records to send out"),
    (ChaserKind.DECISION, ""): ("decision to make", "decisions to make"),
}
_ANYTHING = ("thing", "things")
_NO_NAMES = "This message holds no names."


@dataclass(frozen=True)
class Reader:
    """Who gets it. `person` is empty for business support's mailbox; `staff` can sign in at `site`, others ring.

    `held_until`: before then somebody else might see it come; None where it may go now.
    """

    person: str
    route: Route
    address: str
    staff: bool = True
    protected: tuple[str, ...] = ()
    subject_strings: tuple[str, ...] = ()
    held_until: datetime | None = None

    def beside(self, other: "Reader") -> "Reader":
        """The same reader of something about other subjects too, whose strings are protected as well."""
        return replace(self, subject_strings=(*self.subject_strings, *other.subject_strings))


def chaser_rendering(
    reader: Reader, chasers: Sequence[Chaser], due: Mapping[tuple[str, str], date], now: datetime, site: str, ring: str
) -> Rendering:
    """Exactly what is read. `due`: the day of each thing and clock; `ring`: whom to ring, in words."""
    for_others = not reader.person
    head = "This is late, or due, after meetings." if for_others else "This waits for you after meetings."
    gap = " " if reader.route is Route.TEXT else "\n"
    lines = _lines_by_role(chasers, due) if for_others else _lines(chasers, due)
    return Rendering(
        person=reader.person,
        route=reader.route,
        address=reader.address,
        subject_line=subject_line(
            SUBJECT_FOR_OTHERS if for_others else SUBJECT, now.astimezone(LONDON).date().isoformat()
        ),
        body_text=gap.join([head, *lines, *_what_to_do(reader, site, ring)]),
        location="",
        others_shown=(),
        start=now,
        end=now,
        time_zone=str(LONDON),
    )


def _lines_by_role(chasers: Sequence[Chaser], due: Mapping[tuple[str, str], date]) -> list[str]:
    roles = dict.fromkeys(one.role for one in chasers)
    return [
        f"For the {role.replace('-', ' ')}: {line}"
        for role in roles
        for line in _lines([one for one in chasers if one.role == role], due)
    ]


def _lines(chasers: Sequence[Chaser], due: Mapping[tuple[str, str], date]) -> list[str]:
    """One for each sort; what stands in two chases counts once."""
    found: dict[tuple[ChaserKind, str], set[str]] = {}
    for one in chasers:
        found.setdefault((one.kind, one.clock), set()).update(one.things)
    return [_line(sort, [due[(thing, sort[1])] for thing in things]) for sort, things in found.items()]


def _line(sort: tuple[ChaserKind, str], days: Sequence[date]) -> str:
    one, several = _WORDS.get(sort, _ANYTHING)
    first = f"{min(days):%A} {min(days).day} {min(days):%B %Y}"
    return f"1 {one}, due on {first}." if len(days) == 1 else f"{len(days)} {several}, the first due on {first}."


def _what_to_do(reader: Reader, site: str, ring: str) -> list[str]:
    if not reader.staff:
        return [f"If it is done, or you cannot do it, please ring {ring}."]
    where = f"Sign in to see what it is: {site}/actions" if site else "Sign in and open Actions to see what it is."
    if reader.route is Route.TEXT:
        return [where]
    ask = "Tell whoever it is, or ring them." if not reader.person else f"If it is not yours to do, ring {ring}."
    return [where, ask, _NO_NAMES]
