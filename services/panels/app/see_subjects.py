"""Which subjects a caller may see: cases decides, and is asked where this service cannot be sure."""

from collections.abc import Iterable, Mapping

from servicekit.caller import Caller
from services.panels.app.ports import Begin, Cases, KnownSubject

# These see every case of the council that is not restricted; everybody else only their own.
_WHOLE_COUNCIL = frozenset({"business-support", "business-support-manager", "panel-chair"})


async def visible_subjects(
    cases: Cases, caller: Caller, subjects: Iterable[str], known: Mapping[str, KnownSubject]
) -> frozenset[str]:
    """Those of `subjects` that the caller may see. A subject nobody told us of counts as restricted."""
    wanted = sorted(set(subjects))
    plain = {s for s in wanted if s in known and not known[s].restricted} if caller.roles & _WHOLE_COUNCIL else set()
    asked = [subject for subject in wanted if subject not in plain]
    return frozenset(plain | await cases.shown_to(caller, asked))


async def seen_subjects(begin: Begin, cases: Cases, caller: Caller, subjects: Iterable[str]) -> frozenset[str]:
    """As `visible_subjects`, with what is known here of them."""
    wanted = sorted(set(subjects))
    async with begin(caller) as unit:
        known = await unit.candidates.subjects(wanted)
    return await visible_subjects(cases, caller, wanted, known)
