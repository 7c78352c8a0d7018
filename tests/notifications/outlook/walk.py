"""A seeded walk: what we do, what Outlook's users do, and what goes wrong, in any order.

Held to a ledger of its own. After every step no audience of a meeting has two live events and nothing that left holds a
name; once the faults stop, everything comes to rest, every calendar shows the truth, and no answer is lost.
"""

import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from servicekit.caller import CallerKind, service_caller
from servicekit.postgres import Database
from services.notifications.app.decide_proposal import Verdict, act_on_verdict, decide_proposal
from services.notifications.app.list_outlook import needs_second_person
from services.notifications.app.ports import Desk, OutlookDesk, Outside
from services.notifications.app.read_replies import read_replies
from services.notifications.app.reconcile import reconcile
from services.notifications.app.tell_people import StillWaitingError, tell_people
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.domain.meeting import MeetingState, Sender
from services.notifications.domain.outlook_proposal import Decision, OutlookProposal
from services.notifications.domain.shown_event import EditedPart
from services.notifications.storage.unit_of_work import beginner
from tests.emulators.microsoft_process import OFFICE, TENANT
from tests.notifications.outlook.emulator_inside import EmulatorInside
from tests.notifications.outlook.neighbours import (
    ADDRESSES,
    NAMES,
    Asked,
    Killed,
    MortalCalendar,
    MovingClock,
    Neighbours,
)
from tests.notifications.outlook.users import something_done
from tests.notifications.second_person import let_go
from tests.notifications.world import MAIL_FROM, ScriptedMail, made_meeting, recipient

NEVER_SHOWN = ("Robin", "Maya", "Finch", "Lane", "Oak Tree")
_LINK = re.compile(r"https://teams\.example\.invalid/\S+")
_TICKS = 12
_OPERATIONS = ("create", "read", "update", "cancel", "list", "delta", None)
_FAULTS: tuple[dict[str, object], ...] = (
    {"fault": "down", "times": 2},
    {"fault": "throttle"},
    {"fault": "lost_reply"},
    {"fault": "lost_reply", "mode": "504"},
    {"fault": "error", "status": 500},
    {"fault": "error", "status": 502},
    {"fault": "error", "status": 503},
    {"fault": "error", "status": 504},
    {"fault": "token_expired"},
    {"fault": "concurrent_item_save", "status": 503},
    {"fault": "concurrent_item_save", "status": 409},
    {"fault": "spurious_conflict"},
    {"fault": "overlapping_write"},
    {"fault": "sync_state_not_found"},
    {"fault": "empty_page"},
    {"fault": "replay"},
)
_ANSWERS = {
    "accepted": Answer.ACCEPTED,
    "tentativelyAccepted": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
}


class Walk:
    """`steps` steps of one seed; `problems` is empty where everything held."""

    def __init__(self, database: Database, clock: MovingClock, emulator: EmulatorInside, seed: int) -> None:
        self.dice = random.Random(seed)
        self.clock, self.emulator, self.seed = clock, emulator, seed
        self.neighbours, self.mail = Neighbours(), ScriptedMail()
        self.outlook = MortalCalendar(emulator.calendar)
        council_id = uuid5(UUID(int=7), f"walk {seed}")
        self.caller = service_caller(council_id, "north", "notifications")
        sender = Sender("North Council", OFFICE, MAIL_FROM)
        outside = Outside(sender, "north.example.org", self.outlook, self.mail)
        self.begin = beginner(database)
        self.desk = Desk(self.begin, self.neighbours, self.neighbours, {council_id: outside})
        self.lost_updates = 0
        self.mails_sent = 0
        self.done: list[str] = []

    async def run(self, steps: int) -> None:
        """Walk, then let everything come to rest. AssertionError names the seed and the last steps."""
        moves: Mapping[str, Callable[[], Awaitable[None]]] = {
            "book": self.book, "move": self.move, "cancel": self.cancel, "come or go": self.come_or_go,
            "work": self.work, "work ": self.work, "work  ": self.work, "listen": self.listen, "answer": self.answer,
            "answer ": self.answer, "outlook": self.outlook_user, "fault": self.fault, "kill": self.kill,
            "wait": self.wait, "mail fault": self.mail_fault, "decide": self.decide, "night": self.night,
            "video": self.video,
        }  # fmt: skip
        await self.emulator.at(self.clock.now())
        await self.emulator.control("POST", "drills", {"outlook_loses_teams": True})
        await self.book()
        for number in range(steps):
            name = self.dice.choice(tuple(moves))
            self.done.append(name.strip())
            await moves[name]()
            if number % 5 == 0:
                await self.check()
        await self.come_to_rest()

    def _one(self) -> Asked | None:
        open_ones = [one for one in self.neighbours.asked.values() if one.meeting.state is MeetingState.BOOKED]
        return self.dice.choice(open_ones) if open_ones else None

    async def book(self) -> None:
        """At most three meetings are booked at a time."""
        if len([one for one in self.neighbours.asked.values() if one.meeting.state is MeetingState.BOOKED]) >= 3:
            return
        number = len(self.neighbours.asked)
        own = uuid5(self.caller.council_id, f"meeting {number}")
        start = self.clock.now().replace(minute=0) + timedelta(days=self.dice.randint(5, 60))
        made = made_meeting(NAMES)
        session = replace(made.sessions[0], start=start, end=start + timedelta(minutes=90))
        name = f"councils/north/meetings/{own}"
        meeting = replace(
            made, name=name, subjects=(name.replace("/meetings/", "/children/"),), reference=f"M-{number}",
            sessions=(session,), held_by_video=self.dice.random() < 0.6,
        )  # fmt: skip
        people = {who: replace(recipient(who, staff=who in ("chair", "worker")), email=ADDRESSES[who]) for who in NAMES}
        self.neighbours.asked[name] = Asked(meeting, people)
        self.neighbours.asked[name].cause()

    async def move(self) -> None:
        """To another time, or another room."""
        if (one := self._one()) is None:
            return
        meeting = replace(one.meeting, revision=one.meeting.revision + 1)
        if self.dice.random() < 0.7:
            shift = timedelta(minutes=30 * self.dice.randint(1, 200))
            sessions = tuple(replace(part, start=part.start + shift, end=part.end + shift) for part in meeting.sessions)
            one.meeting = replace(meeting, sessions=sessions)
        else:
            one.meeting = replace(meeting, room_name=f"Room {self.dice.randint(1, 9)}")
        one.cause()

    async def video(self) -> None:
        """People can join by video from now on, or no longer."""
        if (one := self._one()) is None:
            return
        by_video, revision = not one.meeting.held_by_video, one.meeting.revision + 1
        one.meeting = replace(one.meeting, held_by_video=by_video, revision=revision)
        one.cause()

    async def cancel(self) -> None:
        """Now and then."""
        one = self._one()
        if one is not None and self.dice.random() < 0.3:
            one.meeting = replace(one.meeting, state=MeetingState.CANCELLED, revision=one.meeting.revision + 1)
            one.cause()

    async def come_or_go(self) -> None:
        """Somebody's part around the child ends, or begins again."""
        if (one := self._one()) is None:
            return
        who = self.dice.choice(NAMES[1:])
        if one.people.pop(who, None) is None:
            one.people[who] = replace(recipient(who, staff=who == "worker"), email=ADDRESSES[who])
        # Whoever stays may hear of it too, where the shared event's text names roles.
        one.cause()

    async def work(self) -> None:
        """The lanes of some meetings, in any order."""
        names = [*self.neighbours.asked]
        for name in self.dice.sample(names, k=min(2, len(names))):
            await self.tell(name)

    async def tell(self, name: str) -> bool:
        """One look of a lane; False where something waits."""
        try:
            await let_go(self.desk, self.caller, name)
            await tell_people(self.desk, self.caller, name)
        except (StillWaitingError, Killed):
            return False
        return True

    async def listen(self) -> None:
        """Read what people answered."""
        try:
            await read_replies(self.desk, self.caller)
        except (DeliveryFault, Killed):
            return

    async def answer(self) -> None:
        """Somebody answers in Outlook or by the mail that Exchange sent them."""
        events = [event for event in await self._live() if event["attendees"]]
        if not events:
            return
        event = self.dice.choice(events)
        await self._pass(timedelta(seconds=1))
        await self.emulator.control("POST", "reply", {
            "tenant": TENANT, "organizer": OFFICE, "event": event["id"],
            "attendee": self.dice.choice(event["attendees"])["address"],
            "response": self.dice.choice(sorted(_ANSWERS)), "silent": self.dice.random() < 0.1,
        })  # fmt: skip

    async def outlook_user(self) -> None:
        """Somebody with access to the meetings mailbox does something in Outlook, past us."""
        events = await self._live()
        if events:
            event = self.dice.choice(events)
            order = something_done(self.dice, event)
            if event["onlineMeeting"]:
                # A link that is lost by it is made anew, and told.
                self._asked_of(event["subject"]).cause()
            await self.emulator.control("POST", "outlook", {"tenant": TENANT, "mailbox": OFFICE, **order})

    async def decide(self) -> None:
        """A person decides about what was changed in Outlook."""
        async with self.begin(self.caller) as unit:
            ones = await unit.proposals.page("", (), 50)
        if ones:
            await self._decide(self.dice.choice(ones), self.dice)

    async def _decide(self, one: OutlookProposal, dice: random.Random | None) -> None:
        # A deleted event that is left alone is somebody's to tell from then on: there is nothing to come to rest.
        free = dice is not None and one.part is not EditedPart.GONE
        who = replace(self.caller, kind=CallerKind.USER, roles=frozenset({"business-support"}))
        second_person = await needs_second_person(self.desk, who, one.meeting)
        choice = self.dice.choice(one.choices_of(second_person=second_person)) if free else Decision.PUT_OURS_BACK
        verdict = Verdict(one.id, str(one.revision), choice, "It was agreed by telephone.", uuid4())
        await act_on_verdict(OutlookDesk(self.desk, self.neighbours), who, verdict)
        async with self.begin(who) as unit:
            await decide_proposal(unit, who, verdict)
        self.neighbours.asked[one.meeting].cause()

    async def night(self) -> None:
        """The whole mailbox is read and held against what is kept."""
        try:
            await reconcile(self.desk, self.caller, self.emulator.calendar, OFFICE)
        except DeliveryFault:
            return

    async def fault(self) -> None:
        """Something will go wrong."""
        fault, operation = self.dice.choice(_FAULTS), self.dice.choice(_OPERATIONS)
        await self.emulator.arm(**fault, **({"operation": operation} if operation else {}))
        self.lost_updates += fault["fault"] in ("lost_reply", "concurrent_item_save")

    async def kill(self) -> None:
        """The process will be killed at its next request."""
        self.outlook.kill = self.dice.choice(("before", "after"))
        self.lost_updates += 1

    async def mail_fault(self) -> None:
        """The mail server too."""
        self.mail.faults.planned = [self.dice.choice(("down", "lost"))]

    async def wait(self) -> None:
        """Hours pass."""
        await self._pass(timedelta(minutes=self.dice.randint(1, 600)))

    async def _pass(self, time: timedelta) -> None:
        self.clock.moment += time
        await self.emulator.at(self.clock.now())

    async def check(self) -> None:
        """What must hold at any time."""
        live = await self._live()
        audiences = Counter(next(iter(event["extendedProperties"].values()), event["transactionId"]) for event in live)
        self._hold(not [one for one, count in audiences.items() if count > 1], "two live events for one audience")
        on = Counter((event["subject"], one["address"]) for event in live for one in event["attendees"] if _ours(one))
        self._hold(not [one for one, count in on.items() if count > 1], "somebody stands on two events of one meeting")
        sent = await self.emulator.mail()
        for row in sent:
            shown = f"{row['subject']} {row['bodyText']} {row['location']} {row['comment']}"
            self._hold(not [word for word in NEVER_SHOWN if word in shown], "a name left")
        self._hold(all(row["to"] != ADDRESSES["father"] for row in sent), "who is kept apart stands on an event")
        told = [row["bodyText"] for row in sent if row["to"] == ADDRESSES["mother"]]
        told += [mail.body_text for mail in self.mail.accepted]
        self._hold(not [text for text in told if _LINK.search(text)], "who is kept apart was told a joining link")
        await self._check_mails(sent)
        self.mails_sent = len(sent)

    async def _check_mails(self, sent: Sequence[Mapping[str, Any]]) -> None:
        """No more mails than there were reasons; where an answer was lost, Exchange was told twice at most."""
        by_reference = {one.meeting.reference: one for one in self.neighbours.asked.values()}
        counted = Counter(
            (row["subject"].rpartition(" · ")[2], row["to"])
            for row in sent
            if row["cause"] == "graph" and row["to"] in ADDRESSES.values()
        )
        names = {address: name for name, address in ADDRESSES.items()}
        for (reference, address), count in counted.items():
            allowed = by_reference[reference].causes[names[address]] + self.lost_updates
            self._hold(count <= allowed, f"{count} mails for {allowed} reasons")

    async def come_to_rest(self) -> None:
        """The faults stop: within so many rounds everything is as it should be."""
        await self.emulator.disarm()
        self.mail.faults.planned, self.outlook.kill = [], ""
        at_rest = 0
        for _ in range(_TICKS):
            await read_replies(self.desk, self.caller)
            await self.night()
            told = [await self.tell(name) for name in self.neighbours.asked]
            at_rest = at_rest + 1 if all(told) and not await self._decide_all() else 0
            # Three times: what was taken from a calendar is missed, the link is made anew, and it is told once a second
            # person has read it.
            if at_rest == 3:
                break
        else:
            self._hold(False, "it did not come to rest")
        await self.check()
        await self._shows_the_truth()
        await self._links_work()
        await self._no_answer_is_lost()

    async def _decide_all(self) -> int:
        """Ours is put back wherever it was changed; how many there were."""
        async with self.begin(self.caller) as unit:
            ones = await unit.proposals.page("", (), 50)
        for one in ones:
            await self._decide(one, None)
        return len(ones)

    async def _shows_the_truth(self) -> None:
        live = await self._live()
        shown = {
            (event["subject"].rpartition(" · ")[2], one["address"]): event["start"]["dateTime"][:16]
            for event in live
            for one in event["attendees"]
            if one["address"] in ADDRESSES.values()
        }
        wanted = {
            (one.meeting.reference, who.email): one.meeting.start.strftime("%Y-%m-%dT%H:%M")
            for one in self.neighbours.asked.values()
            for name, who in one.people.items()
            if one.meeting.state is MeetingState.BOOKED and name != "father"
        }
        self._hold(shown == wanted, f"calendars differ: {set(shown.items()) ^ set(wanted.items())}")

    async def _links_work(self) -> None:
        """The link that the staff's event tells is that of the one Teams meeting; none where there is none."""
        live = await self._live()
        for one in self.neighbours.asked.values():
            mine = [event for event in live if event["subject"].endswith(f" · {one.meeting.reference}")]
            links = [event["onlineMeeting"]["joinUrl"] for event in mine if event["onlineMeeting"]]
            wanted = one.meeting.held_by_video and one.meeting.state is MeetingState.BOOKED
            self._hold(len(links) == int(wanted), f"{len(links)} joining links")
            told = [_LINK.findall(event["bodyText"]) for event in mine if _is_staffs(event)]
            self._hold(all(found == links for found in told), f"told {told}, live {links}")

    async def _no_answer_is_lost(self) -> None:
        async with self.begin(self.caller) as unit:
            for event in await self._live():
                one = self._asked_of(event["subject"])
                kept = {row.told_address: row for row in await unit.invitations.of_meeting(one.meeting.name)}
                for row in event["attendees"]:
                    answer = _ANSWERS.get(row["response"])
                    if answer is not None and row["address"] in kept:
                        ours = kept[row["address"]]
                        said = f"Outlook shows {answer}, kept is {ours.answer} (told {ours.told_revision})"
                        self._hold(ours.answer is answer, said)

    def _asked_of(self, subject: str) -> Asked:
        reference = subject.rpartition(" · ")[2]
        return next(one for one in self.neighbours.asked.values() if one.meeting.reference == reference)

    async def _live(self) -> list[dict[str, Any]]:
        return [event for event in await self.emulator.events() if not event["isCancelled"]]

    def _hold(self, holds: bool, what: str) -> None:
        assert holds, f"seed {self.seed}, step {len(self.done)}: {what}; last steps: {', '.join(self.done[-12:])}"


def _is_staffs(event: Mapping[str, Any]) -> bool:
    return ADDRESSES["chair"] in {one["address"] for one in event["attendees"]}


def _ours(attendee: Mapping[str, Any]) -> bool:
    """Not somebody whom an Outlook user has added by hand."""
    return attendee["address"] in ADDRESSES.values()
