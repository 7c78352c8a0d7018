"""A made-up meeting with its people, and an outside that fails as it is told to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from servicekit.caller import Caller, CallerKind, service_caller
from servicekit.clock import FixedClock
from servicekit.postgres import Database
from services.notifications.app.ports import Desk, Outside, Surroundings
from services.notifications.app.tell_people import StillWaitingError, tell_people
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import (
    ChangedMeanwhile,
    Gone,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from services.notifications.domain.free_busy import Busy, FreeBusy
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.domain.meeting import (
    Channel,
    Invitee,
    Meeting,
    MeetingState,
    Recipient,
    Restriction,
    Sender,
    Session,
)
from services.notifications.domain.outlook_event import OutlookEvent
from services.notifications.domain.remote_event import (
    AttendeeAnswer,
    EventDraft,
    EventKey,
    EventPart,
    RemoteEvent,
    RemoteReply,
    ReplyPage,
)
from services.notifications.domain.text_mail import TextMail
from services.notifications.storage.unit_of_work import beginner
from tests.notifications.second_person import let_go

START = datetime(2026, 3, 24, 10, tzinfo=UTC)
MAILBOX, MAIL_FROM = "meetings@north.example.org", "invitations@north.example.org"
SENDER = Sender("North Council", MAILBOX, MAIL_FROM)


class Crash(Exception):
    """The process ends here: nothing after it is kept."""


@dataclass
class Faults:
    """What goes wrong, call by call; "" goes well. `before` a call nothing is done, `after` it everything
    is.
    """

    planned: list[str] = field(default_factory=list)

    def before(self) -> str:
        fault = self.planned.pop(0) if self.planned else ""
        match fault:
            case "down":
                raise Unreachable("NO_CONNECTION")
            case "crash before":
                raise Crash
            case "refused":
                raise Refused("ERROR_ACCESS_DENIED")
            case "changed":
                raise ChangedMeanwhile("ERROR_IRRESOLVABLE_CONFLICT")
        return fault

    @staticmethod
    def after(fault: str) -> None:
        if fault == "lost":
            raise OutcomeUnknown("TIME_OUT")
        if fault == "crash after":
            raise Crash


@dataclass
class Kept:
    """An event as the scripted calendar holds it."""

    draft: EventDraft
    id: str
    etag: int = 1
    cancelled: bool = False

    def remote(self) -> RemoteEvent:
        draft = self.draft
        ids = (draft.mailbox, self.id, f"ical-{self.id}", str(self.etag), draft.transaction_id)
        answers = tuple(AttendeeAnswer(one.address, Answer.NONE, None) for one in draft.attendees)
        shown = (draft.start, draft.end, self.cancelled, answers, draft.subject_line, draft.location)
        link = f"https://teams.example.invalid/l/meetup-join/{self.id}" if draft.by_video else ""
        return RemoteEvent(*ids, *shown, draft.correlation_id, link)


class ScriptedCalendar:
    """OutlookCalendar; `mailed` is the ledger of what Exchange sent: (address, kind, event id, start)."""

    def __init__(self) -> None:
        self.events: dict[str, Kept] = {}
        self.unfound = 0
        """How many looks find nothing yet: a mailbox shows late what was just made."""
        self.knows_transaction_ids = True
        """Exchange keeps them for a time that nobody states: the service may not lean on it."""
        self.mailed: list[tuple[str, str, str, datetime]] = []
        self.faults = Faults()
        self.page: list[RemoteReply] = []
        self.removed: list[str] = []
        self.seen: list[RemoteEvent] = []
        self.calls = 0
        self.schedules: dict[str, list[Busy]] = {}
        """When the owners of addresses are busy; whoever is not in it is always free."""
        self.asked: list[tuple[Sequence[str], Busy]] = []

    @property
    def live(self) -> list[Kept]:
        return [kept for kept in self.events.values() if not kept.cancelled]

    async def find(self, mailbox: str, key: EventKey) -> RemoteEvent | None:
        self.calls += 1
        fault = self.faults.before()
        self.faults.after(fault)
        if self.unfound:
            self.unfound -= 1
            return None
        for kept in self.live:
            if key.event_id == kept.id or key.transaction_id == kept.draft.transaction_id:
                return kept.remote()
        return None

    async def create(self, draft: EventDraft) -> RemoteEvent:
        self.calls += 1
        fault = self.faults.before()
        known = self.events.values() if self.knows_transaction_ids else ()
        same = [one for one in known if one.draft.transaction_id == draft.transaction_id]
        kept = same[0] if same else Kept(draft, uuid4().hex)
        if not same:
            self.events[kept.id] = kept
            self._mail(kept, "REQUEST", [one.address for one in draft.attendees])
        self.faults.after(fault)
        return kept.remote()

    async def update(self, remote: RemoteEvent, draft: EventDraft, parts: frozenset[EventPart]) -> RemoteEvent:
        self.calls += 1
        fault = self.faults.before()
        kept = self.events[remote.event_id]
        if kept.cancelled:
            raise Gone("NOT_FOUND")
        if str(kept.etag) != remote.etag:
            raise ChangedMeanwhile("STALE_ETAG")
        before = {one.address for one in kept.draft.attendees}
        after = {one.address for one in draft.attendees} if EventPart.ATTENDEES in parts else before
        kept.draft, kept.etag = _merged(kept.draft, draft, parts), kept.etag + 1
        self._mail(kept, "REQUEST", sorted(after if parts - {EventPart.ATTENDEES} else after - before))
        self._mail(kept, "CANCEL", sorted(before - after))
        self.faults.after(fault)
        return kept.remote()

    async def cancel(self, remote: RemoteEvent, comment: str) -> None:
        self.calls += 1
        fault = self.faults.before()
        kept = self.events[remote.event_id]
        if kept.cancelled:
            raise Gone("NOT_FOUND")
        kept.cancelled = True
        self._mail(kept, "CANCEL", [one.address for one in kept.draft.attendees])
        self.faults.after(fault)

    async def remove(self, remote: RemoteEvent) -> None:
        await self.cancel(remote, "")

    most_schedules = 20
    longest_schedule = timedelta(days=61)

    async def busy(self, mailbox: str, addresses: Sequence[str], period: Busy) -> Mapping[str, FreeBusy]:
        self.asked.append((addresses, period))
        self.faults.after(self.faults.before())
        first, last = period
        known = self.schedules
        return {
            one: FreeBusy(tuple((a, b) for a, b in known.get(one, ()) if a < last and first < b)) for one in addresses
        }

    async def replies(self, mailbox: str, token: str, window: tuple[datetime, datetime]) -> ReplyPage:
        return ReplyPage(tuple(self.page), tuple(self.removed), token + "x", tuple(self.seen))

    async def whole(self, mailbox: str, window: tuple[datetime, datetime]) -> Sequence[RemoteEvent]:
        self.faults.after(self.faults.before())
        return [one.remote() for one in self.live if window[0] <= one.draft.start < window[1]]

    def edit(self, kept: Kept, **changes: object) -> None:
        """Somebody changes the event in Outlook; the delta will show it."""
        kept.draft, kept.etag = replace(kept.draft, **changes), kept.etag + 1  # type: ignore[arg-type]
        self.seen.append(kept.remote())

    def delete(self, kept: Kept) -> None:
        """The organiser deletes it in Outlook."""
        kept.cancelled = True
        self.removed.append(kept.id)

    def reply(
        self, address: str, answer: Answer, at: datetime, proposed: tuple[datetime, datetime] | None = None
    ) -> None:
        for kept in self.live:
            if address in {one.address for one in kept.draft.attendees}:
                kept.etag += 1
                times = (kept.draft.start, kept.draft.end, proposed)
                self.page.append(RemoteReply(kept.id, address, answer, at, *times))

    def _mail(self, kept: Kept, kind: str, addresses: Sequence[str]) -> None:
        self.mailed += [(address, kind, kept.id, kept.draft.start) for address in addresses]


def _merged(old: EventDraft, new: EventDraft, parts: frozenset[EventPart]) -> EventDraft:
    if EventPart.TIME in parts:
        old = replace(old, start=new.start, end=new.end, time_zone=new.time_zone)
    if EventPart.PLACE in parts:
        old = replace(old, location=new.location)
    if EventPart.TEXT in parts:
        old = replace(old, subject_line=new.subject_line, body_text=new.body_text)
    return replace(old, attendees=new.attendees) if EventPart.ATTENDEES in parts else old


class ScriptedMail:
    """InvitationMail; `accepted` is everything that the server took, invitations and e-mails of plain words."""

    def __init__(self) -> None:
        self.accepted: list[Any] = []
        self.faults = Faults()

    @property
    def texts(self) -> list[TextMail]:
        """The e-mails of plain words."""
        return [mail for mail in self.accepted if isinstance(mail, TextMail)]

    async def send(self, mail: MailDraft | TextMail) -> None:
        fault = self.faults.before()
        self.accepted.append(mail)
        self.faults.after(fault)


def person(name: str) -> str:
    """A resource name made from a made-up word."""
    return f"councils/north/people/{UUID(bytes=name.encode().ljust(16, b'.')[:16])}"


def recipient(name: str, *, staff: bool = False, channel: Channel = Channel.EMAIL, **changes: object) -> Recipient:
    """Somebody with a protected home, telephone and name of their own."""
    base = Recipient(
        person=person(name),
        display_name=f"Robin {name.title()}",
        staff=staff,
        channel=Channel.OUTLOOK if staff else channel,
        email=f"{name}@example.org",
        unsafe_channels=frozenset(),
        verified_on=date(2026, 3, 1),
        interpreter_language="",
        has_access_needs=False,
        protected=(f"Robin {name.title()}", f"{len(name)}7 {name.title()} Lane, Northtown, NO{len(name)} 4QX"),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


class World:
    """One meeting: a chair and a worker with Outlook, a mother with e-mail, a father who is kept apart from
    her.
    """

    def __init__(self, database: Database, council_id: UUID, clock: FixedClock) -> None:
        self.calendar, self.mail = ScriptedCalendar(), ScriptedMail()
        self.people = {
            name: recipient(name, staff=name in ("chair", "worker")) for name in ("chair", "worker", "mother", "father")
        }
        self.restrictions: tuple[Restriction, ...] = ()
        self.restricted = False
        self.subject_strings: tuple[str, ...] = ("Maya Finch", "Oak Tree Primary")
        self.seen = True
        self.refuses_moves = False
        self.hidden_from: set[str] = set()
        """Object ids of callers to whom the scheduler does not show the meeting."""
        self.let_go = True
        """Whether a second person lets everything go at once, as they would after reading it; never of a restricted
        case.
        """
        self.meeting = made_meeting(list(self.people))
        self.clock = clock
        self.caller = service_caller(council_id, "north", "notifications")
        outside = Outside(SENDER, "north.example.org", self.calendar, self.mail)
        self.begin = beginner(database)
        self.desk = Desk(self.begin, _Scheduler(self), self, {council_id: outside})

    async def around(self, caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> Surroundings:
        found = tuple(one for one in self.people.values() if one.person in people)
        return Surroundings(found, self.restrictions, self.restricted, ("CH-100",), self.subject_strings)

    def move(self, hours: int) -> None:
        shift = timedelta(hours=hours)
        sessions = tuple(replace(one, start=one.start + shift, end=one.end + shift) for one in self.meeting.sessions)
        self.meeting = replace(self.meeting, sessions=sessions, revision=self.meeting.revision + 1)

    def cancel(self) -> None:
        self.meeting = replace(self.meeting, state=MeetingState.CANCELLED, revision=self.meeting.revision + 1)

    async def tell(self, tries: int = 1) -> bool:
        """Work the lane until nothing waits, at most so often; False where something still does."""
        for _ in range(tries):
            try:
                if self.let_go:
                    await let_go(self.desk, self.caller, self.meeting.name)
                await tell_people(self.desk, self.caller, self.meeting.name)
                return True
            except (StillWaitingError, Crash):
                continue
        return False

    async def invitation(self, name: str) -> Invitation:
        async with self.begin(self.caller) as unit:
            ones = {one.person: one for one in await unit.invitations.of_meeting(self.meeting.name)}
        return ones[person(name)]

    async def events(self) -> list[OutlookEvent]:
        async with self.begin(self.caller) as unit:
            return await unit.events.of_meeting(self.meeting.name)

    def user(self, *roles: str, oid: str = "oid-2") -> Caller:
        return Caller(self.caller.council_id, "north", oid, CallerKind.USER, frozenset(roles))


@dataclass
class _Scheduler:
    world: World

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        return self.world.meeting if self.world.seen and name == self.world.meeting.name else None


def made_meeting(names: Sequence[str]) -> Meeting:
    """A permanence planning meeting of ninety minutes in one session."""
    roles = {"chair": "team-manager", "worker": "social-worker"}
    return Meeting(
        name=f"councils/north/meetings/{uuid4()}",
        kind="ppm",
        title="Permanence planning meeting",
        reference="M-2041",
        subjects=("councils/north/children/00000000-0000-0000-0000-0000000000c1",),
        state=MeetingState.BOOKED,
        time_zone="Europe/London",
        sessions=(Session(1, START, START + timedelta(minutes=90)),),
        invitees=tuple(Invitee(person(name), roles.get(name, name), True, ()) for name in names),
        room_name="Room 4, Civic Centre",
        revision=1,
        booked_by="oid-1",
    )
