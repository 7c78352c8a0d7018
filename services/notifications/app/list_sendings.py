"""Listing every message about a meeting that left or may have left."""

from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.notifications.app.ports import Desk
from services.notifications.app.preview_invitations import readable
from services.notifications.domain.sending import KeptSending


@dataclass(frozen=True)
class SendingPage:
    """A page, and the sort key of its last row where another page follows."""

    sendings: tuple[KeptSending, ...]
    next_after: tuple[str, ...] | None


async def list_sendings(desk: Desk, caller: Caller, meeting: str, page: PageRequest) -> SendingPage:
    """The oldest first. NotFound, PermissionDenied, Unavailable. Audited."""
    await readable(desk, caller, "ListSendings", meeting)
    async with desk.begin(caller) as unit:
        await unit.audit("ListSendings", meeting)
        found = await unit.sendings.page(meeting, page.after, page.size + 1)
    shown = found[: page.size]
    return SendingPage(tuple(shown), (str(shown[-1].place),) if len(found) > page.size else None)
