"""The emulated outside of the demo: ports, the tenants' directory, and what the services must know of them."""

import json
import os
from dataclasses import dataclass

import yaml

from cli.demo.places import Places
from cli.made_council.cast import MadeCouncil
from cli.made_council.directory import DirectoryDocument, directory_of
from emulators.notify.account import API_KEY, template_of

MAILBOX_PASSWORD = "demo"  # noqa: S105 - of a made-up mailbox on this machine
SERVICES = ("cases", "scheduler", "panels", "notifications")


@dataclass(frozen=True)
class Outside:
    """Entra, Graph, mail and GOV.UK Notify, as emulated for these councils."""

    councils: tuple[MadeCouncil, ...]
    microsoft_port: int
    authorize_port: int
    smtp_port: int
    notify_port: int
    imap_port: int

    @property
    def authority(self) -> str:
        """Where tokens come from, and below it Graph."""
        return f"https://127.0.0.1:{self.microsoft_port}"

    def directory(self) -> DirectoryDocument:
        """The tenants: personas, applications, mailboxes."""
        return directory_of(*self.councils)

    def write_directory(self, places: Places) -> None:
        """Put the directory where the emulator reads it."""
        places.directory.write_text(json.dumps(self.directory(), indent=1), encoding="utf-8")
        tenants = [
            {
                "council": made.spec.slug,
                "meetings_mailbox": made.organiser,
                "settings": {"PERMANENCE_BUSINESS_SUPPORT_ADDRESS": f"business.support@{made.spec.staff_domain}"},
            }
            for made in self.councils
        ]
        places.tenants.write_text(yaml.safe_dump({"tenants": tenants}), encoding="utf-8")

    def environment(self, places: Places) -> dict[str, str]:
        """What the services are told of the outside."""
        apps = {app["key"]: app for app in self.directory()["tenants"][0]["apps"]}
        environ = {
            "PERMANENCE_IDENTITY_AUTHORITY": self.authority,
            "PERMANENCE_CA_FILE": str(places.microsoft / "ca.pem"),
            "PERMANENCE_GRAPH_URL": f"{self.authority}/v1.0",
            "PERMANENCE_GRAPH_AUTHORITY": self.authority,
            "PERMANENCE_GRAPH_CLIENT_ID": apps["graph-sender"]["client_id"],
            "PERMANENCE_GRAPH_CLIENT_SECRET": apps["graph-sender"]["secret"],
            "PERMANENCE_SMTP_HOST": "127.0.0.1",
            "PERMANENCE_SMTP_PORT": str(self.smtp_port),
            "PERMANENCE_SMTP_FROM": self.councils[0].organiser,
            "PERMANENCE_NOTIFY_URL": f"http://127.0.0.1:{self.notify_port}",
            "PERMANENCE_NOTIFY_API_KEY": API_KEY,
            "PERMANENCE_NOTIFY_TEMPLATE_TEXT": template_of("sms"),
            "PERMANENCE_NOTIFY_TEMPLATE_LETTER": template_of("letter"),
            "PERMANENCE_IMAP_HOST": "127.0.0.1",
            "PERMANENCE_IMAP_PORT": str(self.imap_port),
            "PERMANENCE_IMAP_USER": self.councils[0].organiser,
            "PERMANENCE_IMAP_PASSWORD": MAILBOX_PASSWORD,
            "PERMANENCE_TENANTS": str(places.tenants),
            "PERMANENCE_REPLY_SECONDS": "1",
        }
        for name in (*SERVICES, "web"):
            environ[f"PERMANENCE_{name.upper()}_CLIENT_ID"] = apps[name]["client_id"]
            environ[f"PERMANENCE_{name.upper()}_CLIENT_SECRET"] = apps[name]["secret"]
        return environ


def outside_of(*councils: MadeCouncil) -> Outside:
    """The outside of these councils, on the fixed ports or those the environment names."""
    return Outside(
        councils=councils,
        microsoft_port=int(os.environ.get("PERMANENCE_MICROSOFT_PORT", "8443")),
        authorize_port=int(os.environ.get("PERMANENCE_AUTHORIZE_PORT", "8081")),
        smtp_port=int(os.environ.get("PERMANENCE_SMTP_PORT", "8025")),
        notify_port=int(os.environ.get("PERMANENCE_NOTIFY_PORT", "8026")),
        imap_port=int(os.environ.get("PERMANENCE_IMAP_PORT", "8143")),
    )
