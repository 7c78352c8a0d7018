"""GOV.UK Notify, as `services.notifications.app.ports.NotifyService`, through its own client."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar
from uuid import UUID

import requests
from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import MaxRetryError, NewConnectionError

from services.notifications.domain.delivery_fault import DeliveryFault, Gone, OutcomeUnknown, Refused, Unreachable
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.postal_address import MOST_LINES
from services.notifications.domain.route import Route

T = TypeVar("T")
_AT_ONCE = 4
# The client logs the words of refusals, which may quote what was sent.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class NotifyAccount:
    """Where Notify is, as whom, and the template of each route. `seconds` bounds one request, and the wait for its
    turn: `domain/notify_message.py` leans on both.
    """

    url: str
    api_key: str = field(repr=False)
    templates: Mapping[Route, str]
    seconds: float = 30.0


class GovukNotify:
    """Raises delivery faults only; their reasons are Notify's error classes, never its words.

    The client waits for its answer, so that each request has a thread; at most four at once, each with a client of its
    own, for a client is not to be shared by threads.
    """

    def __init__(self, account: NotifyAccount) -> None:
        self._account = account
        # Of its own: while Notify hangs, nobody else waits for a thread.
        self._threads = ThreadPoolExecutor(_AT_ONCE, "notify")
        self._under_way: set[str] = set()
        self._clients: asyncio.Queue[NotificationsAPIClient] = asyncio.Queue()
        for _ in range(_AT_ONCE):
            self._clients.put_nowait(NotificationsAPIClient(account.api_key, account.url, timeout=account.seconds))

    async def send(self, message: NotifyMessage) -> UUID:
        """Hand over one message. Raises Unreachable (also where no turn came in time), OutcomeUnknown, Refused."""
        template = self._account.templates[message.route]
        try:
            return UUID((await self._asked(lambda client: self._sent(client, template, message)))["id"])
        except APIError as error:
            _raise_sending(error)
        except (KeyError, TypeError, ValueError):
            raise OutcomeUnknown("UNREADABLE_ANSWER") from None

    async def find(self, reference: str) -> UUID | None:
        """By reference. Raises Unreachable, also while it is being handed over by somebody broken off; Refused."""
        if reference in self._under_way:
            raise Unreachable("UNDER_WAY")
        try:
            listed = await self._asked(lambda client: client.get_all_notifications(reference=reference))
            found = [UUID(one["id"]) for one in listed["notifications"] if one["reference"] == reference]
        except APIError as error:
            raise _reading_fault(error) from None
        except (KeyError, TypeError, ValueError):
            raise Unreachable("UNREADABLE_ANSWER") from None
        return found[-1] if found else None

    async def status(self, receipt_id: UUID) -> str:
        """By Notify's id. Raises Unreachable, Refused, Gone."""
        try:
            return str((await self._asked(lambda client: client.get_notification_by_id(str(receipt_id))))["status"])
        except APIError as error:
            raise _reading_fault(error) from None
        except (KeyError, TypeError):
            raise Unreachable("UNREADABLE_ANSWER") from None

    def _sent(self, client: NotificationsAPIClient, template: str, message: NotifyMessage) -> Mapping[str, str]:
        """In the thread, which goes on where nobody waits any more."""
        self._under_way.add(message.reference)
        try:
            return _send(client, template, message)
        finally:
            self._under_way.discard(message.reference)

    async def _asked(self, ask: Callable[[NotificationsAPIClient], T]) -> T:
        try:
            async with asyncio.timeout(self._account.seconds):
                client = await self._clients.get()
        except TimeoutError:
            raise Unreachable("NO_TURN") from None
        work = asyncio.get_running_loop().run_in_executor(self._threads, ask, client)
        # Also where nobody waits any more, the thread has the client until it is done.
        work.add_done_callback(lambda done: self._give_back(client, done))
        return await asyncio.shield(work)

    def _give_back(self, client: NotificationsAPIClient, done: "asyncio.Future[T]") -> None:
        self._clients.put_nowait(client)
        if not done.cancelled():
            done.exception()


def _send(client: NotificationsAPIClient, template: str, message: NotifyMessage) -> Mapping[str, str]:
    words = {"subject": message.subject_line, "message": message.text}
    match message.route:
        case Route.TEXT:
            sent = client.send_sms_notification(message.address, template, {"message": message.text}, message.reference)
        case Route.LETTER:
            lines = message.address.split("\n")[:MOST_LINES]
            post = {f"address_line_{number}": line for number, line in enumerate(lines, 1)}
            sent = client.send_letter_notification(template, {**post, **words}, message.reference)
        case _:
            sent = client.send_email_notification(message.address, template, words, message.reference)
    known: Mapping[str, str] = sent
    return known


def _raise_sending(error: APIError) -> NoReturn:
    """What certainly was not done is Unreachable or Refused; all else is to be looked up."""
    code = _code(error)
    if error.response is None:
        fault: DeliveryFault = Unreachable(code) if _never_connected(error) else OutcomeUnknown(code)
    elif error.status_code == 429:
        fault = Unreachable(code, _retry_after(error))
    elif 400 <= error.status_code < 500:
        fault = Refused(code)
    else:
        fault = OutcomeUnknown(code)
    raise fault from None


def _reading_fault(error: APIError) -> DeliveryFault:
    if error.response is None or error.status_code == 429 or error.status_code >= 500:
        return Unreachable(_code(error), _retry_after(error))
    return Gone(_code(error)) if error.status_code == 404 else Refused(_code(error))


def _never_connected(error: APIError) -> bool:
    """Whether not even a connection was made, so that nothing can have been done."""
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    return isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError)


def _code(error: APIError) -> str:
    """`BAD_REQUEST_ERROR` for Notify's `BadRequestError`; else the number of the answer."""
    if error.response is None:
        return "NO_ANSWER"
    told = error.message if isinstance(error, HTTPError) else None
    kind = told[0].get("error") if isinstance(told, list) and told and isinstance(told[0], dict) else None
    if not isinstance(kind, str) or not kind.isidentifier() or len(kind) > 40:
        return f"NOTIFY_{error.status_code}"
    return "".join(f"_{sign}" if sign.isupper() and at else sign for at, sign in enumerate(kind)).upper()


def _retry_after(error: APIError) -> float | None:
    told = error.response.headers.get("Retry-After", "") if error.response is not None else ""
    return float(told) if told.isdigit() else None
