"""A GOV.UK Notify that fails as it is told to."""

from dataclasses import replace
from uuid import UUID, uuid4

from services.notifications.domain.delivery_fault import Gone
from services.notifications.domain.meeting import Channel
from services.notifications.domain.notify_message import NotifyMessage
from tests.notifications.world import Faults, World, recipient

PHONE = "+447700900123"
LINES = ("7 Quarry Lane", "Northtown", "NO1 4QX")


class ScriptedNotify:
    """NotifyService; `taken` is all that it took, by Notify's id, in order. `hides`: it shows nothing of it yet."""

    def __init__(self) -> None:
        self.taken: dict[UUID, NotifyMessage] = {}
        self.statuses: dict[UUID, str] = {}
        self.faults, self.reading = Faults(), Faults()
        self.asked: list[UUID] = []
        self.hides = False

    @property
    def messages(self) -> list[NotifyMessage]:
        return list(self.taken.values())

    async def send(self, message: NotifyMessage) -> UUID:
        fault = self.faults.before()
        taken = uuid4()
        self.taken[taken] = message
        self.faults.after(fault)
        return taken

    async def find(self, reference: str) -> UUID | None:
        self.reading.before()
        found = [key for key, message in self.taken.items() if message.reference == reference]
        return found[-1] if found and not self.hides else None

    async def status(self, receipt_id: UUID) -> str:
        self.asked.append(receipt_id)
        self.reading.before()
        if self.statuses.get(receipt_id) == "gone":
            raise Gone("NO_RESULT_FOUND")
        return self.statuses.get(receipt_id, "sending")


def with_notify(world: World, *channels: Channel) -> ScriptedNotify:
    """The council has a service of GOV.UK Notify with a template for each of the channels."""
    notify = ScriptedNotify()
    council = world.caller.council_id
    outside = world.desk.outside[council]
    sender = replace(outside.sender, by_notify=frozenset(channels))
    world.desk = replace(world.desk, outside={council: replace(outside, sender=sender, notify=notify)})
    return notify


def told_by(world: World, name: str, channel: Channel, **changes: object) -> None:
    """This person is told by that channel, with a number and an address on record."""
    known: dict[str, object] = {"phone": PHONE, "postal_lines": LINES, **changes}
    world.people[name] = recipient(name, channel=channel, **known)
