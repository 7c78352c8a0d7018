"""The GOV.UK Notify emulator as a process, with Notify's own client."""

from pathlib import Path
from typing import Any

import requests
from notifications_python_client.notifications import NotificationsAPIClient

from emulators.notify.account import API_KEY
from tests.emulators.microsoft_process import Running

TEXT, EMAIL, LETTER = (f"{n * 8}-{n * 4}-4{n * 3}-8{n * 3}-{n * 12}" for n in "123")
HOME = {f"address_line_{n}": line for n, line in enumerate(("Robin Made-Up", "7 Quarry Lane", "NO1 4QX"), 1)}


class NotifyProcess(Running):
    """The emulator, with the client of GOV.UK Notify."""

    def __init__(self, folder: Path, step: int = 0) -> None:
        arguments = ("--port", "0", "--state-dir", str(folder / "state"), "--step", str(step))
        super().__init__("emulators.notify", folder, *arguments)

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    def client(self, api_key: str = API_KEY) -> NotificationsAPIClient:
        return NotificationsAPIClient(api_key, base_url=self.url, timeout=5)

    def control(self, path: str, body: object = None) -> Any:
        method = "GET" if body is None else "POST"
        answer = requests.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ledger(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("messages")["messages"]
        return rows

    def fault(self, kind: str, **more: object) -> None:
        self.control("faults", {"arm": [{"fault": kind, **more}]})
