"""Checks of the mailbox of answers: whether the application may read it, and mark what was read."""

from urllib.parse import quote

from cli.outlook.finding import Check, Finding, found, not_tested
from cli.outlook.tenant import Answer, Tenant

_NOT_SET = "answers are not read through Graph here: set PERMANENCE_REPLY_MAILBOX"
_EMPTY = "the inbox of the mailbox of answers is empty: send it an e-mail"
_CAME = "delta?changeType=created&$select=receivedDateTime"


async def _came(tenant: Tenant) -> Finding:
    if not tenant.replies:
        return not_tested(_NOT_SET)
    answer = await _inbox(tenant, _CAME)
    links = ("@odata.nextLink", "@odata.deltaLink")
    return found(answer.status == 200 and any(name in answer.payload for name in links), answer.seen)


async def _unread(tenant: Tenant) -> Finding:
    if not tenant.replies:
        return not_tested(_NOT_SET)
    answer = await _inbox(tenant, "?$filter=isRead%20eq%20false&$select=receivedDateTime&$top=1000")
    return found(answer.status == 200 and "value" in answer.payload, answer.seen)


async def _whole(tenant: Tenant) -> Finding:
    message = await _first(tenant)
    if not message:
        return not_tested(_EMPTY if tenant.replies else _NOT_SET)
    answer = await tenant.ask("GET", f"{message}/$value")
    return found(answer.status == 200 and not answer.empty, answer.seen)


async def _marked(tenant: Tenant) -> Finding:
    """Marks the message as what it is already: nothing changes for whoever looks into the mailbox."""
    message = await _first(tenant)
    if not message:
        return not_tested(_EMPTY if tenant.replies else _NOT_SET)
    now = (await tenant.ask("GET", f"{_folder(tenant)}?$select=isRead&$top=1")).rows()[0]["isRead"]
    answer = await tenant.ask("PATCH", message, {"isRead": now})
    return found(answer.status == 200, answer.seen)


async def _first(tenant: Tenant) -> str:
    """The path of the message that stands first in the inbox; empty where there is none."""
    rows = (await _inbox(tenant, "?$select=isRead&$top=1")).rows() if tenant.replies else []
    return f"{tenant.user(tenant.replies)}/messages/{quote(str(rows[0]['id']), safe='')}" if rows else ""


async def _inbox(tenant: Tenant, asked: str) -> Answer:
    return await tenant.ask("GET", f"{_folder(tenant)}{'' if asked.startswith('?') else '/'}{asked}")


def _folder(tenant: Tenant) -> str:
    return f"{tenant.user(tenant.replies)}/mailFolders/inbox/messages"


CHECKS = (
    Check("mail", "what comes into the mailbox of answers is told", _came),
    Check("mail", "what is unread there is listed", _unread),
    Check("mail", "a message there can be read whole", _whole),
    Check("mail", "a message there can be marked as read", _marked),
)
