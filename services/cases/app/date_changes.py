"""The due dates that rules or bank holidays moved: listed for, and confirmed by, somebody who answers for the cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rulebook.facts import SubjectKind
from servicekit.errors import NotFound
from services.cases.app.get_subject import SubjectRef, find
from services.cases.app.list_obligations import explained_by_id
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.date_change import DateChange
from services.cases.domain.names import DateChangeId, SubjectId, date_change_name
from services.cases.domain.obligation import Read


@dataclass(frozen=True)
class Moved:
    """A date change, and the obligation as it now stands with the words that explain it."""

    change: DateChange
    read: Read


async def list_date_changes(
    unit: Unit, ref: SubjectRef | None, after: tuple[datetime, UUID] | None, size: int
) -> tuple[list[Moved], bool]:
    """One page of what is unconfirmed, the longest standing first, and whether there is more.

    NotFound where one subject is asked for and is hidden.
    """
    parent = f"councils/{unit.council}"
    require(unit.caller, "ListDateChanges", parent)
    subject: SubjectId | None = (await find(unit, ref)).id if ref is not None else None
    found = await unit.date_changes.page(subject, after, sight_of(unit.caller), size + 1)
    await unit.audit("ListDateChanges", ref.name if ref else parent)
    page = found[:size]
    reads = await explained_by_id(unit, list({one.subject for one in page}))
    return [Moved(one, reads[one.obligation]) for one in page], len(found) > size


async def confirm_date_changes(unit: Unit, changes: Sequence[DateChangeId]) -> list[tuple[DateChange, SubjectKind]]:
    """All of them or, where one is absent or hidden, none: NotFound. Who confirmed first stays.

    In the order asked, each with what its subject is.
    """
    parent = f"councils/{unit.council}"
    require(unit.caller, "ConfirmDateChanges", parent)
    sight = sight_of(unit.caller, "ConfirmOnCase")
    seen = {one.id for one in await unit.date_changes.find_all(changes, sight)}
    absent = next((one for one in changes if one not in seen), None)
    if absent is not None:
        raise NotFound(date_change_name(unit.council, absent))
    await unit.date_changes.confirm(changes, unit.caller.principal_id, unit.now())
    for one in dict.fromkeys(changes):
        await unit.audit("ConfirmDateChanges", date_change_name(unit.council, one), ("confirmed_by",))
    now = {one.id: one for one in await unit.date_changes.find_all(changes, sight)}
    kinds = await unit.subjects.kinds(list({one.subject for one in now.values()}), sight)
    return [(now[one], kinds[now[one].subject]) for one in dict.fromkeys(changes)]
