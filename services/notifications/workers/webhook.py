"""Where Graph tells of changes: answered within milliseconds, nothing read, nothing asked, nothing believed."""

import asyncio
import json

from aiohttp import web

from servicekit.log import get_logger
from services.notifications.workers.nudges import Nudges

PATH = "/outlook-notices"
_MOST_BYTES = 256 * 1024
_LONGEST_TOKEN = 2048


class Webhook:
    """Worker: one listener for all councils, plain HTTP behind whatever ends TLS."""

    def __init__(self, nudges: Nudges, host: str, port: int) -> None:
        self._nudges = nudges
        self._host, self._port = host, port

    async def run(self) -> None:
        """Until cancelled."""
        runner = web.AppRunner(self.app(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    def app(self) -> web.Application:
        """One address, for the handshake, for changes and for what Graph says of subscriptions."""
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_post(PATH, self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        token = request.query.get("validationToken")
        if token is not None:
            return _handshake(token)
        try:
            told = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        notices = told.get("value") if isinstance(told, dict) else None
        if not isinstance(notices, list):
            return web.Response(status=400)
        strange = sum(not (isinstance(one, dict) and self._nudges.take(one)) for one in notices)
        if strange:
            get_logger().warning("notices that prove no origin were ignored", count=strange)
        # Whoever forges a notice learns nothing from the answer.
        return web.Response(status=202)


def _handshake(token: str) -> web.Response:
    if len(token) > _LONGEST_TOKEN:
        return web.Response(status=400)
    # Plain text that no browser takes for a page: the token is whatever the caller sent.
    return web.Response(text=token, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
