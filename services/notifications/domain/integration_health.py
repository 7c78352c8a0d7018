"""How what leaves the council is doing, and what staff should tell people meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.notifications.domain.brake import HOUR_IS_FULL, SendingStop

MEETING, DATE_OFFER, FEED, OUTBOX = "meeting", "date-offer", "feed", "outbox"
"""Kinds of work; other lanes are called by their own names."""
SOON = timedelta(days=2)
CERTIFICATE_WARNING = timedelta(days=30)
MAILBOX_IS_STALE = timedelta(minutes=15)
ALL_WELL = "Everything that is shown here leaves as it should. There is nothing to tell people."
_LONDON = ZoneInfo("Europe/London")
NOT_READ = (
    "What waits for meetings cannot be shown just now, because another part of the system does not answer. Look again"
    " in a few minutes."
)
_OTHERS = " Meetings that are not shown to you are not counted: ask whoever may see them."
_OFFLINE = "{what} wait because {who} does not answer since {since}. "


@dataclass(frozen=True)
class Depth:
    """How much of one kind is due, and since when the oldest waits."""

    kind: str
    waiting: int
    oldest: datetime


@dataclass(frozen=True)
class Failing:
    """Something tried without success. `item`: a resource name; `failure`: an error's class, or empty."""

    kind: str
    item: str
    since: datetime
    attempts: int
    failure: str
    producer: str = ""


def handle_of(council_id: UUID, failing: Failing) -> str:
    """What stands for work whose name is a person's or a child's, so that the name is shown to nobody."""
    return str(uuid5(council_id, f"{failing.kind}|{failing.producer}|{failing.item}"))


@dataclass(frozen=True)
class WaitingWork:
    """The same as it is shown. `reference` and `meeting_start` are of the meeting it is about, where it is read."""

    failing: Failing
    troubles: tuple[str, ...]
    reference: str = ""
    meeting_start: datetime | None = None


@dataclass(frozen=True)
class Causes:
    """The words by which an invitation says that the other side is not reached."""

    outlook: str
    mail: str


@dataclass(frozen=True)
class EmailedAnswers:
    """How the mailbox at `address`, to which people answer by e-mail, is doing.

    `read_at`: when it was read to its end, `failing_since`: since when it cannot be. `set_aside`: messages that wait
    there for a person, `oldest`: when the first of them came.
    """

    address: str
    read_at: datetime | None
    failing_since: datetime | None
    set_aside: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class IntegrationHealth:
    """Everything at one moment that the caller may know of. `all_read`: False where that could not be asked of all.

    `hourly`: source, people written to; `mail_answers`: None without a mail server; `emailed`: None where no mailbox is
    read.
    """

    at: datetime
    depths: tuple[Depth, ...]
    waiting: tuple[WaitingWork, ...]
    all_read: bool
    stop: SendingStop | None
    hourly: tuple[tuple[str, int], ...]
    most_an_hour: int
    certificate_end: datetime | None
    has_mailbox: bool
    mailbox_read: datetime | None
    mail_answers: bool | None
    subscription_end: datetime | None = None
    emailed: EmailedAnswers | None = None


def advice(health: IntegrationHealth, causes: Causes) -> tuple[str, ...]:
    """The most urgent first; never empty."""
    return tuple(_advice(health, causes)) or (ALL_WELL,)


def _advice(health: IntegrationHealth, causes: Causes) -> Iterator[str]:
    if health.stop is not None:
        yield (
            f"Sending is stopped since {_clock(health.stop.stopped_at, health.at)}. Nobody hears of a new, moved or"
            " cancelled meeting until it is started again. " + _ring(health, health.waiting)
        )
    yield from _not_reached(health, "Invitations", "Outlook", lambda one: causes.outlook in one.troubles)
    yield from _not_reached(health, "Messages", "the mail server", lambda one: causes.mail in one.troubles)
    yield from _hour_is_full(health)
    if not health.all_read:
        yield NOT_READ
    yield from _broken(health)
    if health.emailed is not None:
        yield from _emailed(health.emailed, health.at)
    yield from _running_out(health)


def _emailed(answers: EmailedAnswers, at: datetime) -> Iterator[str]:
    since, read = answers.failing_since, answers.read_at
    if since is not None:
        said = f"The reply mailbox cannot be read since {_clock(since, at)}."
    elif read is not None and at - read > MAILBOX_IS_STALE:
        said = f"The reply mailbox has not been read since {_clock(read, at)}."
    else:
        said = ""
    if said:
        yield (
            f"{said} Somebody who seems not to have answered may have, by e-mail. Look into the mailbox"
            f" {answers.address}, or ring, before you chase. If it stays, tell whoever looks after the system."
        )
    if answers.set_aside and answers.oldest is not None:
        one = answers.set_aside == 1
        yield (
            f"{_count(answers.set_aside, 'e-mail')} that people sent {'waits' if one else 'wait'} for somebody to read"
            f" {'it' if one else 'them, the first'} since {_clock(answers.oldest, at)}. Open the mailbox"
            f" {answers.address}: {'it is the unread one' if one else 'they are the unread ones'}. Record with the"
            " invitation what the person says; what has been opened is not counted here any more."
        )


def _not_reached(
    health: IntegrationHealth, what: str, who: str, is_held: Callable[[WaitingWork], bool]
) -> Iterator[str]:
    held = [one for one in health.waiting if is_held(one)]
    if held:
        since = min(one.failing.since for one in held)
        yield _OFFLINE.format(what=what, who=who, since=_clock(since, health.at)) + _ring(health, held)
    elif who == "the mail server" and health.mail_answers is False:
        yield "The mail server does not answer just now. Messages will wait, and go by themselves."


def _hour_is_full(health: IntegrationHealth) -> Iterator[str]:
    held = [one for one in health.waiting if HOUR_IS_FULL in one.troubles]
    if held:
        yield (
            f"As many people as may be within an hour ({health.most_an_hour}) have been written to. The rest goes by"
            " itself as the hour moves on. If nobody meant to send so many, stop sending. " + _ring(health, held)
        )


def _broken(health: IntegrationHealth) -> Iterator[str]:
    feeds = [one for one in health.waiting if one.failing.kind == FEED]
    if feeds:
        yield (
            f"{_count(len(feeds), 'change')} from other parts of the system could not be taken in. What follows from"
            " them has not been sent. Try again, and if it stays, tell whoever looks after the system."
        )


def _running_out(health: IntegrationHealth) -> Iterator[str]:
    end, read = health.certificate_end, health.mailbox_read
    if end is not None and end - health.at < CERTIFICATE_WARNING:
        day = end.astimezone(_LONDON)
        passed = "ran out" if end <= health.at else "runs out"
        yield (
            f"The certificate for Outlook {passed} on {day.day} {day:%B %Y}. Without a new one nothing leaves by"
            " Outlook. Tell whoever looks after the system."
        )
    if health.has_mailbox and read is not None and health.at - read > MAILBOX_IS_STALE:
        yield (
            f"Answers in Outlook have not been read since {_clock(read, health.at)}. Somebody who seems not to have"
            " answered may have. Ring before you chase."
        )


def _ring(health: IntegrationHealth, held: Sequence[WaitingWork]) -> str:
    soon = [one for one in held if one.meeting_start and timedelta(0) <= one.meeting_start - health.at < SOON]
    if not soon:
        return "No meeting that you can see here is within the next two days." + _OTHERS
    return f"Ring those with a meeting in the next two days: {_count(len(soon), 'meeting')}." + _OTHERS


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _clock(at: datetime, now: datetime) -> str:
    """`09:12`, with the day where it is another."""
    local, today = at.astimezone(_LONDON), now.astimezone(_LONDON)
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%H:%M} on {local.day} {local:%B}"
