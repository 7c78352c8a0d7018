"""What people do in Outlook, and what stands in their calendars: the demo's hand on the emulator."""

import asyncio
from pathlib import Path
from typing import Any

import requests

from cli.failure import Failure


class Outlook:
    """The emulator's control door, for one tenant."""

    def __init__(self, authority: str, ca: Path, tenant_id: str, organiser: str) -> None:
        self._authority, self._tenant_id, self._organiser = authority, tenant_id, organiser
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(ca)

    async def events_of(self, mailbox: str, reference: str) -> list[dict[str, Any]]:
        """The live events in a mailbox whose subject line holds this reference."""
        found = await self._get("/_emulator/calendars", tenant=self._tenant_id, mailbox=mailbox)
        events = found["tenants"][0]["mailboxes"][0]["events"]
        return [event for event in events if reference in event["subject"]]

    async def answer(self, mailbox: str, reference: str, response: str) -> None:
        """The owner of a mailbox answers the invitation that holds this reference. Failure where there is none."""
        events = await self.events_of(mailbox, reference)
        if len(events) != 1:
            raise Failure(f"expected one event in the calendar that answers, found {len(events)}")
        body = {
            "tenant": self._tenant_id,
            "organizer": self._organiser,
            "event": events[0]["iCalUId"],
            "attendee": mailbox,
            "response": response,
        }
        answered = await asyncio.to_thread(
            self._session.post, f"{self._authority}/_emulator/reply", json=body, timeout=10
        )
        if answered.status_code != 200:
            raise Failure(f"the calendar emulator refused an answer: {answered.text.strip()}")

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        reply = await asyncio.to_thread(self._session.get, f"{self._authority}{path}", params=query, timeout=10)
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()
        return found
