"""Which subjects a caller may see: cases decides, and is asked where this service cannot be sure."""

from collections.abc import Iterable, Mapping

from servicekit.caller import Caller
from servicekit.errors import Unavailable
from services.panels.app.ports import Begin, Cases, KnownSubject

# These see every case of the council that is not restricted; everybody else only their own.
_WHOLE_COUNCIL = frozenset({"business-support", "business-support-manager", "panel-chair"})


async def visible_subjects(
    cases: Cases, caller: Caller, subjects: Iterable[str], known: Mapping[str, KnownSubject]
) -> frozenset[str]:
    """Those of `subjects` that the caller may see. A subject nobody told us of counts as restricted."""
    plain = _surely_visible(caller, subjects, known)
    return plain | await cases.shown_to(caller, sorted(set(subjects) - plain))


async def visible_as_far_as_known(
    cases: Cases, caller: Caller, subjects: Iterable[str], known: Mapping[str, KnownSubject]
) -> tuple[frozenset[str], bool]:
    """As `visible_subjects`, and whether it is all: False where cases did not answer, so that there may be more."""
    try:
        return await visible_subjects(cases, caller, subjects, known), True
    except Unavailable:
        return _surely_visible(caller, subjects, known), False


def _surely_visible(caller: Caller, subjects: Iterable[str], known: Mapping[str, KnownSubject]) -> frozenset[str]:
    """Those of whom cases need not be asked."""
    if not caller.roles & _WHOLE_COUNCIL:
        return frozenset()
    return frozenset(one for one in subjects if one in known and not known[one].restricted)


async def seen_subjects(begin: Begin, cases: Cases, caller: Caller, subjects: Iterable[str]) -> frozenset[str]:
    """As `visible_subjects`, with what is known here of them."""
    wanted = sorted(set(subjects))
    async with begin(caller) as unit:
        known = await unit.candidates.subjects(wanted)
    return await visible_subjects(cases, caller, wanted, known)
