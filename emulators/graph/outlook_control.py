"""`POST /_emulator/outlook`: lets a person act in their own Outlook."""

from collections.abc import Callable

from aiohttp import web

from emulators.directory import Tenant
from emulators.directory_file import DirectoryFile
from emulators.graph.body_schema import check_event
from emulators.graph.calendar import Owner
from emulators.graph.errors import GraphError, invalid, item_not_found
from emulators.graph.event_record import CALENDAR, EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.outlook_people import OutlookPeople

Order = dict[str, object]
_WHOSE = {"tenant", "mailbox", "event", "do"}


class OutlookControl:
    """Needs no token: it is bound to this machine only."""

    def __init__(self, directory: DirectoryFile, store: EventStore, people: OutlookPeople) -> None:
        self._directory = directory
        self._store = store
        self._people = people
        self._acts: dict[str, tuple[set[str], Callable[[Owner, EventRecord, Order], None]]] = {
            "edit": ({"change"}, self._edit),
            "delete": (set(), self._delete),
            "move": ({"folder"}, self._move),
            "reimport": (set(), self._reimport),
            "forward": ({"to", "listed"}, self._forward),
        }

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register the endpoint."""
        router.add_post("/_emulator/outlook", self.act)

    async def act(self, request: web.Request) -> web.Response:
        """What is asked for, done: 200 with the event's two ids; else 400 or 404 and why."""
        try:
            order = await request.json()
            if not isinstance(order, dict):
                raise invalid("send a JSON object")
            return web.json_response(self._act(order))
        except ValueError:
            return web.json_response({"violations": ["send a JSON object"]}, status=400)
        except GraphError as error:
            return web.json_response({"violations": [str(error)]}, status=error.status)

    def _act(self, order: Order) -> dict[str, object]:
        if str(order.get("do")) not in self._acts:
            raise invalid(f"do must be one of {', '.join(self._acts)}")
        fields, act = self._acts[str(order["do"])]
        if unknown := sorted(set(order) - _WHOSE - fields):
            raise invalid(f"unknown fields: {', '.join(unknown)}; known are {', '.join(sorted(_WHOSE | fields))}")
        owner = self._owner(order)
        event = self._event(owner, str(order.get("event")))
        act(owner, event, order)
        return {"id": event.id, "plain_id": event.plain_id}

    def _owner(self, order: Order) -> Owner:
        tenant: Tenant | None = self._directory.current.tenant(str(order.get("tenant")))
        mailbox = tenant.mailbox(str(order.get("mailbox"))) if tenant else None
        if tenant is None or mailbox is None:
            raise GraphError(404, "ErrorInvalidUser", "tenant or mailbox is not in the directory")
        return Owner(tenant, mailbox)

    def _event(self, owner: Owner, event_id: str) -> EventRecord:
        """By either id or by the iCalUId."""
        whose = (owner.tenant.tenant_id, owner.mailbox.oid)
        found = self._store.find(*whose, event_id) or self._store.copy_in(*whose, event_id)
        if found is None:
            raise item_not_found()
        return found

    def _edit(self, owner: Owner, event: EventRecord, order: Order) -> None:
        self._people.edit(owner, event, check_event(order.get("change")))

    def _delete(self, owner: Owner, event: EventRecord, order: Order) -> None:
        self._people.delete(owner, event)

    def _move(self, owner: Owner, event: EventRecord, order: Order) -> None:
        self._people.move(event, str(order.get("folder") or CALENDAR))

    def _reimport(self, owner: Owner, event: EventRecord, order: Order) -> None:
        self._people.reimport(event)

    def _forward(self, owner: Owner, event: EventRecord, order: Order) -> None:
        to = str(order.get("to"))
        if "@" not in to:
            raise invalid("to needs an address")
        self._people.forward(owner.tenant, event, to, listed=order.get("listed", True) is not False)
