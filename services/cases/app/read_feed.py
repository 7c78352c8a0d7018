"""Which of the facts on the feed a caller may be told."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager

from servicekit.caller import Caller, CallerKind
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.names import SubjectId, id_at_end

Begin = Callable[[Caller], AbstractAsyncContextManager[Unit]]


async def hidden_on_feed(begin: Begin, caller: Caller, subjects: Collection[str]) -> frozenset[str]:
    """Names of those of the subjects of which the caller may not know today. Our own services follow everything."""
    if caller.kind is CallerKind.SERVICE or not subjects:
        return frozenset()
    ids = {name: SubjectId(id_at_end(name)) for name in subjects}
    async with begin(caller) as unit:
        seen = {one.id for one in await unit.subjects.find_all(sorted(ids.values()), sight_of(caller))}
    return frozenset(name for name, one in ids.items() if one not in seen)
