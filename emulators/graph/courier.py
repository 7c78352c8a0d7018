"""Carries notices to subscribers: in the background, and at once by `POST /_emulator/notify`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from emulators.graph.faults import FaultKind, Faults
from emulators.graph.notices import Notices
from emulators.graph.subscription_store import SubscriptionStore

_LIFECYCLE = ("missed", "subscriptionRemoved", "reauthorizationRequired")
_LOOK_EVERY_SECONDS = 0.1
_LOG = logging.getLogger("emulators.courier")


class Courier:
    """Holds the notices back while the fault `notification_held` is armed; only `/_emulator/notify` sends then."""

    def __init__(
        self, notices: Notices, subscriptions: SubscriptionStore, faults: Faults, settle: Callable[[], None]
    ) -> None:
        self._notices = notices
        self._subscriptions = subscriptions
        self._faults = faults
        self._settle = settle

    def add_to(self, app: web.Application) -> None:
        """Register the endpoint, and run while the application does."""
        app.router.add_post("/_emulator/notify", self.notify)
        app.cleanup_ctx.append(self._run)

    async def _run(self, app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._go_round())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            if self._subscriptions.all() and not self._faults.armed(FaultKind.NOTIFICATION_HELD):
                try:
                    await self._carry()
                except Exception:
                    _LOG.exception("notices could not be carried; they will be tried again")

    async def _carry(self) -> dict[str, int]:
        self._settle()
        self._notices.collect()
        return await self._notices.send()

    async def notify(self, request: web.Request) -> web.Response:
        """Send all that is due now; `{"lifecycle": …}` first tells that of each subscription, or of the one named."""
        try:
            order = await request.json()
        except ValueError:
            order = None
        if not isinstance(order, dict) or not _is_known(order):
            told = f'send {{}} or {{"lifecycle": one of {", ".join(_LIFECYCLE)}, "subscription"?: id}}'
            return web.json_response({"violations": [told]}, status=400)
        if "lifecycle" in order:
            for subscription in self._subscriptions.all():
                if order.get("subscription") in (None, subscription.id):
                    self._notices.tell_lifecycle(subscription, order["lifecycle"])
        return web.json_response(await self._carry())


def _is_known(order: dict[str, object]) -> bool:
    return not set(order) - {"lifecycle", "subscription"} and order.get("lifecycle", _LIFECYCLE[0]) in _LIFECYCLE
